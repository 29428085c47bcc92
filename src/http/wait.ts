import { TidemarkError } from '../errors';
import type { Clock } from './clock';
import type { HttpWait } from './types';

/** How often a wait is reported, so that a long one is not mistaken for a load that hangs. */
const REPORT_EVERY_MS = 5000;

interface WaitOptions {
  readonly ms: number;
  readonly reason: HttpWait['reason'];
  readonly about: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onWait: (wait: HttpWait) => void;
}

/** The error of a load that was cancelled. */
export const cancelled = (signal: AbortSignal, about: string): TidemarkError =>
  new TidemarkError('CANCELLED', `Cancelled during ${about}.`, { cause: signal.reason });

/**
 * Waits, and reports it when it begins and every few seconds.
 *
 * @throws CANCELLED
 */
export async function waitFor({ ms, reason, about, clock, signal, onWait }: WaitOptions): Promise<void> {
  const until = clock.now() + ms;
  for (let remainingMs = ms; remainingMs > 0; remainingMs = until - clock.now()) {
    if (signal.aborted) throw cancelled(signal, about);
    onWait({ reason, remainingMs, about });
    try {
      await clock.sleep(Math.min(REPORT_EVERY_MS, remainingMs), signal);
    } catch (error) {
      if (signal.aborted) throw cancelled(signal, about);
      throw error;
    }
  }
}
