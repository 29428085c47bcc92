import type { PipelineStatus, ResourceSummary } from '../../operate';
import type { ScheduleStatus } from '../../temporal';
import { formatCount, formatInstant, formatInterval, plural } from './format';
import { styleFor } from './style';
import { renderTable } from './table';
import type { Terminal } from './terminal';

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

/** How a pipeline stands, for a person. */
export function printStatus(terminal: Terminal, status: PipelineStatus): void {
  const { pipeline, schedule, runs, resources, unread } = status;
  const style = styleFor(terminal.colour);
  terminal.out(`${style.bold(pipeline)}  ${scheduleText(schedule)}`);
  terminal.out(resources === undefined ? `the ledger was not read: ${unread}` : tableOf(terminal, resources));
  for (const run of runs) {
    const interval = run.interval ? `${formatInterval(run.interval)}  ` : '';
    const reason = run.reason === undefined ? '' : `  ${run.reason}`;
    terminal.out(
      `${(run.phase ?? run.status).padEnd(10)} ${run.workflowId}  ${interval}${style.dim(run.startedAt.toISOString())}${reason}`,
    );
  }
  if (resources !== undefined && schedule !== undefined)
    for (const line of advice(pipeline, resources)) terminal.out(line);
  terminal.out('');
}

function tableOf(terminal: Terminal, resources: readonly ResourceSummary[]): string {
  return renderTable(
    terminal,
    ['resource', 'loads', 'rows', 'loaded until', 'gaps'],
    resources.map((summary) => [
      summary.resource,
      formatCount(summary.loads),
      formatCount(summary.rows),
      summary.loadedUntil === undefined ? 'never' : formatInstant(summary.loadedUntil),
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

function scheduleText(schedule: ScheduleStatus | undefined): string {
  if (schedule === undefined) return 'runs by hand';
  if (!schedule.exists) return 'not deployed: tidemark deploy';
  if (schedule.paused) return `paused${schedule.note ? `: ${schedule.note}` : ''}`;
  return schedule.nextTick ? `next run ${schedule.nextTick.toISOString()}` : 'has no further run';
}
