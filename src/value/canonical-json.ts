import type { DateTime } from 'luxon';
import { Decimal, PlainDate, PlainTime, Timestamp } from './values';

/** How instants are written: `micros` = an integer since 1970 (dlt from 1.29 on), `iso` = text with `Z` (before). */
export interface CanonicalJsonOptions {
  /** @default 'micros' */
  readonly instants?: 'micros' | 'iso';
}

/**
 * Compact JSON with the keys of every object sorted by code point, as dlt writes what it hashes: instants as integer
 * microseconds, dates, times and decimals as text, bytes as base64, big integers exactly. A number without a fraction
 * is an integer up to ±2^53 and a double beyond. What JSON doesn't have (NaN, a function) is null; undefined is left out.
 *
 * @example canonicalJson({ b: 1, a: 'x' }) // {"a":"x","b":1}
 */
export function canonicalJson(value: unknown, options: CanonicalJsonOptions = {}): string {
  return write(value, options.instants === 'iso');
}

/** Order of two texts by code point, which is also that of their UTF-8 bytes; `<` orders by UTF-16 unit. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    // Surrogates stand for code points above every other unit, though U+E000 to U+FFFF are larger as units.
    if (left !== right) return left >= 0xd800 && right >= 0xd800 ? rank(left) - rank(right) : left - right;
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xe000 ? unit - 0x2000 : unit + 0x2000);

/** Whether `value` is a luxon DateTime of any copy of luxon. */
export function isDateTime(value: unknown): value is DateTime {
  return (
    typeof value === 'object' &&
    value !== null &&
    'isLuxonDateTime' in value &&
    value.isLuxonDateTime === true
  );
}

function write(value: unknown, iso: boolean): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return writeNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? 'null' : writeObject(value, iso);
    default:
      return 'null';
  }
}

function writeObject(value: object, iso: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, iso)).join(',')}]`;
  if (value instanceof Timestamp) return writeInstant(value.micros, iso);
  if (value instanceof Date) return writeMillis(value.getTime(), iso);
  if (isDateTime(value)) return writeMillis(value.toMillis(), iso);
  if (value instanceof PlainDate || value instanceof Decimal) return JSON.stringify(value.toString());
  if (value instanceof PlainTime)
    return JSON.stringify(value.iso.replace(/\.(\d+)$/, (_, f: string) => `.${f.padEnd(6, '0')}`));
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  const fields: string[] = [];
  for (const key of sortedKeys(value)) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${write(field, iso)}`);
  }
  return `{${fields.join(',')}}`;
}

function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  return keys.length < 2 ? keys : keys.sort(compareCodePoints);
}

function writeMillis(ms: number, iso: boolean): string {
  return Number.isNaN(ms) ? 'null' : writeInstant(BigInt(Math.round(ms * 1000)), iso);
}

function writeInstant(micros: bigint, iso: boolean): string {
  if (!iso) return micros.toString();
  // Python's isoformat: six digits of a second, or none.
  return JSON.stringify(new Timestamp(micros).toString().replace(/\.(\d{3})Z$/, '.$1000Z'));
}

/** A double is written as dlt's JSON writer does it; JavaScript's own text differs at both ends of the exponent. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  const size = Math.abs(value);
  if (Number.isInteger(value)) {
    if (size <= Number.MAX_SAFE_INTEGER) return String(value + 0);
    return size < 1e16 ? `${value}.0` : value.toExponential();
  }
  return size < 1e-5 ? value.toExponential() : String(value);
}
