import { DAY_MS, readWrittenInstant } from '../interval';
import { floorDivide, PlainDate, Timestamp } from '../value';
import { pointOf } from './iso-point';

const DAY_MICROS = BigInt(DAY_MS) * 1000n;

/** The instant that an ISO date, or date and time, names; one without offset is in UTC. Undefined for any other text. */
export function parseInstantText(text: string): Timestamp | undefined {
  const point = pointOf(text);
  if (point === undefined) return undefined;
  return new Timestamp(BigInt(point.seconds) * 1_000_000n + BigInt(Math.floor(point.fraction / 1e9)));
}

/** The calendar day that the text `YYYY-MM-DD` names; undefined for any other text. */
export function parseDateText(text: string): PlainDate | undefined {
  const written = readWrittenInstant(text);
  return written === undefined || written.hasTime ? undefined : new PlainDate(text);
}

/** Whether the text is a date and time with its offset, so that it names an instant by itself. */
export function isInstantText(text: string): boolean {
  return readWrittenInstant(text)?.offsetMs !== undefined;
}

/** Forms of ISO 8601 beyond a date and an instant in full: a year, a month, a week, and what has no separators. */
const OTHER_ISO =
  /^\d{4}(?:-(?:0[1-9]|1[0-2]))?$|^\d{4}-?W[0-5]\d(?:-?[1-7])?$|^\d{8}(?:T\d{2,6}(?:[.,]\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Whether a text can be the bound of a cursor of ISO text. */
export function isIsoText(text: string): boolean {
  return readWrittenInstant(text) !== undefined || OTHER_ISO.test(text);
}

/** `2024-01-02T03:04:05+00:00`, with six digits of a second where there is a fraction: how bounds are written for a text cursor. */
export function isoFormat(instant: Timestamp): string {
  const text = instant.toString().slice(0, -1);
  return `${/\.\d{3}$/.test(text) ? `${text}000` : text}+00:00`;
}

/** The calendar day of an instant in UTC. */
export function utcDay(instant: Timestamp): PlainDate {
  return new PlainDate(new Date(Number(floorDivide(instant.micros, 1000n))).toISOString().slice(0, 10));
}

/** The first instant of a calendar day in UTC. */
export function dayStart(date: PlainDate): Timestamp {
  return Timestamp.fromMillis(Date.parse(`${date.iso}T00:00:00Z`));
}

/** The calendar day `days` later; a part of a day counts as nothing. */
export function addDays(date: PlainDate, days: number): PlainDate {
  return utcDay(new Timestamp(dayStart(date).micros + BigInt(Math.trunc(days)) * DAY_MICROS));
}
