import { loadWatch, withLoadWatch } from '../destination';
import type { LoadRequest } from './load-request';
import { loadLog } from './log';

/** How long a load waits for a destination that another program holds, as a worker does. */
const LOCK_WAIT_MS = 60_000;

/** Runs a load that waits for its destination, and says so; within a watch of the caller, that one holds. */
export function waitingForDestination<T>(
  pipeline: string,
  { log = loadLog(pipeline), signal }: Pick<LoadRequest, 'log' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  if (loadWatch() !== undefined) return work();
  const watch = {
    lockWaitMs: LOCK_WAIT_MS,
    onLockWait: (held: Error): void =>
      log.warn(`Waiting up to ${LOCK_WAIT_MS / 1000} s for the destination. ${held.message}`),
    ...(signal && { signal }),
  };
  return withLoadWatch(watch, work);
}
