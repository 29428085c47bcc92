import { TidemarkError } from '../../errors';
import { checkResources, entryNamed } from '../../operate';
import type { RunRequest } from '../../plan';
import type { Entry } from '../../run';
import { runLocally } from '../run/run-local';
import { runRemotely } from '../run/run-remote';
import { typedRun } from '../run/run-time';
import { loadDeployment } from '../session/client';
import type { Register } from '../session/command';
import { collect, parseBindings } from '../session/options';

interface RunOptions {
  readonly resource?: readonly string[];
  readonly logicalDate?: string;
  readonly intervalAt?: string;
  readonly from?: string;
  readonly to?: string;
  readonly bind?: readonly string[];
  readonly fullRefresh?: boolean;
  readonly replace?: boolean;
  readonly force?: boolean;
  readonly local?: boolean;
  readonly detach?: boolean;
  readonly trace?: boolean;
}

/** `tidemark run PIPELINE`: one run by hand, through Temporal or, with `--local`, in this process. */
export const registerRun: Register = (program, run) => {
  program
    .command('run')
    .description('load once: an interval, a range, or what is new')
    .argument('<pipeline>', 'its name')
    .option('-r, --resource <name>', 'only this resource; may be given several times', collect)
    .option('--logical-date <date>', 'from this date till now')
    .option('--interval-at <date>', 'the complete interval before this date')
    .option('--from <date>', 'the beginning of a range, with --to')
    .option('--to <date>', 'the end of the range, exclusive')
    .option('--bind <resource.param=json>', 'a parameter for this run; may be given several times', collect)
    .option('--full-refresh', 'replace the data and forget the cursors')
    .option('--replace', 'load the slice anew: its rows go away and come again')
    .option('--force', 'with --replace: also where the source gives far fewer rows than are stored')
    .option('--local', 'in this process, without Temporal')
    .option('--detach', "start it and don't wait")
    .option('--trace', 'with --local: show where the time went')
    .action(
      run<RunOptions>(async ({ context, args, options }) => {
        const deployment = await loadDeployment(context, options);
        const entry = entryNamed(deployment, args[0]!);
        const { local = false, detach = false, trace = false } = options;
        if (local && detach)
          throw new TidemarkError(
            'USAGE',
            '--local runs in this process and cannot be detached; leave out one of the two.',
          );
        if (trace && !local)
          throw new TidemarkError(
            'USAGE',
            '--trace belongs to --local; "tidemark trace RUN" shows where the time of a run on Temporal went.',
          );
        const request = requestOf(entry, options);
        const { input } = typedRun(entry, request);
        return local
          ? runLocally(context, entry, input, options)
          : runRemotely({ context, deployment, request, options, detach });
      }),
    );
};

/** @throws RESOURCE_UNKNOWN, USAGE */
export function requestOf(entry: Entry, options: RunOptions): RunRequest {
  const { resource: resources, logicalDate, intervalAt, from, to, fullRefresh, replace, force } = options;
  const bind = parseBindings(options.bind);
  checkResources(entry, [...(resources ?? []), ...Object.keys(bind)]);
  if (force && !replace) throw new TidemarkError('USAGE', '--force belongs to --replace; give both.');
  return {
    pipeline: entry.name,
    resources,
    logicalDate,
    intervalAt,
    from,
    to,
    bind: options.bind && bind,
    fullRefresh,
    replace,
    force,
  };
}
