import { formatInstant, type Interval, intervalSet, type Span, spanOf, subtract } from '../interval';
import type { Coverage, Gap, GapCause, LedgerRow } from './types';

/** `error_code` of a skipped row whose interval passed while the schedule was paused. */
export const PAUSED = 'PAUSED';

/**
 * Which parts of `range` the rows of one resource cover, and why the rest is not loaded. A loaded row covers the time range
 * that it really covered, else its data interval. A gap takes its cause from the newest row that touches it; of a row
 * of an older generation only `superseded` counts.
 * @param rows in the order in which they were committed
 */
export function coverageOf(rows: readonly LedgerRow[], range: Interval): Coverage {
  const newest = rows.reduce((generation, row) => Math.max(generation, row.generation), 0);
  const loaded = rows.filter((row) => row.status === 'loaded').map(rangeOf);
  const covered = clip(intervalSet(loaded.filter((one) => one !== undefined)), range);
  const causes = rows.filter(
    (row) => causeOf(row) !== undefined && (row.generation === newest || row.status === 'superseded'),
  );
  return { covered, gaps: explain(subtract([range], covered), causes) };
}

/** The time range of a row: what was really covered, else its data interval; undefined if it has neither. */
export function rangeOf(row: LedgerRow): Interval | undefined {
  if (row.cursor_start !== null && row.cursor_end !== null)
    return { start: row.cursor_start, end: row.cursor_end };
  if (row.interval_start !== null && row.interval_end !== null)
    return { start: row.interval_start, end: row.interval_end };
  return undefined;
}

function causeOf(row: LedgerRow): GapCause | undefined {
  switch (row.status) {
    case 'loaded':
    case 'reset':
      return undefined;
    case 'skipped':
      return row.error_code === PAUSED ? 'paused' : 'skipped';
    default:
      return row.status;
  }
}

function clip(set: readonly Interval[], range: Interval): Interval[] {
  return [...subtract([range], subtract([range], set))];
}

/** Splits gaps where their cause changes: each part takes its cause from the newest row that overlaps it. */
function explain(gaps: readonly Interval[], rows: readonly LedgerRow[]): Gap[] {
  if (gaps.length === 0) return [];
  const causes = rows.flatMap((row) => {
    const range = rangeOf(row);
    return range === undefined ? [] : [{ ...spanOf(range), row }];
  });
  const spans = gaps.map(spanOf);
  const cuts = cutsOf(spans, causes);
  const newest = paint(cuts, causes);
  return spans.flatMap((gap) => partsOf(gap, cuts, newest)).map(gapOf);
}

/** A stretch of which one row tells why it isn't loaded, or none. */
interface Part extends Span {
  readonly row: LedgerRow | undefined;
}

function gapOf({ start, end, row }: Part): Gap {
  const cause = row === undefined ? undefined : causeOf(row);
  return { start: formatInstant(start), end: formatInstant(end), cause: cause ?? 'never-planned', row };
}

/** Every border, in order and once. */
function cutsOf(...lists: readonly (readonly Span[])[]): Float64Array {
  const borders: number[] = [];
  for (const spans of lists) for (const { start, end } of spans) borders.push(start, end);
  return Float64Array.from(borders)
    .sort()
    .filter((at, index, sorted) => index === 0 || at !== sorted[index - 1]);
}

/** The newest row of each stretch between two cuts, none cut twice: those that have one are passed over by the older. */
function paint(cuts: Float64Array, causes: readonly Part[]): readonly (LedgerRow | undefined)[] {
  const newest = new Array<LedgerRow | undefined>(cuts.length).fill(undefined);
  const next = Int32Array.from(cuts, (_, index) => index);
  /** The first stretch from there on that has no row yet. */
  const bare = (from: number): number => {
    let found = from;
    while (next[found]! > found) found = next[found]!;
    for (let at = from; at < found; ) {
      const after = next[at]!;
      next[at] = found;
      at = after;
    }
    return found;
  };
  for (const { start, end, row } of causes.toReversed())
    for (let at = bare(firstAt(cuts, start)); cuts[at]! < end; at = bare(at + 1)) {
      newest[at] = row;
      next[at] = at + 1;
    }
  return newest;
}

/** A gap by the rows of its stretches; neighbours of one row are one part. */
function partsOf(gap: Span, cuts: Float64Array, newest: readonly (LedgerRow | undefined)[]): Part[] {
  const parts: Part[] = [];
  for (let at = firstAt(cuts, gap.start); cuts[at]! < gap.end; at += 1) {
    const part = { start: cuts[at]!, end: cuts[at + 1]!, row: newest[at] };
    const last = parts.at(-1);
    if (last !== undefined && last.row === part.row) parts[parts.length - 1] = { ...last, end: part.end };
    else parts.push(part);
  }
  return parts;
}

/** The index of a cut that is there. */
function firstAt(cuts: Float64Array, at: number): number {
  let low = 0;
  let high = cuts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
