import type { DeployReport, ScheduleChange } from '../../temporal';
import { styleFor } from './style';
import type { Terminal } from './terminal';
import { timesIn, zoneNote } from './times';

const VERBS = {
  create: ['created', 'would create'],
  update: ['updated', 'would update'],
  delete: ['deleted', 'would delete'],
  unchanged: ['unchanged', 'unchanged'],
} as const satisfies Record<ScheduleChange['action'], readonly [string, string]>;

/** What a deployment changed, or would change: a line for each Schedule with its differences, catch-ups, warnings. */
export function printDeployReport(
  terminal: Terminal,
  report: DeployReport,
  options: {
    readonly dryRun: boolean;
    /** The zone of a pipeline's schedule. @default UTC */
    readonly zoneOf?: ((pipeline: string) => string | undefined) | undefined;
  },
): void {
  const style = styleFor(terminal.colour);
  const paint = { create: style.green, update: style.yellow, delete: style.red, unchanged: style.dim };
  for (const change of report.schedules) {
    terminal.out(
      `${paint[change.action](VERBS[change.action][options.dryRun ? 1 : 0])} Schedule ${change.scheduleId}`,
    );
    if (change.action !== 'update') continue;
    for (const { field, from, to } of change.differences)
      terminal.out(`  ${field}: ${style.red(from ?? 'none')} → ${style.green(to ?? 'none')}`);
  }
  for (const { pipeline, from, to, started, workflowId } of report.catchUps) {
    const times = timesIn(options.zoneOf?.(pipeline));
    const range = `${times.interval({ start: from, end: to })}${zoneNote(times)}`;
    if (options.dryRun) terminal.out(`would catch up what is missing of ${pipeline} in ${range}`);
    else
      terminal.out(
        `${started ? 'catching up' : 'already catching up'} ${pipeline} in ${range}  ${style.dim(workflowId)}`,
      );
  }
  if (report.schedules.length === 0) terminal.out('The config has no pipeline with a schedule.');
  for (const warning of report.warnings) terminal.err(`${style.yellow('warning')} ${warning}`);
}
