const DAY_SECONDS = 86_400;
const MICROS = 1_000_000;
const POWERS = [1, 10, 100, 1_000, 10_000, 100_000];
/** Seconds up to which microseconds are exact as a number: years 1684 to 2255. */
const EXACT_SECONDS = 9_000_000_000;
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** Microseconds since 1970, UTC: a number where that is exact, else a bigint. */
export type Micros = number | bigint;

const EXTENDED =
  /^(\d{4})([-/])(\d\d)\2(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;
const COMPACT = /^(\d{4})()(\d\d)(\d\d)[T ](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;
const DATE = /^(\d{4})([-/]?)(\d\d)\2(\d\d)$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?$/;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days from 0000-03-01 to 1970-01-01: the year that ends with February has its leap day last. */
const DAYS_BEFORE_1970 = 719_468;

let cachedDate = -1;
let cachedSeconds = Number.NaN;

/**
 * The instant that a text names by date and time; undefined for a date alone, a time alone, week and ordinal dates, dates
 * that are not in the calendar, and any other text. Without offset it is UTC; digits beyond microseconds are cut.
 * Source: the texts that dlt 1.31 takes for timestamps (conformance, Normalize 5).
 */
export function parseIsoTimestamp(text: string): Micros | undefined {
  const length = text.length;
  if (
    length >= 19 &&
    length <= 27 &&
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58
  ) {
    const end = text.charCodeAt(length - 1) === 90 ? length - 1 : length;
    const separator = text.charCodeAt(10);
    if ((separator === 84 || separator === 32) && (end === 19 || (end > 20 && text.charCodeAt(19) === 46))) {
      const start = cachedDaySeconds(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
      const hour = digits(text, 11, 13);
      const minute = digits(text, 14, 16);
      const second = digits(text, 17, 19);
      const fraction = end === 19 ? 0 : digits(text, 20, end) * (POWERS[26 - end] ?? Number.NaN);
      // A comparison with undefined or NaN fails: any other form is left to the slower reading below.
      if (start !== undefined && hour < 24 && minute < 60 && second < 60 && fraction < MICROS)
        return micros(start + hour * 3600 + minute * 60 + second, fraction);
    }
  }
  return parseAnyForm(text);
}

// The digits as a number; NaN if a character is not a digit, so that every comparison with it fails.
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function parseAnyForm(text: string): Micros | undefined {
  const match = EXTENDED.exec(text) ?? COMPACT.exec(text);
  if (match === null) return undefined;
  const [, year, , month, day, hour, minute, second = '0', fraction = '', offset = 'Z'] = match;
  const start = daySeconds(Number(year), Number(month), Number(day));
  if (start === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  const shift = offsetSeconds(offset);
  if (shift === undefined) return undefined;
  const seconds = start + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - shift;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return undefined;
  return micros(seconds, Number(fraction.slice(0, 6).padEnd(6, '0')));
}

function offsetSeconds(offset: string): number | undefined {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return undefined;
  return (hours * 3600 + minutes * 60) * (offset.startsWith('-') ? -1 : 1);
}

function cachedDaySeconds(year: number, month: number, day: number): number | undefined {
  const date = year * 10_000 + month * 100 + day;
  if (date === cachedDate) return cachedSeconds;
  const seconds = daySeconds(year, month, day);
  if (seconds === undefined) return undefined;
  cachedDate = date;
  cachedSeconds = seconds;
  return seconds;
}

/** Seconds since 1970 at which a day of the calendar begins, undefined if there is no such day. */
function daySeconds(year: number, month: number, day: number): number | undefined {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  // Written so that NaN, of a character that is not a digit, is refused.
  if (!(year >= 1 && day >= 1 && day <= last)) return undefined;
  const shifted = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  return (shifted * 365 + leapDays + dayOfYear - DAYS_BEFORE_1970) * DAY_SECONDS;
}

function micros(seconds: number, fraction: number): Micros {
  if (seconds < EXACT_SECONDS && seconds > -EXACT_SECONDS) return seconds * MICROS + fraction;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction);
}

/** Days since 1970 of a calendar date: `2024-01-31`, `2024/01/31` or `20240131`. */
export function parseIsoDate(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const seconds = daySeconds(Number(match[1]), Number(match[3]), Number(match[4]));
  return seconds === undefined ? undefined : seconds / DAY_SECONDS;
}

/** Microseconds since midnight of a time of day: `12:30`, `12:30:01` or `12:30:01.5`. */
export function parseIsoTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hour, minute, second = '0', fraction = ''] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return seconds * MICROS + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** Microseconds of seconds since 1970, undefined outside the years 1 to 9999. */
export function microsOfEpoch(seconds: number | bigint): Micros | undefined {
  if (typeof seconds === 'bigint') return microsOfEpoch(Number(seconds));
  if (!(seconds >= FIRST_SECOND && seconds < LAST_SECOND + 1)) return undefined;
  const whole = Math.floor(seconds);
  return micros(whole, Math.round((seconds - whole) * MICROS));
}

/** Days since 1970 of the UTC day in which an instant lies. */
export function dayOfMicros(instant: Micros): number {
  const [seconds] = split(instant);
  return Math.floor(seconds / DAY_SECONDS);
}

/** Midnight UTC of a day. */
export function microsOfDay(day: number): Micros {
  return micros(day * DAY_SECONDS, 0);
}

/** An instant as Python's `isoformat` writes it in UTC: `2024-01-02T03:04:05+00:00`, six digits if there is a fraction. */
export function isoformat(instant: Micros): string {
  const [seconds, fraction] = split(instant);
  const tail = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`;
  return `${isoDateTime(seconds)}${tail}+00:00`;
}

/** `2024-01-31` of days since 1970. */
export function isoDate(day: number): string {
  return isoDateTime(day * DAY_SECONDS).slice(0, 10);
}

/** `03:04:05`, with six digits of a second if there is a fraction. */
export function isoTime(sinceMidnight: number): string {
  const fraction = sinceMidnight % MICROS;
  const tail = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`;
  return isoDateTime((sinceMidnight - fraction) / MICROS).slice(11) + tail;
}

function isoDateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

function split(instant: Micros): [seconds: number, fraction: number] {
  if (typeof instant === 'number') {
    const seconds = Math.floor(instant / MICROS);
    return [seconds, instant - seconds * MICROS];
  }
  const rest = ((instant % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return [Number((instant - rest) / 1_000_000n), Number(rest)];
}
