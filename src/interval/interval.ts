import { TidemarkError } from '../errors';
import { formatInstant, instantMs } from './instant';

/**
 * A range of time, half open: `start` belongs to it, `end` doesn't. Both are ISO instants with `Z`, the form in which
 * intervals travel between client, workflow, activity and ledger.
 */
export interface Interval {
  readonly start: string;
  readonly end: string;
}

/** The same range in epoch milliseconds, for arithmetic. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The interval as epoch milliseconds. @throws TidemarkError `INSTANT_INVALID` */
export function spanOf(interval: Interval): Span {
  return { start: instantMs(interval.start), end: instantMs(interval.end) };
}

/** The interval of two epoch milliseconds. */
export function intervalOf(span: Span): Interval {
  return { start: formatInstant(span.start), end: formatInstant(span.end) };
}

/**
 * An interval of two ISO instants (any offset), written with `Z`. `start` may equal `end`: a manual run is one.
 *
 * @throws TidemarkError `INSTANT_INVALID`, and `INTERVAL_INVALID` where the end lies before the start
 */
export function makeInterval(start: string, end: string): Interval {
  const span = { start: instantMs(start), end: instantMs(end) };
  if (span.end < span.start)
    throw new TidemarkError(
      'INTERVAL_INVALID',
      `The interval from "${start}" to "${end}" ends before it starts; give the earlier instant first.`,
      { details: { start, end } },
    );
  return intervalOf(span);
}

/** Whether the interval holds no time: a manual run's (now, now), or one that ends before it starts. */
export function isEmptyInterval(interval: Interval): boolean {
  return instantMs(interval.end) <= instantMs(interval.start);
}

/** Length in milliseconds; 0 for (now, now). */
export function intervalLengthMs(interval: Interval): number {
  return instantMs(interval.end) - instantMs(interval.start);
}

/** Whether the same time is meant, however it is written. */
export function sameInterval(a: Interval, b: Interval): boolean {
  return instantMs(a.start) === instantMs(b.start) && instantMs(a.end) === instantMs(b.end);
}

/** Whether the two share any time. Intervals that only touch don't. */
export function intervalsOverlap(a: Interval, b: Interval): boolean {
  return Math.max(instantMs(a.start), instantMs(b.start)) < Math.min(instantMs(a.end), instantMs(b.end));
}

/** Whether the instant lies in the interval: the start does, the end doesn't. */
export function intervalContains(interval: Interval, instant: string): boolean {
  const at = instantMs(instant);
  return instantMs(interval.start) <= at && at < instantMs(interval.end);
}

/** Order by start, then by end. */
export function compareIntervals(a: Interval, b: Interval): number {
  return instantMs(a.start) - instantMs(b.start) || instantMs(a.end) - instantMs(b.end);
}
