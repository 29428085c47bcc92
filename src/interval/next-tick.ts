import { acceptsDay, type CalendarCron, type Cron } from './cron';
import { DAY_MS, HOUR_MS } from './duration';
import type { Zone } from './zone';

const MINUTE = 60_000;
/** The weekday of 1 January 1970. */
const THURSDAY = 4;
const LAST_YEAR = 2100;

/**
 * The next tick after `afterMs`, in epoch milliseconds, as Temporal's server computes it; null if there is none
 * until the year 2100. Around a change of the clocks the answer depends on the instant it is computed from
 * (conformance/README, Cron 7–12): for the ticks that bound intervals, see `canonical-ticks.ts`.
 */
export function nextTick(cron: Cron, afterMs: number): number | null {
  const after = Math.floor(afterMs / 1000);
  if (cron.kind === 'calendar') return nextCalendarTick(cron, after * 1000);
  const { seconds, offsetSeconds } = cron.every;
  return ((Math.floor((after - offsetSeconds) / seconds) + 1) * seconds + offsetSeconds) * 1000;
}

/**
 * The first instant after `from` whose next tick may be another one than that of `from`: the wall clock matches there, or
 * the hour ends or the clocks change, in the second before that and an hour earlier included: the server looks so far back.
 */
export function nextTurn(cron: CalendarCron, from: number): number {
  const { zone } = cron;
  const endOfHour = (at: number): number => at + HOUR_MS - modulo(at + zone.offsetAt(at), HOUR_MS);
  const [, change] = zone.periods(from - HOUR_MS, from);
  const [, coming] = zone.periods(from, from + HOUR_MS);
  return Math.min(
    nextMatchInHour(cron, from),
    endOfHour(from),
    endOfHour(from - HOUR_MS) + HOUR_MS,
    change === undefined ? Number.POSITIVE_INFINITY : change.from + HOUR_MS,
    coming === undefined ? Number.POSITIVE_INFINITY : coming.from,
    // whose next second is looked for on a clock that doesn't show it
    coming === undefined || coming.from - 1000 <= from ? Number.POSITIVE_INFINITY : coming.from - 1000,
  );
}

/** The next instant within the hour at which minute and second match; infinite if there is none. */
function nextMatchInHour({ zone, minute, second }: CalendarCron, from: number): number {
  const inHour = modulo(from + zone.offsetAt(from), HOUR_MS) / 1000;
  for (let at = inHour + 1; at < 3600; ) {
    if (minute.accepts[Math.floor(at / 60)] !== 1) at = (Math.floor(at / 60) + 1) * 60;
    else if (second.accepts[at % 60] === 1) return from + (at - inHour) * 1000;
    else at += 1;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * The chain of ticks after `after`, up to and including `upTo` (epoch milliseconds), as the server walks it. In a few old
 * changes of the clocks (St. John's before 2011, Apia's skipped day) the server's own chain stands still: it ends there.
 */
export function* ticks(
  cron: Cron,
  range: { after: number; upTo: number },
): Generator<number, void, undefined> {
  let last = range.after;
  for (;;) {
    const tick = nextTick(cron, last);
    if (tick === null || tick > range.upTo || tick <= last) return;
    yield tick;
    last = tick;
  }
}

/** Fields of a wall clock that are moved forward. Month is 1–12; a field may be one beyond its range until it is carried. */
interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 1 h while the fields mean the second copy of a repeated hour, else 0. */
  extra: number;
}

function nextCalendarTick(cron: CalendarCron, after: number): number | null {
  const { zone } = cron;
  const wall = wallAt(zone, after);
  if (wallHour(zone, after - HOUR_MS) === wall.hour) wall.extra = HOUR_MS;
  wall.second += 1;
  for (;;) {
    carry(wall, zone);
    if (wall.year > LAST_YEAR) return null;
    if (raiseFirstMiss(cron, wall)) continue;
    const at = instantOf(zone, wall);
    if (wallHour(zone, at) === wall.hour) return at + wall.extra;
    // The clocks jumped over this hour.
    wall.hour += 1;
    wall.minute = 0;
    wall.second = 0;
  }
}

function carry(wall: Wall, zone: Zone): void {
  if (wall.second >= 60) {
    wall.minute += 1;
    wall.second = 0;
  }
  if (wall.minute >= 60) {
    wall.minute = 0;
    const hour = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour);
    if (wall.extra === 0 && serverInstant(zone, hour + HOUR_MS) - serverInstant(zone, hour) > HOUR_MS) {
      wall.extra = HOUR_MS;
    } else {
      wall.extra = 0;
      wall.hour += 1;
    }
  }
  if (wall.hour >= 24) {
    wall.day += 1;
    wall.hour = 0;
  }
  if (wall.day > 28 && wall.day > daysInMonth(wall.year, wall.month)) {
    wall.month += 1;
    wall.day = 1;
  }
  if (wall.month > 12) {
    wall.year += 1;
    wall.month = 1;
  }
}

/** Tests the fields from the outside in; raises the first that doesn't match and resets the smaller ones. */
function raiseFirstMiss(cron: CalendarCron, wall: Wall): boolean {
  if (cron.year.accepts[wall.year] !== 1) {
    restartDay(wall);
    wall.year += 1;
    wall.month = 1;
    wall.day = 1;
  } else if (cron.month.accepts[wall.month] !== 1) {
    restartDay(wall);
    wall.month += 1;
    wall.day = 1;
  } else if (!acceptsDay(cron, wall.day, () => weekdayOf(cron.zone, wall))) {
    restartDay(wall);
    wall.day += 1;
  } else if (cron.hour.accepts[wall.hour] !== 1) {
    const next = wall.hour + 1;
    restartDay(wall);
    wall.hour = next;
  } else if (cron.minute.accepts[wall.minute] !== 1) {
    wall.minute += 1;
    wall.second = 0;
  } else if (cron.second.accepts[wall.second] !== 1) {
    wall.second += 1;
  } else {
    return false;
  }
  return true;
}

function restartDay(wall: Wall): void {
  wall.hour = 0;
  wall.minute = 0;
  wall.second = 0;
  wall.extra = 0;
}

/** The weekday of the instant, not of the date: a day whose midnight is skipped counts as the one before. */
function weekdayOf(zone: Zone, wall: Wall): number {
  const at = instantOf(zone, wall);
  return modulo(Math.floor((at + zone.offsetAt(at)) / DAY_MS) + THURSDAY, 7);
}

function instantOf(zone: Zone, wall: Wall): number {
  return serverInstant(
    zone,
    Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second),
  );
}

/** The server's reading of a wall time, given as if it were UTC: the offset there, and once more with what that gives. */
function serverInstant(zone: Zone, local: number): number {
  return local - zone.offsetAt(local - zone.offsetAt(local));
}

function wallAt(zone: Zone, at: number): Wall {
  const local = at + zone.offsetAt(at);
  const midnight = new Date(local - modulo(local, DAY_MS));
  return {
    year: midnight.getUTCFullYear(),
    month: midnight.getUTCMonth() + 1,
    day: midnight.getUTCDate(),
    hour: Math.floor(modulo(local, DAY_MS) / HOUR_MS),
    minute: Math.floor(modulo(local, HOUR_MS) / MINUTE),
    second: Math.floor(modulo(local, MINUTE) / 1000),
    extra: 0,
  };
}

function wallHour(zone: Zone, at: number): number {
  return Math.floor(modulo(at + zone.offsetAt(at), DAY_MS) / HOUR_MS);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The remainder that is never negative. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
