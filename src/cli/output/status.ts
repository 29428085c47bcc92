import type { PipelineStatus } from '../../operate';
import type { ScheduleStatus } from '../../temporal';
import { formatCount, formatInstant, formatInterval, plural } from './format';
import { styleFor } from './style';
import { renderTable } from './table';
import type { Terminal } from './terminal';

/** How a pipeline stands, as `--json` gives it: of gaps their number, which `intervals` lists. */
export function statusAsJson({ resources, ...status }: PipelineStatus): Record<string, unknown> {
  return {
    ...status,
    resources: resources.map(({ resource, loads, rows, loadedUntil, gaps }) => ({
      resource,
      loads,
      rows,
      last: loadedUntil,
      gaps: gaps.length,
    })),
  };
}

/** How a pipeline stands, for a person. */
export function printStatus(terminal: Terminal, status: PipelineStatus): void {
  const { pipeline, schedule, runs, resources } = status;
  const style = styleFor(terminal.colour);
  terminal.out(`${style.bold(pipeline)}  ${scheduleText(schedule)}`);
  terminal.out(
    renderTable(
      terminal,
      ['resource', 'loads', 'rows', 'loaded until', 'gaps'],
      resources.map(({ resource, loads, rows, loadedUntil, gaps }) => [
        resource,
        formatCount(loads),
        formatCount(rows),
        loadedUntil === undefined ? 'never' : formatInstant(loadedUntil),
        gaps.length,
      ]),
    ),
  );
  for (const run of runs)
    terminal.out(
      `${run.status.padEnd(10)} ${run.workflowId}  ${run.interval ? `${formatInterval(run.interval)}  ` : ''}${style.dim(
        run.startedAt.toISOString(),
      )}`,
    );
  const missing = resources.reduce((sum, { gaps }) => sum + gaps.length, 0);
  if (missing > 0)
    terminal.out(
      `${plural(missing, 'gap')}: tidemark intervals ${pipeline} lists them, tidemark backfill ${pipeline} loads them`,
    );
  terminal.out('');
}

function scheduleText(schedule: ScheduleStatus | undefined): string {
  if (schedule === undefined) return 'runs by hand';
  if (!schedule.exists) return 'not deployed: tidemark deploy';
  if (schedule.paused) return `paused${schedule.note ? `: ${schedule.note}` : ''}`;
  return schedule.nextTick ? `next run ${schedule.nextTick.toISOString()}` : 'has no further run';
}
