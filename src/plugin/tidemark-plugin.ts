import type { ClientPlugin, ConnectionPlugin } from '@temporalio/client';
import type { NativeConnectionPlugin, Worker, WorkerOptions, WorkerPlugin } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { workerSettings, workflowBundle } from '../../workers';
import { environmentVariables, resolveConfig, type TidemarkConfig } from '../config';
import type { TidemarkActivities } from '../contracts';
import { releaseIdleFiles } from '../destination';
import { TidemarkError } from '../errors';
import type { Pipeline } from '../pipeline';
import { checkCheckpoints } from '../run';
import type { Source } from '../source';
import { type ConnectOptions, connectionSettings, ensureSearchAttributes } from '../temporal';
import { withoutUndefined } from '../value';

/** What {@link tidemarkPlugin} makes: it goes into `plugins` of a Worker, a Client or a connection of either kind. */
export type TidemarkPlugin = Required<
  Pick<WorkerPlugin, 'name' | 'configureWorker' | 'configureReplayWorker' | 'runWorker'>
> &
  Required<Pick<ClientPlugin, 'configureClient'>> &
  Required<Pick<ConnectionPlugin, 'configureConnection'>> &
  Required<Pick<NativeConnectionPlugin, 'configureNativeConnection'>>;

/**
 * tidemark for Temporal workers and clients of one's own.
 *
 * In a worker it adds tidemark's activities, and where they are not set the config's task queue, namespace and
 * `temporal.worker` limits. Workflows are not added to a `workflowsPath`: re-export them there. Without a `workflowsPath`
 * or `workflowBundle` the worker gets tidemark's alone. In a connection it fills in the config's address, API key and TLS
 * if no address is given, in a client the namespace. The data converter stays what it is: payloads are plain JSON.
 *
 * @throws CONFIG_INVALID and what else is wrong with the config
 * @example
 * // workflows.ts: export * from 'tidemark/workflows'; export * from './my-workflows';
 * const worker = await Worker.create({
 *   connection, taskQueue: 'mine', workflowsPath: require.resolve('./workflows'), activities, plugins: [tidemarkPlugin(config)],
 * });
 */
export function tidemarkPlugin(config: TidemarkConfig<Pipeline, Source>): TidemarkPlugin {
  const resolved = resolveConfig(config);
  /** A plugin of a connection is given to its workers too: what was configured once isn't again. */
  const added = new WeakSet<object>();
  const workers = new Set<Worker>();
  const settings = (): ConnectOptions | undefined =>
    connectionSettings({
      temporal: resolved.temporal,
      env: environmentVariables(),
      projectDir: process.cwd(),
    });

  const withAddress = <O extends { address?: string }>(options: O): O => {
    if (options.address !== undefined) return options;
    const { namespace: _, ...connect } = settings() ?? { namespace: '' };
    return { ...options, ...connect };
  };
  const withNamespace = <O extends { namespace?: string }>(options: O): O => {
    const namespace = options.namespace ?? settings()?.namespace;
    return { ...options, ...withoutUndefined({ namespace }) };
  };
  const stopping = (): boolean =>
    workers.size > 0 && [...workers].every((worker) => worker.getState() !== 'RUNNING');

  return {
    name: 'tidemark',
    configureConnection: withAddress,
    configureNativeConnection: withAddress,
    configureClient: withNamespace,
    async configureWorker(given) {
      if (given.activities !== undefined && added.has(given.activities)) return given;
      await checkCheckpoints(resolved);
      const options = withNamespace(given);
      const { connection, namespace = 'default' } = options;
      const indexed = connection === undefined ? false : await ensureSearchAttributes(connection, namespace);
      const own = createActivities({ config: resolved, indexed, stopping });
      const activities = { ...withoutClash(options.activities, own), ...own };
      added.add(activities);
      return {
        ...workerDefaults(options, workerSettings(resolved.worker)),
        ...(hasWorkflows(options) ? {} : { workflowBundle: await workflowBundle() }),
        taskQueue: options.taskQueue ?? resolved.temporal.taskQueue,
        activities,
      };
    },
    async configureReplayWorker(options) {
      return hasWorkflows(options) ? options : { ...options, workflowBundle: await workflowBundle() };
    },
    async runWorker(worker, next) {
      workers.add(worker);
      try {
        await next(worker);
      } finally {
        workers.delete(worker);
        releaseIdleFiles();
      }
    },
  };
}

const hasWorkflows = (options: Pick<WorkerOptions, 'workflowsPath' | 'workflowBundle'>): boolean =>
  options.workflowsPath !== undefined || options.workflowBundle !== undefined;

/** A tuner and numbers of slots exclude each other: who gives either has decided about slots. */
function workerDefaults(options: WorkerOptions, ours: ReturnType<typeof workerSettings>): WorkerOptions {
  const { tuner, maxConcurrentActivityTaskExecutions, ...rest } = ours;
  const decided = Object.keys(options).some((name) => name === 'tuner' || name.startsWith('maxConcurrent'));
  const slots = tuner === undefined ? { maxConcurrentActivityTaskExecutions } : { tuner };
  return { ...rest, ...(decided ? {} : slots), ...options } as WorkerOptions;
}

function withoutClash(given: object | undefined, own: TidemarkActivities): object {
  const clash = Object.keys(own).find((name) => given !== undefined && name in given);
  if (clash === undefined) return { ...given };
  throw new TidemarkError(
    'CONFIG_INVALID',
    `The worker has an activity "${clash}" already: names that begin with "tidemark" are the plugin's. Add the plugin once, and rename yours.`,
    { details: { activity: clash } },
  );
}
