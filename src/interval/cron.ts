import { shortened, shown, TidemarkError } from '../errors';
import { type CronField, type CronFieldName, parseCronField } from './cron-field';
import { type Every, parseEvery } from './every';
import { type Zone, zoneNamed } from './zone';

/** When a schedule ticks, as Temporal's server reads it. Made by {@link parseCron}. */
export type Cron = CalendarCron | EveryCron;

interface CronText {
  /** As the user wrote it. */
  readonly text: string;
  /** What a Schedule on the server is given, beside `zone.name`: without comment, zone prefix and double spaces. */
  readonly expression: string;
  readonly zone: Zone;
}

/**
 * How day of month and weekday go together where neither is `*`: `both` must match, as in a Schedule of Temporal; or
 * `either`, as in a workflow started with Temporal's older `cronSchedule` (and in Airflow and Unix).
 */
export type DayRule = 'both' | 'either';

/** Ticks where all fields match the wall clock of the zone. */
export interface CalendarCron extends CronText {
  readonly kind: 'calendar';
  readonly days: DayRule;
  readonly second: CronField;
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  readonly weekday: CronField;
  readonly year: CronField;
}

/** Ticks at a fixed period from the Unix epoch; the zone has no part in it. */
interface EveryCron extends CronText {
  readonly kind: 'every';
  readonly every: Every;
}

const PRESETS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '@yearly': '0 0 1 1 *',
    '@annually': '0 0 1 1 *',
    '@monthly': '0 0 1 * *',
    '@weekly': '0 0 * * 0',
    '@daily': '0 0 * * *',
    '@midnight': '0 0 * * *',
    '@hourly': '0 * * * *',
  }),
);

const CURE =
  'Write "minute hour day-of-month month weekday", with a year after it and seconds before it if wanted; or @hourly, @daily, @weekly, @monthly, @yearly; or "@every 90m".';

/**
 * Reads a cron text: five fields, six (year last), seven (seconds first, year last), a preset, or `@every 90m/15m`.
 * A prefix `TZ=Zone ` or `CRON_TZ=Zone ` beats `zone`. `#` starts a comment. Day of month and weekday must both match,
 * as in a Schedule of Temporal (Airflow: one of them); `cronWarnings` warns of it.
 *
 * @param zone IANA name. @default 'UTC'
 * @param days @default 'both'
 * @example parseCron('0 6 * * MON-FRI', 'Europe/Berlin')
 * @throws TidemarkError `CRON_INVALID` naming the field, `ZONE_INVALID`
 */
export function parseCron(text: string, zone = 'UTC', days: DayRule = 'both'): Cron {
  const trimmed = text.split('#', 1)[0]!.trim();
  const prefix = /^(?:CRON_)?TZ=(\S*)\s+/.exec(trimmed);
  const expression = trimmed
    .slice(prefix?.[0].length ?? 0)
    .split(/\s+/)
    .join(' ');
  const common = { text, expression, zone: zoneNamed(prefix?.[1] ?? zone) };
  if (expression.startsWith('@every')) {
    const every = parseEvery(expression.slice('@every'.length).trim());
    if (typeof every === 'string' || !expression.startsWith('@every '))
      throw invalidCron(
        text,
        typeof every === 'string' ? every : '"@every" and its period need a space between',
      );
    return { ...common, kind: 'every', every };
  }
  return { ...common, kind: 'calendar', days, ...parseFields(text, PRESETS.get(expression) ?? expression) };
}

function parseFields(text: string, fields: string): Omit<CalendarCron, 'kind' | 'days' | keyof CronText> {
  const parts = fields.split(' ').filter((part) => part !== '');
  if (fields.startsWith('@'))
    throw invalidCron(text, `the preset "${fields}" is not known (small letters only)`);
  if (parts.length < 5 || parts.length > 7)
    throw invalidCron(text, `it has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'}, not 5 to 7`);
  const seconds = parts.length === 7 ? parts.shift()! : '0';
  const [minute, hour, dayOfMonth, month, weekday, year = '*'] = parts;
  const field = (name: CronFieldName, value: string): CronField => {
    const read = parseCronField(name, value);
    if ('problem' in read) throw invalidCron(text, read.problem);
    return read;
  };
  return {
    second: field('second', seconds),
    minute: field('minute', minute!),
    hour: field('hour', hour!),
    dayOfMonth: field('day of month', dayOfMonth!),
    month: field('month', month!),
    weekday: field('weekday', weekday!),
    year: field('year', year),
  };
}

/** Whether the two fields of the day accept a day; its weekday (0 is Sunday) is asked for only where it matters. */
export function acceptsDay(cron: CalendarCron, dayOfMonth: number, weekday: () => number): boolean {
  const byMonth = cron.dayOfMonth.accepts[dayOfMonth] === 1;
  if (cron.days === 'either' && cron.dayOfMonth.text !== '*' && cron.weekday.text !== '*')
    return byMonth || cron.weekday.accepts[weekday()] === 1;
  return byMonth && (cron.weekday.any || cron.weekday.accepts[weekday()] === 1);
}

function invalidCron(text: string, problem: string): TidemarkError {
  return new TidemarkError(
    'CRON_INVALID',
    `The cron "${shown(text)}" is not accepted: ${shortened(problem, 300)}. ${CURE}`,
    {
      details: { value: shown(text), problem: shortened(problem, 300) },
    },
  );
}
