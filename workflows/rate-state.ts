import type { RateAsk, RateGrant, RateState } from '../src/contracts';

/** A budget is valid for a quarter of the window, within these: what a worker that dies takes with it comes back then. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 30_000;
/** A burst may take so many times what the average pace needs; more is to be asked for again. */
const BURST = 4;
/** A worker without a budget asks again no sooner, and in a short window not before this part of it is over: each ask has its price. */
const ASK_AFTER_MS = 100;
const ASK_AFTER_PART = 1 / 5;
const SHORT_MS = 5_000;

type Holder = RateState['holders'][number];

export const NO_RATES: RateState = { holders: [], pausedUntil: 0 };

/** Requests of a holder that may lie within the window that ends now: those it told of, and all that it may have started since. */
function counted({ asOf, perMs, started, budget, until }: Holder, now: number, windowMs: number): number {
  let sum = now < until + windowMs ? budget : 0;
  for (const [slice, starts] of started.entries())
    if (asOf - (slice * perMs) / started.length + windowMs > now) sum += starts;
  return sum;
}

/** Instants at which a holder's requests leave the window. */
function ends({ asOf, perMs, started, budget, until }: Holder, windowMs: number): number[] {
  const slices = started.flatMap((starts, slice) =>
    starts > 0 ? [asOf - (slice * perMs) / started.length + windowMs] : [],
  );
  // a budget that isn't used up comes back when its holder asks next
  return budget > 0 ? [...slices, until, until + windowMs] : slices;
}

const waits = ({ waitingSince, asOf, patienceMs }: Holder, now: number): boolean =>
  waitingSince !== undefined && now <= asOf + patienceMs;

const isActive = (holder: Holder, now: number): boolean => now < holder.until || waits(holder, now);

/** Without workers that want nothing and whose last request is older than the window. */
function living(holders: readonly Holder[], now: number): readonly Holder[] {
  const windowMs = Math.max(0, ...holders.map(({ perMs }) => perMs));
  return holders.filter((one) => isActive(one, now) || counted(one, now, windowMs) > 0);
}

/** Whether nobody has requests within the window, or wants any. */
export const areRatesIdle = ({ holders, pausedUntil }: RateState, now: number): boolean =>
  now >= pausedUntil && living(holders, now).length === 0;

/**
 * Answers a worker that asks. However the asks come, the requests that start within any window are at most those of the
 * limit: each one that may lie in it is counted, those that a dead worker was given too. Where configs differ, the
 * fewest requests and the longest window count.
 */
export function afterRateAsk(
  state: RateState,
  ask: RateAsk,
  now: number,
): { readonly state: RateState; readonly grant: RateGrant } {
  const before = state.holders.find(({ id }) => id === ask.holder);
  const pausedUntil = Math.max(state.pausedUntil, ask.pausedMs > 0 ? now + ask.pausedMs : 0);
  const pausedMs = Math.max(0, pausedUntil - now);
  if (before !== undefined && before.number >= ask.number)
    return { state, grant: { budget: 0, forMs: 0, askAfterMs: ASK_AFTER_MS, pausedMs } };
  const others = living(
    state.holders.filter((one) => one !== before),
    now,
  );
  const windowMs = Math.max(ask.perMs, ...others.map(({ perMs }) => perMs));
  const requests = Math.min(ask.requests, ...others.map((one) => one.requests));
  const forMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, windowMs / 4));
  const asker: Holder = {
    id: ask.holder,
    number: ask.number,
    requests: ask.requests,
    perMs: ask.perMs,
    asOf: now,
    started: ask.started,
    budget: 0,
    until: now,
    patienceMs: 2 * forMs,
    waitingSince: before?.waitingSince ?? now,
  };
  const all = [...others, asker];
  const free = requests - all.reduce((sum, one) => sum + counted(one, now, windowMs), 0);
  // who has waited longer has the first request that is free
  const ahead = others.filter((one) => waits(one, now) && one.waitingSince! < asker.waitingSince!).length;
  const active = others.filter((one) => isActive(one, now)).length + 1;
  const pace = Math.max(1, Math.ceil((requests * forMs) / windowMs));
  const wanted = before === undefined ? pace : ask.ranOut ? BURST * pace : Math.max(1, 2 * ask.used);
  const fair = Math.max(1, Math.floor(free / active));
  const budget = pausedMs > 0 || free - ahead < 1 ? 0 : Math.min(fair, wanted, BURST * pace);
  const kept: Holder = budget > 0 ? { ...asker, budget, until: now + forMs, waitingSince: undefined } : asker;
  const next = Math.min(...all.flatMap((one) => ends(one, windowMs)).filter((at) => at > now));
  // once the pause is over nothing else may be in the way; else somebody's requests have to leave the window first
  const soonest = pausedMs > 0 ? pausedMs : Math.min(forMs, next - now);
  const least = windowMs <= SHORT_MS ? Math.max(ASK_AFTER_MS, windowMs * ASK_AFTER_PART) : ASK_AFTER_MS;
  const askAfterMs = Math.ceil(Math.max(least, soonest));
  return {
    state: { holders: [...others, kept], pausedUntil },
    grant: { budget, forMs, askAfterMs, pausedMs },
  };
}
