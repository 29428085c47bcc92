import { bearerAuth, type Emulator, startEmulator } from '../emulator-kit';
import { type DatasetOptions, madeAt, makeDataset, type Post } from './dataset';
import { recentSearch } from './search';

export interface TwitterEmulatorOptions extends DatasetOptions {
  /** Epoch milliseconds of its clock. @default the machine's */
  readonly nowMs?: number | undefined;
  /** @default 450 requests in 900 seconds */
  readonly limit?: { readonly requests: number; readonly seconds: number };
  /** @default 'emulator-token' */
  readonly bearerToken?: string;
  /** @default a free one */
  readonly port?: number | undefined;
}

/** Which posts are asked about. */
export interface PostRange {
  readonly term: string;
  /** Epoch milliseconds, inclusive. */
  readonly fromMs?: number;
  /** Exclusive. @default its clock */
  readonly toMs?: number;
}

export interface TwitterEmulator extends Emulator {
  readonly credentials: { readonly bearerToken: string };
  readonly terms: readonly string[];
  /** Moves its clock. */
  setNow(ms: number): void;
  /** Posts that a query finds in a range, newest first. */
  posts(range: PostRange): readonly Post[];
}

/** X's recent search on a loopback port: seven days of posts, newest first, a hundred a page, behind a bearer token. */
export async function startTwitterEmulator(options: TwitterEmulatorOptions = {}): Promise<TwitterEmulator> {
  const { bearerToken = 'emulator-token', limit = { requests: 450, seconds: 900 } } = options;
  const dataset = makeDataset(options);
  let fixedNow = options.nowMs;
  const now = (): number => fixedNow ?? Date.now();
  const emulator = await startEmulator({
    now,
    port: options.port,
    auth: bearerAuth(bearerToken, {
      refusal: { status: 401, body: { title: 'Unauthorized', status: 401, detail: 'Unauthorized' } },
    }),
    limits: [
      {
        ...limit,
        headers: {
          limit: 'x-rate-limit-limit',
          remaining: 'x-rate-limit-remaining',
          reset: 'x-rate-limit-reset',
        },
        retryAfter: false,
        body: { title: 'Too Many Requests', status: 429, detail: 'Too Many Requests' },
      },
    ],
    routes: { 'GET /2/tweets/search/recent': (request) => recentSearch(dataset, request) },
  });
  return {
    ...emulator,
    credentials: { bearerToken },
    terms: dataset.terms,
    setNow: (ms) => {
      fixedNow = ms;
    },
    posts: ({ term, fromMs = 0, toMs = now() }) =>
      dataset.found(term, toMs).filter((post) => madeAt(post) >= fromMs),
  };
}
