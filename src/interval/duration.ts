import { shown, TidemarkError } from '../errors';

export const HOUR_MS = 3_600_000;
/** A day of 24 hours, as in UTC; a day of another zone may have 23 or 25. */
export const DAY_MS = 24 * HOUR_MS;

/**
 * A length of time in three parts that don't convert into each other: months and days are of the calendar of a zone
 * (a day may have 23 or 25 hours), milliseconds are exact.
 */
export interface Duration {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
}

/** The longest that a year can be. */
export const YEAR_MS = 366 * DAY_MS;
/** What is longer is a slip, and the server counts nanoseconds, of which it takes 292 years. */
export const LONGEST_YEARS = 200;

/** What one unit adds. `m` is minutes; months are `mo`, or `P1M`. */
const UNITS: Readonly<Record<string, Duration>> = {
  y: { months: 12, days: 0, ms: 0 },
  mo: { months: 1, days: 0, ms: 0 },
  w: { months: 0, days: 7, ms: 0 },
  d: { months: 0, days: 1, ms: 0 },
  h: { months: 0, days: 0, ms: HOUR_MS },
  m: { months: 0, days: 0, ms: 60_000 },
  s: { months: 0, days: 0, ms: 1000 },
  ms: { months: 0, days: 0, ms: 1 },
};

const SHORT = /^(?:\d+(?:y|mo|w|d|h|ms|m|s))+$/;
const ISO = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Reads `1d`, `90m`, `12h`, `1h30m`, `2w`, `1mo`, `1y`, and ISO 8601 (`P1M`, `P1D`, `PT90M`). Days, weeks, months and
 * years are of the calendar; hours and below are exact. Zero is refused.
 *
 * @example parseDuration('90m') // { months: 0, days: 0, ms: 5_400_000 }
 * @throws TidemarkError `DURATION_INVALID`
 */
export function parseDuration(text: string): Duration {
  const trimmed = text.trim();
  const duration = SHORT.test(trimmed) ? readShort(trimmed) : readIso(trimmed);
  if (
    duration !== undefined &&
    (duration.months + duration.days / 30) / 12 + duration.ms / YEAR_MS > LONGEST_YEARS
  )
    throw new TidemarkError(
      'DURATION_INVALID',
      `"${shown(text)}" is too long; write a duration of at most ${LONGEST_YEARS} years.`,
      { details: { value: shown(text) } },
    );
  if (duration === undefined || (duration.months === 0 && duration.days === 0 && duration.ms === 0))
    throw new TidemarkError(
      'DURATION_INVALID',
      `"${shown(text)}" is not a duration; write a number and a unit (s, m = minutes, h, d, w, mo = months, y) such as 90m or 1d, or ISO 8601 such as P1M.`,
      { details: { value: shown(text) } },
    );
  return duration;
}

/** Whether every part is exact, so that no calendar is needed to add it. */
export function isExactDuration(duration: Duration): boolean {
  return duration.months === 0 && duration.days === 0;
}

/** A multiple of a duration, part by part. */
export function timesDuration(duration: Duration, times: number): Duration {
  return { months: duration.months * times, days: duration.days * times, ms: duration.ms * times };
}

/**
 * The duration in milliseconds, for a delay or a timeout, where a day is 24 hours.
 *
 * @throws TidemarkError `DURATION_INVALID` where it has months or years, which have no fixed length
 */
export function durationMs(text: string): number {
  const { months, days, ms } = parseDuration(text);
  if (months > 0)
    throw new TidemarkError(
      'DURATION_INVALID',
      `"${shown(text)}" has no fixed length; give it in days or smaller units, such as 30d.`,
      { details: { value: shown(text) } },
    );
  return days * DAY_MS + ms;
}

function readShort(text: string): Duration {
  return [...text.matchAll(/(\d+)(y|mo|w|d|h|ms|m|s)/g)].reduce(
    (sum, [, count, unit]) => plus(sum, timesDuration(UNITS[unit!]!, Number(count))),
    { months: 0, days: 0, ms: 0 },
  );
}

function readIso(text: string): Duration | undefined {
  const found = ISO.exec(text);
  if (found === null || text.endsWith('P') || text.endsWith('T')) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = found
    .slice(1)
    .map((part) => Number(part ?? '0'));
  return {
    months: years! * 12 + months!,
    days: weeks! * 7 + days!,
    ms: (hours! * 3600 + minutes! * 60 + seconds!) * 1000,
  };
}

function plus(a: Duration, b: Duration): Duration {
  return { months: a.months + b.months, days: a.days + b.days, ms: a.ms + b.ms };
}
