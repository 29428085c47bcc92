import { isoText } from '../../config';
import { cursorPages, type Http, type JsonObject } from '../../http';
import { DAY_MS } from '../../interval';
import type { Log } from '../../source';
import { postedMs, postId } from './post-id';
import type { TimeRange } from './time-range';

const PATH = '/2/tweets/search/recent';
/** The most that the API gives at once. */
const MAX_RESULTS = 100;
/** How far back recent search reaches. */
const REACH_MS = 7 * DAY_MS;
/** Within it of that reach, an id may be refused by the time the request arrives. */
const REACH_MARGIN_MS = 60_000;

interface SearchOptions {
  readonly http: Http;
  readonly log: Log;
  readonly term: string;
  readonly range: TimeRange;
  /** The newest post of earlier runs: only what is newer comes. */
  readonly since: bigint | undefined;
  /** The token of the page to go on with. @default the first */
  readonly from: string | undefined;
  /** Fields to ask for, by parameter. */
  readonly fields: Readonly<Record<string, string | undefined>>;
}

/**
 * The pages of one search, newest first, each with its `search_term`.
 *
 * Where an id is known it is later than any `start_time`, and takes its place. One that recent search doesn't reach back to
 * would be refused, so neither is sent then: all that is reached comes, less what was loaded before.
 */
export async function* searchPages(options: SearchOptions): AsyncGenerator<JsonObject, void, void> {
  const { http, log, term, range, since, from, fields } = options;
  const { startMs, endMs } = range;
  const reached = since !== undefined && postedMs(since) > http.now() - REACH_MS + REACH_MARGIN_MS;
  if (since !== undefined && !reached)
    log.warn(
      `the last run of the search "${term}" lies more than seven days back, further than recent search reaches: posts between may be missing`,
      { search_term: term, since_id: String(since) },
    );
  const pages = http.pages<JsonObject>(PATH, {
    params: {
      query: term,
      max_results: MAX_RESULTS,
      ...fields,
      since_id: reached ? String(since) : undefined,
      start_time: since !== undefined || startMs === undefined ? undefined : isoText(new Date(startMs)),
      end_time: endMs === undefined ? undefined : isoText(new Date(endMs)),
      next_token: from,
    },
    next: cursorPages({ cursor: 'meta.next_token', param: 'next_token' }),
  });
  for await (const page of pages) {
    const stored = since === undefined || reached ? page : withoutUpTo(page, since);
    yield { ...stored, search_term: term };
  }
}

/** A page without the posts up to an id. */
function withoutUpTo(page: JsonObject, since: bigint): JsonObject {
  const { data } = page;
  if (!Array.isArray(data)) return page;
  return { ...page, data: data.filter((post: JsonObject) => (postId(post['id']) ?? since + 1n) > since) };
}

const metaOf = ({ meta }: JsonObject): JsonObject =>
  typeof meta === 'object' && meta !== null ? (meta as JsonObject) : {};

/** The newest post of a page; undefined where it has none. */
export const newestOf = (page: JsonObject): bigint | undefined => postId(metaOf(page)['newest_id']);

/** The token of the page that follows; undefined on the last one. */
export function nextOf(page: JsonObject): string | undefined {
  const { next_token: next } = metaOf(page);
  return typeof next === 'string' && next !== '' ? next : undefined;
}
