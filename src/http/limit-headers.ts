import type { LimitHeaders } from './options';
import type { Answer } from './send';

/** Milliseconds until a reset, by the server's own clock where the answer tells it; undefined if it can't be read. */
function untilReset(text: string, resetIs: LimitHeaders['resetIs'], serverNow: number): number | undefined {
  const at = resetIs === 'iso' ? Date.parse(text) : text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(at)) return undefined;
  if (resetIs === 'seconds') return at * 1000;
  return (resetIs === 'epochSeconds' ? at * 1000 : at) - serverNow;
}

/**
 * Milliseconds to wait by the limits that an answer tells: the longest of those with nothing remaining, and, where the
 * answer is a 429, of those that tell only a reset. Undefined where none is reached.
 */
export function limitWaitMs(
  { status, headers }: Answer,
  limits: readonly LimitHeaders[],
  now: number,
): number | undefined {
  const told = Date.parse(headers['date'] ?? '');
  const serverNow = Number.isNaN(told) ? now : told;
  const waits = limits.flatMap(({ remaining, reset, resetIs }) => {
    const left = remaining === undefined ? undefined : headers[remaining.toLowerCase()];
    const reached = left === undefined ? status === 429 : Number.parseFloat(left) <= 0;
    const at = headers[reset.toLowerCase()];
    const ms = reached && at !== undefined ? untilReset(at, resetIs, serverNow) : undefined;
    return ms !== undefined && ms > 0 ? [ms] : [];
  });
  return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits));
}
