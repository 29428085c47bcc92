import { later, type Register } from '../session/command';

/**
 * `tidemark trace RUN`: where the time of a run went. `tidemark trace PIPELINE DATE`: of the run that loaded the interval that
 * the date lies in.
 */
export const registerTrace: Register = (program, run) => {
  program
    .command('trace')
    .description('where the time of a run went: waiting, requests, tables, commit')
    .argument('<run>', 'its workflow id; or a pipeline')
    .argument('[date]', 'of a pipeline: the interval that this date or time lies in')
    .action(run(later(async () => (await import('../actions/trace.js')).trace)));
};
