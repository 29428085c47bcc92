/** The first wait before another try may be up to this long; each further one up to twice the one before. */
const BASE_MS = 500;
const CAP_MS = 30_000;

const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);

/** Whether an answer with this status may be another one soon. */
export const isRetryableStatus = (status: number): boolean => RETRYABLE.has(status);

/** Exponential backoff with full jitter: anything up to the bound, so that clients that failed together spread. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1)));
}

/**
 * Milliseconds that a `Retry-After` asks to wait: seconds or an HTTP date. Undefined without one, or one that can't be
 * read; a date that is past gives 0.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
