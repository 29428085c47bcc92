import type { Dataset } from '../destination';
import { formatInstant, type Interval } from '../interval';
import type { Gap, LedgerRow } from '../ledger';
import { timetableOf } from '../plan';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';
import { checkResources } from './deployment';

/** Which part of the ledger is read. Times are UTC instants. */
export interface LedgerQuery {
  /** Only what ends after it. @default everything */
  readonly from?: string | undefined;
  /** Only what begins before it. @default everything */
  readonly to?: string | undefined;
  /** Only these resources. @default all of the entry */
  readonly resources?: readonly string[] | undefined;
}

/** What the ledger says of one resource: its rows, and what is missing of the schedule's complete intervals. */
export interface ResourceIntervals {
  /** The source's name in the ledger. */
  readonly source: string;
  readonly resource: string;
  /** In the order in which they were committed. */
  readonly rows: readonly LedgerRow[];
  /** What isn't loaded and why, in order. Without catch-up nobody expects the past: none, unless `from` was asked for. */
  readonly gaps: readonly Gap[];
}

/** What is loaded of one resource, in a line. */
export interface ResourceSummary {
  readonly source: string;
  readonly resource: string;
  /** Loads that count: those that a refresh or reset superseded don't. */
  readonly loads: number;
  /** Rows that those loads wrote. */
  readonly rows: number;
  /** The latest end of what is loaded; undefined where nothing is. */
  readonly loadedUntil: string | undefined;
  readonly gaps: readonly Gap[];
}

/**
 * Reads the ledger for the resources of an entry, under whatever pipeline name they were loaded.
 *
 * @throws RESOURCE_UNKNOWN
 */
export async function readIntervals(options: {
  readonly entry: Entry;
  readonly dataset: Pick<Dataset, 'ledger' | 'coverage'>;
  readonly query: LedgerQuery;
  readonly now: Date;
}): Promise<ResourceIntervals[]> {
  const { entry, dataset, query, now } = options;
  const { from, to, resources } = query;
  checkResources(entry, resources);
  const expected = expectedRange(entry, query, now);
  const found: ResourceIntervals[] = [];
  for (const source of entry.sources()) {
    for (const resource of source.resourceNames.filter((name) => resources?.includes(name) ?? true)) {
      const key = { source: schemaNameOf(source.name), resource };
      const rows = await dataset.ledger({ ...key, from, to });
      const gaps = expected === undefined ? [] : (await dataset.coverage({ ...key, ...expected })).gaps;
      found.push({ ...key, rows, gaps });
    }
  }
  return found;
}

/** What the rows and gaps of a resource come to. */
export function summaryOf({ source, resource, rows, gaps }: ResourceIntervals): ResourceSummary {
  const loaded = rows.filter(({ status }) => status === 'loaded');
  const ends = loaded.flatMap(({ interval_end, cursor_end }) => interval_end ?? cursor_end ?? []);
  return {
    source,
    resource,
    loads: loaded.length,
    rows: loaded.reduce((sum, row) => sum + row.rows, 0),
    loadedUntil: ends.sort().at(-1),
    gaps,
  };
}

/**
 * The time that should be loaded: from the aligned startDate to the last complete tick, within the range asked for.
 * Without catch-up nobody expects the past: it is nothing then, unless a beginning was asked for.
 */
function expectedRange({ schedule }: Entry, query: LedgerQuery, now: Date): Interval | undefined {
  if (schedule === undefined || (!schedule.catchup && query.from === undefined)) return undefined;
  const timetable = timetableOf(schedule);
  const first = timetable.firstInterval;
  if (!first) return undefined;
  const ends = [timetable.tickBefore(now.toISOString()), timetable.lastInterval?.end, query.to];
  const end = Math.min(...ends.flatMap((at) => (at ? [Date.parse(at)] : [])));
  const start = Math.max(Date.parse(first.start), query.from === undefined ? 0 : Date.parse(query.from));
  return start < end ? { start: formatInstant(start), end: formatInstant(end) } : undefined;
}
