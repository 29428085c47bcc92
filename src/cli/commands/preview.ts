import { later, type Register } from '../session/command';
import { collect, wholeNumber } from '../session/options';

/** `tidemark preview PIPELINE`: extracts a few rows for a look; the destination is neither read nor written. */
export const registerPreview: Register = (program, run) => {
  program
    .command('preview')
    .description('show rows and tables that would arise; writes nothing')
    .argument('<pipeline>', 'its name')
    .option('-r, --resource <resource>', 'only this resource; may be given several times', collect)
    .option('-n, --limit <rows>', 'rows of each resource', wholeNumber(1), 10)
    .action(run(later(async () => (await import('../actions/preview.js')).preview)));
};
