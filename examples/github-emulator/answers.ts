import { createHash } from 'node:crypto';
import { type EmulatorRequest, linkHeaderOf, numberedPage, type Reply, reply } from '../emulator-kit';
import type { Repository } from './repository';
import { type Row, secondsOf, type Timed } from './rows';

/** How many events GitHub keeps, and for how many days. */
const EVENTS = { most: 300, days: 30 };
/** The last page of stars that it gives. */
const STAR_PAGES = 400;

const SORT_FIELDS: Readonly<Record<string, string>> = {
  created: 'created_at',
  updated: 'updated_at',
  comments: 'comments',
};
/** The names that sorting has for reactions, and those of the fields. */
const REACTION_SORTS: Readonly<Record<string, string>> = {
  smile: 'laugh',
  tada: 'hooray',
  thinking_face: 'confused',
};

/** An answer with its ETag; 304 where the request has it already. */
function withEtag(request: EmulatorRequest, answer: Reply): Reply {
  const etag = `W/"${createHash('sha256').update(JSON.stringify(answer.body)).digest('hex')}"`;
  if (request.headers['if-none-match'] === etag) return reply({ status: 304, headers: { etag } });
  return { ...answer, headers: { ...answer.headers, etag } };
}

export function paged(request: EmulatorRequest, rows: readonly Row[]): Reply {
  const page = numberedPage(request, rows);
  const link = linkHeaderOf(request, page);
  return withEtag(request, { headers: link === undefined ? {} : { link }, body: page.rows });
}

function sortValue(row: Row, sort: string): unknown {
  const field = SORT_FIELDS[sort];
  if (field !== undefined) return row[field];
  const reactions = row['reactions'] as Row;
  const name = sort.slice('reactions-'.length);
  return reactions[name === '' ? 'total_count' : (REACTION_SORTS[name] ?? name)];
}

/** `GET /repos/:owner/:repo/issues`: since is inclusive and asks for the time of the last change. */
export function answerIssues(request: EmulatorRequest, repository: Repository): Reply {
  const { query, now } = request;
  const state = query.get('state') ?? 'open';
  const asked = query.get('sort') ?? 'created';
  // an unknown order is no error for GitHub: it falls back on the time of creation
  const sort =
    asked in SORT_FIELDS || /^reactions(-(\+1|-1|smile|tada|thinking_face|heart|rocket|eyes))?$/.test(asked)
      ? asked
      : 'created';
  const sign = query.get('direction') === 'asc' ? 1 : -1;
  const since = query.get('since');
  if (since !== null && Number.isNaN(Date.parse(since)))
    return reply({ status: 422, body: { message: 'Validation Failed', errors: [{ field: 'since' }] } });
  const from = since === null ? Number.NEGATIVE_INFINITY : secondsOf(since);
  const rows = repository
    .issuesAt(Math.floor(now / 1000))
    .filter((row) => state === 'all' || row['state'] === state)
    .filter((row) => secondsOf(String(row['updated_at'])) >= from)
    .map((row) => ({ row, value: sortValue(row, sort) as string | number }))
    .sort((a, b) =>
      a.value === b.value
        ? Number(a.row['number']) - Number(b.row['number'])
        : (a.value < b.value ? -1 : 1) * sign,
    )
    .map(({ row }) => row);
  return paged(request, rows);
}

/** `GET /repos/:owner/:repo/events`: newest first, no more than GitHub keeps. */
export function answerEvents(request: EmulatorRequest, events: readonly Timed[]): Reply {
  const now = Math.floor(request.now / 1000);
  const kept = events
    .filter(({ at }) => at <= now && at > now - EVENTS.days * 86_400)
    .slice(-EVENTS.most)
    .map(({ row }) => row)
    .reverse();
  const page = numberedPage(request, kept);
  if (page.page > 1 && page.page > Math.ceil(EVENTS.most / page.perPage))
    return reply({
      status: 422,
      body: {
        message: 'In order to keep the API fast for everyone, pagination is limited for this resource.',
      },
    });
  const answer = paged(request, kept);
  return { ...answer, headers: { ...answer.headers, 'x-poll-interval': 60 } };
}

/** `GET /repos/:owner/:repo/stargazers`: oldest first; with the time only where the media type asks for it. */
export function answerStargazers(request: EmulatorRequest, stars: readonly Timed[]): Reply {
  const now = Math.floor(request.now / 1000);
  const withTime = (request.headers.accept ?? '').includes('star+json');
  const rows = stars.filter(({ at }) => at <= now).map(({ row }) => (withTime ? row : (row['user'] as Row)));
  const { perPage } = numberedPage(request, rows);
  return paged(request, rows.slice(0, STAR_PAGES * perPage));
}
