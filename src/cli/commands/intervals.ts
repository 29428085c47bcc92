import { later, type Register } from '../session/command';
import { collect } from '../session/options';

/** `tidemark intervals PIPELINE`: what was loaded for which interval, and what is missing and why. */
export const registerIntervals: Register = (program, run) => {
  program
    .command('intervals')
    .description('what was loaded for which interval, and what is missing')
    .argument('<pipeline>', 'its name')
    .option('--from <date>', 'only intervals that end after it')
    .option('--to <date>', 'only intervals that begin before it')
    .option('-r, --resource <resource>', 'only this resource; may be given several times', collect)
    .action(run(later(async () => (await import('../actions/intervals.js')).intervals)));
};
