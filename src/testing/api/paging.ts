import type { EmulatorRequest } from './types';

/** A whole number of the query, within bounds; what isn't there or can't be read is the default. */
export function numberParam(
  { query }: EmulatorRequest,
  name: string,
  { fallback, min = 0, max = Number.MAX_SAFE_INTEGER }: { fallback: number; min?: number; max?: number },
): number {
  const text = query.get(name);
  const number = text === null || !/^-?\d+$/.test(text) ? fallback : Number(text);
  return Math.min(max, Math.max(min, number));
}

export interface NumberedPage<T> {
  readonly rows: readonly T[];
  readonly page: number;
  /** How many pages there are, at least 1. */
  readonly pages: number;
  readonly perPage: number;
}

export interface NumberedPageOptions {
  /** @default 'page' */
  readonly pageParam?: string;
  /** @default 'per_page' */
  readonly sizeParam?: string;
  /** @default 30 */
  readonly defaultSize?: number;
  /** @default 100 */
  readonly maxSize?: number;
}

/** The page that a request asks for by its number. */
export function numberedPage<T>(
  request: EmulatorRequest,
  rows: readonly T[],
  options: NumberedPageOptions = {},
): NumberedPage<T> {
  const { pageParam = 'page', sizeParam = 'per_page', defaultSize = 30, maxSize = 100 } = options;
  const perPage = numberParam(request, sizeParam, { fallback: defaultSize, min: 1, max: maxSize });
  const page = numberParam(request, pageParam, { fallback: 1, min: 1 });
  return {
    rows: rows.slice((page - 1) * perPage, page * perPage),
    page,
    pages: Math.max(1, Math.ceil(rows.length / perPage)),
    perPage,
  };
}

/** The request's own address with another page, as links have it. */
export function linkTo({ origin, url }: EmulatorRequest, params: Readonly<Record<string, unknown>>): string {
  const address = new URL(url, origin);
  for (const [name, value] of Object.entries(params)) address.searchParams.set(name, String(value));
  return address.href;
}

/** The `Link` header of a numbered page: prev, next, last, first, as far as they are; undefined where there is one page. */
export function linkHeaderOf(
  request: EmulatorRequest,
  { page, pages }: NumberedPage<unknown>,
  pageParam = 'page',
): string | undefined {
  const links: string[] = [];
  const add = (rel: string, number: number): void => {
    links.push(`<${linkTo(request, { [pageParam]: number })}>; rel="${rel}"`);
  };
  if (page > 1) add('prev', Math.min(page - 1, pages));
  if (page < pages) {
    add('next', page + 1);
    add('last', pages);
  }
  if (page > 1) add('first', 1);
  return links.length === 0 ? undefined : links.join(', ');
}

/** The rows after the one with a key, and the key that the next page begins after; undefined on the last page. */
export function cursorPage<T>(
  rows: readonly T[],
  { after, limit, keyOf }: { after: string | undefined; limit: number; keyOf: (row: T) => string },
): { readonly rows: readonly T[]; readonly next: string | undefined } {
  const from = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
  const page = rows.slice(from, from + limit);
  const last = page.at(-1);
  return { rows: page, next: last !== undefined && from + limit < rows.length ? keyOf(last) : undefined };
}
