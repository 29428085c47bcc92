import { TidemarkError } from '../../errors';
import { checkResources, entryNamed } from '../../operate';
import type { RunRequest } from '../../plan';
import type { Entry } from '../../run';
import { runLocally } from '../run/run-local';
import { runRemotely } from '../run/run-remote';
import { typedRun } from '../run/run-time';
import { loadDeployment } from '../session/client';
import type { Action } from '../session/command';
import { parseBindings } from '../session/options';

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
  const deployment = await loadDeployment(context, options);
  const entry = entryNamed(deployment, args[0]!);
  const { local = false, detach = false } = options;
  if (local && detach)
    throw new TidemarkError(
      'USAGE',
      '--local runs in this process and cannot be detached; leave out one of the two.',
    );
  const request = requestOf(entry, options);
  const { input } = typedRun(entry, request);
  return local
    ? runLocally(context, entry, input, options)
    : runRemotely({ context, deployment, request, options, detach });
};
