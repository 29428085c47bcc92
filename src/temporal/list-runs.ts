import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { ResolvedConfig } from '../config';
import { MEMO_KEY, SEARCH_ATTRIBUTES, scheduleId, WORKFLOWS } from '../contracts';
import { describeSchedule } from './reconcile-schedule';
import type { RunSummary, ScheduleStatus } from './types';

/** Backslashes and quotes end a text in a visibility query. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

function summaryOf(info: Omit<WorkflowExecutionInfo, 'raw'>): RunSummary {
  const memo = info.memo?.[MEMO_KEY] as { readonly pipeline?: string } | undefined;
  const at = (name: string): string | undefined => {
    const value = info.searchAttributes?.[name]?.[0];
    return value instanceof Date ? value.toISOString() : undefined;
  };
  const start = at(SEARCH_ATTRIBUTES.intervalStart);
  const end = at(SEARCH_ATTRIBUTES.intervalEnd);
  return {
    workflowId: info.workflowId,
    runId: info.runId,
    pipeline: memo?.pipeline ?? '',
    kind: info.type === WORKFLOWS.backfill ? 'backfill' : 'load',
    status: info.status.name.toLowerCase(),
    interval: start === undefined || end === undefined ? undefined : { start, end },
    startedAt: info.startTime,
    closedAt: info.closeTime,
  };
}

/** The server's own limit. */
const MOST_A_PAGE = 1000;

/** Which runs are listed. */
export interface RunQuery {
  /** @default those of every pipeline */
  readonly pipeline?: string | undefined;
  /** @default both */
  readonly kind?: RunSummary['kind'] | undefined;
  /** Only those that are under way. @default false */
  readonly running?: boolean | undefined;
  /** @default 50 */
  readonly limit?: number | undefined;
}

/** Runs and backfills, of one pipeline or of all: those under way first, then the others, the last that ended first. */
export async function listRuns(client: Client, options: RunQuery = {}): Promise<RunSummary[]> {
  const { pipeline, kind, running = false, limit = 50 } = options;
  const types = { load: [WORKFLOWS.loadInterval], backfill: [WORKFLOWS.backfill] };
  const wanted = kind === undefined ? [...types.load, ...types.backfill] : types[kind];
  const query = [
    `WorkflowType IN (${wanted.map(quoted).join(', ')})`,
    ...(pipeline === undefined ? [] : [`WorkflowId STARTS_WITH ${quoted(`${scheduleId(pipeline)}-`)}`]),
    ...(running ? ['ExecutionStatus = "Running"'] : []),
  ].join(' AND ');
  const runs: RunSummary[] = [];
  for await (const info of client.workflow.list({ query, pageSize: Math.min(limit, MOST_A_PAGE) })) {
    const summary = summaryOf(info);
    // "tidemark-a-" also begins the ids of a pipeline "a-b"
    if (pipeline !== undefined && summary.pipeline !== '' && summary.pipeline !== pipeline) continue;
    runs.push(summary);
    if (runs.length >= limit) break;
  }
  return runs;
}

/** A run or backfill by its id. @throws the SDK's WorkflowNotFoundError */
export async function describeRun(client: Client, workflowId: string, runId?: string): Promise<RunSummary> {
  return summaryOf(await client.workflow.getHandle(workflowId, runId).describe());
}

/** How the Schedule of each entry stands. */
export async function scheduleStatuses(client: Client, config: ResolvedConfig): Promise<ScheduleStatus[]> {
  const statuses: ScheduleStatus[] = [];
  const scheduled = config.pipelines.filter(({ schedule }) => schedule !== undefined);
  const descriptions = await Promise.all(scheduled.map(({ name }) => describeSchedule(client, name)));
  for (const [index, { name }] of scheduled.entries()) {
    const description = descriptions[index];
    statuses.push({
      pipeline: name,
      scheduleId: scheduleId(name),
      exists: description !== undefined,
      paused: description?.state.paused ?? false,
      note: description?.state.note,
      nextTick: description?.info.nextActionTimes[0],
      lastTick: description?.info.recentActions.at(-1)?.scheduledAt,
    });
  }
  return statuses;
}
