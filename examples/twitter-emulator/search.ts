import { DAY_MS } from '../../src/interval';
import { type EmulatorRequest, numberParam, type Reply, reply } from '../emulator-kit';
import { type Dataset, idAt, madeAt, type Post } from './dataset';

const REACH_MS = 7 * DAY_MS;
/** The end that is searched to where none is asked for, and the latest that may be asked for, before now. */
const DEFAULT_END_MS = 30_000;
const LATEST_END_MS = 10_000;

const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}Z`;

const refused = (parameter: string, value: string | null, message: string): Reply =>
  reply({
    status: 400,
    body: {
      errors: [{ parameters: { [parameter]: [value] }, message }],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: 'https://api.twitter.com/2/problems/invalid-request',
    },
  });

/** Why a search is refused, as the service words it; undefined where it isn't. */
function refusalOf({ query, now }: EmulatorRequest): Reply | undefined {
  const [start, end, since] = ['start_time', 'end_time', 'since_id'].map((name) => query.get(name));
  const oldest = now - REACH_MS;
  if (!query.get('query')) return refused('query', '', 'The `query` query parameter can not be empty');
  for (const [name, text] of [
    ['start_time', start],
    ['end_time', end],
  ] as const)
    if (text != null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text))
      return refused(
        name,
        text,
        `The \`${name}\` query parameter value [${text}] is not a valid RFC3339 date-time`,
      );
  if (start != null && Date.parse(start) < oldest)
    return refused(
      'start_time',
      start,
      `Invalid 'start_time':'${start}'. 'start_time' must be on or after ${minute(oldest)}.`,
    );
  if (end != null && Date.parse(end) > now - LATEST_END_MS)
    return refused(
      'end_time',
      end,
      "Invalid 'end_time'. 'end_time' must be a minimum of 10 seconds prior to the request time.",
    );
  if (since != null && BigInt(since) < idAt(oldest))
    return refused(
      'since_id',
      since,
      `'since_id' must be a tweet id created after ${minute(oldest)}. Please use a 'since_id' that is larger than ${idAt(oldest)}`,
    );
  return undefined;
}

/** The posts that a search may answer with, newest first. */
function foundBy(dataset: Dataset, { query, now }: EmulatorRequest): readonly Post[] {
  const end = query.get('end_time');
  const until = end === null ? now - DEFAULT_END_MS : Date.parse(end);
  const since = query.get('since_id');
  const start = query.get('start_time');
  const from = Math.max(now - REACH_MS, start === null ? 0 : Date.parse(start));
  return dataset
    .found(query.get('query')!, until)
    .filter((post) => (since === null ? madeAt(post) >= from : BigInt(post.id) > BigInt(since)));
}

const ALWAYS = ['id', 'text'];

function shown(post: Post, fields: string | null): Partial<Post> {
  const wanted = [...ALWAYS, ...(fields?.split(',') ?? [])];
  return Object.fromEntries(Object.entries(post).filter(([name]) => wanted.includes(name)));
}

/** `GET /2/tweets/search/recent`: one page, and the token of the next one, behind which no newer post comes in. */
export function recentSearch(dataset: Dataset, request: EmulatorRequest): Reply {
  const refusal = refusalOf(request);
  if (refusal !== undefined) return refusal;
  const { query } = request;
  const size = numberParam(request, 'max_results', { fallback: 10, min: 10, max: 100 });
  const token = query.get('next_token');
  const below = token === null ? undefined : BigInt(Buffer.from(token, 'base64url').toString());
  const left = foundBy(dataset, request).filter(({ id }) => below === undefined || BigInt(id) < below);
  const page = left.slice(0, size);
  const [newest, oldest] = [page[0], page.at(-1)];
  if (newest === undefined || oldest === undefined) return reply({ body: { meta: { result_count: 0 } } });
  return reply({
    body: {
      data: page.map((post) => shown(post, query.get('tweet.fields'))),
      meta: {
        newest_id: newest.id,
        oldest_id: oldest.id,
        result_count: page.length,
        next_token: left.length > size ? Buffer.from(oldest.id).toString('base64url') : undefined,
      },
    },
  });
}
