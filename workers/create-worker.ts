import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities, type Engine, type WorkerConfig } from '../activities';
import { ensureSearchAttributes, type TemporalAccess } from '../src/temporal';
import { quietRuntime } from './runtime';
import { workflowBundle } from './workflow-code';

export interface CreateWorkerOptions {
  readonly access: Pick<TemporalAccess, 'connectOptions'>;
  readonly config: WorkerConfig;
  /** Resources that load at a time in this worker. @default 4 */
  readonly concurrency?: number;
  /** How long a load that is under way may go on when the worker is asked to stop. @default 10 s */
  readonly graceMs?: number;
  /** Silence after which a worker is taken for dead. @default 30 s */
  readonly heartbeatTimeoutMs?: number;
  /** Overrides of the SDK's own options: interceptors, metrics. */
  readonly worker?: Partial<WorkerOptions>;
  /** For tests: what loads in place of the pipeline. */
  readonly engine?: Engine;
}

/** A worker that polls. */
export interface TidemarkWorker {
  /** Settles when the worker has ended: rejects if it failed, also when `stop` was called. */
  readonly ended: Promise<void>;
  /**
   * Stops taking work and lets what runs end; after `graceMs` loads are interrupted at a page boundary and go on in
   * another worker, or in this one's next start. May be called twice.
   */
  stop(): Promise<void>;
}

/** Loads run on one thread and commit one after the other: more of them at a time gain little and cost memory. */
const LOADS_AT_A_TIME = 4;
const GRACE_MS = 10_000;
/** Progress is seen by people: sent on at least this often, whatever the heartbeat timeout. */
const HEARTBEATS_EVERY_MS = 1_000;

/**
 * Starts a worker for a config: tidemark's workflows and activities on its task queue.
 *
 * @throws TidemarkError and the SDK's own errors where the connection or the workflow code fails
 */
export async function createWorker(options: CreateWorkerOptions): Promise<TidemarkWorker> {
  const {
    access,
    config,
    concurrency = LOADS_AT_A_TIME,
    graceMs = GRACE_MS,
    heartbeatTimeoutMs,
    engine,
  } = options;
  const { namespace, ...connectionOptions } = access.connectOptions;
  quietRuntime();
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const indexed = await ensureSearchAttributes(connection, namespace);
    const worker = await Worker.create({
      workflowBundle: await workflowBundle(),
      connection,
      namespace,
      taskQueue: config.temporal.taskQueue,
      activities: createActivities({
        config,
        indexed,
        ...(heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs }),
        ...(engine !== undefined && { engine }),
      }),
      maxConcurrentActivityTaskExecutions: concurrency,
      shutdownGraceTime: graceMs,
      maxHeartbeatThrottleInterval: HEARTBEATS_EVERY_MS,
      ...options.worker,
    });
    return running(worker, connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function running(worker: Worker, connection: NativeConnection): TidemarkWorker {
  const ended = worker.run().finally(() => connection.close());
  // whoever awaits it hears of a failure; nobody awaiting it yet is no unhandled rejection
  ended.catch(() => undefined);
  return {
    ended,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}
