import type { Dataset } from '../../destination';
import type { Entry } from '../../run';
import { listRuns, type RunSummary, type ScheduleStatus, scheduleStatuses } from '../../temporal';
import type { Register } from '../command';
import { withDataset } from '../dataset';
import { entryNamed, loadDeployment } from '../deployment';
import { type ResourceIntervals, readIntervals } from '../ledger-view';
import { formatCount, formatInstant, formatInterval, plural, toJsonText } from '../output/format';
import { styleFor } from '../output/style';
import { renderTable } from '../output/table';
import type { Terminal } from '../output/terminal';
import { describeAccess, withTemporal } from '../session';

/** Everything that `status` tells of one pipeline. */
interface PipelineStatus {
  readonly pipeline: string;
  readonly schedule: ScheduleStatus | undefined;
  readonly runs: readonly RunSummary[];
  readonly resources: readonly ResourceIntervals[];
}

/** `tidemark status [PIPELINE]`: what runs, what comes next, what is loaded and what is missing. */
export const registerStatus: Register = (program, run) => {
  program
    .command('status')
    .description('what runs, what comes next, what is loaded and what is missing')
    .argument('[pipeline]', 'only this one')
    .action(
      run(async ({ context, args, options }) => {
        const deployment = await loadDeployment(context, options);
        const entries =
          args[0] === undefined ? deployment.config.pipelines : [entryNamed(deployment, args[0])];
        const { terminal } = context;
        const { statuses, where } = await withTemporal(context, deployment, async (access) => {
          const schedules = await scheduleStatuses(access.client, deployment.config);
          const found: Omit<PipelineStatus, 'resources'>[] = [];
          for (const { name } of entries)
            found.push({
              pipeline: name,
              schedule: schedules.find(({ pipeline }) => pipeline === name),
              runs: await listRuns(access.client, { pipeline: name, limit: 5 }),
            });
          return { statuses: found, where: describeAccess(access) };
        });
        const complete: PipelineStatus[] = [];
        for (const [index, status] of statuses.entries()) {
          const entry: Entry = entries[index]!;
          const resources = await withDataset(context, entry, (dataset: Dataset) =>
            readIntervals({ entry, dataset, range: {} }),
          );
          complete.push({ ...status, resources });
        }
        if (options.json) return terminal.out(toJsonText(complete.map(withoutRows)));
        terminal.err(styleFor(terminal.colour).dim(where));
        for (const status of complete) printStatus(terminal, status);
        return undefined;
      }),
    );
};

/** The ledger's rows are what `intervals` prints; here their sum is enough. */
function withoutRows({ resources, ...status }: PipelineStatus): Record<string, unknown> {
  return { ...status, resources: resources.map(summaryOf) };
}

function summaryOf({ resource, rows, gaps }: ResourceIntervals): {
  readonly resource: string;
  readonly loads: number;
  readonly rows: number;
  readonly last: string | undefined;
  readonly gaps: number;
} {
  const loaded = rows.filter(({ status }) => status === 'loaded');
  const ends = loaded.flatMap(({ interval_end, cursor_end }) => interval_end ?? cursor_end ?? []);
  return {
    resource,
    loads: loaded.length,
    rows: loaded.reduce((sum, row) => sum + row.rows, 0),
    last: ends.sort().at(-1),
    gaps: gaps.length,
  };
}

function printStatus(terminal: Terminal, { pipeline, schedule, runs, resources }: PipelineStatus): void {
  const style = styleFor(terminal.colour);
  terminal.out(`${style.bold(pipeline)}  ${scheduleText(schedule)}`);
  terminal.out(
    renderTable(
      terminal,
      ['resource', 'loads', 'rows', 'loaded until', 'gaps'],
      resources
        .map(summaryOf)
        .map(({ resource, loads, rows, last, gaps }) => [
          resource,
          formatCount(loads),
          formatCount(rows),
          last === undefined ? 'never' : formatInstant(last),
          gaps,
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
