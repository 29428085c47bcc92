import { loadWatch, withLoadWatch } from '../destination';
import type { Log } from '../source';
import { failureOf } from './failure';

/** How long a destination that another program holds is waited for: it is usually free again soon. */
export const LOCK_WAIT_MS = 60_000;

/** What a user is told while a destination is waited for. */
export const waitingFor = (held: Error, waitMs = LOCK_WAIT_MS): string =>
  `Waiting up to ${waitMs / 1000} s for the destination. ${held.message}`;

/** What a user is told while what was interrupted is done again. */
export const doneAgain = (error: unknown): string =>
  `Interrupted, and done again with the same rows. ${failureOf(error).message}`;

/** Runs a load that waits for its destination, and says so; within a watch of the caller, that one holds. */
export function waitingForDestination<T>(
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  if (loadWatch() !== undefined) return work();
  const onLockWait = (held: Error): void => log.warn(waitingFor(held));
  const onRerun = (error: unknown): void => log.warn(doneAgain(error));
  return withLoadWatch({ lockWaitMs: LOCK_WAIT_MS, onLockWait, onRerun, signal }, work);
}
