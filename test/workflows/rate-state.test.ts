import fc from 'fast-check';
import type { RateAsk } from '../../src/contracts';
import { afterRateAsk, areRatesIdle, NO_RATES } from '../../workflows/rate-state';

const SLICES = 20;

/** A worker as the limiter sees it: it uses as much of what it is given as it is told to, until it dies. */
function workerOf(id: string, limit: { readonly requests: number; readonly perMs: number }) {
  let number = 0;
  let left = 0;
  let used = 0;
  let until = 0;
  let starts: readonly number[] = [];
  return {
    ask(now: number, pausedMs = 0): RateAsk {
      number += 1;
      starts = starts.filter((at) => at > now - limit.perMs);
      const started = new Array<number>(SLICES).fill(0);
      for (const at of starts)
        started[Math.min(SLICES - 1, Math.floor(((now - at) / limit.perMs) * SLICES))]!++;
      return { version: 1, holder: id, number, ...limit, started, used, ranOut: left === 0, pausedMs };
    },
    given(budget: number, forMs: number, asked: number): void {
      left = budget;
      used = 0;
      until = asked + forMs;
    },
    start(now: number): boolean {
      if (left === 0 || now >= until) return false;
      left -= 1;
      used += 1;
      starts = [...starts, now];
      return true;
    },
  };
}

const mostWithin = (starts: readonly number[], perMs: number): number =>
  Math.max(0, ...starts.map((from, i) => starts.slice(i).filter((at) => at < from + perMs).length));

const LIMIT = { requests: 10, perMs: 10_000 };

describe('the requests of an account', () => {
  test('no window has more than the limit, whoever asks, uses or dies when', () => {
    const step = fc.record({
      who: fc.nat(3),
      wait: fc.nat(1_500),
      what: fc.constantFrom('start' as const, 'start' as const, 'ask' as const, 'die' as const),
      delay: fc.nat(80),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 200 }), (steps) => {
        let state = NO_RATES;
        let now = 0;
        let born = 4;
        const workers = [0, 1, 2, 3].map((n) => workerOf(`w${n}`, LIMIT));
        const starts: number[] = [];
        for (const { who, wait, what, delay } of steps) {
          now += wait;
          if (what === 'die') workers[who] = workerOf(`w${born++}`, LIMIT);
          const worker = workers[who]!;
          if (what === 'start' && worker.start(now)) starts.push(now);
          else {
            const asked = now;
            const ask = worker.ask(now);
            now += delay;
            const after = afterRateAsk(state, ask, now);
            state = after.state;
            worker.given(after.grant.budget, after.grant.forMs, asked);
          }
        }
        expect(mostWithin(starts, LIMIT.perMs)).toBeLessThanOrEqual(LIMIT.requests);
      }),
      { numRuns: 300 },
    );
  });

  /** Workers that always want more, and ask when they are told to. */
  function runBusy(
    count: number,
    limit: { readonly requests: number; readonly perMs: number },
    forMs: number,
  ) {
    let state = NO_RATES;
    const all = Array.from({ length: count }, (_, n) => ({
      worker: workerOf(`w${n}`, limit),
      started: 0,
      askAt: 0,
    }));
    for (let now = 0; now < forMs; now += 10)
      for (const one of all) {
        if (one.worker.start(now)) one.started += 1;
        else if (now >= one.askAt) {
          const after = afterRateAsk(state, one.worker.ask(now), now);
          state = after.state;
          const { budget, askAfterMs } = after.grant;
          one.worker.given(budget, after.grant.forMs, now);
          if (budget === 0) one.askAt = now + askAfterMs;
        }
      }
    return all.map(({ started }) => started);
  }

  test('one worker alone gets nearly all of it', () => {
    const [only] = runBusy(1, { requests: 100, perMs: 10_000 }, 100_000);
    expect(only).toBeGreaterThan(900);
    expect(only).toBeLessThanOrEqual(1_000);
  });

  test('busy workers share it, and none starves, not even where there are more of them than requests', () => {
    const shares = runBusy(4, { requests: 100, perMs: 10_000 }, 200_000);
    for (const share of shares) expect(share).toBeGreaterThan(250);
    for (const share of runBusy(5, { requests: 2, perMs: 1_000 }, 100_000)) expect(share).toBeGreaterThan(10);
  });

  test('a late ask of a worker that has asked again changes nothing', () => {
    const worker = workerOf('w', LIMIT);
    const late = worker.ask(0);
    const { state } = afterRateAsk(NO_RATES, worker.ask(0), 0);
    const after = afterRateAsk(state, late, 50);
    expect(after.state).toBe(state);
    expect(after.grant.budget).toBe(0);
  });

  test('what a worker was told to wait holds for the others, and nobody begins before', () => {
    const paused = afterRateAsk(NO_RATES, workerOf('a', LIMIT).ask(0, 5_000), 0);
    const other = workerOf('b', LIMIT);
    expect(afterRateAsk(paused.state, other.ask(1_000), 1_000).grant).toMatchObject({
      budget: 0,
      askAfterMs: 4_000,
      pausedMs: 4_000,
    });
    expect(afterRateAsk(paused.state, other.ask(5_000), 5_000).grant.budget).toBeGreaterThan(0);
  });

  test('what a worker was given that died comes back with the end of its window, and then nothing is left', () => {
    const { state, grant } = afterRateAsk(NO_RATES, workerOf('dies', LIMIT).ask(0), 0);
    const end = grant.forMs + LIMIT.perMs;
    expect(areRatesIdle(state, end - 1)).toBe(false);
    expect(areRatesIdle(state, end)).toBe(true);
  });

  test('where two configs differ, the fewest requests and the longest window count', () => {
    const { state } = afterRateAsk(NO_RATES, workerOf('a', { requests: 4, perMs: 60_000 }).ask(0), 0);
    const after = afterRateAsk(state, workerOf('b', { requests: 1_000, perMs: 1_000 }).ask(0), 0);
    expect(after.grant.budget).toBeLessThanOrEqual(3);
  });
});
