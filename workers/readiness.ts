import type { Connection } from '@temporalio/client';
import type { TidemarkWorker } from './create-worker';
import type { Readiness } from './health-server';

/** Below the second after which probes usually give up. */
const ANSWER_WITHIN_MS = 800;

/** Ready is a worker that polls and whose server answers. */
export function readinessOf(
  worker: () => Pick<TidemarkWorker, 'polls'> | undefined,
  connection: Pick<Connection, 'withDeadline' | 'workflowService'>,
): Readiness {
  return async () => {
    const started = worker();
    if (started === undefined) return 'the worker is starting';
    if (!started.polls()) return 'the worker is stopping';
    try {
      await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        connection.workflowService.getSystemInfo({}),
      );
      return undefined;
    } catch {
      return 'Temporal does not answer';
    }
  };
}
