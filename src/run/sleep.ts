import { setTimeout as delay } from 'node:timers/promises';

/** Rejects when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** The longest that a timer of Node can be set to: one that is set to more fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const timer: Sleep = (ms, signal) => delay(ms, undefined, { signal });

/** Sleeps as long as it is asked to, months too: one timer after the other. */
export async function sleepLong(ms: number, signal: AbortSignal, sleep: Sleep = timer): Promise<void> {
  let left = ms;
  do {
    await sleep(Math.min(left, LONGEST_TIMER_MS), signal);
    left -= LONGEST_TIMER_MS;
  } while (left > 0);
}
