import type { Dataset } from '../destination';
import { formatInstant, type Interval, spanOf, type Timetable } from '../interval';
import type { LedgerRow } from '../ledger';
import { timetableOf } from '../plan';
import type { Entry } from '../run';
import { checkResources } from './deployment';
import { type EntryResource, entryResources } from './entry-resources';
import { columnOf, type GridCell } from './grid-column';
import { completeUntil, type LedgerQuery } from './intervals';
import { rowsByResource } from './resource-rows';
import type { RunDetail } from './runs';

export type { CellState, GridCell } from './grid-column';

/** Which intervals of a pipeline are looked at. Times are UTC instants. */
export interface GridQuery extends LedgerQuery {
  /** At most so many intervals, the newest. @default 500 */
  readonly limit?: number | undefined;
}

/** One interval of the timetable, with a cell for each resource of the grid, in their order. */
export interface GridRow {
  readonly interval: Interval;
  readonly cells: readonly GridCell[];
  /** How long the run took that was committed last; undefined where Temporal wasn't asked, or has it no more. */
  readonly seconds: number | undefined;
}

/** The complete intervals of a pipeline × its resources. */
export interface IntervalGrid {
  readonly pipeline: string;
  readonly resources: readonly EntryResource[];
  /** Oldest first. Without a schedule, those that the ledger has rows of. */
  readonly rows: readonly GridRow[];
  /** Whether there are earlier intervals than `limit` let in. */
  readonly more: boolean;
}

/** Intervals of a grid, where nobody says how many. */
export const INTERVALS = 500;

/**
 * Intervals × resources of an entry: each complete interval of its timetable with the state of every resource.
 *
 * @param options.running the runs that are under way; without them nothing is `running`
 * @param options.seconds how long runs took, by their run id. @default not known
 * @throws RESOURCE_UNKNOWN
 */
export async function readGrid(options: {
  readonly entry: Entry;
  readonly dataset: Pick<Dataset, 'ledger'>;
  readonly query: GridQuery;
  readonly running: readonly RunDetail[];
  readonly seconds?: ReadonlyMap<string, number> | undefined;
  readonly now: Date;
  /** These intervals, complete or not. @default those that the query asks for */
  readonly intervals?: readonly Interval[] | undefined;
}): Promise<IntervalGrid> {
  const { entry, dataset, query, running, now } = options;
  checkResources(entry, query.resources);
  const every = entryResources(entry);
  const resources = every.filter(({ resource }) => query.resources?.includes(resource) ?? true);
  const ledgers = await rowsByResource(dataset, resources, every);
  const { intervals, more } =
    options.intervals !== undefined
      ? { intervals: options.intervals, more: false }
      : entry.schedule === undefined
        ? recordedIntervals(ledgers.flat(), query)
        : completeIntervals(timetableOf(entry.schedule), query, now);
  const spans = intervals.map(spanOf);
  const columns = resources.map((resource, index) =>
    columnOf({ resource, intervals, spans, rows: ledgers[index] ?? [], running }),
  );
  return {
    pipeline: entry.name,
    resources,
    rows: intervals.map((interval, index) => {
      const cells = columns.map((column) => column[index]!);
      return { interval, cells, seconds: secondsOf(cells, options.seconds) };
    }),
    more,
  };
}

function secondsOf(
  cells: readonly GridCell[],
  seconds: ReadonlyMap<string, number> = new Map(),
): number | undefined {
  let newest: LedgerRow | undefined;
  if (seconds.size > 0)
    for (const { row } of cells)
      if (row?.run_id && (newest === undefined || row.committed_at > newest.committed_at)) newest = row;
  return newest?.run_id ? seconds.get(newest.run_id) : undefined;
}

/** The newest complete intervals that touch the range, walked back from its end: however long the past is. */
function completeIntervals(
  timetable: Timetable,
  { from, to, limit = INTERVALS }: GridQuery,
  now: Date,
): { readonly intervals: readonly Interval[]; readonly more: boolean } {
  const end = completeUntil(timetable, now, to === undefined ? undefined : timetable.align(to));
  const earliest = from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from);
  const found: Interval[] = [];
  let next = Number.isFinite(end) ? timetable.intervalEndingAt(formatInstant(end)) : null;
  while (next !== null && Date.parse(next.end) > earliest && found.length < limit) {
    found.push(next);
    next = timetable.intervalEndingAt(next.start);
  }
  return { intervals: found.reverse(), more: next !== null && Date.parse(next.end) > earliest };
}

/** The data intervals that ledger rows have. */
function recordedIntervals(
  rows: readonly LedgerRow[],
  { from, to, limit = INTERVALS }: GridQuery,
): { readonly intervals: readonly Interval[]; readonly more: boolean } {
  const found = new Map<string, Interval>();
  for (const { interval_start: start, interval_end: end } of rows) {
    if (start === null || end === null) continue;
    if (from !== undefined && Date.parse(end) <= Date.parse(from)) continue;
    if (to !== undefined && Date.parse(start) >= Date.parse(to)) continue;
    found.set(`${start} ${end}`, { start, end });
  }
  const intervals = [...found.values()].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  return { intervals: intervals.slice(-limit), more: intervals.length > limit };
}
