import { TidemarkError } from '../../errors';
import { type Http, linkTo } from '../../http';
import type { Log } from '../../source';
import { PER_PAGE } from './changed-pages';
import type { RepositoryCursor } from './repositories';

/** Beyond this page the API gives no stars. */
const LAST_PAGE = 400;

export interface Star {
  readonly user_id: number;
  readonly starred_at: string;
  readonly user: { readonly id: number; readonly [field: string]: unknown };
}

interface StarPagesOptions {
  readonly http: Http;
  readonly log: Log;
  /** Of the repository. */
  readonly path: string;
  readonly cursor: RepositoryCursor;
}

type StarPage = readonly Omit<Star, 'user_id'>[];

/** Turned around, so that the newest comes first; with the user's id as a field of its own, for the key. */
const newestFirst = (page: StarPage): readonly Star[] =>
  page.map((star) => ({ user_id: star.user.id, ...star })).reverse();

const pageNumber = (link: string): number => Number(new URL(link).searchParams.get('page'));

/**
 * Stars, newest first, until they are older than the cursor's start. The API gives the oldest first and can't be asked
 * for those of a time: the page where the range ends is searched by halves, and from there on pages are read backwards.
 * A star that is taken back meanwhile moves the later ones forward, into pages that are still to come: none is missed.
 */
export async function* starPages({
  http,
  log,
  path,
  cursor,
}: StarPagesOptions): AsyncGenerator<readonly Star[], void, void> {
  const request = (page: number) =>
    http.request<StarPage>({
      path: `${path}/stargazers`,
      params: { per_page: PER_PAGE, page },
      headers: { accept: 'application/vnd.github.star+json' },
    });
  const first = await request(1).catch((error: unknown) => {
    throw withRestriction(error);
  });
  if (first.body.length === 0) await warnIfHidden({ http, log, path });
  const last = linkTo(first, 'last');
  const pages = last === undefined ? 1 : pageNumber(last);
  if (pages >= LAST_PAGE)
    log.warn('GitHub gives the first 40,000 stars of a repository; later ones cannot be loaded', { pages });
  const read = new Map([[1, first.body]]);
  const pageAt = async (page: number): Promise<StarPage> => {
    const body = read.get(page) ?? (await request(page)).body;
    read.set(page, body);
    return body;
  };
  const end = cursor.endValue;
  for (let page = end === undefined ? pages : await lastBefore(end, pages, pageAt); page > 0; page -= 1) {
    yield newestFirst(await pageAt(page));
    read.delete(page);
    if (cursor.startOutOfRange) return;
  }
}

/** The last page that begins before an end; the first one if there is none. */
async function lastBefore(
  end: string,
  pages: number,
  pageAt: (page: number) => Promise<StarPage>,
): Promise<number> {
  let [before, after] = [1, pages + 1];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    const [star] = await pageAt(middle);
    if (star !== undefined && star.starred_at < end) before = middle;
    else after = middle;
  }
  return before;
}

const RESTRICTION =
  'Since July 2026 GitHub lists the stargazers of a repository to its admins and collaborators only';
const CURE = 'Use the token of one, or leave the resource "stargazers" out.';

/** A refusal, with what it most likely means. */
function withRestriction(error: unknown): unknown {
  if (!(error instanceof TidemarkError) || error.details['status'] !== 403) return error;
  return new TidemarkError(error.code, `${error.message} ${RESTRICTION}. ${CURE}`, {
    cause: error,
    details: error.details,
    retryable: error.retryable,
  });
}

/** To those who may not see them GitHub may also show no stars at all: the repository itself says how many there are. */
async function warnIfHidden({ http, log, path }: Omit<StarPagesOptions, 'cursor'>): Promise<void> {
  const { body } = await http.request<{ readonly stargazers_count?: unknown } | undefined>({
    path,
    accept: [403, 404],
  });
  const count = body?.stargazers_count;
  if (typeof count !== 'number' || count === 0) return;
  log.warn(`GitHub lists none of the ${count} stars of the repository. ${RESTRICTION}. ${CURE}`, { count });
}
