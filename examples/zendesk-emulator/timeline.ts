import { randomFor } from '../emulator-kit';

/** When the rows of one export happen: steadily, in order, some of them in the same second. */
export interface Timeline {
  readonly count: number;
  /** Unix seconds of the row with this index; never less than that of the one before. */
  at(index: number): number;
  /** Index of the first row at or after a time; `count` if there is none. */
  firstAt(time: number): number;
}

interface TimelineOptions {
  readonly seed: number;
  readonly stream: number;
  /** Unix seconds; the range is half open. */
  readonly from: number;
  readonly to: number;
  readonly perDay: number;
}

/** One row in nine shares its second with the one before. */
const SHARED = 9;

export function makeTimeline({ seed, stream, from, to, perDay }: TimelineOptions): Timeline {
  const step = 86_400 / perDay;
  const count = Math.max(0, Math.floor((to - from) / step));
  const at = (index: number): number => {
    let row = index;
    while (row > 0 && Math.floor(randomFor(seed, stream + 100, row)() * SHARED) === 0) row -= 1;
    return from + Math.floor((row + randomFor(seed, stream + 200, row)()) * step);
  };
  return {
    count,
    at,
    firstAt(time) {
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (at(middle) < time) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
