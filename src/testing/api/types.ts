import type { IncomingHttpHeaders } from 'node:http';

/** A request as a route sees it. */
export interface EmulatorRequest {
  /** From 1, over all requests. */
  readonly number: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Path and query as they came, so that their encoding shows. */
  readonly url: string;
  /** `http://127.0.0.1:PORT`, for links. */
  readonly origin: string;
  /** The named parts of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came. */
  readonly text: string;
  /** The parsed body of a JSON request; undefined where it isn't JSON. */
  readonly json: unknown;
  /** The fields of a form; none where it isn't one. */
  readonly form: URLSearchParams;
  /** The owner of the credentials, as the auth checker found it. */
  readonly identity: string | undefined;
  /** Epoch milliseconds by the emulator's clock. */
  readonly now: number;
}

/** A request that came, and how it was answered. */
export interface SeenRequest extends Omit<EmulatorRequest, 'params'> {
  /** 0 where the connection was cut before an answer. */
  readonly status: number;
}

/** An answer: an object or list is sent as JSON (bigint exactly), text and bytes as they are. */
export interface Reply {
  /** @default 200 */
  readonly status?: number;
  /** One that is undefined isn't sent. */
  readonly headers?: Readonly<Record<string, string | number | undefined>> | undefined;
  /** @default none */
  readonly body?: unknown;
}

export type RouteHandler = (request: EmulatorRequest) => Reply | Promise<Reply>;

/** By method and path: `'GET /repos/:owner/:repo/issues'`; a last part `*` takes the rest of the path. */
export type Routes = Readonly<Record<string, RouteHandler>>;

/** Who may ask. */
export interface AuthChecker {
  /** The owner of the credentials; undefined if they are refused. */
  check(request: Pick<EmulatorRequest, 'headers' | 'query' | 'now'>): string | undefined;
  /** How they are refused. @default 401 with an error in JSON */
  readonly refusal?: Reply | undefined;
  /** Routes that need no credentials: where tokens are given. */
  readonly routes?: Routes;
  /** Makes every token that was given so far invalid. */
  expire?(): void;
}

/** A rate limit over a window that begins with its first request, counted for each identity. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
  /** Which requests count: a route's pattern (`'GET /search/*'`) or a function. @default all that have credentials */
  readonly on?: string | ((request: EmulatorRequest) => boolean);
  /** @default 429 */
  readonly status?: number;
  /** Names of headers that every answer has. @default none */
  readonly headers?: { readonly limit?: string; readonly remaining?: string; readonly reset?: string };
  /** What the reset header is. @default 'epochSeconds' */
  readonly resetIs?: 'epochSeconds' | 'epochMs' | 'seconds' | 'iso';
  /** Whether a refusal has Retry-After. @default true */
  readonly retryAfter?: boolean;
  /** The body of a refusal. @default an error in JSON */
  readonly body?: unknown;
}

interface FaultTarget {
  /** Which of the matching requests from now on is the first that fails. @default 1, the next */
  readonly at?: number;
  /** How many in a row. @default 1 */
  readonly times?: number;
  /** A route's pattern (`'GET /issues'`) or a function. @default every request */
  readonly on?: string | ((request: EmulatorRequest) => boolean);
}

/** What goes wrong with some requests. */
export type Fault = FaultTarget &
  (
    | ({ readonly kind: 'status' } & Reply & { readonly status: number })
    /** The connection breaks before the answer. */
    | { readonly kind: 'cut' }
    /** The connection breaks within the answer's body. */
    | { readonly kind: 'cutBody' }
    /** Half of the answer's body as if it were all of it: a JSON text that ends too early. */
    | { readonly kind: 'brokenJson' }
    /** A page of HTML with status 200. */
    | { readonly kind: 'html'; readonly text?: string }
    /** The answer comes, later. */
    | { readonly kind: 'slow'; readonly ms: number }
    /** Every token given so far is invalid from here on. */
    | { readonly kind: 'expireToken' }
    | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  );

export interface EmulatorOptions {
  /** One checker, or several of which one must accept. @default everyone may ask */
  readonly auth?: AuthChecker | readonly AuthChecker[];
  readonly routes: Routes;
  /** Patterns of routes that need no credentials. */
  readonly open?: readonly string[];
  readonly limits?: readonly Limit[];
  readonly faults?: readonly Fault[] | undefined;
  /** What is answered where no route fits. @default 404 with an error in JSON */
  readonly notFound?: RouteHandler;
  /** Its clock, epoch milliseconds: what limits, tokens and the `Date` header go by. @default the machine's */
  readonly now?: () => number;
  /** @default a free one */
  readonly port?: number | undefined;
}

export interface Emulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** All requests so far, in order; those refused too. */
  readonly requests: readonly SeenRequest[];
  readonly faults: {
    inject(...faults: readonly Fault[]): void;
    clear(): void;
  };
  /** Ends it, and what is being answered; a second time does nothing. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
