import type { HttpWait } from './types';

/** Told what the HTTP client does, for whoever measures. Times are milliseconds. */
export interface HttpMeter {
  /** A request was answered, or failed. */
  answered(ms: number): void;
  /** A body came. */
  received(bytes: number): void;
  parsed(ms: number): void;
  waited(reason: HttpWait['reason'] | 'concurrency', ms: number): void;
}

/** Runs work, and tells how long it took, however it ends. */
export async function timed<T>(work: () => Promise<T>, tell: ((ms: number) => void) | undefined): Promise<T> {
  if (tell === undefined) return work();
  const begun = performance.now();
  try {
    return await work();
  } finally {
    tell(performance.now() - begun);
  }
}
