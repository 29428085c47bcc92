import { TidemarkError } from '../errors';
import { lastTicks, ticksFrom } from './canonical-ticks';
import type { Cron } from './cron';
import { type Duration, HOUR_MS, parseDuration, timesDuration } from './duration';
import { instantMs } from './instant';
import { type Interval, intervalOf, type Span, spanOf } from './interval';
import { addDuration, type CalendarUnit, startOfUnit } from './local-time';
import type { Zone } from './zone';

/**
 * How a range is cut: at the ticks of its schedule; in steps of a duration from the range's start; where the
 * calendar's units begin; or into a number of parts of equal length.
 */
export type ChunkSize =
  | { readonly kind: 'tick' }
  | { readonly kind: 'duration'; readonly duration: Duration }
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit }
  | { readonly kind: 'count'; readonly count: number };

const UNIT_DURATIONS: Readonly<Record<CalendarUnit, Duration>> = {
  hour: { months: 0, days: 0, ms: HOUR_MS },
  day: { months: 0, days: 1, ms: 0 },
  week: { months: 0, days: 7, ms: 0 },
  month: { months: 1, days: 0, ms: 0 },
  year: { months: 12, days: 0, ms: 0 },
};

/**
 * Reads the size of a chunk: `cron` (or `tick`); a duration such as `1d`, `12h`, `P1M`, counted from the range's start;
 * a calendar unit (`hour`, `day`, `week`, `month`, `year`), at whose beginnings the range is cut; a whole number of
 * chunks.
 *
 * @throws TidemarkError `DURATION_INVALID`
 */
export function parseChunkSize(text: string): ChunkSize {
  const trimmed = text.trim();
  if (trimmed === 'cron' || trimmed === 'tick') return { kind: 'tick' };
  if (Object.hasOwn(UNIT_DURATIONS, trimmed)) return { kind: 'calendar', unit: trimmed as CalendarUnit };
  if (/^[1-9]\d{0,8}$/.test(trimmed)) return { kind: 'count', count: Number(trimmed) };
  try {
    return { kind: 'duration', duration: parseDuration(trimmed) };
  } catch (cause) {
    throw new TidemarkError(
      'DURATION_INVALID',
      `"${text}" is not the size of a chunk; write cron, a duration such as 1d, 12h or P1M, a unit of the calendar (day, week, month, year), or the number of chunks.`,
      { cause, details: { value: text } },
    );
  }
}

/** Options of {@link chunks}. */
interface ChunksOptions {
  readonly range: Interval;
  readonly by: ChunkSize;
  /** Its ticks are those of `by: tick`, its zone's calendar is that of the others. */
  readonly cron: Cron;
  /** Only chunks that start at or after this instant: where an earlier reading left off. @default range.start */
  readonly from?: string | undefined;
}

/**
 * Cuts a range into chunks, in order and lazily. They tile it: none is empty, none overlaps another, nothing is left
 * out; the first and the last may be shorter. Where the cuts lie depends on range and size alone, so `from` goes on
 * where an earlier reading stopped.
 *
 * @example
 * [...chunks({ range: { start: '2024-01-31T00:00:00Z', end: '2024-03-31T00:00:00Z' }, by: parseChunkSize('P1M'), cron })]
 * // 31 January to 29 February, to 31 March
 */
export function* chunks(options: ChunksOptions): Generator<Interval, void, undefined> {
  const range = spanOf(options.range);
  const from = options.from === undefined ? range.start : Math.max(range.start, instantMs(options.from));
  let start: number | undefined;
  for (const cut of cutsBetween(options, range, from)) {
    if (start !== undefined && start >= from) yield intervalOf({ start, end: cut });
    start = cut;
  }
}

/** The borders of the chunks in ascending order, from the last one at or before `from` to the end of the range. */
function* cutsBetween(
  { by, cron }: ChunksOptions,
  range: Span,
  from: number,
): Generator<number, void, undefined> {
  if (range.end <= range.start || from >= range.end) return;
  let last = Number.NEGATIVE_INFINITY;
  const source = by.kind === 'tick' ? tickCuts(cron, from) : steadyCuts(cutAt(by, range, cron.zone), from);
  for (const cut of source) {
    const inside = Math.min(Math.max(cut, range.start), range.end);
    if (inside > last) yield inside;
    last = Math.max(last, inside);
    if (cut >= range.end) return;
  }
  if (last < range.end) yield range.end;
}

function* tickCuts(cron: Cron, from: number): Generator<number, void, undefined> {
  yield lastTicks(cron, from, 1)[0] ?? Number.NEGATIVE_INFINITY;
  yield* ticksFrom(cron, from);
}

/** The values of an ascending sequence, beginning with the last one at or before `from`. */
function* steadyCuts(at: (index: number) => number, from: number): Generator<number, void, undefined> {
  let low = 0;
  let high = 1;
  while (at(high) <= from) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle) <= from) low = middle;
    else high = middle;
  }
  for (let index = low; ; index += 1) yield at(index);
}

/** Computes a cut by its index, without the ones before it, so that a million chunks can be read page by page. */
function cutAt(by: Exclude<ChunkSize, { kind: 'tick' }>, range: Span, zone: Zone): (index: number) => number {
  switch (by.kind) {
    case 'duration':
      return (index) => addDuration(range.start, timesDuration(by.duration, index), zone);
    case 'calendar': {
      const first = startOfUnit(range.start, by.unit, zone);
      return (index) => addDuration(first, timesDuration(UNIT_DURATIONS[by.unit], index), zone);
    }
    case 'count': {
      if (!Number.isInteger(by.count) || by.count < 1)
        throw new TidemarkError(
          'DURATION_INVALID',
          `"${by.count}" is not a number of chunks; give a whole number above 0.`,
        );
      const length = range.end - range.start;
      // Whole seconds where there are enough of them: a cursor in unix seconds then falls into exactly one chunk.
      const unit = length >= by.count * 1000 ? 1000 : 1;
      return (index) =>
        index >= by.count
          ? range.end + (index - by.count)
          : range.start + Math.floor((length * index) / by.count / unit) * unit;
    }
  }
}
