import type { Database } from './database';
import type { Jobs } from './jobs';

/** What a request is handled with. */
export interface Context {
  readonly database: Database;
  readonly jobs: Jobs;
}

export interface RestRequest {
  /** What the path names. */
  readonly names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** One method of the API. */
export interface Route {
  readonly method: string;
  /** Below `/bigquery/v2/projects/P`. */
  readonly path: RegExp;
  /** The types of the declarations: of the parameters, the body and the answer. */
  readonly parameters?: string | undefined;
  readonly body?: string | undefined;
  readonly answer?: string | undefined;
  /** @returns the body of the answer, undefined for none */
  handle(request: RestRequest, context: Context): unknown;
}

/** A page of a list: Google's has 50 of them unless more are asked for. */
export function pageOf<T>(
  all: readonly T[],
  query: URLSearchParams,
  most = 50,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const first = Number(query.get('pageToken') ?? 0);
  const count = Number(query.get('maxResults') ?? most);
  const items = all.slice(first, first + count);
  const next =
    first + items.length < all.length && items.length > 0 ? String(first + items.length) : undefined;
  return { items, next };
}
