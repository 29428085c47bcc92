import { later, type Register } from '../session/command';

/**
 * `tidemark show RUN`: a run or backfill by its id; shows progress while it runs, else how it ended.
 * `tidemark show PIPELINE DATE`: what the ledger knows of the interval that the date lies in.
 */
export const registerShow: Register = (program, run) => {
  program
    .command('show')
    .description('watch a run or backfill, or see how it ended')
    .argument(
      '<run-or-pipeline>',
      'its workflow id, as "run", "backfill" and "status" print it; or a pipeline',
    )
    .argument('[date]', 'of a pipeline: the interval that this date or time lies in')
    .action(run(later(async () => (await import('../actions/show.js')).show)));
};
