import { revealSecret, type Secret } from '../config';
import { TidemarkError } from '../errors';
import { addressOf, makeTrust, withParams } from './address';
import { jsonBody, longWaitError, statusError } from './answer-errors';
import { type Clock, systemClock } from './clock';
import { sharedLimiter } from './limiter';
import { unexpectedBody } from './next-link';
import { backoffMs, isRetryableStatus, retryAfterMs } from './retry';
import { type Answer, send, shownUrl } from './send';
import type {
  Http,
  HttpOptions,
  HttpTimeouts,
  HttpWait,
  NextRequest,
  PagesOptions,
  RequestOptions,
} from './types';
import { cancelled, waitFor } from './wait';

const TIMEOUTS: Required<HttpTimeouts> = { connect: 10_000, headers: 120_000, body: 60_000, total: 300_000 };
const RETRIES = 5;
const MAX_WAIT_MS = 3_600_000;
const MAX_REDIRECTS = 5;
/** The least wait after a rate limit: "Retry-After: 0" must not become a loop. */
const MIN_LIMITED_WAIT_MS = 200;

export interface CreateHttpOptions {
  readonly options: HttpOptions;
  /** Whose limits are shared: the source's name. */
  readonly owner: string;
  readonly signal: AbortSignal;
  /** Told of every wait, again and again while it lasts: to heartbeat, and to tell the user. */
  readonly onWait?: ((wait: HttpWait) => void) | undefined;
  /** Told of every body. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** @default the machine's */
  readonly clock?: Clock | undefined;
  /** For the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** A client, and what it saw last: for the error of an author who yields a field that isn't there. */
export interface HttpClient extends Http {
  readonly lastAnswer: { readonly url: string; readonly body: unknown } | undefined;
}

interface Target {
  readonly url: string;
  readonly headers: RequestOptions['headers'];
  readonly trusted: boolean;
}

const revealed = (headers: Readonly<Record<string, string | Secret>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? value : revealSecret(value),
    ]),
  );

