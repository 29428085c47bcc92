import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities';
import { releaseIdleFiles } from '../src/destination';
import { checkCheckpoints, type Engine, type EntryConfig } from '../src/run';
import { ensureSearchAttributes, type TemporalAccess } from '../src/temporal';
import { withoutUndefined } from '../src/value';
import { checkHomes } from './check-homes';
import { installRuntime } from './runtime';
import { workerSettings } from './worker-settings';
import { workflowBundle } from './workflow-code';

interface CreateWorkerOptions {
  readonly access: Pick<TemporalAccess, 'connectOptions'> & Partial<Pick<TemporalAccess, 'indexed'>>;
  readonly config: EntryConfig;
  /** How long a load that is under way may go on when the worker is asked to stop. @default the config's `gracefulStop` */
  readonly graceMs?: number;
  /** Silence after which a worker is taken for dead. @default 30 s */
  readonly heartbeatTimeoutMs?: number;
  /** Whether loads write log lines, as JSON on stderr. @default false */
  readonly logLoads?: boolean;
  /** By what name a dataset on this host's disk is told from one on another's. @default the system's host name */
  readonly host?: string | undefined;
  /** Overrides of the SDK's own options: interceptors, sinks. */
  readonly worker?: Partial<WorkerOptions>;
  /** For tests: what loads in place of the pipeline. */
  readonly engine?: Engine;
}

/** A worker that polls. */
export interface TidemarkWorker {
  /** Settles when the worker has ended: rejects if it failed, also when `stop` was called. */
  readonly ended: Promise<void>;
  /**
   * Stops taking work. A load that extracts stops at its next page, or after `graceMs` at once, and is loaded again by
   * another worker or by this one's next start; one that commits ends. May be called twice.
   */
  stop(): Promise<void>;
  /** Whether it polls for work. */
  readonly polls: () => boolean;
}

/**
 * Starts a worker for a config: tidemark's workflows and activities on its task queue.
 *
 * @throws CONFIG_INVALID, HTTP_NETWORK and the like where checkpoints can't be kept as the config says;
 * DATASET_MISMATCH where a file's dataset is on another host; TidemarkError and the
 * SDK's own errors where the connection or the workflow code fails
 */
export async function createWorker(options: CreateWorkerOptions): Promise<TidemarkWorker> {
  const { access, config, graceMs, heartbeatTimeoutMs, logLoads, engine, host = hostname() } = options;
  const { namespace, ...connectionOptions } = access.connectOptions;
  await checkCheckpoints(config);
  installRuntime();
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    await checkHomes(new Client({ connection, ...withoutUndefined({ namespace }) }), config, host);
    const indexed = access.indexed ?? (await ensureSearchAttributes(connection, namespace));
    const worker: Worker = await Worker.create({
      ...workerSettings(config.worker),
      workflowBundle: await workflowBundle(),
      connection,
      namespace,
      taskQueue: config.temporal.taskQueue,
      activities: createActivities({
        config,
        indexed,
        stopping: () => worker.getState() !== 'RUNNING',
        logLoads,
        heartbeatTimeoutMs,
        engine,
        host,
      }),
      ...withoutUndefined({ shutdownGraceTime: graceMs }),
      ...options.worker,
    });
    return running(worker, connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function running(worker: Worker, connection: NativeConnection): TidemarkWorker {
  const ended = worker.run().finally(() => {
    releaseIdleFiles();
    return connection.close();
  });
  // whoever awaits it gets the failure; that nobody awaits it yet must not end the process
  ended.catch(() => undefined);
  return {
    ended,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
    polls: () => worker.getState() === 'RUNNING',
  };
}
