import { type Http, type HttpAnswer, linkHeader, linkTo } from '../../http';
import { DAY_MS } from '../../interval';
import type { Log, State } from '../../source';
import { PER_PAGE } from './changed-pages';
import type { RepositoryCursor } from './repositories';

/** How many events of a repository the API keeps. */
const KEPT_EVENTS = 300;
/** For how long it keeps them, since January 2025. */
const KEPT_DAYS = 30;

export interface RepositoryEvent {
  readonly id: string;
  readonly type: string;
  readonly created_at: string;
  readonly [field: string]: unknown;
}

interface EventPagesOptions {
  readonly http: Http;
  readonly log: Log;
  readonly path: string;
  readonly cursor: RepositoryCursor;
  /** Keeps the ETag of the newest page. */
  readonly state: State;
}

/**
 * Events, newest first, until they are older than the cursor's start or the API has no more.
 *
 * A stateful run asks first whether the newest page is still the one that the last run got: then nothing has happened,
 * and the answer doesn't count against the rate limit.
 */
export async function* eventPages({
  http,
  log,
  path,
  cursor,
  state,
}: EventPagesOptions): AsyncGenerator<readonly RepositoryEvent[], void, void> {
  const stateful = cursor.endValue === undefined;
  const known = stateful ? state['etag'] : undefined;
  const newest = await http.request<readonly RepositoryEvent[]>({
    path,
    params: { per_page: PER_PAGE },
    headers: typeof known === 'string' ? { 'if-none-match': known } : undefined,
    accept: [304],
  });
  if (newest.status === 304) return;
  let isWhole = false;
  try {
    yield* pagesFrom(newest, { http, log, cursor });
    isWhole = true;
  } finally {
    // a run that was limited before its end, or failed, must ask for everything again
    const { etag } = newest.headers;
    if (stateful && etag !== undefined && (isWhole || cursor.startOutOfRange)) state['etag'] = etag;
  }
}

/** What happens while the pages are read moves the others back: the last ones of a page come again on the next. */
function unseenEvents(): (page: readonly RepositoryEvent[]) => readonly RepositoryEvent[] {
  const ids = new Set<string>();
  return (page) =>
    page.filter(({ id }) => {
      if (ids.has(id)) return false;
      ids.add(id);
      return true;
    });
}

async function* pagesFrom(
  newest: HttpAnswer<readonly RepositoryEvent[]>,
  { http, log, cursor }: Pick<EventPagesOptions, 'http' | 'log' | 'cursor'>,
): AsyncGenerator<readonly RepositoryEvent[], void, void> {
  const unseen = unseenEvents();
  yield unseen(newest.body);
  let seen = newest.body.length;
  let oldest = newest.body.at(-1)?.created_at ?? cursor.startValue;
  const next = linkTo(newest, 'next');
  if (next !== undefined && !cursor.startOutOfRange)
    for await (const page of http.pages<readonly RepositoryEvent[]>(next, { next: linkHeader() })) {
      yield unseen(page);
      seen += page.length;
      oldest = page.at(-1)?.created_at ?? oldest;
      if (cursor.startOutOfRange) return;
    }
  if (cursor.startOutOfRange) return;
  // the first run without an interval has what there is
  const isFirst = cursor.endValue === undefined && cursor.startValue === cursor.initialValue;
  const isForgotten = !isFirst && Date.parse(cursor.startValue) < http.now() - KEPT_DAYS * DAY_MS;
  if (isForgotten || (seen >= KEPT_EVENTS && oldest > cursor.startValue))
    log.warn(
      `GitHub keeps the newest ${KEPT_EVENTS} events of a repository, for ${KEPT_DAYS} days; older ones cannot be loaded any more`,
      { oldest, start: cursor.startValue },
    );
}
