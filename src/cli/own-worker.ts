import type { TidemarkWorker } from '../../workers';
import type { TemporalAccess } from '../temporal';
import type { CliContext } from './context';
import type { LoadedDeployment } from './deployment';

/** What a worker of this process needs. */
export interface WorkerCall {
  readonly context: Pick<CliContext, 'terminal' | 'interrupted'>;
  readonly deployment: LoadedDeployment;
  readonly access: TemporalAccess;
}

/** How a worker of this process tells of its work. */
export interface WorkerVoice {
  /** Whether the SDK's warnings of failed loads are shown: for a worker whose runs this command doesn't watch. */
  readonly failures: boolean;
  /** Whether loads write log lines. @default false */
  readonly logLoads?: boolean;
  /** Where Prometheus is answered. @default nowhere */
  readonly metricsPort?: number;
}

/**
 * Starts a worker in this process; of what the SDK logs only warnings are shown. The SDK's worker is loaded here and not
 * with the program: most commands do without.
 */
export async function startWorker(
  { context, deployment, access }: WorkerCall,
  voice: WorkerVoice,
): Promise<TidemarkWorker> {
  const [{ createWorker }, { quietRuntime }] = await Promise.all([
    import('../../workers/index.js'),
    import('./worker-log.js'),
  ]);
  quietRuntime(context.terminal, voice);
  const { logLoads = false } = voice;
  return createWorker({ access, config: deployment.config, logLoads });
}

/**
 * Does something that needs a worker. If none polls and the server is the project's own, this process works itself for
 * that long; a server that is somebody else's gets no worker unasked: the person is told that one is missing.
 */
export async function withWorker<T>(call: WorkerCall, use: () => Promise<T>): Promise<T> {
  const { context, deployment, access } = call;
  const { taskQueue } = deployment.config.temporal;
  if (await isPolled(access, taskQueue)) return use();
  if (access.embedded === undefined) {
    context.terminal.err(`No worker polls the task queue "${taskQueue}" yet; start one: tidemark worker`);
    return use();
  }
  context.terminal.err(
    'No worker runs, so this command works itself until it ends (tidemark dev keeps one running).',
  );
  const worker = await startWorker(call, { failures: false });
  try {
    return await Promise.race([use(), failureOf(worker)]);
  } finally {
    await worker.stop().catch(() => undefined);
  }
}

/** Rejects if the worker fails; a worker that ends well settles nothing. */
function failureOf(worker: TidemarkWorker): Promise<never> {
  return new Promise((_resolve, reject) => {
    worker.ended.catch(reject);
  });
}

/** A poll lasts a minute: who has not polled for longer than that is gone. */
const POLLED_WITHIN_MS = 70_000;
const WORKFLOW_TASK_QUEUE = 1;

async function isPolled(
  { connection, namespace, embedded }: TemporalAccess,
  taskQueue: string,
): Promise<boolean> {
  // a server that this very process started has no workers yet, though it may remember those of yesterday
  if (embedded?.owned) return false;
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_TASK_QUEUE,
  });
  const since = Date.now() / 1000 - POLLED_WITHIN_MS / 1000;
  return (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) > since);
}
