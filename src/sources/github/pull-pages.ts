import { type Http, linkHeader, linkTo } from '../../http';
import { PER_PAGE } from './changed-pages';
import { pathOf, type Visit } from './repositories';

/** A pull request, as far as it matters here. */
export interface PullRow {
  readonly id: number;
  readonly number: number;
  readonly updated_at: string;
}

/** With the repository that it is of. */
export interface PullRequest extends PullRow {
  readonly repository_full_name: string;
}

type PullPage = readonly PullRow[];

/**
 * Pull requests, the last changed first, until they are older than the cursor's start. GitHub can't be asked for those of a
 * time: the page where the range ends is searched by halves. One that changes meanwhile moves to the front and moves the
 * others back, into pages that are still to come: some come twice, none is missed. It comes itself with the next range.
 */
export async function* pullPages(
  http: Http,
  { path, cursor, resumeFrom, checkpoint }: Visit,
): AsyncGenerator<PullPage, void, void> {
  const request = (page: number) =>
    http.request<PullPage>({
      path: `${path}/pulls`,
      params: { state: 'all', sort: 'updated', direction: 'desc', per_page: PER_PAGE, page },
    });
  const { endValue: end } = cursor;
  let page = resumeFrom === undefined ? 1 : Number(resumeFrom);
  if (resumeFrom === undefined && end !== undefined) page = await firstBefore(end, request);
  for (;;) {
    const answer = await request(page);
    yield answer.body;
    if (cursor.startOutOfRange || linkTo(answer, 'next') === undefined) return;
    page += 1;
    await checkpoint(String(page));
  }
}

/** The first page that may hold rows from before an end: the last one that begins at or behind it, or the first. */
async function firstBefore(
  end: string,
  request: (
    page: number,
  ) => Promise<{ body: PullPage; headers: Readonly<Record<string, string>>; url: string }>,
): Promise<number> {
  const first = await request(1);
  const last = linkTo(first, 'last');
  let [behind, before] = [1, last === undefined ? 1 : Number(new URL(last).searchParams.get('page'))];
  const isBehind = (row: { readonly updated_at: string } | undefined): boolean =>
    row !== undefined && Date.parse(row.updated_at) >= Date.parse(end);
  if (!isBehind(first.body.at(-1))) return 1;
  before += 1;
  while (before - behind > 1) {
    const middle = Math.floor((behind + before) / 2);
    if (isBehind((await request(middle)).body[0])) behind = middle;
    else before = middle;
  }
  return behind;
}

/** The reviews of some pull requests, those of each as a page or several; with whose they are. */
export async function* reviewPages(
  http: Http,
  pulls: readonly PullRequest[],
): AsyncGenerator<readonly object[], void, void> {
  for (const { id, number, repository_full_name } of pulls) {
    const pages = http.pages<readonly object[]>(`${pathOf(repository_full_name)}/pulls/${number}/reviews`, {
      params: { per_page: PER_PAGE },
      next: linkHeader(),
    });
    for await (const page of pages)
      yield page.map((review) => ({
        ...review,
        repository_full_name,
        pull_request_id: id,
        pull_request_number: number,
      }));
  }
}
