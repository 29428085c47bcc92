import { type Interval, instantMs, intervalOf, intervalSet, type Span, subtract } from '../interval';
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
  return { covered, gaps: subtract([range], covered).flatMap((gap) => explain(gap, causes)) };
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

/** Splits a gap where its cause changes: each part takes its cause from the newest row that overlaps it. */
function explain(gap: Interval, rows: readonly LedgerRow[]): Gap[] {
  const whole = { start: instantMs(gap.start), end: instantMs(gap.end) };
  let unexplained: Span[] = [whole];
  const pieces: { span: Span; row: LedgerRow }[] = [];
  for (const row of rows.toReversed()) {
    const range = rangeOf(row);
    if (range === undefined || unexplained.length === 0) continue;
    const ofRow = { start: instantMs(range.start), end: instantMs(range.end) };
    if (ofRow.end <= whole.start || ofRow.start >= whole.end) continue;
    const left: Span[] = [];
    for (const span of unexplained) {
      const piece = { start: Math.max(span.start, ofRow.start), end: Math.min(span.end, ofRow.end) };
      if (piece.start >= piece.end) {
        left.push(span);
        continue;
      }
      pieces.push({ span: piece, row });
      if (span.start < piece.start) left.push({ start: span.start, end: piece.start });
      if (piece.end < span.end) left.push({ start: piece.end, end: span.end });
    }
    unexplained = left;
  }
  const known = pieces.map(({ span, row }): Gap => ({ ...intervalOf(span), cause: causeOf(row)!, row }));
  const unknown = unexplained.map(
    (span): Gap => ({ ...intervalOf(span), cause: 'never-planned', row: undefined }),
  );
  return [...known, ...unknown].sort((a, b) => instantMs(a.start) - instantMs(b.start));
}
