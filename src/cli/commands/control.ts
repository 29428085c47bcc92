import { later, type Register } from '../session/command';
import { wholeNumber } from '../session/options';

/** `tidemark pause|resume|cancel|resize`: of a backfill by its id; a pipeline's name pauses and resumes its Schedule. */
export const registerControl: Register = (program, run) => {
  program
    .command('pause')
    .description('pause the Schedule of a pipeline, or a backfill')
    .argument('<pipeline-or-backfill>', "the pipeline's name, or the backfill's id")
    .option('--reason <text>', 'why', 'paused by hand')
    .action(run(later(async () => (await import('../actions/control.js')).pause)));
  program
    .command('resume')
    .description('resume what was paused: a pipeline or a backfill')
    .argument('<pipeline-or-backfill>', "the pipeline's name, or the backfill's id")
    .action(run(later(async () => (await import('../actions/control.js')).resume)));
  program
    .command('cancel')
    .description('cancel a run or backfill; a load that is committing finishes')
    .argument('<run>', 'the id of the run or backfill')
    .action(run(later(async () => (await import('../actions/control.js')).cancel)));
  program
    .command('resize')
    .description('change how many intervals of a backfill run at a time')
    .argument('<backfill>', 'the id of the backfill')
    .requiredOption('--parallel <n>', 'intervals at a time', wholeNumber(1))
    .action(run(later(async () => (await import('../actions/control.js')).resize)));
};
