import { durationMs } from '../interval';
import type { RateLimit } from './options';

export interface LimiterSettings {
  readonly rateLimit: RateLimit | undefined;
  readonly concurrency: number | undefined;
}

/** Limits the rate and the concurrency of the requests of everything that shares it. */
export interface Limiter {
  /**
   * Milliseconds until a request may start, 0 if now: then the start is counted.
   */
  tryStart(now: number): number | Promise<number>;
  /** Waits until fewer than `concurrency` requests run, and counts this one in; the function that it gives ends it. */
  acquire(signal: AbortSignal): Promise<() => void>;
  /** After a rate limit: nobody starts before then. */
  pauseUntil(at: number, now: number): void;
  /** Milliseconds that such a pause still lasts. */
  pausedFor(now: number): number;
}

export function makeLimiter({ rateLimit, concurrency = Number.POSITIVE_INFINITY }: LimiterSettings): Limiter {
  const windowMs = rateLimit === undefined ? 0 : durationMs(rateLimit.per);
  const starts: number[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  let pausedUntil = 0;
  const release = (): void => {
    busy -= 1;
    waiting.shift()?.();
  };
  return {
    tryStart(now) {
      if (now < pausedUntil) return pausedUntil - now;
      if (rateLimit === undefined) return 0;
      while (starts.length > 0 && starts[0]! <= now - windowMs) starts.shift();
      if (starts.length >= rateLimit.requests) return starts[0]! + windowMs - now;
      starts.push(now);
      return 0;
    },
    async acquire(signal) {
      while (busy >= concurrency) {
        await new Promise<void>((resolve, reject) => {
          const turn = (): void => {
            signal.removeEventListener('abort', leave);
            resolve();
          };
          const leave = (): void => {
            waiting.splice(waiting.indexOf(turn), 1);
            reject(signal.reason);
          };
          waiting.push(turn);
          signal.addEventListener('abort', leave, { once: true });
        });
        // another request may have been let in meanwhile
      }
      busy += 1;
      return release;
    },
    pauseUntil(at) {
      pausedUntil = Math.max(pausedUntil, at);
    },
    pausedFor: (now) => Math.max(0, pausedUntil - now),
  };
}
