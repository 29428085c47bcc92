import { DAY_MS, readWrittenInstant } from '../interval';
import { floorDivide, PlainDate, Timestamp } from '../value';

const DAY_MICROS = BigInt(DAY_MS) * 1000n;

/** The instant that an ISO date, or date and time, names; one without offset is in UTC. Undefined for any other text. */
export function parseInstantText(text: string): Timestamp | undefined {
  return readCommonForm(text) ?? readAnyForm(text);
}

/** The day of the latest text, since rows that follow each other mostly share it. */
let cachedDay = { text: '', midnight: 0 };

/** Reads `YYYY-MM-DDTHH:MM:SSZ`, with up to six digits of a second: what nearly every API sends, without a pattern. */
function readCommonForm(text: string): Timestamp | undefined {
  const last = text.length - 1;
  if (last < 19 || last > 26 || text.charCodeAt(last) !== 0x5a || !isCommonForm(text, last)) return undefined;
  const day = text.slice(0, 10);
  if (day !== cachedDay.text) {
    const written = readWrittenInstant(day);
    if (written === undefined) return undefined;
    cachedDay = { text: day, midnight: written.wallMs };
  }
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  let micros = 0;
  for (let at = 20; at < 26; at++) micros = micros * 10 + (at < last ? text.charCodeAt(at) - 0x30 : 0);
  const ms = cachedDay.midnight + (hour * 3600 + minute * 60 + second) * 1000;
  return new Timestamp(BigInt(ms) * 1000n + BigInt(micros));
}

/** Whether separators and digits stand where they should after the day. */
function isCommonForm(text: string, last: number): boolean {
  if (text.charCodeAt(10) !== 0x54 || text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a)
    return false;
  if (last !== 19 && (last === 20 || text.charCodeAt(19) !== 0x2e)) return false;
  for (let at = 11; at < last; at++) {
    if (at === 13 || at === 16 || at === 19) continue;
    const unit = text.charCodeAt(at);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return true;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
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

function readAnyForm(text: string): Timestamp | undefined {
  const written = readWrittenInstant(text);
  if (written === undefined) return undefined;
  const { wallMs, micros, offsetMs = 0 } = written;
  return new Timestamp(BigInt(wallMs - offsetMs) * 1000n + BigInt(micros));
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
