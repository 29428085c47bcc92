import { TidemarkError } from '../../errors';
import { loadWatch } from '../load-watch';
import type { DatasetRef } from '../types';
import type { ConnectOptions, SqlConnection } from './driver';

type Signals = readonly (AbortSignal | undefined)[];

/** How work comes to the lock of its dataset. */
export interface Waiting extends Pick<ConnectOptions, 'lockWaitMs'> {
  /** What ends the waiting. */
  readonly signals: Signals;
}

/** Commits of others are mostly over by then. */
const BRIEFLY_MS = 1000;

/** What waits until its caller is cancelled. */
export const waitingFor = (ref: Pick<DatasetRef, 'signal'>): Waiting => ({
  signals: [ref.signal, loadWatch()?.signal],
});

/** What says how something ended, after a cancel, too: it is written if it can be at once. */
export function waitingToTellOf(ref: Pick<DatasetRef, 'signal'>): Waiting {
  const { signals } = waitingFor(ref);
  const isLate = loadWatch()?.lockWaitMs === 0 || signals.some((signal) => signal?.aborted);
  return isLate ? { signals: [], lockWaitMs: BRIEFLY_MS } : { signals };
}

/**
 * Runs work whose connection is ended as soon as one of the signals comes, so that nobody waits for a lock in vain, until work says
 * that nothing is waited for any more. A connection that can't be ended so waits.
 * @param refuse throws where one of the signals has come
 */
export async function untilCancelled<T>(
  connection: SqlConnection,
  { signals, refuse }: { readonly signals: Signals; readonly refuse: () => void },
  work: (begun: () => void) => Promise<T>,
): Promise<T> {
  if (connection.abort === undefined) return work(() => {});
  refuse();
  let ended = false;
  const end = (): void => {
    ended = true;
    connection.abort?.();
  };
  const stop = (): void => {
    for (const signal of signals) signal?.removeEventListener('abort', end);
  };
  for (const signal of signals) signal?.addEventListener('abort', end);
  try {
    return await work(stop);
  } catch (error) {
    if (ended) refuse();
    throw error;
  } finally {
    stop();
  }
}

/** Refuses where one of the signals has come. @throws TidemarkError CANCELLED */
export function refuseWhenCancelled(signals: Signals, message: string): void {
  for (const signal of signals)
    if (signal?.aborted === true) throw new TidemarkError('CANCELLED', message, { cause: signal.reason });
}
