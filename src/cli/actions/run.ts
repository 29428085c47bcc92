import { TidemarkError } from '../../errors';
import { checkResources, entryNamed } from '../../operate';
import { type RunRequest, refuseWithoutDate, resolveRun, timetableOf } from '../../plan';
import type { Entry } from '../../run';
import { type AskedOfOne, runAll } from '../run/run-all';
import { runLocally } from '../run/run-local';
import { runRemotely } from '../run/run-remote';
import { typedRun } from '../run/run-time';
import { loadDeployment } from '../session/client';
import type { Action } from '../session/command';
import { parseBindings } from '../session/options';
import { readTyped } from '../session/typed';

interface RunOptions {
  readonly all?: boolean;
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

export const run: Action<RunOptions> = async ({ context, args, options }) => {
  const [name] = args;
  const { local = false, detach = false, all = false } = options;
  checkUse(name, options);
  const deployment = await loadDeployment(context, options);
  if (all) {
    const asked = requestsOf(deployment.config.pipelines, options);
    return runAll({ context, deployment, asked, options, local });
  }
  const entry = entryNamed(deployment, name!);
  const request = requestOf(entry, options);
  const { input } = typedRun(entry, request);
  return local
    ? runLocally({ context, entry, run: input, options })
    : runRemotely({ context, deployment, request, options, detach });
};

/** @throws USAGE for options that exclude each other, and for no pipeline at all */
function checkUse(pipeline: string | undefined, options: RunOptions): void {
  const { local = false, detach = false, all = false, trace = false, resource, bind } = options;
  const refuse = (problem: string): TidemarkError => new TidemarkError('USAGE', problem);
  if (pipeline === undefined && !all)
    throw refuse('Say what is to be run: the name of a pipeline, or --all for every one of the config.');
  if (pipeline !== undefined && all)
    throw refuse(`"${pipeline}" and --all exclude each other; leave out one of the two.`);
  if (local && detach)
    throw refuse('--local runs in this process and cannot be detached; leave out one of the two.');
  if (trace && !local)
    throw refuse(
      '--trace belongs to --local; "tidemark trace RUN" shows where the time of a run on Temporal went.',
    );
  if (!all) return;
  if (trace)
    throw refuse('--trace is of one pipeline and cannot be had with --all; name the pipeline instead.');
  if (detach)
    throw refuse('--all runs one pipeline after the other and cannot be detached; leave out one of the two.');
  const ofOne = resource === undefined ? (bind === undefined ? undefined : '--bind') : '--resource';
  if (ofOne !== undefined)
    throw refuse(`${ofOne} is of one pipeline and cannot be had with --all; name the pipeline instead.`);
}

/**
 * What is to be run of each pipeline. One that has nothing to load without a date, and was given none, loads its newest
 * complete interval.
 * @throws what the first one is refused for, where all are
 */
function requestsOf(entries: readonly Entry[], options: RunOptions): readonly AskedOfOne[] {
  const asked = entries.map((entry): AskedOfOne => {
    try {
      const request = requestOf(entry, options);
      const intervalAt = readTyped(() => newestFor(entry, request));
      const dated = intervalAt === undefined ? request : { ...request, intervalAt };
      return { entry, request: dated, run: typedRun(entry, dated).input };
    } catch (error) {
      return { entry, error };
    }
  });
  const [first] = asked;
  if (first !== undefined && 'error' in first && asked.every((one) => 'error' in one)) throw first.error;
  return asked;
}

/** The newest instant at which a complete interval of the schedule ends, for a run that has nothing to load without a date. */
function newestFor(entry: Entry, request: RunRequest): string | undefined {
  const { input } = resolveRun(entry, request);
  const { schedule } = entry;
  if (schedule === undefined) return undefined;
  try {
    refuseWithoutDate(entry, input);
    return undefined;
  } catch {
    const now = new Date().toISOString();
    const end = timetableOf(schedule).lastInterval?.end;
    return end !== undefined && Date.parse(end) < Date.parse(now) ? end : now;
  }
}
