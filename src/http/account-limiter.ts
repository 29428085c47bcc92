import { randomUUID } from 'node:crypto';
import { TidemarkError } from '../errors';
import { durationMs } from '../interval';
import type { Limiter } from './limiter';
import type { RateLimit } from './options';
import { RATE_SLICES, type RateBudgets } from './rate-budget';

/** After an ask that failed. */
const ASK_AGAIN_MS = 1_000;
/** Asks that fail for so long fail the request: nobody would give it its turn. */
const PATIENCE_MS = 120_000;

interface AccountLimiterOptions {
  /** For concurrency and pauses, which stay the process's own. */
  readonly own: Limiter;
  readonly rateLimit: RateLimit;
  readonly scope: string;
  readonly budgets: RateBudgets;
}

/**
 * A limiter whose rate is that of an account, shared with every worker. Requests start only from a budget that was given,
 * and only while it is valid by this process's own clock from the moment it was asked for: clocks of hosts are never compared.
 */
export function accountLimiter({ own, rateLimit, scope, budgets }: AccountLimiterOptions): Limiter {
  const perMs = durationMs(rateLimit.per);
  const holder = randomUUID();
  const starts: number[] = [];
  let number = 0;
  let left = 0;
  let used = 0;
  let until = 0;
  let askAt = 0;
  let ranOut = false;
  let asking: Promise<void> | undefined;
  let failingSince: number | undefined;

  const startedByAge = (at: number): number[] => {
    while (starts.length > 0 && starts[0]! <= at - perMs) starts.shift();
    const slices = new Array<number>(RATE_SLICES).fill(0);
    for (const start of starts)
      slices[Math.min(RATE_SLICES - 1, Math.floor(((at - start) / perMs) * RATE_SLICES))]!++;
    return slices;
  };

  async function ask(now: number): Promise<void> {
    const sent = performance.now();
    const told = { used, ranOut: ranOut || (left === 0 && used > 0 && sent < until) };
    // who has asked has given back what is left: the answer counts it for somebody else
    left = 0;
    until = 0;
    number += 1;
    try {
      const grant = await budgets.ask(scope, {
        version: 1,
        holder,
        number,
        requests: rateLimit.requests,
        perMs,
        started: startedByAge(sent),
        ...told,
        pausedMs: own.pausedFor(now),
      });
      failingSince = undefined;
      left = grant.budget;
      used = 0;
      ranOut = grant.budget === 0;
      until = sent + grant.forMs;
      askAt = grant.budget > 0 ? 0 : performance.now() + grant.askAfterMs;
      if (grant.pausedMs > 0) own.pauseUntil(now + (performance.now() - sent) + grant.pausedMs, now);
    } catch (error) {
      askAt = performance.now() + ASK_AGAIN_MS;
      failingSince ??= sent;
      if (performance.now() - failingSince > PATIENCE_MS)
        throw new TidemarkError(
          'HTTP_RATE_LIMITED',
          `The rate limit of the scope "${scope}" is shared by all workers, and no budget could be had from Temporal for ${PATIENCE_MS / 1000} seconds. Check the connection, and that a worker of this task queue runs.`,
          { cause: error, details: { scope } },
        );
    }
  }

  const asked = (now: number): Promise<void> => {
    asking ??= ask(now).finally(() => {
      asking = undefined;
    });
    return asking;
  };

  return {
    ...own,
    async tryStart(now) {
      const begun = performance.now();
      for (;;) {
        const at = performance.now();
        const paused = own.pausedFor(now + (at - begun));
        if (paused > 0) return paused;
        if (left > 0 && at < until) {
          left -= 1;
          used += 1;
          starts.push(at);
          return 0;
        }
        if (asking === undefined && askAt > at) return Math.ceil(askAt - at);
        await asked(now + (at - begun));
      }
    },
    pauseUntil(at, now) {
      own.pauseUntil(at, now);
      // so that the other workers hear of it with their next ask; failing, it is told with this one's next
      void (asking ?? Promise.resolve()).then(() => asked(now)).catch(() => {});
    },
  };
}
