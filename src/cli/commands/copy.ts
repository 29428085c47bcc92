import { later, type Register } from '../session/command';
import { DESTINATION_FORMS } from '../session/destination-forms';

/** `tidemark copy PIPELINE --to DESTINATION`: brings its dataset to another destination. */
export const registerCopy: Register = (program, run) => {
  program
    .command('copy')
    .description('bring the dataset of a pipeline to another destination: rows, schema, state and ledger')
    .argument('<pipeline>', 'its name; all that is in its dataset is copied, of other pipelines too')
    .requiredOption('--to <destination>', `where to: ${DESTINATION_FORMS}`)
    .option('--dry-run', 'say what would be copied, and write nothing')
    .addHelpText(
      'after',
      '\nPause the pipelines of the dataset first. A copy that stopped goes on where it was; nothing that is there is overwritten.',
    )
    .action(run(later(async () => (await import('../actions/copy.js')).copy)));
};
