import { DAY_MS } from '../../interval';
import type { PlainDate } from '../../value';

/** A range of whole days, both inclusive, as the API has ranges. */
export interface Days {
  readonly since: string;
  readonly until: string;
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

export const countDays = ({ since, until }: Days): number =>
  Math.round((Date.parse(until) - Date.parse(since)) / DAY_MS) + 1;

/** Days as text order as days do. */
const inOrder = (...days: readonly string[]): readonly string[] => [...days].sort();

interface RangeOptions {
  /** The first day. */
  readonly start: PlainDate;
  /** The day after the last one; undefined: till today. */
  readonly end: PlainDate | undefined;
  /** The day that it is where the ad account is. */
  readonly today: string;
  /** The first day that the API still has. */
  readonly oldest: string;
}

/** The days of a half-open range that the API can have rows of; undefined if there are none. */
export function servedDays({ start, end, today, oldest }: RangeOptions): Days | undefined {
  const since = inOrder(start.iso, oldest)[1]!;
  const until = end === undefined || end.iso > today ? today : addDays(end.iso, -1);
  return since > until ? undefined : { since, until };
}

/** Splits days into pieces of at most `length` days, in order. */
export function* piecesOf(days: Days, length: number): Generator<Days, void, void> {
  for (let since = days.since; since <= days.until; since = addDays(since, length)) {
    const last = addDays(since, length - 1);
    yield { since, until: inOrder(last, days.until)[0]! };
  }
}
