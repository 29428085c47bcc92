import { type Http, linkHeader, linkTo, type QueryParams } from '../../http';
import type { State } from '../../source';
import type { RepositoryCursor } from './repositories';

/** The most that the API gives at once. */
export const PER_PAGE = 100;

/** What every issue or comment has that paging needs. */
export interface ChangedRow {
  readonly id: number;
  readonly updated_at: string;
  readonly [field: string]: unknown;
}

/** An instant rounded down to the second, as GitHub writes it: the only form that it documents for `since`. */
export const wholeSecond = (text: string): string => `${new Date(text).toISOString().slice(0, 19)}Z`;

/** The answer that a run without anything new got, so that the next one can ask whether it still holds. */
export interface SeenAnswer {
  readonly since: string;
  readonly etag: string;
}

interface ChangedPagesOptions {
  readonly http: Http;
  readonly path: string;
  /** What else must be asked, for everything to come. */
  readonly params?: QueryParams | undefined;
  readonly cursor: RepositoryCursor;
  /** Where to begin instead of the cursor's start. */
  readonly resumeFrom: string | undefined;
  readonly checkpoint: (since: string) => Promise<void>;
  /** Keeps, as `seen`, what the next run asks again with. */
  readonly state: State;
}

/**
 * Issues, or comments, in the order of their last change, from the cursor's start until they are beyond its end.
 *
 * Each page asks for what changed since the last row of the one before, rather than for page 2, 3, …: one that
 * changes meanwhile moves to the end of the list, those behind it move up, and by page numbers one would be missed at
 * every border. Rows of the border's second come twice; the incremental and the merge keep one. Only where a whole page
 * changed in one second are numbers followed, until a later second comes.
 */
export async function* changedPages(
  options: ChangedPagesOptions,
): AsyncGenerator<readonly ChangedRow[], void, void> {
  const { http, path, params, cursor, checkpoint, state } = options;
  const seen = state['seen'] as SeenAnswer | undefined;
  let since = options.resumeFrom ?? wholeSecond(cursor.startValue);
  const asksAgain = seen !== undefined && seen.since === since && cursor.endValue === undefined;
  for (let first = true; ; first = false) {
    const { status, body, headers, url } = await http.request<readonly ChangedRow[]>({
      path,
      params: { ...params, sort: 'updated', direction: 'asc', since, per_page: PER_PAGE },
      headers: first && asksAgain ? { 'if-none-match': seen.etag } : undefined,
      accept: [304],
    });
    if (status === 304) return;
    yield body;
    if (cursor.endOutOfRange) return;
    const next = linkTo({ headers, url }, 'next');
    if (next === undefined) {
      // an answer with more behind it could be the same while what follows isn't
      const { etag } = headers;
      if (etag !== undefined && cursor.endValue === undefined) state['seen'] = { since, etag };
      else delete state['seen'];
      return;
    }
    let last = body.at(-1)?.updated_at ?? since;
    if (last <= since)
      for await (const page of http.pages<readonly ChangedRow[]>(next, { next: linkHeader() })) {
        yield page;
        if (cursor.endOutOfRange) return;
        last = page.at(-1)?.updated_at ?? last;
        if (last > since) break;
      }
    if (last <= since) return;
    since = last;
    await checkpoint(since);
  }
}
