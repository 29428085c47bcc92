import { instantMs } from './instant';
import { type Interval, intervalOf, type Span, spanOf } from './interval';

/**
 * A set of instants as intervals: in order, none empty, none overlapping or touching another. Made by
 * {@link intervalSet}; every operation gives a set again.
 */
export type IntervalSet = readonly Interval[];

/** The set of all time in any of the intervals, given in any order; empty ones add nothing. */
export function intervalSet(intervals: Iterable<Interval>): IntervalSet {
  return merge([...intervals].map(spanOf)).map(intervalOf);
}

/** All time in either. */
export function unionOf(a: Iterable<Interval>, b: Iterable<Interval>): IntervalSet {
  return intervalSet([...a, ...b]);
}

/** The time of `from` that isn't in `taken`. */
export function subtract(from: Iterable<Interval>, taken: Iterable<Interval>): IntervalSet {
  const holes = merge([...taken].map(spanOf));
  const left: Span[] = [];
  let first = 0;
  for (const span of merge([...from].map(spanOf))) {
    let start = span.start;
    while (first < holes.length && holes[first]!.end <= start) first += 1;
    for (let at = first; at < holes.length && holes[at]!.start < span.end; at += 1) {
      const hole = holes[at]!;
      if (hole.start > start) left.push({ start, end: hole.start });
      start = Math.max(start, hole.end);
    }
    if (start < span.end) left.push({ start, end: span.end });
  }
  return left.map(intervalOf);
}

/** The time that is in both. */
export function intersect(a: Iterable<Interval>, b: Iterable<Interval>): IntervalSet {
  const left = intervalSet(a);
  return subtract(left, subtract(left, b));
}

/** The parts of `range` that are not covered, in order. */
export function gaps(range: Interval, covered: Iterable<Interval>): IntervalSet {
  return subtract([range], covered);
}

/** Whether every instant of `interval` is in the set; an empty interval always is. */
export function covers(set: Iterable<Interval>, interval: Interval): boolean {
  return subtract([interval], set).length === 0;
}

/** Whether the set and the interval share any time. */
export function overlapsAny(set: Iterable<Interval>, interval: Interval): boolean {
  return intersect([interval], set).length > 0;
}

/**
 * Where the unbroken coverage that holds `start` ends; `start` itself (written with `Z`) where it isn't covered.
 * A pipeline in mode `incremental` without a stored cursor goes on from there.
 */
export function unbrokenUntil(set: Iterable<Interval>, start: string): string {
  const at = instantMs(start);
  const span = merge([...set].map(spanOf)).find((one) => one.start <= at && at < one.end);
  return intervalOf({ start: at, end: span?.end ?? at }).end;
}

function merge(spans: Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const span of spans
    .filter((one) => one.start < one.end)
    .sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}
