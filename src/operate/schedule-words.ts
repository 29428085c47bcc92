import cronstrue from 'cronstrue';
import type { ResolvedSchedule } from '../config';
import type { Cron, Every } from '../interval';

type CalendarCron = Extract<Cron, { readonly kind: 'calendar' }>;
type Field = CalendarCron['minute'];

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY_SECONDS = 86_400;
/** Of so many values a list is read as fast as their step. */
const FEW = 4;

/** A schedule as its config has it: `@daily`, `0 6 * * 1`, `every 6h`. */
export function scheduleText({ cron }: Pick<ResolvedSchedule, 'cron'>): string {
  return cron.trim().replace(/^@every /, 'every ');
}

/**
 * When a cron ticks, in a sentence of 24-hour clocks: `At 06:00, only on Monday`, `Every 6 hours`. It is of what the cron accepts,
 * however that is written, in the order of fields that Temporal reads. Where day of month and weekday are both given, Temporal wants
 * both: `At 00:00, on day 13 of the month, if it is a Friday`.
 */
export function scheduleWords(cron: Cron): string {
  return cron.kind === 'every' ? everyWords(cron.every) : calendarWords(cron);
}

function everyWords({ seconds, offsetSeconds }: Every): string {
  const units = [
    [DAY_SECONDS, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const;
  const [size, unit] = units.find(([one]) => seconds % one === 0) ?? [1, 'second'];
  const count = seconds / size;
  const words = count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`;
  // what divides the day begins at midnight: nobody asks since when it is counted
  if (offsetSeconds === 0 && seconds < DAY_SECONDS && DAY_SECONDS % seconds === 0) return words;
  const since = new Date(offsetSeconds * 1000).toISOString();
  const time = since.slice(11, offsetSeconds % 60 === 0 ? 16 : 19);
  if (seconds === DAY_SECONDS) return `Every day at ${time} UTC`;
  return `${words}, counted from ${since.slice(0, 10)} ${time} UTC`;
}

function calendarWords(cron: CalendarCron): string {
  const { dayOfMonth, weekday, days } = cron;
  if (dayOfMonth.any || weekday.any) return everyDay(cron, describe(cron));
  const byMonthDay = { weekday: ANY, month: ANY, year: ANY };
  const [short, long] = [describe(cron, byMonthDay), describe(cron, { weekday: ANY })];
  const condition = days === 'both' ? `, ${ifDay(weekday)}` : ` or on a ${listed(namesOf(weekday), 'or')}`;
  return long.startsWith(short) ? `${short}${condition}${long.slice(short.length)}` : `${long}${condition}`;
}

/** A bare time of day says which days. */
function everyDay({ dayOfMonth, month, weekday, year }: CalendarCron, words: string): string {
  const any = dayOfMonth.any && month.any && weekday.any && year.any;
  return any ? words.replace(/^At (?=\d\d:)/, 'Every day at ') : words;
}

/** `if it is a Friday`; of nearly all weekdays those that it isn't. */
function ifDay(weekday: Field): string {
  const names = namesOf(weekday);
  if (names.length < 5) return `if it is a ${listed(names, 'or')}`;
  return `unless it is a ${listed(
    WEEK.map((day) => WEEKDAYS[day]!).filter((name) => !names.includes(name)),
    'or',
  )}`;
}

/** Monday first, as a working week is read. */
const WEEK = [1, 2, 3, 4, 5, 6, 0];

const namesOf = ({ accepts }: Field): string[] =>
  WEEK.filter((day) => accepts[day] === 1).map((day) => WEEKDAYS[day]!);

function listed(names: readonly string[], word: string): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

const ANY: Field = { text: '*', accepts: new Uint8Array(), any: true };

/** The words of cronstrue, given what each field accepts and not its text: Temporal reads names and steps in ways of its own. */
function describe(cron: CalendarCron, instead: Partial<CalendarCron> = {}): string {
  const { second, minute, hour, dayOfMonth, month, weekday, year } = { ...cron, ...instead };
  const fields = [
    clockText(second, 60),
    clockText(minute, 60),
    clockText(hour, 24),
    dateText(dayOfMonth, 1, 31),
    dateText(month, 1, 12),
    weekdayText(weekday),
    dateText(year, 2000, 2100),
  ];
  try {
    return cronstrue.toString(fields.join(' '), { use24HourTimeFormat: true });
  } catch {
    // a schedule that Temporal takes is never refused here
    return `By cron ${cron.expression}`;
  }
}

/** A field that begins at 0. A step that doesn't divide it isn't even at its end: then each value is told. */
function clockText({ any, accepts }: Field, size: number): string {
  if (any) return '*';
  const values = valuesOf(accepts, 0, size - 1);
  const [first = 0] = values;
  const step = stepOf(values, size - 1);
  const few = size === 24 ? FEW : first === 0 ? 1 : 2;
  if (step !== undefined && size % step === 0 && values.length > few)
    return first === 0 ? `*/${step}` : `${first}/${step}`;
  const text = ranges(values);
  return text.includes(',') ? values.join(',') : text;
}

function dateText({ any, accepts }: Field, from: number, to: number): string {
  if (any) return '*';
  const values = valuesOf(accepts, from, to);
  const [first = from] = values;
  const step = stepOf(values, to);
  if (step === undefined || values.length <= FEW) return ranges(values);
  return first === from ? `*/${step}` : `${first}-${to}/${step}`;
}

/** Sunday is the last: `5-7` is Friday to Sunday. */
function weekdayText({ any, accepts }: Field): string {
  if (any) return '*';
  return ranges(WEEK.filter((day) => accepts[day] === 1).map((day) => (day === 0 ? 7 : day)));
}

function valuesOf(accepts: Uint8Array, from: number, to: number): number[] {
  const values: number[] = [];
  for (let value = from; value <= to; value += 1) if (accepts[value] === 1) values.push(value);
  return values;
}

/** The step of all values up to the field's end, 2 at least; undefined where it isn't one. */
function stepOf(values: readonly number[], to: number): number | undefined {
  const [first = 0, second = 0] = values;
  const step = second - first;
  const even = values.every((value, index) => value === first + index * step);
  return even && step > 1 && first + values.length * step > to ? step : undefined;
}

/** `1-5,9`: three neighbours and more are a range. */
function ranges(values: readonly number[]): string {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',');
}
