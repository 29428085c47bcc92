import { tickAtOrAfter, ticksFrom } from './canonical-ticks';
import { acceptsDay, type CalendarCron, type Cron } from './cron';
import { DAY_MS, HOUR_MS } from './duration';
import type { OffsetPeriod } from './zone';

/** Something that a schedule does and its author may not expect; shown when it is deployed. */
interface CronWarning {
  readonly code:
    | 'DAY_AND_WEEKDAY'
    | 'TEXT_AFTER_HASH'
    | 'ZONE_IN_CRON'
    | 'ZONE_WITHOUT_EFFECT'
    | 'NO_MORE_TICKS'
    | 'TICK_SKIPPED'
    | 'TICK_REPEATED'
    | 'TICK_LOST'
    | 'TICK_MOVED';
  readonly message: string;
}

const MINUTE = 60_000;
/** How far ahead changes of the clocks are looked for. */
const AHEAD_MS = 800 * DAY_MS;
/** How far from a change of the clocks ticks can be affected. */
const AROUND_MS = 26 * HOUR_MS;

/**
 * What is surprising about a cron, from `now` (epoch milliseconds) on: day of month AND weekday where Airflow has OR,
 * ticks that a change of the clocks skips, repeats or moves, text that a `#` hides, no tick left.
 *
 * @param timezone the schedule's own zone, where the cron has one too. @default the cron's
 */
export function cronWarnings(cron: Cron, now: number, timezone = cron.zone.name): CronWarning[] {
  const zone = cron.zone.name;
  const found: CronWarning[] = [];
  const warn = (code: CronWarning['code'], message: string): void => {
    found.push({ code, message: `cron "${cron.text}": ${message}` });
  };
  if (/\S#/.test(cron.text))
    warn('TEXT_AFTER_HASH', `"#" begins a comment, so it is read as "${cron.expression}".`);
  if (zone !== timezone)
    warn(
      'ZONE_IN_CRON',
      `its zone "${zone}" is used, not the schedule's "${timezone}"; give one of them only.`,
    );
  if (cron.kind === 'every') {
    if (zone !== 'UTC')
      warn(
        'ZONE_WITHOUT_EFFECT',
        `"@every" counts from 1970-01-01 in UTC; the zone "${zone}" applies only to dates without an offset.`,
      );
    return found;
  }
  if (cron.days === 'both' && !cron.dayOfMonth.any && !cron.weekday.any)
    warn(
      'DAY_AND_WEEKDAY',
      `it ticks only on days that match day of month "${cron.dayOfMonth.text}" and weekday "${cron.weekday.text}" both (Airflow: either); write "*" in one of them if that isn't meant.`,
    );
  if (tickAtOrAfter(cron, now) === null)
    warn('NO_MORE_TICKS', 'it never ticks any more, up to the year 2100.');
  // Where every hour ticks, a hidden or doubled hour is what one expects.
  else if (!cron.hour.any) for (const { code, message } of clockWarnings(cron, now)) warn(code, message);
  return found;
}

/** One warning of a code, for the first change of the clocks that brings it. */
function clockWarnings(cron: CalendarCron, now: number): CronWarning[] {
  const found = new Map<CronWarning['code'], CronWarning>();
  const periods = cron.zone.periods(now, now + AHEAD_MS);
  for (const [index, change] of periods.entries())
    if (index > 0)
      for (const warning of changeWarnings(cron, periods[index - 1]!, change))
        if (!found.has(warning.code)) found.set(warning.code, warning);
  return [...found.values()];
}

function changeWarnings(cron: CalendarCron, before: OffsetPeriod, change: OffsetPeriod): CronWarning[] {
  const { shown, ticked } = minutesAround(cron, change.from);
  const gap: number[] = [];
  for (let wall = change.from + before.offset; wall < change.from + change.offset; wall += MINUTE)
    gap.push(wall);
  const found: CronWarning[] = [];
  const warnAt = (code: CronWarning['code'], wall: number | undefined, tail: string): void => {
    if (wall === undefined) return;
    const [date, time] = new Date(wall).toISOString().slice(0, 16).split('T');
    found.push({ code, message: `in ${cron.zone.name}, on ${date}, ${time} ${tail}` });
  };
  warnAt(
    'TICK_SKIPPED',
    gap.find((wall) => matches(cron, wall)),
    'is skipped as the clocks go forward; Temporal does not tick then, and the interval there is longer.',
  );
  warnAt(
    'TICK_REPEATED',
    [...ticked].find(([, times]) => times > 1)?.[0],
    'comes twice as the clocks go back; Temporal ticks both times, and there is one short interval more.',
  );
  warnAt(
    'TICK_LOST',
    [...shown].find((wall) => matches(cron, wall) && !ticked.has(wall)),
    'is left out by Temporal, because the clocks change on that day; the interval there is longer.',
  );
  warnAt(
    'TICK_MOVED',
    [...ticked.keys()].find((wall) => !matches(cron, wall)),
    'is a tick of Temporal though the cron does not say so, because the clocks change on that day.',
  );
  return found;
}

/** Minutes of the wall clock around an instant: all that it shows, and those that tick, with how often. */
function minutesAround(
  cron: CalendarCron,
  at: number,
): { shown: ReadonlySet<number>; ticked: ReadonlyMap<number, number> } {
  const wallAt = (ms: number): number => ms + cron.zone.offsetAt(ms);
  const from = Math.floor((at - AROUND_MS) / MINUTE) * MINUTE;
  const shown = new Set<number>();
  for (let ms = from; ms < at + AROUND_MS; ms += MINUTE) shown.add(wallAt(ms));
  const ticked = new Map<number, number>();
  let last = Number.NaN;
  for (const tick of ticksFrom(cron, from)) {
    if (tick >= at + AROUND_MS) break;
    const minute = Math.floor(tick / MINUTE) * MINUTE;
    if (minute !== last) ticked.set(wallAt(minute), (ticked.get(wallAt(minute)) ?? 0) + 1);
    last = minute;
  }
  return { shown, ticked };
}

/** Whether the fields match the wall clock's minute, as a reader of the cron understands them. */
function matches(cron: CalendarCron, wall: number): boolean {
  const date = new Date(wall);
  return (
    cron.year.accepts[date.getUTCFullYear()] === 1 &&
    cron.month.accepts[date.getUTCMonth() + 1] === 1 &&
    acceptsDay(cron, date.getUTCDate(), () => date.getUTCDay()) &&
    cron.hour.accepts[date.getUTCHours()] === 1 &&
    cron.minute.accepts[date.getUTCMinutes()] === 1
  );
}
