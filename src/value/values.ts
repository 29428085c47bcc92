import { TidemarkError } from '../errors';
import { floorDivide } from './integers';

/** An instant with microseconds, the resolution of every destination's timestamp. luxon and Date keep milliseconds. */
export class Timestamp {
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly micros: bigint;
  constructor(micros: bigint) {
    this.micros = micros;
  }
  static fromMillis(ms: number): Timestamp {
    return new Timestamp(BigInt(Math.round(ms * 1000)));
  }
  toMillis(): number {
    return Number(this.micros) / 1000;
  }
  /** `2024-01-02T03:04:05Z`, with three or six digits of a second only where they are needed. */
  toString(): string {
    const micros = Number(this.micros);
    if (Number.isSafeInteger(micros)) {
      const whole = Math.floor(micros / 1_000_000);
      return textOf(whole, micros - whole * 1_000_000);
    }
    const seconds = floorDivide(this.micros, 1_000_000n);
    return textOf(Number(seconds), Number(this.micros - seconds * 1_000_000n));
  }
  toJSON(): string {
    return this.toString();
  }
}

const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, value) =>
  String(value).padStart(2, '0'),
);
const DAY_SECONDS = 86_400;
/** The day written last: times of rows are mostly near each other, and the date is what takes time. */
let lastDay = Number.NaN;
let lastDate = '';

/** @param seconds since 1970, whole @param rest microseconds after them */
function textOf(seconds: number, rest: number): string {
  const day = Math.floor(seconds / DAY_SECONDS);
  if (day !== lastDay) {
    lastDate = new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, -14);
    lastDay = day;
  }
  const second = seconds - day * DAY_SECONDS;
  const minute = Math.floor(second / 60);
  const time = `${TWO_DIGITS[Math.floor(minute / 60)]}:${TWO_DIGITS[minute % 60]}:${TWO_DIGITS[second % 60]}`;
  if (rest === 0) return `${lastDate}T${time}Z`;
  const digits = String(rest).padStart(6, '0');
  return `${lastDate}T${time}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}

/** Whether the month has that day: Date itself takes February 30 for March 1. */
function isDay(iso: string): boolean {
  const ms = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(iso);
}

/** A calendar day without a zone, `YYYY-MM-DD`. */
export class PlainDate {
  readonly iso: string;
  constructor(iso: string) {
    if (!/^\d{4}-\d\d-\d\d$/.test(iso) || !isDay(iso))
      throw new TidemarkError('INSTANT_INVALID', `"${iso}" is not a calendar date; write it as YYYY-MM-DD.`);
    this.iso = iso;
  }
  toString(): string {
    return this.iso;
  }
  toJSON(): string {
    return this.iso;
  }
}

/** A time of day without a date or zone, `HH:MM:SS[.ffffff]`. */
export class PlainTime {
  readonly iso: string;
  constructor(iso: string) {
    if (!/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?$/.test(iso))
      throw new TidemarkError('INSTANT_INVALID', `"${iso}" is not a time of day; write it as HH:MM:SS.`);
    this.iso = iso;
  }
  toString(): string {
    return this.iso;
  }
  toJSON(): string {
    return this.iso;
  }
}

/** An exact decimal number, kept as it was written: `1.10` and `1.1` are equal in value and differ in hash. */
export class Decimal {
  readonly text: string;
  constructor(text: string) {
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text))
      throw new TidemarkError('CONFIG_INVALID', `"${text}" is not a decimal number; write it as 123.45.`);
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
  toJSON(): string {
    return this.text;
  }
}
