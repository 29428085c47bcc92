import { type Http, linkHeader } from '../../http';
import { PER_PAGE, wholeSecond } from './changed-pages';
import type { Visit } from './repositories';

interface Signature {
  readonly date?: string;
}

interface CommitRow {
  readonly sha: string;
  readonly commit: { readonly author: Signature | null; readonly committer: Signature | null };
}

/** A commit, with the committer's time as a field of its own, for the cursor. */
export type Commit = CommitRow & { readonly committed_at: string | null };

/**
 * The committer's time, as his clock had it: one that is ahead is cut at the time of the load, or no later run would find
 * anything behind it.
 */
function timeOf({ commit: { committer, author } }: CommitRow, now: string): string | null {
  const date = committer?.date ?? author?.date;
  if (date === undefined) return null;
  return Date.parse(date) > Date.parse(now) ? wholeSecond(now) : date;
}

/** What GitHub answers of a repository without a commit. */
const EMPTY = 409;

/**
 * The commits of a branch whose committer's time is in the range. Its newest commit is asked for first, and the list from
 * that one on: it stays the same while its pages are read, whatever is pushed. A run that goes on from its cursor and
 * finds the branch where it was asks for no list.
 */
export async function* commitPages(
  http: Http,
  { path, cursor, state }: Visit,
  branch: string | undefined,
): AsyncGenerator<readonly Commit[], void, void> {
  const list = `${path}/commits`;
  const newest = await http.request<readonly CommitRow[]>({
    path: list,
    params: { sha: branch, per_page: 1 },
    accept: [EMPTY],
  });
  const head = newest.status === EMPTY ? undefined : newest.body[0]?.sha;
  const stateful = cursor.endValue === undefined;
  if (head === undefined || (stateful && state['head'] === head)) return;
  const pages = http.pages<readonly CommitRow[]>(list, {
    params: {
      sha: head,
      // whether GitHub's bounds are inclusive isn't documented: rows are cut by the cursor
      since: wholeSecond(new Date(Date.parse(cursor.startValue) - 1000).toISOString()),
      until: cursor.endValue === undefined ? undefined : wholeSecond(cursor.endValue),
      per_page: PER_PAGE,
    },
    next: linkHeader(),
  });
  // GitHub's clock, as its answer says
  const now = new Date(newest.headers['date'] ?? http.now()).toISOString();
  for await (const page of pages) yield page.map((row) => ({ committed_at: timeOf(row, now), ...row }));
  if (stateful) state['head'] = head;
}
