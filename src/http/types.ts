import type { Secret } from '../config';
import type { HttpMethod } from './method';
import type { ResponseActions } from './response-actions';

export type { HttpMethod } from './method';

/** An object of a JSON answer: the values are whatever the API sent, integers beyond ±2^53 as `bigint`. */
export type JsonObject = { [key: string]: unknown };

/** What a query parameter may be: a list repeats the name, `undefined` and `null` leave it out, a Date is ISO text. */
export type QueryValue = string | number | bigint | boolean | Date | Secret | null | undefined;
export type QueryParams = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

export interface RequestOptions {
  readonly params?: QueryParams | undefined;
  readonly headers?: Readonly<Record<string, string | Secret>> | undefined;
}

/** A request that carries something. */
export interface BodyOptions extends RequestOptions {
  /** Sent as JSON: bigint exactly, a Date as ISO text, secrets revealed. Not together with `form`. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: QueryParams | undefined;
  /**
   * Whether the request may be sent again after a failure that leaves open what the server did: a connection that broke,
   * a timeout, a 5xx. One that was refused (429, 503 with Retry-After, a connection that was never established) is always sent
   * again. @default true for GET, HEAD, PUT, DELETE; false for POST, PATCH
   */
  readonly idempotent?: boolean | undefined;
}

export interface HttpRequest extends BodyOptions {
  /** @default 'GET' */
  readonly method?: HttpMethod | undefined;
  readonly path: string;
  /** Further statuses that are not an error, such as 304 or 404. @default none beyond 2xx */
  readonly accept?: readonly number[] | undefined;
  /** What the body is read as. @default 'json' */
  readonly as?: 'json' | 'text' | undefined;
}

/** The answer to `Http.request`. */
export interface HttpAnswer<T = unknown> {
  readonly status: number;
  /** Names in lower case; a header that came more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where it is empty, or where a status of `accept` came with no JSON. */
  readonly body: T;
  /** The address that answered, after redirects, without credentials. */
  readonly url: string;
}

/** An answer as a paginator sees it. */
export interface PageAnswer {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly status: number;
  /** The rows, where the one who asks knows them, as `restSource` does by `data`. @default for the paginator to find */
  readonly rows?: readonly unknown[];
  /** What was asked for this page. */
  readonly asked: { readonly method: HttpMethod; readonly url: string; readonly json: unknown };
}

/**
 * The next request: an address followed as it is, relative to the answer's if it is no whole one; or parameters and fields of
 * the JSON body that replace those of the same names (`{ json: { variables: { ...asked.json.variables, after } } }`).
 */
export type NextRequest =
  | { readonly url: string }
  | { readonly params?: QueryParams; readonly json?: Readonly<Record<string, unknown>> };

/**
 * Gives the request for the next page, or undefined after the last one. It keeps nothing between two calls: one paginator
 * may serve many chains of pages, and a chain may begin in the middle.
 */
export interface NextPage {
  (answer: PageAnswer): NextRequest | undefined;
  /** What the first request needs, unless the request itself says it: a page size, say. */
  readonly first?: { readonly params?: QueryParams; readonly json?: Readonly<Record<string, unknown>> };
  /** Whether it counts on whatever the answers say: then an answer of the same bytes as an earlier one of its chain fails. */
  readonly counts?: boolean;
  /** The field that it goes by, where an answer without it is the last page: one that no page of a run had is warned of. */
  readonly field?: { readonly path: string; isIn(answer: PageAnswer): boolean };
}

export interface PagesOptions extends BodyOptions {
  /** @default 'GET' */
  readonly method?: HttpMethod | undefined;
  readonly next: NextPage;
  /**
   * Further statuses that are not an error; an answer with one is the last of its chain, its body undefined if it is not JSON.
   * With `204` an answer without a body ends the chain, and is no page. @default none beyond 2xx
   */
  readonly accept?: readonly number[] | undefined;
  /** What to do about answers by status and content, before the source's `check` is asked. @default none */
  readonly responseActions?: ResponseActions | undefined;
}

/** What `extract` asks an API with. Paths are relative to the source's `baseUrl`. */
export interface Http {
  /**
   * The parsed JSON answer of a GET. `T` is the caller's claim about its shape; nothing checks it.
   * @throws HTTP_UNAUTHORIZED, HTTP_STATUS, HTTP_RATE_LIMITED, HTTP_TIMEOUT, HTTP_NETWORK, HTTP_NOT_JSON, CANCELLED;
   * HTTP_UNEXPECTED_BODY for a body that is too large, too deep or not in its charset; HTTP_LINK_REFUSED for a redirect to another origin
   */
  get<T = JsonObject>(path: string, options?: RequestOptions): Promise<T>;
  /**
   * The parsed JSON answer of a POST. It isn't sent again where the server may have acted on it, unless it is `idempotent`.
   * @throws as `get`
   */
  post<T = JsonObject>(path: string, options?: BodyOptions): Promise<T>;
  /**
   * Any request, with status and headers of its answer.
   * @throws as `get`
   * @example http.request({ path: '/repos/o/r/issues', headers: { 'if-none-match': etag }, accept: [304] })
   */
  request<T = JsonObject>(request: HttpRequest): Promise<HttpAnswer<T>>;
  /** The bodies of a chain of pages, each asked for only when the one before was used. */
  pages<T = JsonObject>(path: string, options: PagesOptions): AsyncGenerator<T, void, void>;
  /** The same with status and headers. */
  answers<T = JsonObject>(
    path: string,
    options: PagesOptions,
  ): AsyncGenerator<PageAnswer & { readonly body: T }, void, void>;
  /** Waits, cancellable and heartbeating, without holding a connection. */
  wait(milliseconds: number, reason: string): Promise<void>;
  /** Epoch milliseconds of the clock that `wait` goes by. */
  now(): number;
}

/** A wait, which is not a failure: reported when it begins and every few seconds while it lasts. */
export interface HttpWait {
  readonly reason: 'retry-after' | 'backoff' | 'rate-limit' | 'requested';
  readonly remainingMs: number;
  readonly about: string;
}
