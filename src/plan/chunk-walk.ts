import type { ResolvedPipeline } from '../config';
import type { BackfillRange } from '../contracts';
import {
  type ChunkSize,
  type Cron,
  chunks,
  DAY_MS,
  formatInstant,
  HOUR_MS,
  type Interval,
  lastTicks,
  parseChunkSize,
  parseCron,
} from '../interval';
import { timetableOf } from './timetable-of';

/** The chunks of a range, from any place in it on, lazily: a million of them cost what is looked at. */
export interface ChunkWalk {
  /** Whether each chunk is one interval of the schedule. */
  readonly ticks: boolean;
  /** The chunks that end after the instant (epoch ms), in order. */
  forward(at: number): Iterable<Interval>;
  /** The chunks that start before the instant (epoch ms), the latest first. */
  backward(at: number): Iterable<Interval>;
}

/** At least as long as any of the unit, whatever the calendar and the clocks do. */
const LONGEST_MS = {
  hour: 2 * HOUR_MS,
  day: 2 * DAY_MS,
  week: 8 * DAY_MS,
  month: 32 * DAY_MS,
  year: 367 * DAY_MS,
};
/** Chunks that are read at a time where the walk goes backward. */
const BLOCK = 200;

function longestMs(by: Exclude<ChunkSize, { kind: 'tick' }>, rangeMs: number): number {
  switch (by.kind) {
    case 'calendar':
      return LONGEST_MS[by.unit];
    case 'count':
      return Math.ceil(rangeMs / by.count) + 1_000;
    case 'duration': {
      const { months, days, ms } = by.duration;
      return months * 32 * DAY_MS + days * 1.1 * DAY_MS + ms + DAY_MS;
    }
  }
}

/** Chunks of a size of their own: the last one ends with the range, whatever its length. */
function sizedWalk(by: Exclude<ChunkSize, { kind: 'tick' }>, cron: Cron, range: Interval): ChunkWalk {
  const start = Date.parse(range.start);
  const longest = longestMs(by, Date.parse(range.end) - start);
  const from = (at: number): Iterable<Interval> =>
    chunks({ range, by, cron, from: formatInstant(Math.max(start, at)) });
  return {
    ticks: false,
    *forward(at) {
      // what covers the instant starts before it
      for (const chunk of from(at - longest)) if (Date.parse(chunk.end) > at) yield chunk;
    },
    *backward(at) {
      for (let before = at; before > start; ) {
        const low = before - longest * BLOCK;
        const block: Interval[] = [];
        for (const chunk of from(low)) {
          if (Date.parse(chunk.start) >= before) break;
          block.push(chunk);
        }
        yield* block.toReversed();
        before = block[0] === undefined ? low : Math.min(Date.parse(block[0].start), before - 1);
      }
    },
  };
}

/** The intervals of the schedule that lie wholly in the range, between startDate and endDate. */
function tickWalk(timetable: ReturnType<typeof timetableOf>, range: Interval): ChunkWalk {
  const { firstInterval, lastInterval, cron } = timetable;
  if (firstInterval === null || lastInterval === null)
    return { ticks: true, forward: () => [], backward: () => [] };
  const low = Math.max(Date.parse(range.start), firstInterval ? Date.parse(firstInterval.start) : 0);
  const high = Math.min(Date.parse(range.end), lastInterval ? Date.parse(lastInterval.end) : Infinity);
  const end = formatInstant(high);
  return {
    ticks: true,
    forward(at) {
      const tick = at > low ? (lastTicks(cron, at, 1)[0] ?? low) : low;
      return timetable.intervalsIn({ start: formatInstant(Math.max(tick, low)), end });
    },
    *backward(at) {
      // the interval that covers the instant starts before it, too
      const next = at < high ? timetable.align(formatInstant(at)) : null;
      let upper = Math.min(next === null ? high : Date.parse(next), high);
      for (;;) {
        const ticks = lastTicks(cron, upper, BLOCK + 1);
        for (let index = ticks.length - 1; index > 0; index -= 1) {
          const [from = 0, to = 0] = [ticks[index - 1], ticks[index]];
          if (from < low) return;
          yield { start: formatInstant(from), end: formatInstant(to) };
        }
        const [first] = ticks;
        if (first === undefined || first >= upper) return;
        upper = first;
      }
    },
  };
}

/**
 * How a backfill's range is cut.
 *
 * @throws TidemarkError DURATION_INVALID for a size that cannot be read
 */
export function chunkWalk(entry: Pick<ResolvedPipeline, 'schedule'>, range: BackfillRange): ChunkWalk {
  const by = parseChunkSize(String(range.chunk ?? 'cron'));
  const timetable = entry.schedule === undefined ? undefined : timetableOf(entry.schedule);
  const whole = { start: range.from, end: range.to };
  if (by.kind === 'tick' && timetable !== undefined) return tickWalk(timetable, whole);
  const cron = timetable?.cron ?? parseCron('@daily', 'UTC');
  return sizedWalk(by.kind === 'tick' ? { kind: 'count', count: 1 } : by, cron, whole);
}
