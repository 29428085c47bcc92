import { Option } from 'commander';
import { later, type Register } from '../session/command';
import { collect, wholeNumber } from '../session/options';

/** `tidemark backfill PIPELINE`: runs the intervals of a range that aren't loaded; prints the plan first. */
export const registerBackfill: Register = (program, run) => {
  program
    .command('backfill')
    .description('load the intervals of a range, by default those that are missing')
    .argument('<pipeline>', 'its name')
    .option('--from <date>', 'the beginning (default: that of the first interval from startDate on)')
    .option(
      '--to <date>',
      'the end, exclusive (default: that of the newest complete interval, within endDate)',
    )
    .option(
      '--chunk <size>',
      'the intervals: "cron", a duration (1d, P1M), a calendar unit (month), or a number of parts',
    )
    .option('--group <n>', 'neighbouring intervals that one run loads, each by itself', wholeNumber(1))
    .addOption(
      new Option('--order <order>', 'which intervals come first (default: oldest)').choices([
        'oldest',
        'newest',
      ]),
    )
    .option('--parallel <n>', 'intervals at a time (default: 1)', wholeNumber(1))
    .option('-r, --resource <resource>', 'only this resource; may be given several times', collect)
    .option('--missing', 'the intervals that are missing (the default)')
    .option('--failed', 'only the intervals that failed')
    .option('--all', 'all intervals, loaded or not')
    .option('--dry-run', 'only print the plan')
    .option('--detach', "start it and don't wait")
    .action(run(later(async () => (await import('../actions/backfill.js')).backfill)));
};
