import { shown, TidemarkError } from '../errors';
import { DAY_MS, HOUR_MS } from './duration';

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** A date or date and time as it was written: the wall clock read as if it were UTC, and its offset if it has one. */
interface WrittenInstant {
  /** Whole milliseconds of the written fields as if they were UTC. */
  readonly wallMs: number;
  /** The microseconds beyond them, 0 to 999. */
  readonly micros: number;
  /** Whether a time of day is written, not only a date. */
  readonly hasTime: boolean;
  /** Milliseconds east of UTC; undefined where none is written. */
  readonly offsetMs: number | undefined;
}

/**
 * Reads `2024-01-31`, `2024-01-31T06:30`, with seconds, a fraction and an offset if they are there.
 * Undefined for any other text and for a date that isn't in the calendar; digits beyond microseconds are cut.
 */
export function readWrittenInstant(text: string): WrittenInstant | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = found;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // Date.parse takes the 31st of every month
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day)) return undefined;
  const offsetMs = offset === undefined ? undefined : readOffset(offset);
  if (Number.isNaN(offsetMs)) return undefined;
  const digits = fraction.slice(0, 6).padEnd(6, '0');
  const time = Number(hour) * HOUR_MS + Number(minute) * 60_000 + Number(second) * 1000;
  return {
    wallMs: midnight + time + Number(digits.slice(0, 3)),
    micros: Number(digits.slice(3)),
    hasTime: found[4] !== undefined,
    offsetMs,
  };
}

/** Milliseconds of an offset; NaN for one that no clock has: RFC 3339 takes 23:59 at most. */
function readOffset(text: string): number {
  if (text === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const rest = Number(text.slice(3).replace(':', '') || '0');
  if (hours > 23 || rest > 59) return Number.NaN;
  const minutes = hours * 60 + rest;
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

/**
 * Epoch milliseconds of an instant on the wire: ISO text with `Z` or an offset. Microseconds are kept as a fraction.
 *
 * @throws TidemarkError `INSTANT_INVALID` if the text is not an instant, or has no offset: what a user writes
 * without one is read by `parseInstant`, which knows the zone.
 */
export function instantMs(text: string): number {
  const whole = wholeSecondsMs(text);
  if (whole !== undefined) return whole;
  const written = readWrittenInstant(text);
  if (written?.offsetMs === undefined)
    throw new TidemarkError(
      'INSTANT_INVALID',
      `"${shown(text)}" is not an instant; write a date and time with its offset, such as 2024-01-31T06:00:00Z.`,
      { details: { value: shown(text) } },
    );
  return written.wallMs + written.micros / 1000 - written.offsetMs;
}

/** Of the form in which most instants travel, `2024-01-31T06:00:00Z`, read by its digits alone; undefined for any other. */
function wholeSecondsMs(text: string): number | undefined {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return undefined;
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== 'Z') return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // Date.UTC takes the years below 100 for those of 1900
  const known =
    year >= 1000 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59;
  if (!known) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  if (day > 28 && new Date(midnight).getUTCDate() !== day) return undefined;
  return midnight + (hour * 3600 + minute * 60 + second) * 1000;
}

/** NaN where there are no digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, value) =>
  String(value).padStart(2, '0'),
);
/** The day written last: instants are mostly written in order, and the date is what takes time. */
let lastDay = Number.NaN;
let lastDate = '';

/** ISO text with `Z` of epoch milliseconds; three or six digits of a second only where they are needed. */
export function formatInstant(ms: number): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15)
    throw new TidemarkError('INSTANT_INVALID', `"${ms}" is not a number of milliseconds since 1970.`);
  const fraction = ms - Math.floor(ms);
  const micros = fraction === 0 ? 0 : Math.round(fraction * 1000);
  const whole = Math.floor(ms) + (micros === 1000 ? 1 : 0);
  const day = Math.floor(whole / DAY_MS);
  if (day !== lastDay) {
    lastDate = new Date(day * DAY_MS).toISOString().split('T', 1)[0]!;
    lastDay = day;
  }
  const inDay = whole - day * DAY_MS;
  const seconds = Math.floor(inDay / 1000);
  const time = `${TWO_DIGITS[Math.floor(seconds / 3600)]}:${TWO_DIGITS[Math.floor(seconds / 60) % 60]}:${TWO_DIGITS[seconds % 60]}`;
  return `${lastDate}T${time}${formatFraction(inDay % 1000, micros % 1000)}Z`;
}

function formatFraction(millis: number, micros: number): string {
  if (millis === 0 && micros === 0) return '';
  const digits = `.${String(millis).padStart(3, '0')}`;
  return micros === 0 ? digits : `${digits}${String(micros).padStart(3, '0')}`;
}
