import { Option } from 'commander';
import { later, type Register } from '../session/command';
import { collect, wholeNumber } from '../session/options';

/** `tidemark backfill PIPELINE`: runs the intervals of a range that aren't loaded; prints the plan first. */
export const registerBackfill: Register = (program, run) => {
  program
    .command('backfill')
    .description('load the intervals of a range, by default those that are missing')
    .argument('<pipeline>', 'its name')
    .option('--from <date>', 'the beginning (default: the first tick from startDate on)')
    .option('--to <date>', 'the end, exclusive (default: the last complete tick, within endDate)')
    .option(
      '--chunk <size>',
      'how it is cut: "cron", a duration (1d, P1M), a calendar unit (month), or a number of parts',
    )
    .option('--group <n>', 'neighbouring intervals that one run loads, each by itself', wholeNumber(1))
    .addOption(
      new Option('--order <order>', 'which come first (default: oldest)').choices(['oldest', 'newest']),
    )
    .option('--parallel <n>', 'chunks at a time (default: 1)', wholeNumber(1))
    .option('-r, --resource <resource>', 'only this resource; may be given several times', collect)
    .option('--missing', 'what the ledger shows to be missing (the default)')
    .option('--failed', 'only what failed')
    .option('--all', 'everything, loaded or not')
    .option('--dry-run', 'only print the plan')
    .option('--detach', "start it and don't wait")
    .action(run(later(async () => (await import('../actions/backfill.js')).backfill)));
};
