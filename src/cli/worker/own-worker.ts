import type { TidemarkWorker } from '../../../workers';
import type { LoadedDeployment } from '../../operate';
import { isPolled, type TemporalAccess } from '../../temporal';
import type { CliContext } from '../session/command';
import type { LogOptions } from './runtime-log';

/** What a worker of this process needs. */
interface WorkerCall {
  readonly context: Pick<CliContext, 'terminal' | 'interrupted'>;
  readonly deployment: LoadedDeployment;
  readonly access: TemporalAccess;
}

/** What a worker of this process logs. */
interface WorkerLogOptions extends LogOptions {
  /** Whether loads write log lines. @default false */
  readonly logLoads?: boolean | undefined;
}

/**
 * Starts a worker in this process; of what the SDK logs only warnings are shown. The SDK's worker is loaded here and not
 * with the program: most commands do without.
 */
export async function startWorker(
  { context, deployment, access }: WorkerCall,
  log: WorkerLogOptions,
): Promise<TidemarkWorker> {
  const [{ createWorker }, { logToTerminal }] = await Promise.all([
    import('../../../workers/index.js'),
    import('./runtime-log.js'),
  ]);
  logToTerminal(context.terminal, log);
  const { logLoads = false } = log;
  return createWorker({ access, config: deployment.config, logLoads });
}

/**
 * Does something that needs a worker. If none polls and the server is the project's own, this process works itself for
 * that long. A server that is somebody else's gets no worker unasked: a line says that one is missing.
 */
export async function withWorker<T>(call: WorkerCall, use: () => Promise<T>): Promise<T> {
  const { context, deployment, access } = call;
  const { taskQueue } = deployment.config.temporal;
  // a server that this very process started has no workers yet, though it may remember those of yesterday
  if (access.embedded?.owned !== true && (await isPolled(access, taskQueue))) return use();
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
