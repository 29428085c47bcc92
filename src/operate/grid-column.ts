import type { TaskPhase } from '../contracts';
import { type Interval, type Span, sameInterval, spanOf } from '../interval';
import { coverageOf, type Gap, type GapCause, type LedgerRow, rangeOf } from '../ledger';
import type { EntryResource } from './entry-resources';
import type { RunDetail } from './runs';

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

/** The cells of one resource, one for each interval. Costs what sorting its intervals and rows costs. */
export function columnOf(options: {
  readonly resource: EntryResource;
  /** In the order of their starts. */
  readonly intervals: readonly Interval[];
  /** Those intervals in milliseconds. */
  readonly spans: readonly Span[];
  /** In the order in which they were committed. */
  readonly rows: readonly LedgerRow[];
  readonly running: readonly RunDetail[];
}): GridCell[] {
  const { resource, intervals, spans, rows, running } = options;
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { gaps } = coverageOf(rows, { start: first.start, end: last.end });
  const causes = causesOf(spans, gaps);
  const newest = newestRows(spans, rows);
  const loads = loadsOf(running);
  return intervals.map((interval, index) => {
    const cause = causes[index];
    const state = stateOf(cause, resource);
    const loading = loads.some(
      (load) => overlaps(load.span, spans[index]!) && isLoading({ load, resource, interval, state }),
    );
    return {
      resource: resource.resource,
      state: loading ? 'running' : state,
      cause,
      row: newest[index],
    };
  });
}

const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

function stateOf(cause: GapCause | undefined, { reached }: EntryResource): CellState {
  if (cause === undefined) return 'loaded';
  if (cause === 'failed') return 'failed';
  return cause === 'never-planned' && !reached ? 'left-out' : 'missing';
}

/** Why each interval isn't loaded: a failure, else the earliest of the gaps that it overlaps. These are in order and apart. */
function causesOf(spans: readonly Span[], gaps: readonly Gap[]): (GapCause | undefined)[] {
  const starts = Float64Array.from(gaps, (gap) => spanOf(gap).start);
  const ends = Float64Array.from(gaps, (gap) => spanOf(gap).end);
  /** The first gap from each on that is a failure. */
  const failures = new Int32Array(gaps.length + 1).fill(gaps.length);
  for (let at = gaps.length - 1; at >= 0; at -= 1)
    failures[at] = gaps[at]!.cause === 'failed' ? at : failures[at + 1]!;
  return spans.map(({ start, end }) => {
    const first = countUntil(ends, start, true);
    const after = countUntil(starts, end, false);
    if (first >= after) return undefined;
    return failures[first]! < after ? 'failed' : gaps[first]!.cause;
  });
}

/** How many values of an ascending list lie below `at`, or, if `including`, at it too. */
function countUntil(values: Float64Array, at: number, including: boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = values[middle]!;
    if (value < at || (including && value === at)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The newest row that overlaps each span, of rows in the order of commits. */
function newestRows(spans: readonly Span[], rows: readonly LedgerRow[]): (LedgerRow | undefined)[] {
  const dated = rows.flatMap((row) => {
    const range = rangeOf(row);
    return range === undefined ? [] : [{ ...spanOf(range), row }];
  });
  const ends = Float64Array.from(dated, ({ end }) => end).sort();
  const byStart = dated.map((_, index) => index).sort((a, b) => dated[a]!.start - dated[b]!.start);
  const byEnd = spans.map((_, index) => index).sort((a, b) => spans[a]!.end - spans[b]!.end);
  const newest = latestOf(ends.length);
  const found: (LedgerRow | undefined)[] = spans.map(() => undefined);
  let next = 0;
  for (const index of byEnd) {
    const { start, end } = spans[index]!;
    for (; next < byStart.length && dated[byStart[next]!]!.start < end; next += 1) {
      const row = byStart[next]!;
      // what ends later has a lower place
      newest.put(ends.length - countUntil(ends, dated[row]!.end, false), row);
    }
    const row = newest.upTo(ends.length - countUntil(ends, start, true));
    found[index] = row === undefined ? undefined : dated[row]!.row;
  }
  return found;
}

/** Keeps numbers at places from 1 on, and says the largest up to a place: a Fenwick tree. */
function latestOf(places: number): {
  put(place: number, value: number): void;
  upTo(place: number): number | undefined;
} {
  const tree = new Int32Array(places + 1).fill(-1);
  return {
    put(place, value) {
      for (let at = place; at <= places; at += at & -at) tree[at] = Math.max(tree[at]!, value);
    },
    upTo(place) {
      let largest = -1;
      for (let at = place; at > 0; at -= at & -at) largest = Math.max(largest, tree[at]!);
      return largest < 0 ? undefined : largest;
    },
  };
}

/** Phases of a component that isn't through with its loads. */
const UNDER_WAY: ReadonlySet<TaskPhase> = new Set(['waiting', 'loading', 'retrying']);

/** A run that is under way, with the time that it loads. */
interface Load {
  readonly interval: Interval;
  readonly span: Span;
  readonly progress: RunDetail['progress'];
}

function loadsOf(running: readonly RunDetail[]): Load[] {
  return running.flatMap(({ run, progress }) => {
    const interval = progress?.interval ?? run.interval;
    return interval === undefined ? [] : [{ interval, span: spanOf(interval), progress }];
  });
}

/** Whether a run that overlaps an interval loads it: of a group those that aren't loaded yet, its own in any case. */
function isLoading(options: {
  readonly load: Load;
  readonly resource: EntryResource;
  readonly interval: Interval;
  readonly state: CellState;
}): boolean {
  const { load, resource, interval, state } = options;
  const { progress } = load;
  if (state === 'loaded' && !sameInterval(load.interval, interval)) return false;
  // where no worker answers, the run may be at any of its resources
  if (progress === undefined || progress.phase !== 'loading') return resource.reached && state !== 'loaded';
  return progress.tasks.some(
    ({ resources, phase }) => resources.includes(resource.resource) && UNDER_WAY.has(phase),
  );
}
