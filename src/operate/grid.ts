import type { TaskPhase } from '../contracts';
import type { Dataset } from '../destination';
import { formatInstant, type Interval, type Span, sameInterval, spanOf, type Timetable } from '../interval';
import { coverageOf, type GapCause, type LedgerRow, rangeOf } from '../ledger';
import { timetableOf } from '../plan';
import type { Entry } from '../run';
import { checkResources } from './deployment';
import { type EntryResource, entryResources } from './entry-resources';
import type { LedgerQuery } from './intervals';
import type { RunDetail } from './runs';

/** Which intervals of a pipeline are looked at. Times are UTC instants. */
export interface GridQuery extends LedgerQuery {
  /** At most so many intervals, the newest. @default 500 */
  readonly limit?: number | undefined;
}

/**
 * How an interval of a resource stands: `missing` says why in its `cause`; `left-out` is missing too, and backfills leave
 * it to live runs, for an interval doesn't reach that resource.
 */
export type CellState = 'loaded' | 'running' | 'failed' | 'missing' | 'left-out';

/** One interval of one resource. */
export interface GridCell {
  readonly resource: string;
  readonly state: CellState;
  /** Why it isn't loaded; undefined where it is. Where several causes meet, a failure, else the earliest. */
  readonly cause: GapCause | undefined;
  /** The newest ledger row that touches the interval; undefined where there is none. */
  readonly row: LedgerRow | undefined;
}

/** One interval of the timetable, with a cell for each resource of the grid, in their order. */
export interface GridRow {
  readonly interval: Interval;
  readonly cells: readonly GridCell[];
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

const INTERVALS = 500;

/**
 * Intervals × resources of an entry: each complete interval of its timetable with the state of every resource.
 *
 * @param options.running the runs that are under way; without them nothing is `running`
 * @throws RESOURCE_UNKNOWN
 */
export async function readGrid(options: {
  readonly entry: Entry;
  readonly dataset: Pick<Dataset, 'ledger'>;
  readonly query: GridQuery;
  readonly running: readonly RunDetail[];
  readonly now: Date;
  /** These intervals, complete or not. @default those that the query asks for */
  readonly intervals?: readonly Interval[] | undefined;
}): Promise<IntervalGrid> {
  const { entry, dataset, query, running, now } = options;
  checkResources(entry, query.resources);
  const resources = entryResources(entry).filter(
    ({ resource }) => query.resources?.includes(resource) ?? true,
  );
  const ledgers: (readonly LedgerRow[])[] = [];
  for (const { source, resource } of resources) ledgers.push(await dataset.ledger({ source, resource }));
  const { intervals, more } =
    options.intervals !== undefined
      ? { intervals: options.intervals, more: false }
      : entry.schedule === undefined
        ? recordedIntervals(ledgers.flat(), query)
        : completeIntervals(timetableOf(entry.schedule), query, now);
  const columns = resources.map((resource, index) =>
    columnOf({ resource, intervals, rows: ledgers[index] ?? [], running }),
  );
  return {
    pipeline: entry.name,
    resources,
    rows: intervals.map((interval, index) => ({
      interval,
      cells: columns.map((column) => column[index]!),
    })),
    more,
  };
}

/** The newest complete intervals that touch the range, walked back from its end: however long the past is. */
function completeIntervals(
  timetable: Timetable,
  { from, to, limit = INTERVALS }: GridQuery,
  now: Date,
): { readonly intervals: readonly Interval[]; readonly more: boolean } {
  const ends = [
    timetable.tickBefore(now.toISOString()),
    to === undefined ? undefined : timetable.align(to),
    timetable.lastInterval?.end,
  ];
  const end = Math.min(...ends.flatMap((at) => (at ? [Date.parse(at)] : [])));
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

/** The cells of one resource. Intervals are in order and none overlaps another. */
function columnOf(options: {
  readonly resource: EntryResource;
  readonly intervals: readonly Interval[];
  readonly rows: readonly LedgerRow[];
  readonly running: readonly RunDetail[];
}): GridCell[] {
  const { resource, intervals, rows, running } = options;
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { gaps } = coverageOf(rows, { start: first.start, end: last.end });
  const gapSpans = gaps.map((gap) => ({ ...spanOf(gap), cause: gap.cause }));
  const rowSpans = rows.toReversed().flatMap((row) => {
    const range = rangeOf(row);
    return range === undefined ? [] : [{ ...spanOf(range), row }];
  });
  return intervals.map((interval) => {
    const span = spanOf(interval);
    const causes = gapSpans.filter((gap) => overlaps(gap, span)).map(({ cause }) => cause);
    const cause = causes.find((one) => one === 'failed') ?? causes[0];
    const state = stateOf(cause, resource);
    return {
      resource: resource.resource,
      state: isLoading({ resource, interval, state, running }) ? 'running' : state,
      cause,
      row: rowSpans.find((one) => overlaps(one, span))?.row,
    };
  });
}

const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

function stateOf(cause: GapCause | undefined, { reached }: EntryResource): CellState {
  if (cause === undefined) return 'loaded';
  if (cause === 'failed') return 'failed';
  return cause === 'never-planned' && !reached ? 'left-out' : 'missing';
}

/** Phases of a component that isn't through with its loads. */
const UNDER_WAY: ReadonlySet<TaskPhase> = new Set(['waiting', 'loading', 'retrying']);

/** Whether a run is loading it: of a group of intervals those that aren't loaded yet, of its own interval in any case. */
function isLoading(options: {
  readonly resource: EntryResource;
  readonly interval: Interval;
  readonly state: CellState;
  readonly running: readonly RunDetail[];
}): boolean {
  const { resource, interval, state, running } = options;
  return running.some(({ run, progress }) => {
    const loads = progress?.interval ?? run.interval;
    if (loads === undefined || !overlaps(spanOf(loads), spanOf(interval))) return false;
    if (state === 'loaded' && !sameInterval(loads, interval)) return false;
    // where no worker answers, the run may be at any of its resources
    if (progress === undefined || progress.phase !== 'loading') return resource.reached && state !== 'loaded';
    return progress.tasks.some(
      ({ resources, phase }) => resources.includes(resource.resource) && UNDER_WAY.has(phase),
    );
  });
}
