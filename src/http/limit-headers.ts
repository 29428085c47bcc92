import type { LimitHeaders } from './options';
import type { Answer } from './send';

/** Milliseconds until a reset, by the server's own clock; undefined if the header cannot be read. */
function untilReset(text: string, resetIs: LimitHeaders['resetIs'], serverNow: number): number | undefined {
  const at = resetIs === 'iso' ? Date.parse(text) : text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(at)) return undefined;
  if (resetIs === 'seconds') return at * 1000;
  return (resetIs === 'epochSeconds' ? at * 1000 : at) - serverNow;
}

/**
 * Milliseconds to wait by the rate limits in an answer's headers: the longest of those with nothing remaining, and, if the
 * answer is a 429, of those that have only a reset. Undefined if no limit is reached.
 */
export function limitWaitMs(
  { status, headers }: Answer,
  limits: readonly LimitHeaders[],
  now: number,
): number | undefined {
  const serverDate = Date.parse(headers['date'] ?? '');
  const serverNow = Number.isNaN(serverDate) ? now : serverDate;
  const waits = limits.flatMap(({ remaining, reset, resetIs }) => {
    const left = remaining === undefined ? undefined : headers[remaining.toLowerCase()];
    const reached = left === undefined ? status === 429 : Number.parseFloat(left) <= 0;
    const at = headers[reset.toLowerCase()];
    const ms = reached && at !== undefined ? untilReset(at, resetIs, serverNow) : undefined;
    return ms !== undefined && ms > 0 ? [ms] : [];
  });
  return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits));
}
