import { unix } from '../../config';

/** Bounds of a search as the API takes them; one that is undefined isn't sent. */
export interface TimeRange {
  /** Epoch milliseconds, inclusive. */
  readonly startMs: number | undefined;
  /** Exclusive. */
  readonly endMs: number | undefined;
}

/**
 * A bound in whole seconds. The time of a post has none smaller, so rounding up both bounds leaves the range as it is:
 * ranges that touch stay without a gap and without a post twice.
 */
const wholeSecond = (ms: number): number => Math.ceil(ms / 1000) * 1000;

type Bound = string | undefined;

/** The range between two bounds, as ISO text. */
export const rangeOf = (start: Bound, end: Bound): TimeRange => ({
  startMs: start === undefined ? undefined : boundMs(start),
  endMs: end === undefined ? undefined : boundMs(end),
});

function boundMs(text: string): number {
  const ms = Date.parse(text);
  return wholeSecond(Number.isNaN(ms) ? unix(text) * 1000 : ms);
}
