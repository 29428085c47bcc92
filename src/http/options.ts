import type { Secret } from '../config';
import type { TidemarkError } from '../errors';
import type { HttpMethod } from './method';

/** Headers and query parameters that authenticate a request. */
export interface Credentials {
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
}

/** What `HttpAuth.credentials` gets: the request as it will be sent, for schemes that sign it, and a way to request a token. */
export interface CredentialsContext {
  readonly method: HttpMethod;
  readonly url: string;
  /** The body as it will be sent. */
  readonly body: string | undefined;
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Posts a form, without credentials of its own, for a token.
   * @throws HTTP_TIMEOUT, HTTP_NETWORK, CANCELLED
   */
  postForm(
    url: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string }>;
}

/**
 * How requests are authenticated. Made by `basic`, `bearer`, `apiKey`, `oauth2ClientCredentials`, `oauth2Refresh`;
 * sent to trusted origins only.
 */
export interface HttpAuth {
  readonly kind: 'basic' | 'bearer' | 'apiKey' | 'oauth2' | 'custom';
  /** The secrets in use, so that a refusal can name their keys. */
  readonly secrets: readonly Secret[];
  /** Headers and query parameters to add; called per request, so that a secret is revealed only when it is needed. */
  credentials(context: CredentialsContext): Credentials | Promise<Credentials>;
  /** Called when these credentials were answered with 401; returns whether one further try, with new ones, is worth it. @default never */
  renew?(refused: Credentials): boolean;
}

export interface RateLimit {
  /** Requests that may start within `per`. */
  readonly requests: number;
  /** A duration: `'1m'`, `'10s'`. */
  readonly per: string;
  /**
   * Whose limit it is: a name for the account, such as `'zendesk acme'`, never a secret. With it, all workers of a task queue
   * share the limit, with whatever else names the same scope. @default each process has the limit to itself
   */
  readonly scope?: string | undefined;
}

/**
 * The headers in which an API sends its rate limit. Once nothing remains, everything that shares the limit waits until the
 * reset: after an answer, before the next request; after a refusal (429, or 403 with nothing remaining), before the same
 * request is sent again. Such a wait is not a failure; it is reported as `rate-limit`.
 */
export interface LimitHeaders {
  /** Requests that are left. Without it only a 429 makes the reset count. */
  readonly remaining?: string;
  /** When there will be more. */
  readonly reset: string;
  /** What the reset is: an instant, compared with the answer's own `Date`, or `seconds` from now. */
  readonly resetIs: 'epochSeconds' | 'epochMs' | 'seconds' | 'iso';
}

/** How long an attempt may take, in milliseconds. */
export interface HttpTimeouts {
  /** To open a connection. @default 10000 */
  readonly connect?: number;
  /** From the request to the answer's headers; exports may take long to begin. @default 120000 */
  readonly headers?: number;
  /** Between two pieces of the body. @default 60000 */
  readonly body?: number;
  /** For one attempt as a whole. @default 300000 */
  readonly total?: number;
}

/** An answer as `check` sees it. */
export interface CheckedAnswer {
  readonly method: HttpMethod;
  readonly url: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined where it isn't JSON. */
  readonly body: unknown;
  /** The body as text. */
  readonly text: string;
}

/**
 * How `check` judges an answer. `'ok'`: it is accepted, whatever its status. `'retry'`: a failure that may pass. An error:
 * it is thrown. `{ wait }`: a rate limit, waited out in milliseconds; with `counted` it counts as a failure, and each
 * further one waits twice as long. Undefined: as without `check`.
 */
export type CheckVerdict =
  | 'ok'
  | 'retry'
  | TidemarkError
  | { readonly wait: number; readonly counted?: boolean }
  | undefined;

/** The HTTP settings of a source; every value has a default. */
export interface HttpOptions {
  /** Where paths begin: `https://acme.zendesk.com`. Without it, requests need whole addresses. */
  readonly baseUrl?: string | undefined;
  readonly auth?: HttpAuth | undefined;
  readonly headers?: Readonly<Record<string, string | Secret>> | undefined;
  /** Further tries after a failure that may pass: 5xx, 408, 429 without Retry-After, a broken connection, a timeout. @default 5 */
  readonly retries?: number | undefined;
  readonly timeouts?: HttpTimeouts | undefined;
  /** Shared by all resources of the source, and all its loads, within a worker; with a `scope`, by all workers. */
  readonly rateLimit?: RateLimit | undefined;
  /** Requests at once, shared like `rateLimit`. @default unlimited */
  readonly concurrency?: number | undefined;
  /** Rate limits that the API sends in headers. @default none */
  readonly limitHeaders?: readonly LimitHeaders[] | undefined;
  /** For an API that answers errors with 200, or rate limits with 400 or 403. @default by the status */
  readonly check?: ((answer: CheckedAnswer) => CheckVerdict) | undefined;
  /** Further origins that may be given the credentials, `https://acme.example`: for an API whose links lead there. */
  readonly trustedOrigins?: readonly string[] | undefined;
  /** The most bytes that a body may have once it is unpacked; a larger one fails, and isn't asked for again. @default 268435456, 256 MiB */
  readonly maxBodySize?: number | undefined;
  /** The most pages that one chain may have: one that is longer fails, since it may never end. @default 100000 */
  readonly maxPages?: number | undefined;
  /** What bodies are in, for an API that doesn't say it or says it wrongly: `'iso-8859-1'`. @default by the content type, else UTF-8 */
  readonly charset?: string | undefined;
  /**
   * Hosts of other origins that redirects may lead to, `'files.example.com'` or `'*.example.com'`: their answers are loaded, without
   * credentials being sent there. Without it only those of `baseUrl` and `trustedOrigins` are followed, and http to https. @default none
   */
  readonly allowHosts?: readonly string[] | undefined;
  /** The longest single wait that a rate limit may ask for, in milliseconds; beyond it the request fails as HTTP_RATE_LIMITED. @default 3600000 */
  readonly maxWait?: number | undefined;
}
