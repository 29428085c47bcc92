import { durationMs } from '../interval';
import type { RateLimit } from './options';

interface LimiterSettings {
  readonly rateLimit: RateLimit | undefined;
  readonly concurrency: number | undefined;
}

/** Limits the rate and the concurrency of the requests of everything that shares it. */
export interface Limiter {
  /**
   * Milliseconds until a request may start, 0 if now: then the start is counted.
   */
  tryStart(now: number): number;
  /** Waits until fewer than `concurrency` requests run, and counts this one in; the function that it gives ends it. */
  acquire(signal: AbortSignal): Promise<() => void>;
  /** After a rate limit: nobody starts before then. */
  pauseUntil(at: number): void;
  /** Milliseconds that such a pause still lasts. */
  pausedFor(now: number): number;
}

function makeLimiter({ rateLimit, concurrency = Number.POSITIVE_INFINITY }: LimiterSettings): Limiter {
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

/** One limiter for each key and settings, in this process and across two copies of the package. */
const KEY = Symbol.for('tidemark.limiters');
const shared = globalThis as { [KEY]?: Map<string, Limiter> };
shared[KEY] ??= new Map();
const limiters: Map<string, Limiter> = shared[KEY];

/** The limiter that all loads with this key share; `key` names the source and where it asks. */
export function sharedLimiter(key: string, settings: LimiterSettings): Limiter {
  const id = JSON.stringify([key, settings.rateLimit ?? null, settings.concurrency ?? null]);
  const known = limiters.get(id);
  if (known !== undefined) return known;
  const made = makeLimiter(settings);
  limiters.set(id, made);
  return made;
}
