import { type EmulatorRequest, numberedPage, type Reply, reply } from '../emulator-kit';
import { paged } from './answers';
import type { Repository } from './repository';
import { type Row, secondsOf } from './rows';

/** How many runs are listed of those that are asked for by time. */
const MOST_RUNS = 1000;

const seconds = ({ now }: EmulatorRequest): number => Math.floor(now / 1000);
const NOT_FOUND = reply({ status: 404, body: { message: 'Not Found' } });

/** Rows in the order that is asked for; by number without one, and then a direction counts for nothing. */
function sorted(request: EmulatorRequest, rows: readonly Row[], fallback?: 'created'): readonly Row[] {
  const sort = request.query.get('sort') ?? fallback;
  if (sort === undefined || sort === null) return rows;
  const field = sort === 'updated' ? 'updated_at' : 'created_at';
  const asked = request.query.get('direction') ?? (fallback === 'created' ? 'desc' : 'asc');
  const sign = asked === 'asc' ? 1 : -1;
  return [...rows].sort(
    (a, b) =>
      (String(a[field]) < String(b[field]) ? -1 : String(a[field]) > String(b[field]) ? 1 : 0) * sign ||
      Number(a['id']) - Number(b['id']),
  );
}

/** Comments of issues or of reviews, from `since` on, which is inclusive. */
export function answerComments(request: EmulatorRequest, comments: readonly Row[]): Reply {
  const since = request.query.get('since');
  const from = since === null ? 0 : secondsOf(since);
  return paged(
    request,
    sorted(
      request,
      comments.filter((row) => secondsOf(String(row['updated_at'])) >= from),
    ),
  );
}

/** `GET /repos/:owner/:repo/issues/:number/comments` */
export function answerIssueComments(request: EmulatorRequest, repository: Repository): Reply {
  const { number } = request.params;
  if (!repository.issuesAt(seconds(request)).some((row) => String(row['number']) === number))
    return NOT_FOUND;
  const own = repository
    .issueCommentsAt(seconds(request))
    .filter(({ issue_url }) => String(issue_url).endsWith(`/issues/${number}`));
  return answerComments(request, own);
}

/** `GET /repos/:owner/:repo/pulls`: there is no `since`, and one that is given counts for nothing. */
export function answerPulls(request: EmulatorRequest, repository: Repository): Reply {
  const state = request.query.get('state') ?? 'open';
  const rows = repository
    .pullsAt(seconds(request))
    .filter((row) => state === 'all' || row['state'] === state);
  return paged(request, sorted(request, rows, 'created'));
}

/** `GET /repos/:owner/:repo/pulls/:number/reviews` */
export function answerReviews(request: EmulatorRequest, repository: Repository): Reply {
  const number = Number(request.params['number']);
  const pull = repository.pullsAt(seconds(request)).find((row) => row['number'] === number);
  return pull === undefined ? NOT_FOUND : paged(request, repository.reviewsAt(seconds(request), number));
}

/** `GET /repos/:owner/:repo/commits`: newest first, of what `sha` has behind it. */
export function answerCommits(request: EmulatorRequest, repository: Repository): Reply {
  const { query } = request;
  const sha = query.get('sha') ?? undefined;
  const there = repository.commitsAt(seconds(request));
  if (there.length === 0) return reply({ status: 409, body: { message: 'Git Repository is empty.' } });
  const isBranch = sha === undefined || sha === 'main';
  const [since, until] = [query.get('since'), query.get('until')];
  const listed = isBranch ? there : repository.commitsAt(seconds(request), sha);
  if (listed.length === 0) return NOT_FOUND;
  const rows = listed.filter((row) => {
    const { date } = (row['commit'] as { readonly committer: { readonly date: string } }).committer;
    return (since === null || date >= since) && (until === null || date <= until);
  });
  return paged(request, rows);
}

/** `GET /repos/:owner/:repo/actions/runs`: newest first, 1,000 at most of those of a time. */
export function answerRuns(request: EmulatorRequest, repository: Repository): Reply {
  const created = request.query.get('created');
  const found = created === null ? undefined : /^([^.]+)\.\.([^.]+)$/.exec(created);
  if (found === null) return reply({ status: 422, body: { message: 'Validation Failed' } });
  const [from, to] = found === undefined ? ['', '9999'] : [found[1]!, found[2]!];
  const all = repository
    .runsAt(seconds(request))
    .filter(({ created_at }) => from <= String(created_at) && String(created_at) <= to);
  const page = numberedPage(request, created === null ? all : all.slice(0, MOST_RUNS));
  return reply({ body: { total_count: all.length, workflow_runs: page.rows } });
}
