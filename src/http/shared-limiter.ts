import { accountLimiter } from './account-limiter';
import { type Limiter, type LimiterSettings, makeLimiter } from './limiter';
import type { RateBudgets } from './rate-budget';

/** One limiter for each key and settings, in this process and across two copies of the package. */
const KEY = Symbol.for('tidemark.limiters');
const shared = globalThis as { [KEY]?: Map<string, Limiter> };
shared[KEY] ??= new Map();
const limiters: Map<string, Limiter> = shared[KEY];

/**
 * The limiter that all loads with this key share; `key` names the source and where it asks. A rate limit with a scope is
 * that scope's instead, in all workers where somebody gives out its budgets, else in this process.
 */
export function sharedLimiter(
  key: string,
  settings: LimiterSettings,
  budgets: RateBudgets | undefined,
): Limiter {
  const { rateLimit, concurrency } = settings;
  const { scope } = rateLimit ?? {};
  const ofAccount =
    scope === undefined || budgets === undefined || rateLimit === undefined
      ? undefined
      : { rateLimit, scope, budgets };
  const owner = scope === undefined ? key : `${budgets?.place ?? ''} ${scope}`;
  const id = JSON.stringify([owner, rateLimit ?? null, concurrency ?? null]);
  const known = limiters.get(id);
  if (known !== undefined) return known;
  const made =
    ofAccount === undefined
      ? makeLimiter(settings)
      : accountLimiter({ ...ofAccount, own: makeLimiter({ rateLimit: undefined, concurrency }) });
  limiters.set(id, made);
  return made;
}
