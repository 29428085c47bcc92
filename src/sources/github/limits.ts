import type { CheckedAnswer, CheckVerdict, LimitHeaders } from '../../http';

/** The primary limit: what is left of the hour. */
export const PRIMARY_LIMIT: LimitHeaders = {
  remaining: 'x-ratelimit-remaining',
  reset: 'x-ratelimit-reset',
  resetIs: 'epochSeconds',
};

/** What GitHub asks to wait at least where a secondary limit doesn't say for how long. */
const SECONDARY_WAIT_MS = 60_000;

/**
 * Knows the secondary limits, against many requests in a short time: a 403 or 429 that has neither `Retry-After` nor
 * nothing remaining. It is waited for a minute, and twice as long each further time. Everything else is judged as usual.
 *
 * Source of the rule: docs.github.com, "Best practices for using the REST API".
 */
export function secondaryLimit({ status, headers, body }: CheckedAnswer): CheckVerdict {
  if (status !== 403 && status !== 429) return undefined;
  if (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0') return undefined;
  const message = (body as { readonly message?: unknown } | null | undefined)?.message;
  const isLimit = status === 429 || (typeof message === 'string' && /secondary rate|abuse/i.test(message));
  return isLimit ? { wait: SECONDARY_WAIT_MS, counted: true } : undefined;
}
