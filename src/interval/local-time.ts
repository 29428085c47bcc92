import { shown, TidemarkError } from '../errors';
import { DAY_MS, type Duration, HOUR_MS, isExactDuration } from './duration';
import { readWrittenInstant } from './instant';
import type { Zone } from './zone';

/** What a user may give as a date: ISO text, a `Date`, or anything with `toMillis()` such as a luxon `DateTime`. */
export type InstantInput = string | Date | { toMillis(): number };

/** Wall clocks are at most this far from UTC, and no change of one is larger. */
const REACH = 26 * HOUR_MS;

/** The years 1 to 9999: what lies beyond can't be written as ISO text of four digits again. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const END_MS = Date.parse('+010000-01-01T00:00:00Z');

/** A unit of the calendar. A week begins on Monday. */
export type CalendarUnit = 'hour' | 'day' | 'week' | 'month' | 'year';

/**
 * Epoch milliseconds of a user's date. Text without an offset is in `zone`, a date alone is its first instant there.
 * A wall time that the clocks skip is read as if they had not been moved (02:30 becomes 03:30), one that comes twice as
 * the first.
 *
 * @example parseInstant('2024-02-01', zoneNamed('Europe/Berlin')) // 2024-01-31T23:00:00Z
 * @throws TidemarkError `INSTANT_INVALID`
 */
export function parseInstant(value: InstantInput, zone: Zone): number {
  const ms = typeof value === 'string' ? textMs(value, zone) : valueMs(value);
  if (ms === undefined || !(ms >= FIRST_MS && ms < END_MS)) throw invalidInstant(shown(value));
  return ms;
}

function textMs(value: string, zone: Zone): number | undefined {
  const written = readWrittenInstant(value.trim());
  if (written === undefined) return undefined;
  const wallMs = written.wallMs + written.micros / 1000;
  return written.offsetMs === undefined ? instantOfWall(wallMs, zone) : wallMs - written.offsetMs;
}

function valueMs(value: Exclude<InstantInput, string>): number | undefined {
  try {
    return value instanceof Date ? value.getTime() : value.toMillis();
  } catch {
    return undefined;
  }
}

function invalidInstant(text: string): TidemarkError {
  return new TidemarkError(
    'INSTANT_INVALID',
    `"${text}" is not a date; write 2024-01-31 or 2024-01-31T06:30, which are in the schedule's time zone, or with an offset such as 2024-01-31T06:30:00Z.`,
    { details: { value: text } },
  );
}

/** The instant at which the zone's clocks show `wallMs`, the fields read as if they were UTC. */
function instantOfWall(wallMs: number, zone: Zone): number {
  const periods = zone.periods(wallMs - REACH, wallMs + REACH);
  for (const [index, { offset, from }] of periods.entries()) {
    const until = periods[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const at = wallMs - offset;
    if (at < until && (index === 0 || at >= from)) return at;
    const next = periods[index + 1];
    if (next !== undefined && at >= until && wallMs - next.offset < until) return at;
  }
  return wallMs - zone.offsetAt(wallMs);
}

/** The instant later by `duration`: months and days on the zone's calendar (31 January and a month: its last day). */
export function addDuration(ms: number, duration: Duration, zone: Zone): number {
  if (isExactDuration(duration)) return ms + duration.ms;
  const wall = ms + zone.offsetAt(ms);
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const date = new Date(midnight);
  const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + duration.months, 1);
  const days = daysInMonthOf(month);
  const day = month + (Math.min(date.getUTCDate(), days) - 1 + duration.days) * DAY_MS;
  return instantOfWall(day + (wall - midnight), zone) + duration.ms;
}

/** The start of the calendar unit that the instant lies in, on the zone's clocks. */
export function startOfUnit(ms: number, unit: CalendarUnit, zone: Zone): number {
  const wall = ms + zone.offsetAt(ms);
  // A repeated hour has two starts; the instant's own one is reached by going back, not by reading a wall time.
  if (unit === 'hour') return ms - (((wall % HOUR_MS) + HOUR_MS) % HOUR_MS);
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const date = new Date(midnight);
  switch (unit) {
    case 'day':
      return instantOfWall(midnight, zone);
    case 'week':
      return instantOfWall(midnight - ((date.getUTCDay() + 6) % 7) * DAY_MS, zone);
    case 'month':
      return instantOfWall(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1), zone);
    case 'year':
      return instantOfWall(Date.UTC(date.getUTCFullYear(), 0, 1), zone);
  }
}

function daysInMonthOf(monthMs: number): number {
  const date = new Date(monthMs);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
