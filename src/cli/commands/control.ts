import type { TidemarkClient } from '../../operate';
import { toJsonText } from '../output/format';
import { withClient } from '../session/client';
import type { CliContext, GlobalOptions, Register } from '../session/command';
import { wholeNumber } from '../session/options';

/** `tidemark pause|resume|cancel|resize`: of a backfill by its id; a pipeline's name pauses and resumes its Schedule. */
export const registerControl: Register = (program, run) => {
  program
    .command('pause')
    .description('pause the Schedule of a pipeline, or a backfill')
    .argument('<what>', "the pipeline's name, or the backfill's id")
    .option('--reason <text>', 'why', 'paused by hand')
    .action(
      run<{ readonly reason: string }>(({ context, args: [what = ''], options }) =>
        control({ context, options, what, done: 'paused' }, (client) => client.pause(what, options.reason)),
      ),
    );
  program
    .command('resume')
    .description('resume what was paused')
    .argument('<what>', "the pipeline's name, or the backfill's id")
    .action(
      run(({ context, args: [what = ''], options }) =>
        control({ context, options, what, done: 'resumed' }, async (client) => {
          const unwritten = await client.resume(what);
          if (unwritten !== undefined)
            context.terminal.err(`the ledger doesn't say what was paused: ${unwritten}`);
        }),
      ),
    );
  program
    .command('cancel')
    .description('cancel a run or backfill; a load that is committing finishes')
    .argument('<run>', 'its id')
    .action(
      run(({ context, args: [what = ''], options }) =>
        control({ context, options, what, done: 'asked to cancel' }, (client) => client.cancel(what)),
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
          client.resize(what, options.parallel),
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
  act: (client: TidemarkClient) => Promise<void>,
): Promise<void> {
  const { context, options, what, done } = call;
  await withClient(context, options, act);
  context.terminal.out(options.json ? toJsonText({ what, done }) : `${what}: ${done}`);
}
