import { shown } from '../errors';
import { compareCodePoints, Decimal, isDateTime, PlainDate, PlainTime, Timestamp } from '../value';
import { compareDecimals } from './decimal-order';

/** The instant that a typed value is; undefined for anything else, and for an invalid Date or DateTime. */
export function instantOf(value: unknown): Timestamp | undefined {
  if (value instanceof Timestamp) return value;
  const ms = value instanceof Date ? value.getTime() : isDateTime(value) ? value.toMillis() : Number.NaN;
  return Number.isNaN(ms) ? undefined : Timestamp.fromMillis(ms);
}

/**
 * Order of two cursor values: negative, zero or positive; undefined where they can't be compared. Numbers, big
 * integers and decimals compare with each other, instants of every class too; text by code point. Nothing is converted.
 */
export function compareCursorValues(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : a === b ? 0 : undefined;
  if (a instanceof Timestamp && b instanceof Timestamp)
    return a.micros < b.micros ? -1 : a.micros > b.micros ? 1 : 0;
  if (typeof a === 'string') return typeof b === 'string' ? compareCodePoints(a, b) : undefined;
  if (isNumeric(a)) return isNumeric(b) ? compareNumbers(a, b) : undefined;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : undefined;
  if (a instanceof PlainDate) return b instanceof PlainDate ? compareCodePoints(a.iso, b.iso) : undefined;
  if (a instanceof PlainTime)
    return b instanceof PlainTime ? compareCodePoints(padTime(a), padTime(b)) : undefined;
  const left = instantOf(a);
  const right = left && instantOf(b);
  if (left === undefined || right === undefined) return undefined;
  return left.micros < right.micros ? -1 : left.micros > right.micros ? 1 : 0;
}

/** Whether two cursor values are the same: of equal order, or the same JSON, whatever the order of its keys. */
export function sameCursorValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const order = compareCursorValues(a, b);
  if (order !== undefined) return order === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || isTyped(a) || isTyped(b)) return false;
  const left = Object.entries(a);
  return (
    left.length === Object.keys(b).length &&
    left.every(
      ([key, value]) => Object.hasOwn(b, key) && sameCursorValue(value, (b as Record<string, unknown>)[key]),
    )
  );
}

/** A copy of plain JSON down to its typed values, so that an author's function can't change what it is shown. */
export function copyJson<T>(value: T): T;
export function copyJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isTyped(value)) return value;
  if (Array.isArray(value)) return value.map((item) => copyJson(item));
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copyJson(field)]));
}

/** A value in quotes with what it is, for messages. */
export function describeValue(value: unknown): string {
  const text = typeof value === 'object' && value !== null && !isTyped(value) ? jsonOf(value) : String(value);
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}" (${nameOf(value)})`;
}

/** JSON of any object: a bigint in it as its digits; one that has none, such as a circular one, by its keys. */
function jsonOf(value: object): string {
  try {
    const text = (_: string, one: unknown): unknown => (typeof one === 'bigint' ? String(one) : one);
    return JSON.stringify(value, text) ?? shown(value);
  } catch {
    return shown(value);
  }
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'text';
  if (typeof value !== 'object' || value === null) return typeof value;
  if (Array.isArray(value)) return 'list';
  return isDateTime(value) ? 'DateTime' : isTyped(value) ? value.constructor.name : 'object';
}

function isTyped(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return !Array.isArray(value) && prototype !== Object.prototype && prototype !== null;
}

type Numeric = number | bigint | Decimal;

function isNumeric(value: unknown): value is Numeric {
  return (
    (typeof value === 'number' && !Number.isNaN(value)) ||
    typeof value === 'bigint' ||
    value instanceof Decimal
  );
}

function compareNumbers(a: Numeric, b: Numeric): number {
  if (a instanceof Decimal || b instanceof Decimal) return compareDecimals(String(a), String(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function padTime(time: PlainTime): string {
  const [seconds = '', fraction = ''] = time.iso.split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
}
