import type { PipelineStatus, ResourceSummary } from '../../operate';
import type { ScheduleStatus } from '../../temporal';
import { formatCount, plural } from './format';
import { styleFor } from './style';
import { renderTable } from './table';
import type { Terminal } from './terminal';
import { type Times, timesIn, zoneNote } from './times';

/** How a pipeline stands, as `--json` gives it: of gaps their number, which `intervals` lists; null where nobody looks. */
export function statusAsJson({ resources, ...status }: PipelineStatus): Record<string, unknown> {
  return {
    ...status,
    resources:
      resources?.map(({ resource, loads, rows, loadedUntil, cost, reached, expected, gaps }) => ({
        resource,
        loads,
        rows,
        last: loadedUntil,
        reached,
        gaps: expected ? gaps.length : null,
        cost,
      })) ?? null,
  };
}

/** How a pipeline stands, for a person. @param zone of its schedule. @default UTC */
export function printStatus(terminal: Terminal, status: PipelineStatus, zone?: string): void {
  const times = timesIn(zone);
  const { pipeline, schedule, runs, resources, unread } = status;
  const style = styleFor(terminal.colour);
  terminal.out(`${style.bold(pipeline)}  ${scheduleText(schedule, times)}${zoneNote(times)}`);
  terminal.out(
    resources === undefined ? `the ledger was not read: ${unread}` : tableOf(terminal, resources, times),
  );
  for (const run of runs) {
    const interval = run.interval ? `${times.interval(run.interval)}  ` : '';
    const reason = run.reason === undefined ? '' : `  ${run.reason}`;
    terminal.out(
      `${(run.phase ?? run.status).padEnd(10)} ${run.workflowId}  ${interval}${style.dim(`began ${toSecond(run.startedAt, times)}`)}${reason}`,
    );
  }
  if (resources !== undefined && schedule !== undefined)
    for (const line of advice(pipeline, resources)) terminal.out(line);
  terminal.out('');
}

function tableOf(terminal: Terminal, resources: readonly ResourceSummary[], times: Times): string {
  return renderTable(
    terminal,
    ['resource', 'loads', 'rows', 'loaded until', 'gaps'],
    resources.map((summary) => [
      summary.resource,
      formatCount(summary.loads),
      formatCount(summary.rows),
      summary.loadedUntil === undefined ? 'never' : times.instant(summary.loadedUntil),
      gapsText(summary),
    ]),
  );
}

/** A number says that gaps were looked for, and that a backfill loads them. */
function gapsText({ reached, expected, gaps }: ResourceSummary): string {
  if (!expected || (!reached && gaps.length === 0)) return '–';
  return formatCount(gaps.length);
}

function advice(pipeline: string, resources: readonly ResourceSummary[]): string[] {
  if (!resources.some(({ expected }) => expected))
    return [
      `gaps are not looked for without catch-up: tidemark intervals ${pipeline} --from DATE lists what is missing`,
    ];
  const count = (reached: boolean): number =>
    resources.reduce((sum, one) => sum + (one.reached === reached ? one.gaps.length : 0), 0);
  const [filled, tried] = [count(true), count(false)];
  const lines: string[] = [];
  if (filled > 0)
    lines.push(
      `${plural(filled, 'gap')}: tidemark intervals ${pipeline} lists them, tidemark backfill ${pipeline} loads them`,
    );
  if (tried > 0)
    lines.push(
      `${plural(tried, 'gap')} of resources that no backfill loads: tidemark intervals ${pipeline} says how to run them`,
    );
  return lines;
}

/** Nobody asks for the milliseconds of a start. */
const toSecond = (at: Date, times: Times): string => times.instant(at.toISOString().replace(/\.\d+/, ''));

function scheduleText(schedule: ScheduleStatus | undefined, times: Times): string {
  if (schedule === undefined) return 'runs by hand';
  if (!schedule.exists) return 'not deployed: tidemark deploy';
  if (schedule.paused) return `paused${schedule.note ? `: ${schedule.note}` : ''}`;
  return schedule.nextTick
    ? `next run ${times.instant(schedule.nextTick.toISOString())}`
    : 'has no further run';
}
