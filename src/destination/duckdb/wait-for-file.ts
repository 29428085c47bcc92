import { setTimeout as delay } from 'node:timers/promises';
import { isTidemarkError, TidemarkError } from '../../errors';
import { loadWatch } from '../load-watch';
import { forgetWaiting, LOOK_EVERY_MS, noteWaiting } from './turns';

/**
 * Opens a file, and tries again for as long as the load is ready to wait for another program that holds it. So a lease goes from
 * `closed` to `opening` again and again (lease.ts). The signal of the load's watch ends the waiting at once; a file that is free
 * is opened all the same, since whoever asked for it looks at the signal where stopping is safe.
 * @throws TidemarkError DESTINATION_LOCKED, naming that program and how long it was waited for; the signal's reason
 */
export async function whenFree<T>(file: string, open: () => Promise<T>): Promise<T> {
  const watch = loadWatch();
  const begun = performance.now();
  for (let waits = false; ; waits = true) {
    try {
      const opened = await open();
      if (waits) forgetWaiting(file);
      return opened;
    } catch (error) {
      if (watch === undefined || watch.lockWaitMs === 0 || !isTidemarkError(error, 'DESTINATION_LOCKED'))
        throw error;
      watch.signal?.throwIfAborted();
      const waited = performance.now() - begun;
      if (waited >= watch.lockWaitMs) throw stillHeld(error, waited);
      if (!waits) watch.onLockWait?.(error);
      noteWaiting(file);
      await pause(Math.min(LOOK_EVERY_MS, watch.lockWaitMs - waited), watch.signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function stillHeld(error: TidemarkError, waitedMs: number): TidemarkError {
  const seconds = Math.round(waitedMs / 100) / 10;
  return new TidemarkError('DESTINATION_LOCKED', `${error.message} It was waited for ${seconds} s.`, {
    cause: error,
    details: { ...error.details, waitedMs: Math.round(waitedMs) },
  });
}
