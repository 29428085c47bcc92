import { later, type Register } from '../session/command';
import { collect } from '../session/options';

/** `tidemark run PIPELINE`: one run by hand, through Temporal or, with `--local`, in this process. */
export const registerRun: Register = (program, run) => {
  program
    .command('run')
    .description('run a pipeline once: an interval, a range, or what is new')
    .argument('[pipeline]', 'its name')
    .option('--all', 'every pipeline of the config, one after the other; one that fails stops none')
    .option('-r, --resource <resource>', 'only this resource; may be given several times', collect)
    .option('--logical-date <date>', 'from this date till now')
    .option('--interval-at <date>', 'the complete interval before this date')
    .option('--from <date>', 'the beginning of a range, with --to')
    .option('--to <date>', 'the end of the range, exclusive')
    .option('--bind <resource.param=json>', 'a parameter for this run; may be given several times', collect)
    .option('--full-refresh', 'replace the data and forget the cursors')
    .option('--replace', 'load the interval anew: its rows go away and come again')
    .option('--force', 'with --replace: also where the source gives far fewer rows than are stored')
    .option('--local', 'in this process, without Temporal')
    .option('--detach', "start it and don't wait")
    .option('--trace', 'with --local: show where the time went')
    .action(run(later(async () => (await import('../actions/run.js')).run)));
};
