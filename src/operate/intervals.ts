import type { Dataset } from '../destination';
import { formatInstant, type Interval, instantMs, type Timetable } from '../interval';
import { type Coverage, coverageOf, type Gap, type LedgerRow } from '../ledger';
import { timetableOf, typedInstant } from '../plan';
import type { Entry } from '../run';
import { checkResources } from './deployment';
import { entryResources } from './entry-resources';
import { rowsByResource } from './resource-rows';

/** Which part of the ledger is read. Times are UTC instants. */
export interface LedgerQuery {
  /** Only what ends after it. @default everything */
  readonly from?: string | undefined;
  /** Only what begins before it. @default everything */
  readonly to?: string | undefined;
  /** Only these resources. @default all of the entry */
  readonly resources?: readonly string[] | undefined;
}

/** A query as a user writes it, its dates in the schedule's zone, as instants. */
export function inUtc(entry: Entry, { from, to, resources }: LedgerQuery): LedgerQuery {
  const utc = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : typedInstant(entry, text);
  return { from: utc(from), to: utc(to), resources };
}

/** What the ledger says of one resource: its rows, and what is missing of the schedule's complete intervals. */
export interface ResourceIntervals {
  /** The source's name in the ledger. */
  readonly source: string;
  readonly resource: string;
  /** Whether a data interval reaches it: a backfill loads it, and else only live runs do. */
  readonly reached: boolean;
  /** In the order of their intervals, those of one interval as they were committed; rows without an interval are last. */
  readonly rows: readonly LedgerRow[];
  /** Whether gaps were looked for. Without catch-up nobody expects the past, unless `from` was asked for. */
  readonly expected: boolean;
  /** What isn't loaded and why, in order. Where no interval reaches it, only what was tried and isn't there. */
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
  /**
   * The latest end of what is loaded of the schedule's time; undefined where nothing is. A schedule that has ended has what others
   * load later of the same resource no part in.
   */
  readonly loadedUntil: string | undefined;
  /** What those loads have cost, and each interval of the newest; undefined where the destination doesn't count that. */
  readonly cost?: ResourceCost | undefined;
  /** As of {@link ResourceIntervals}. */
  readonly reached: boolean;
  readonly expected: boolean;
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
  const range = expectedRange(entry, query, now);
  const found: ResourceIntervals[] = [];
  const every = entryResources(entry);
  const isWhole = from === undefined && to === undefined && resources === undefined;
  const ledgers = isWhole ? await rowsByResource(dataset, every, every) : undefined;
  for (const [index, { source, resource, reached }] of every.entries()) {
    if (resources?.includes(resource) === false) continue;
    const key = { source, resource };
    const whole = ledgers?.[index];
    const rows = inOrder(whole ?? (await dataset.ledger({ ...key, from, to })));
    const covered = (within: Interval): Promise<Coverage> | Coverage =>
      whole === undefined ? dataset.coverage({ ...key, ...within }) : coverageOf(whole, within);
    const gaps = range === undefined ? [] : (await covered(range)).gaps;
    // what no interval reaches was never to be planned
    const told = reached ? gaps : gaps.filter(({ cause }) => cause !== 'never-planned');
    found.push({ ...key, reached, rows, expected: range !== undefined, gaps: told });
  }
  return found;
}

/** Rows by their interval; the order of commits, in which they are given, decides among those of one. */
function inOrder(rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const at = (instant: string | null): number =>
    instant === null ? Number.MAX_SAFE_INTEGER : Date.parse(instant);
  return rows
    .map((row) => ({ row, start: at(row.interval_start), end: at(row.interval_end) }))
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .map(({ row }) => row);
}

/** What loads have cost, as their destination counts it. */
export interface ResourceCost {
  readonly bytesBilled: number;
  /** Milliseconds of the destination's processors. */
  readonly slotMs: number;
  /** The newest intervals, in order. A load of several resources is told of the first of them. */
  readonly intervals: readonly {
    readonly start: string | null;
    readonly end: string | null;
    readonly bytesBilled: number;
    readonly slotMs: number;
  }[];
}

/** Intervals whose cost is listed. */
const MOST_COSTS = 100;

function costOf(rows: readonly LedgerRow[]): ResourceCost | undefined {
  const counted = rows.filter(({ bytes_billed }) => typeof bytes_billed === 'number');
  if (counted.length === 0) return undefined;
  const sum = (of: 'bytes_billed' | 'slot_ms'): number =>
    counted.reduce((total, row) => total + (row[of] ?? 0), 0);
  return {
    bytesBilled: sum('bytes_billed'),
    slotMs: sum('slot_ms'),
    intervals: counted
      .filter(({ interval_start }) => interval_start !== null)
      .slice(-MOST_COSTS)
      .map(({ interval_start, interval_end, bytes_billed, slot_ms }) => ({
        start: interval_start,
        end: interval_end,
        bytesBilled: bytes_billed ?? 0,
        slotMs: slot_ms ?? 0,
      })),
  };
}

/**
 * What the rows and gaps of a resource come to.
 *
 * @param entry whose ledger it is: where its schedule has ended, nothing is loaded beyond the end of its last interval
 */
export function summaryOf(
  intervals: ResourceIntervals,
  { schedule }: Pick<Entry, 'schedule'>,
): ResourceSummary {
  const { source, resource, rows, reached, expected, gaps } = intervals;
  const loaded = rows.filter(({ status }) => status === 'loaded');
  const last = schedule === undefined ? undefined : timetableOf(schedule).lastInterval?.end;
  return {
    source,
    resource,
    loads: loaded.length,
    rows: loaded.reduce((sum, row) => sum + row.rows, 0),
    loadedUntil: latestEnd(loaded, last),
    cost: costOf(loaded),
    reached,
    expected,
    gaps,
  };
}

/** The latest end of rows that begin before `until`, and at most that; `until` undefined is no bound. */
function latestEnd(rows: readonly LedgerRow[], until: string | undefined): string | undefined {
  const bound = until === undefined ? Number.POSITIVE_INFINITY : instantMs(until);
  let latest: number | undefined;
  for (const { interval_start, interval_end, cursor_start, cursor_end } of rows) {
    const [start, end] = [interval_start ?? cursor_start, interval_end ?? cursor_end];
    if (end === null || (start !== null && instantMs(start) >= bound)) continue;
    latest = Math.max(latest ?? Number.NEGATIVE_INFINITY, Math.min(instantMs(end), bound));
  }
  return latest === undefined ? undefined : formatInstant(latest);
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
  const end = completeUntil(timetable, now, query.to);
  const start = Math.max(Date.parse(first.start), query.from === undefined ? 0 : Date.parse(query.from));
  return start < end ? { start: formatInstant(start), end: formatInstant(end) } : undefined;
}

/** The end of the last interval that is complete, or of what is asked for, in epoch milliseconds; infinite where there is none. */
export function completeUntil(timetable: Timetable, now: Date, to?: string | null): number {
  const ends = [timetable.tickBefore(now.toISOString()), timetable.lastInterval?.end, to];
  return Math.min(...ends.flatMap((at) => (at ? [Date.parse(at)] : [])));
}
