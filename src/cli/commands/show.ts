import { WorkflowNotFoundError } from '@temporalio/client';
import { WORKFLOWS } from '../../contracts';
import { TidemarkError } from '../../errors';
import type { Entry } from '../../run';
import { followBackfill } from '../backfill-remote';
import type { Register } from '../command';
import type { CliContext, GlobalOptions } from '../context';
import { withDataset } from '../dataset';
import { typedRange } from '../dates';
import { entryNamed, loadDeployment } from '../deployment';
import { EXIT, type ExitCode } from '../exit-code';
import { readIntervals } from '../ledger-view';
import { toJsonText } from '../output/format';
import { printIntervals } from '../output/intervals';
import { followRun } from '../run-remote';
import { withTemporal } from '../session';

/**
 * `tidemark show RUN`: a run or backfill by its id; shows progress while it runs, else how it ended.
 * `tidemark show PIPELINE DATE`: what the ledger knows of the interval that the date lies in.
 */
export const registerShow: Register = (program, run) => {
  program
    .command('show')
    .description('watch a run or backfill, or see how it ended')
    .argument('<run>', 'its workflow id, as "run", "backfill" and "status" print it; or a pipeline')
    .argument('[date]', 'of a pipeline: the interval that this date or time lies in')
    .action(
      run(async ({ context, args, options }) => {
        const deployment = await loadDeployment(context, options);
        const [workflowId = '', date] = args;
        if (date !== undefined || deployment.config.pipelines.some(({ name }) => name === workflowId))
          return showInterval({ context, entry: entryNamed(deployment, workflowId), date, options });
        return withTemporal(context, deployment, async (access) => {
          const type = await access.client.workflow
            .getHandle(workflowId)
            .describe()
            .then(
              (description) => description.type,
              (error: unknown) => {
                if (!(error instanceof WorkflowNotFoundError)) throw error;
                throw new TidemarkError(
                  'USAGE',
                  `There is no run "${workflowId}"; "tidemark status" lists the newest.`,
                );
              },
            );
          const names = deployment.config.pipelines
            .map(({ name }) => name)
            .sort((a, b) => b.length - a.length);
          const pipeline = names.find((name) => workflowId.startsWith(`tidemark-${name}-`)) ?? workflowId;
          const call = { context, access, workflowId, options, pipeline };
          return type === WORKFLOWS.backfill
            ? followBackfill(call)
            : followRun({ ...call, request: { pipeline } });
        });
      }),
    );
};

async function showInterval(call: {
  readonly context: CliContext;
  readonly entry: Entry;
  readonly date: string | undefined;
  readonly options: GlobalOptions;
}): Promise<ExitCode> {
  const { context, entry, date, options } = call;
  const { from } = typedRange(entry, date === undefined ? {} : { from: date });
  if (from === undefined)
    throw new TidemarkError(
      'USAGE',
      `"${entry.name}" is a pipeline: give a date in the interval to be shown, "tidemark show ${entry.name} 2024-01-31", or a run's id.`,
    );
  const range = { from, to: new Date(Date.parse(from) + 1000).toISOString() };
  const resources = await withDataset(context, entry, (dataset) => readIntervals({ entry, dataset, range }));
  if (options.json) context.terminal.out(toJsonText({ pipeline: entry.name, resources }));
  else for (const resource of resources) printIntervals(context.terminal, entry.name, resource);
  return EXIT.done;
}
