import type { Client } from '@temporalio/client';
import {
  cancelRun,
  pauseBackfill,
  pauseSchedule,
  resizeBackfill,
  resumeBackfill,
  resumeSchedule,
} from '../../temporal';
import type { Register } from '../command';
import type { CliContext, GlobalOptions } from '../context';
import { type LoadedDeployment, loadDeployment } from '../deployment';
import { wholeNumber } from '../options';
import { toJsonText } from '../output/format';
import { withTemporal } from '../session';

/** `tidemark pause|resume|cancel|resize`: of a backfill by its id; a pipeline's name pauses and resumes its Schedule. */
export const registerControl: Register = (program, run) => {
  program
    .command('pause')
    .description('pause the Schedule of a pipeline, or a backfill')
    .argument('<what>', "the pipeline's name, or the backfill's id")
    .option('--reason <text>', 'why', 'paused by hand')
    .action(
      run<{ readonly reason: string }>(({ context, args: [what = ''], options }) =>
        control({ context, options, what, done: 'paused' }, (client, isPipeline) =>
          isPipeline
            ? pauseSchedule(client, what, options.reason)
            : pauseBackfill(client, what, options.reason),
        ),
      ),
    );
  program
    .command('resume')
    .description('resume what was paused')
    .argument('<what>', "the pipeline's name, or the backfill's id")
    .action(
      run(({ context, args: [what = ''], options }) =>
        control({ context, options, what, done: 'resumed' }, (client, isPipeline) =>
          isPipeline ? resumeSchedule(client, what) : resumeBackfill(client, what),
        ),
      ),
    );
  program
    .command('cancel')
    .description('cancel a run or backfill; a load that is committing finishes')
    .argument('<run>', 'its id')
    .action(
      run(({ context, args: [what = ''], options }) =>
        control({ context, options, what, done: 'asked to cancel' }, (client) => cancelRun(client, what)),
      ),
    );
  program
    .command('resize')
    .description('change how many intervals of a backfill run at a time')
    .argument('<backfill>', 'its id')
    .requiredOption('--parallel <n>', 'intervals at a time', wholeNumber(1))
    .action(
      run<{ readonly parallel: number }>(({ context, args: [what = ''], options }) =>
        control({ context, options, what, done: `${options.parallel} at a time` }, (client) =>
          resizeBackfill(client, what, options.parallel),
        ),
      ),
    );
};

async function control(
  call: {
    readonly context: CliContext;
    readonly options: GlobalOptions;
    readonly what: string;
    readonly done: string;
  },
  act: (client: Client, isPipeline: boolean) => Promise<void>,
): Promise<void> {
  const { context, options, what, done } = call;
  const deployment: LoadedDeployment = await loadDeployment(context, options);
  const isPipeline = deployment.config.pipelines.some(({ name }) => name === what);
  await withTemporal(context, deployment, ({ client }) => act(client, isPipeline));
  context.terminal.out(options.json ? toJsonText({ what, done }) : `${what}: ${done}`);
}
