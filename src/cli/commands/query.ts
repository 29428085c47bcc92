import { later, type Register } from '../session/command';

/** `tidemark query SQL`: rows of the dataset that a pipeline loads into. */
export const registerQuery: Register = (program, run) => {
  program
    .command('query')
    .description('run SQL that reads what was loaded')
    .argument('<sql>', 'one SELECT, EXPLAIN, DESCRIBE or SHOW; the dataset is the default schema')
    .option('-p, --pipeline <pipeline>', 'whose dataset; needed where the config loads into several')
    .option('--files', 'let it read files of this machine, too')
    .action(run(later(async () => (await import('../actions/query.js')).query)));
};
