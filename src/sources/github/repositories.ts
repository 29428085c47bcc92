import type { Incremental } from '../../incremental';
import type { State } from '../../source';

/** What pages of one repository read of their cursor. */
export type RepositoryCursor = Pick<
  Incremental<string>,
  'initialValue' | 'startValue' | 'endValue' | 'startOutOfRange' | 'endOutOfRange'
>;

/** One repository, as its pages are read. */
export interface Visit {
  /** `/repos/OWNER/NAME` */
  readonly path: string;
  readonly cursor: RepositoryCursor;
  /** What is kept for this repository alone. */
  readonly state: State;
  /** Where to begin instead of the cursor's start. */
  readonly resumeFrom: string | undefined;
  readonly checkpoint: (token: string) => Promise<void>;
}

type Row = object;

/** What a resource's `extract` has for it. */
export interface WalkContext {
  readonly cursor: Incremental<string>;
  readonly state: State;
  readonly resumeFrom: string | undefined;
  readonly checkpoint: (token: string) => Promise<void>;
}

interface WalkOptions extends WalkContext {
  readonly repositories: readonly string[];
  /** Whether each repository has a cursor of its own in the state, instead of the one of the incremental. */
  readonly apart: boolean;
  /** Whether rows say which repository they are of. */
  readonly named: boolean;
  /** The field that the cursor reads. */
  readonly field: string;
  /** Whether pages come in the order of the cursor: then what came is done, even if the rest doesn't come. */
  readonly ascending: boolean;
  /** By how much a later run looks back. */
  readonly lagSeconds: number;
}

/** `/repos/OWNER/NAME`, encoded. */
export const pathOf = (repository: string): string =>
  `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;

/**
 * The pages of each repository, one repository after the other.
 *
 * The largest time of all repositories says nothing of one of them: what changed in the first while the last one was read
 * would lie before it and never come. So each keeps the time up to which it was read, and the state holds them by name;
 * one that is new begins at the start of the data. Newest first, that time moves once the repository was read to its end.
 */
export async function* walk<R extends Row>(
  options: WalkOptions,
  pagesOf: (visit: Visit) => AsyncIterable<readonly R[]>,
): AsyncGenerator<readonly R[], void, void> {
  const { repositories, apart, named, cursor, state, resumeFrom, checkpoint } = options;
  const labelled = (repository: string, page: readonly R[]): readonly R[] =>
    named ? page.map((row) => ({ ...row, repository_full_name: repository })) : page;
  if (!apart) {
    const [repository = ''] = repositories;
    const visit = { path: pathOf(repository), cursor, state, resumeFrom, checkpoint };
    for await (const page of pagesOf(visit)) yield labelled(repository, page);
    return;
  }
  const resumed = resumeFrom === undefined ? undefined : (JSON.parse(resumeFrom) as ResumeToken);
  const from = resumed === undefined ? 0 : Math.max(0, repositories.indexOf(resumed.repository));
  const places = (state['repositories'] ?? {}) as Record<string, State>;
  state['repositories'] = places;
  for (const repository of repositories.slice(from)) {
    const place = places[repository] ?? {};
    places[repository] = place;
    const own = ownCursor(options, place);
    const pages = pagesOf({
      path: pathOf(repository),
      cursor: own,
      state: place,
      resumeFrom: resumed?.repository === repository ? resumed.token : undefined,
      checkpoint: (token) => {
        own.keep(options.ascending);
        return checkpoint(JSON.stringify({ repository, token } satisfies ResumeToken));
      },
    });
    for await (const page of pages) {
      own.see(page);
      yield labelled(repository, page);
      if (options.ascending) own.keep(true);
    }
    own.keep(true);
  }
}

interface ResumeToken {
  readonly repository: string;
  readonly token: string;
}

interface OwnCursor extends RepositoryCursor {
  /** Takes a page before it is yielded. */
  see(page: readonly Row[]): void;
  /** Keeps the last value in the state: as what is done, or as what was seen so far. */
  keep(done: boolean): void;
}

/** The cursor of one repository: a stateful run starts where this one was read to. */
function ownCursor(
  { cursor, field, lagSeconds }: Pick<WalkOptions, 'cursor' | 'field' | 'lagSeconds'>,
  place: State,
): OwnCursor {
  const { initialValue, endValue } = cursor;
  const stateful = endValue === undefined;
  const known = stateful ? (place['readTo'] as string | undefined) : undefined;
  let last = stateful ? ((place['reached'] as string | undefined) ?? known) : undefined;
  const startValue = known === undefined ? cursor.startValue : lagged(known, lagSeconds, initialValue);
  const [start, end] = [Date.parse(startValue), endValue === undefined ? Infinity : Date.parse(endValue)];
  const own = { startOutOfRange: false, endOutOfRange: false };
  return Object.assign(own, {
    initialValue,
    startValue,
    endValue,
    see(page: readonly Row[]): void {
      for (const row of page) {
        const time = (row as Readonly<Record<string, unknown>>)[field];
        if (typeof time !== 'string') continue;
        own.startOutOfRange = Date.parse(time) < start;
        own.endOutOfRange = Date.parse(time) >= end;
        if (last === undefined || Date.parse(time) > Date.parse(last)) last = time;
      }
    },
    keep(done: boolean): void {
      if (!stateful || last === undefined) return;
      place[done ? 'readTo' : 'reached'] = last;
      if (done) delete place['reached'];
    },
  });
}

function lagged(last: string, seconds: number, initial: string): string {
  const start = Math.max(Date.parse(last) - seconds * 1000, Date.parse(initial));
  return new Date(start).toISOString().replace('.000Z', 'Z');
}
