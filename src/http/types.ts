import type { Secret } from '../config/secret';

/** An object of a JSON answer: the values are whatever the API sent, integers beyond ±2^53 as `bigint`. */
export type JsonObject = { [key: string]: unknown };

/** What a query parameter may be: a list repeats the name, `undefined` and `null` leave it out, a Date is ISO text. */
export type QueryValue = string | number | bigint | boolean | Date | Secret | null | undefined;
export type QueryParams = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** How a request proves who sends it. Made by `basic`, `bearer`, `apiKey`; sent to trusted origins only. */
export interface HttpAuth {
  readonly kind: 'basic' | 'bearer' | 'apiKey';
  /** The secrets in use, so that a refusal can name their keys. */
  readonly secrets: readonly Secret[];
  /** Headers and query parameters to add; called per request, so that a secret is revealed only when it is needed. */
  credentials(): { readonly headers?: Record<string, string>; readonly params?: Record<string, string> };
}

export interface RateLimit {
  /** Requests that may start within `per`. */
  readonly requests: number;
  /** A duration: `'1m'`, `'10s'`. */
  readonly per: string;
}

/** How long an attempt may take, in milliseconds. */
export interface HttpTimeouts {
  /** To open a connection. @default 10000 */
  readonly connect?: number;
  /** From the request to the answer's headers; exports may think for long. @default 120000 */
  readonly headers?: number;
  /** Between two pieces of the body. @default 60000 */
  readonly body?: number;
  /** For one attempt as a whole. @default 300000 */
  readonly total?: number;
}

/** The HTTP settings of a source; every value has a default. */
export interface HttpOptions {
  /** Where paths begin: `https://acme.zendesk.com`. Without it, requests need whole addresses. */
  readonly baseUrl?: string | undefined;
  readonly auth?: HttpAuth | undefined;
  readonly headers?: Readonly<Record<string, string | Secret>> | undefined;
  /** Further tries after a failure that may pass: 5xx, 408, 429 without Retry-After, a broken connection, a timeout. @default 5 */
  readonly retries?: number | undefined;
  readonly timeouts?: HttpTimeouts | undefined;
  /** Shared by all resources of the source, and all its loads, within a worker. */
  readonly rateLimit?: RateLimit | undefined;
  /** Requests at once, shared like `rateLimit`. @default unlimited */
  readonly concurrency?: number | undefined;
  /** Further origins that may be given the credentials, `https://acme.example`: for an API whose links lead there. */
  readonly trustedOrigins?: readonly string[] | undefined;
  /** The longest single wait that a Retry-After may ask for, in milliseconds; beyond it the request fails as HTTP_RATE_LIMITED. @default 3600000 */
  readonly maxWait?: number | undefined;
}

export interface RequestOptions {
  readonly params?: QueryParams;
  readonly headers?: Readonly<Record<string, string | Secret>>;
}

/** An answer as a paginator sees it. */
export interface PageAnswer {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** The address that was asked, after redirects. */
  readonly url: string;
}

/** The next request: an address followed as it is, or parameters that replace those of the same names. */
export type NextRequest = { readonly url: string } | { readonly params: QueryParams };

/** Tells the request for the next page, or undefined after the last one. */
export type NextPage = (answer: PageAnswer) => NextRequest | undefined;

export interface PagesOptions extends RequestOptions {
  readonly next: NextPage;
}

/** What `extract` asks an API with. Paths are relative to the source's `baseUrl`. */
export interface Http {
  /**
   * The parsed JSON answer of a GET. `T` is the caller's claim about its shape; nothing checks it.
   * @throws HTTP_UNAUTHORIZED, HTTP_STATUS, HTTP_RATE_LIMITED, HTTP_TIMEOUT, HTTP_NETWORK, HTTP_NOT_JSON, CANCELLED
   */
  get<T = JsonObject>(path: string, options?: RequestOptions): Promise<T>;
  /** The answers of a chain of pages, each asked for only when the one before was used. */
  pages<T = JsonObject>(path: string, options: PagesOptions): AsyncGenerator<T, void, void>;
  /** Waits, cancellable and heartbeating, without holding a connection. */
  wait(milliseconds: number, reason: string): Promise<void>;
  /** Epoch milliseconds of the clock that `wait` goes by. */
  now(): number;
}

/** A wait that is no failure: told when it begins and every few seconds while it lasts. */
export interface HttpWait {
  readonly reason: 'retry-after' | 'backoff' | 'rate-limit' | 'requested';
  readonly remainingMs: number;
  readonly about: string;
}
