import { TidemarkError } from '../errors';
import type { TrustedOrigins } from './address';
import { exhaustedError, longWaitError, pausedError, unrepeatedError } from './answer-errors';
import type { Clock } from './clock';
import { CredentialsError, type Followed, follow } from './follow';
import { judge } from './judge';
import { limitWaitMs } from './limit-headers';
import type { Limiter } from './limiter';
import { type HttpMeter, timed } from './meter';
import type { HttpOptions, HttpTimeouts } from './options';
import { backoffMs } from './retry';
import { type Answer, neverReached, redactedUrl } from './send';
import type { Target } from './target';
import type { HttpWait } from './types';
import { cancelled } from './wait';

/** The least wait after a rate limit; it doubles with each further one of a request, so that a hint too small is no flood. */
const MIN_LIMITED_WAIT_MS = 200;
const MAX_LEAST_WAIT_MS = 30_000;

interface ExchangeSetup {
  readonly options: HttpOptions;
  readonly origins: TrustedOrigins;
  readonly retries: number;
  readonly maxWait: number;
  readonly timeouts: Required<HttpTimeouts>;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly wait: (ms: number, reason: HttpWait['reason'], about: string) => Promise<void>;
  readonly onBytes: (bytes: number) => void;
  readonly meter: HttpMeter | undefined;
}

/** What a request has met so far. */
interface Tried {
  readonly mayRenew: boolean;
  /** Rate limits that it waited out. */
  readonly limits: number;
}

/** The outcome of one attempt at a request. */
type AttemptOutcome =
  | { readonly answer: Answer }
  /** To be sent again without having failed: a limit was waited out, or the credentials are renewed. */
  | { readonly because: 'limit' | 'renewed' }
  /** `again`: whether another attempt may help and can do no harm. */
  | { readonly failure: TidemarkError; readonly again: boolean; readonly waitMs?: number | undefined };

const MAY_PASS: ReadonlySet<string> = new Set(['HTTP_TIMEOUT', 'HTTP_NETWORK', 'HTTP_STATUS']);

export type Exchange = (target: Target) => Promise<Answer>;

/**
 * Makes the function that gets the answer to a request: it keeps to the rate limits, sends the request, and sends it again
 * after a failure that may pass. A rate limit is waited out and does not count as a failure; credentials that were refused
 * are renewed once.
 */
export function createExchange(setup: ExchangeSetup): Exchange {
  const {
    options,
    origins,
    retries,
    maxWait,
    timeouts,
    limiter,
    clock,
    random,
    signal,
    wait,
    onBytes,
    meter,
  } = setup;
  const { auth, limitHeaders = [] } = options;
  const now = (): number => clock.now();

  async function paced(target: Target): Promise<Followed> {
    const about = (): string => `${target.method} ${redactedUrl(target.url)}`;
    const paused = limiter.pausedFor(now());
    if (paused > maxWait) throw pausedError(about(), paused);
    const release = await timed(
      () => limiter.acquire(signal),
      meter && ((ms) => meter.waited('concurrency', ms)),
    ).catch(() => {
      throw cancelled(signal, about());
    });
    try {
      // last, so that what is counted starts now
      for (let ms = await limiter.tryStart(now()); ms > 0; ms = await limiter.tryStart(now()))
        await wait(ms, 'rate-limit', about());
      return await timed(
        () => follow(target, { options, origins, timeouts, signal, now, onBytes }),
        meter && ((ms) => meter.answered(ms)),
      );
    } finally {
      release();
    }
  }

  async function waitOut(
    answer: Answer,
    asked: number,
    { reason, limits }: { reason: HttpWait['reason']; limits: number },
  ): Promise<void> {
    if (asked > maxWait) throw longWaitError(answer, asked);
    const ms = Math.max(asked, Math.min(MAX_LEAST_WAIT_MS, MIN_LIMITED_WAIT_MS * 2 ** limits));
    limiter.pauseUntil(now() + ms, now());
    await wait(ms, reason, `${answer.method} ${redactedUrl(answer.url)}`);
  }

  async function attempt(target: Target, { mayRenew, limits }: Tried): Promise<AttemptOutcome> {
    let followed: Followed;
    try {
      followed = await paced(target);
    } catch (error) {
      const unsent = error instanceof CredentialsError;
      const cause = unsent ? error.cause : error;
      if (!(cause instanceof TidemarkError) || !MAY_PASS.has(cause.code) || !cause.retryable) throw cause;
      return { failure: cause, again: unsent || target.repeatable || neverReached(cause) };
    }
    const { answer, credentials } = followed;
    const { accept, responseActions } = target;
    const verdict = judge(answer, { options, accept, responseActions, now: now() });
    switch (verdict.kind) {
      case 'accepted': {
        const ms = limitWaitMs(answer, limitHeaders, now());
        if (ms !== undefined) limiter.pauseUntil(now() + ms, now());
        return { answer: verdict.ignored === true ? { ...answer, ignored: true } : answer };
      }
      case 'limited':
        await waitOut(answer, verdict.waitMs, { reason: verdict.reason, limits });
        return { because: 'limit' };
      case 'unauthorized':
        if (mayRenew && credentials !== undefined && auth?.renew?.(credentials))
          return { because: 'renewed' };
        throw verdict.failure;
      case 'failed': {
        const { failure, mayPass, refused, waitMs } = verdict;
        if (!mayPass) throw failure;
        return { failure, again: target.repeatable || refused, waitMs };
      }
    }
  }

  return async (target) => {
    let failures = 0;
    let mayRenew = true;
    let limits = 0;
    for (;;) {
      const outcome = await attempt(target, { mayRenew, limits });
      if ('answer' in outcome) return outcome.answer;
      if ('because' in outcome) {
        mayRenew &&= outcome.because !== 'renewed';
        limits += outcome.because === 'limit' ? 1 : 0;
        continue;
      }
      if (!outcome.again) throw unrepeatedError(outcome.failure);
      failures += 1;
      if (failures > retries) throw exhaustedError(outcome.failure, retries);
      const ms =
        outcome.waitMs === undefined
          ? backoffMs(failures, random)
          : Math.min(maxWait, outcome.waitMs * 2 ** (failures - 1));
      if (outcome.waitMs !== undefined) limiter.pauseUntil(now() + ms, now());
      await wait(ms, 'backoff', `${target.method} ${redactedUrl(target.url)}`);
    }
  };
}
