import type { IntervalDetail, IntervalGrid, ManualRunPlan, RunDetail, TidemarkClient } from '../operate';
import { zoneOf } from '../plan';
import type { TemporalAccess } from '../temporal';
import { CAUSES, type GridView, type IntervalRun, type RunPlanView, type StateLetter } from './api';

const LETTERS = { loaded: 'l', running: 'r', failed: 'f', missing: 'm', 'left-out': 'o' } as const;

/** A grid in few bytes. */
export function gridView(client: TidemarkClient, grid: IntervalGrid): GridView {
  const columns = grid.resources.map((_resource, index) => grid.rows.map(({ cells }) => cells[index]!));
  const seconds = (instant: string): number => Date.parse(instant) / 1000;
  return {
    pipeline: grid.pipeline,
    zone: zoneOf(client.entry(grid.pipeline)).name,
    resources: grid.resources,
    starts: grid.rows.map(({ interval }) => seconds(interval.start)),
    ends: grid.rows.map(({ interval }) => seconds(interval.end)),
    more: grid.more,
    states: columns.map((cells) => cells.map(({ state }): StateLetter => LETTERS[state]).join('')),
    causes: columns.map((cells) =>
      cells.map(({ cause }) => (cause === undefined ? '-' : String(CAUSES.indexOf(cause)))).join(''),
    ),
    rows: columns.map((cells) => cells.map(({ row }) => (row?.status === 'loaded' ? row.rows : null))),
    seconds: grid.rows.map((row) => row.seconds ?? null),
    attempts: columns.map((cells) => cells.map(({ row }) => row?.attempt ?? null)),
  };
}

/** A run of an interval: its components while it runs, and how they ended. */
export function intervalRun(
  detail: IntervalDetail,
  temporal: Pick<TemporalAccess, 'namespace' | 'uiUrl'> | undefined,
): IntervalRun | undefined {
  const { run: known } = detail;
  if (known === undefined) return undefined;
  const { run, end } = known;
  return {
    workflowId: run.workflowId,
    runId: run.runId,
    status: end?.status ?? run.status,
    startedAt: run.startedAt.toISOString(),
    closedAt: run.closedAt?.toISOString(),
    url: temporal && workflowUrl(temporal, run),
    tasks: tasksOf(known),
    error: end?.error?.message,
  };
}

/** A workflow's page in Temporal's UI; undefined where nobody said where that is. */
function workflowUrl(
  { namespace, uiUrl }: Pick<TemporalAccess, 'namespace' | 'uiUrl'>,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): string | undefined {
  if (uiUrl === undefined) return undefined;
  const at = ['namespaces', namespace, 'workflows', workflowId, runId, 'history'].map(encodeURIComponent);
  return `${uiUrl.replace(/\/+$/, '')}/${at.join('/')}`;
}

function tasksOf({ progress, end }: RunDetail): IntervalRun['tasks'] {
  if (progress !== undefined)
    return progress.tasks.map(({ error, ...task }) => ({ ...task, error: error?.message }));
  return (end?.result?.outcomes ?? []).map(({ resource, status, rows, error }) => ({
    name: resource,
    resources: [resource],
    phase: status,
    attempt: undefined,
    rows,
    error: error?.message,
  }));
}

/** What a run would load, and how it is typed. */
export function runPlanView(plan: ManualRunPlan, command: string): RunPlanView {
  const { workflowId, interval, tasks, note } = plan;
  return {
    workflowId,
    interval,
    tasks: tasks.map(({ name, resources }) => ({ name, resources })),
    note,
    command,
  };
}