/** The HTTP client of one extraction. */
export function createHttp(setup: CreateHttpOptions): HttpClient {
  const {
    options,
    signal,
    clock = systemClock,
    random = Math.random,
    onWait = () => {},
    onBytes = () => {},
  } = setup;
  const { auth, retries = RETRIES, maxWait = MAX_WAIT_MS } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const trust = makeTrust(options);
  const limiter = sharedLimiter(`${setup.owner} ${options.baseUrl ?? ''}`, {
    rateLimit: options.rateLimit,
    concurrency: options.concurrency,
  });
  let lastAnswer: HttpClient['lastAnswer'];

  const wait = (ms: number, reason: HttpWait['reason'], about: string): Promise<void> =>
    waitFor({ ms, reason, about, clock, signal, onWait });

  async function paced(target: Target): Promise<Answer> {
    const about = `GET ${shownUrl(target.url)}`;
    for (let ms = limiter.tryStart(clock.now()); ms > 0; ms = limiter.tryStart(clock.now()))
      await wait(ms, 'rate-limit', about);
    const release = await limiter.place(signal).catch(() => {
      throw cancelled(signal, about);
    });
    try {
      return await followed(target);
    } finally {
      release();
    }
  }

  async function followed(target: Target): Promise<Answer> {
    let { url, trusted } = target;
    for (let redirects = 0; ; redirects += 1) {
      const credentials = trusted ? auth?.credentials() : undefined;
      const answer = await send({
        url: withParams(url, credentials?.params),
        headers: {
          accept: 'application/json',
          'user-agent': 'tidemark',
          ...(trusted ? revealed(options.headers) : {}),
          ...(new URL(url).origin === new URL(target.url).origin ? revealed(target.headers) : {}),
          ...revealed(credentials?.headers),
        },
        timeouts,
        signal,
      });
      onBytes(answer.bytes);
      const { location } = answer.headers;
      if (![301, 302, 303, 307, 308].includes(answer.status) || !location) return { ...answer, url };
      if (redirects === MAX_REDIRECTS || !URL.canParse(location, url))
        throw new TidemarkError(
          'HTTP_UNEXPECTED_BODY',
          `GET ${shownUrl(target.url)} was redirected more than ${MAX_REDIRECTS} times, or to no address.`,
        );
      const from = url;
      url = new URL(location, url).href;
      trusted =
        trusted &&
        (new URL(url).origin === new URL(from).origin || (options.baseUrl !== undefined && trust.asked(url)));
    }
  }

  /** Waits out a rate limit, or gives the failure that counts as one. */
  async function failureOf(answer: Answer): Promise<TidemarkError | undefined> {
    const asked = retryAfterMs(answer.headers['retry-after'], clock.now());
    const limited =
      answer.status === 429 || ((answer.status === 503 || answer.status === 403) && asked !== undefined);
    if (!limited || asked === undefined) return statusError(answer, auth);
    if (asked > maxWait) return longWaitError(answer, asked);
    const ms = Math.max(asked, MIN_LIMITED_WAIT_MS);
    limiter.pauseUntil(clock.now() + ms);
    await wait(ms, 'retry-after', `GET ${shownUrl(answer.url)}`);
    return undefined;
  }

  async function json(target: Target): Promise<{ body: unknown; answer: Answer }> {
    let failures = 0;
    for (;;) {
      let failure: TidemarkError | undefined;
      try {
        const answer = await paced(target);
        if (answer.status >= 200 && answer.status < 300) {
          const body = jsonBody(answer);
          lastAnswer = { url: answer.url, body };
          return { body, answer };
        }
        failure = await failureOf(answer);
        if (failure === undefined) continue;
        if (!isRetryableStatus(answer.status) || failure.retryAfterMs !== undefined) throw failure;
      } catch (error) {
        if (
          !(error instanceof TidemarkError) ||
          (error.code !== 'HTTP_TIMEOUT' && error.code !== 'HTTP_NETWORK')
        )
          throw error;
        failure = error;
      }
      failures += 1;
      if (failures > retries) throw exhausted(failure, retries);
      await wait(backoffMs(failures, random), 'backoff', `GET ${shownUrl(target.url)}`);
    }
  }

  function first(path: string, { params, headers }: RequestOptions): Target {
    const url = withParams(addressOf(path, options.baseUrl), params);
    return { url, headers, trusted: trust.asked(url) };
  }

  function following(before: Target, answered: string, next: NextRequest): Target {
    if ('params' in next) return { ...before, url: withParams(before.url, next.params) };
    const url = addressOf(next.url, undefined);
    trust.checkLink(url, answered);
    return { ...before, url };
  }

  return {
    get lastAnswer() {
      return lastAnswer;
    },
    async get<T>(path: string, request: RequestOptions = {}): Promise<T> {
      return (await json(first(path, request))).body as T;
    },
    async *pages<T>(path: string, request: PagesOptions): AsyncGenerator<T, void, void> {
      let target = first(path, request);
      for (;;) {
        const { body, answer } = await json(target);
        const next = request.next({ body, headers: answer.headers, url: answer.url });
        yield body as T;
        if (next === undefined) return;
        const then = following(target, answer.url, next);
        if (then.url === target.url)
          throw unexpectedBody(
            { body, url: answer.url },
            'links to itself, so the chain of pages would never end',
          );
        target = then;
      }
    },
    wait: (ms, reason) => wait(ms, 'requested', reason),
    now: () => clock.now(),
  };
}

function exhausted(failure: TidemarkError, retries: number): TidemarkError {
  if (retries === 0) return failure;
  return new TidemarkError(failure.code, `${failure.message} It was tried ${retries + 1} times.`, {
    cause: failure,
    details: failure.details,
    retryable: failure.retryable,
  });
}
