import { later, type Register } from '../session/command';

/** `tidemark drop PIPELINE RESOURCE…`: tables and state of resources go; says what first, and asks. */
export const registerDrop: Register = (program, run) => {
  program
    .command('drop')
    .description('drop tables and state of resources; what is dropped is shown first, and asked for')
    .argument('<pipeline>', 'its name')
    .argument('<resources...>', 'of the config, or of what is stored')
    .option('--state-only', 'cursors and own values alone; rows stay')
    .option('--tables-only', 'tables alone; cursors stay')
    .option('--dry-run', 'say what would go, and change nothing')
    .option('-y, --yes', "don't ask")
    .addHelpText(
      'after',
      '\nPause the pipeline first: a load that is under way starts over, and brings its rows into new tables.',
    )
    .action(run(later(async () => (await import('../actions/drop.js')).drop)));
};
