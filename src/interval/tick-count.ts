import { ticksFrom } from './canonical-ticks';
import { acceptsDay, type CalendarCron, type Cron } from './cron';
import type { CronField } from './cron-field';
import { DAY_MS, HOUR_MS } from './duration';
import type { Span } from './interval';
import type { Zone } from './zone';

/** So near to a change of the clocks ticks are walked, elsewhere they are those of the wall clock: `canonical-ticks.ts`. */
const UNSETTLED_MS = 27 * HOUR_MS;
/** The weekday of 1 January 1970. */
const THURSDAY = 4;
/** Calendars tick in the years that a cron can name: 2000 to 2100, in any zone. */
const TICKING: Span = { start: Date.UTC(1999, 11, 30), end: Date.UTC(2101, 0, 3) };

/**
 * How many ticks of a cron lie in `[start, end)`, in epoch milliseconds: as many as a walk over them finds, at the price of the days
 * and not of the ticks. What it walks near a change of the clocks it remembers: the same counter is worth keeping.
 *
 * @example
 * tickCounter(parseCron('* * * * *'))({ start: Date.UTC(2014, 0), end: Date.UTC(2024, 0) }) // 5,258,880
 */
export function tickCounter(cron: Cron): (span: Span) => number {
  if (cron.kind === 'every') {
    const [period, offset] = [cron.every.seconds * 1000, cron.every.offsetSeconds * 1000];
    const before = (at: number): number => Math.ceil((at - offset) / period);
    return ({ start, end }) => Math.max(0, before(end) - before(start));
  }
  const clock = clockOf(cron);
  const walked = new Map<number, number>();
  /** Of what lies within a span and isn't cut by it there is one at each change. */
  const countNear = (near: Span, within: Span): number => {
    if (near.start === within.start || near.end === within.end) return walkedCount(cron, near);
    const count = walked.get(near.start) ?? walkedCount(cron, near);
    walked.set(near.start, count);
    return count;
  };
  return (span) => {
    const whole = { start: Math.max(span.start, TICKING.start), end: Math.min(span.end, TICKING.end) };
    let count = 0;
    let at = whole.start;
    for (const near of unsettled(cron.zone, whole)) {
      count += settledCount(cron, clock, { start: at, end: near.start }) + countNear(near, whole);
      at = near.end;
    }
    return count + settledCount(cron, clock, { start: at, end: whole.end });
  };
}

/** The parts of a span that are near to a change of the clocks: in order, none overlapping another. */
function unsettled(zone: Zone, { start, end }: Span): Span[] {
  if (start >= end) return [];
  const found: { start: number; end: number }[] = [];
  const [, ...changes] = zone.periods(start - UNSETTLED_MS, end + UNSETTLED_MS);
  for (const { from } of changes) {
    const near = { start: Math.max(start, from - UNSETTLED_MS), end: Math.min(end, from + UNSETTLED_MS) };
    const last = found.at(-1);
    if (near.start >= near.end) continue;
    if (last !== undefined && near.start <= last.end) last.end = near.end;
    else found.push(near);
  }
  return found;
}

function walkedCount(cron: Cron, { start, end }: Span): number {
  let count = 0;
  for (const tick of ticksFrom(cron, start)) {
    if (tick >= end) break;
    count += 1;
  }
  return count;
}

/** The times of day at which a cron ticks. */
interface Clock {
  readonly perDay: number;
  /** How many of them lie before so many milliseconds of a day. */
  before(ms: number): number;
}

function clockOf({ hour, minute, second }: CalendarCron): Clock {
  const [hours, minutes, seconds] = [sumsOf(hour, 24), sumsOf(minute, 60), sumsOf(second, 60)];
  const [perMinute, perHour] = [seconds[60]!, seconds[60]! * minutes[60]!];
  return {
    perDay: perHour * hours[24]!,
    before(ms) {
      const whole = Math.ceil(ms / 1000);
      const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
      const inHour = minutes[m]! * perMinute + (minute.accepts[m] === 1 ? seconds[s]! : 0);
      return hours[h]! * perHour + (hour.accepts[h] === 1 ? inHour : 0);
    },
  };
}

/** How many accepted values lie below each. */
function sumsOf({ accepts }: CronField, size: number): number[] {
  const sums = [0];
  for (let value = 0; value < size; value += 1) sums.push(sums[value]! + accepts[value]!);
  return sums;
}

/** The ticks of a span in which the zone keeps one offset. */
function settledCount(cron: CalendarCron, clock: Clock, { start, end }: Span): number {
  if (start >= end) return 0;
  const offset = cron.zone.offsetAt(start);
  const [from, to] = [start + offset, end + offset];
  const [first, last] = [Math.floor(from / DAY_MS), Math.floor(to / DAY_MS)];
  let count = 0;
  for (let day = first; day <= last; day += 1) {
    if (!ticksOn(cron, day)) continue;
    const until = day === last ? clock.before(to - day * DAY_MS) : clock.perDay;
    count += until - (day === first ? clock.before(from - day * DAY_MS) : 0);
  }
  return count;
}

/** @param day days since 1970 on the zone's calendar */
function ticksOn(cron: CalendarCron, day: number): boolean {
  const date = new Date(day * DAY_MS);
  return (
    cron.year.accepts[date.getUTCFullYear()] === 1 &&
    cron.month.accepts[date.getUTCMonth() + 1] === 1 &&
    acceptsDay(cron, date.getUTCDate(), () => (((day + THURSDAY) % 7) + 7) % 7)
  );
}
