import { DateTime } from 'luxon';
import { TidemarkError } from '../errors';
import { Decimal, floorDivide, isDateTime, PlainDate, Timestamp } from '../value';
import { describeValue, instantOf } from './cursor-value';
import { dayStart, isInstantText, isoFormat, parseDateText, parseInstantText, utcDay } from './iso-text';
import type { CursorType } from './types';

/** What a type accepts in rows, as messages name it. */
export const ROW_FORM: Record<CursorType, string> = {
  unix: 'a number of seconds since 1970',
  unixMs: 'a number of milliseconds since 1970',
  unixFloat: 'a number of seconds since 1970',
  integer: 'a number',
  iso: 'ISO text',
  text: 'text',
  date: 'a PlainDate or YYYY-MM-DD',
  datetime: 'a DateTime, Date, Timestamp or ISO text',
};

/** The type of a cursor by one of its bounds, for a cursor that declares none; undefined if it cannot be inferred. */
export function inferType(value: unknown): CursorType | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? 'unix' : 'unixFloat';
  if (typeof value === 'bigint') return 'unix';
  if (typeof value === 'string') return isInstantText(value) ? 'iso' : 'text';
  if (value instanceof PlainDate) return 'date';
  return instantOf(value) === undefined ? undefined : 'datetime';
}

/** An instant as a value of the cursor; undefined for types that are not a time. */
export function fromInstant(type: CursorType, instant: Timestamp): unknown {
  switch (type) {
    case 'unix':
      return Number(floorDivide(instant.micros, 1_000_000n));
    case 'unixMs':
      return Number(floorDivide(instant.micros, 1000n));
    case 'unixFloat':
      return Number(instant.micros) / 1e6;
    case 'iso':
      return isoFormat(instant);
    case 'date':
      return utcDay(instant);
    case 'datetime':
      return instant;
    default:
      return undefined;
  }
}

/**
 * The instant of a cursor's value: of a date its first instant, of a number as many units since 1970 as it says. Undefined
 * if the cursor is not a time.
 */
export function toInstant(type: CursorType | undefined, value: unknown): Timestamp | undefined {
  if (value instanceof PlainDate) return dayStart(value);
  if (typeof value === 'string')
    return type === 'iso' || isInstantText(value) ? parseInstantText(value) : undefined;
  if (typeof value !== 'number' && typeof value !== 'bigint') return instantOf(value);
  if (type === 'unixMs') return Timestamp.fromMillis(Number(value));
  return type === 'unix' || type === 'unixFloat' ? Timestamp.fromMillis(Number(value) * 1000) : undefined;
}

/** A bound in the form in which rows are compared; undefined if it is not a value of this type. */
function coerceBound(type: CursorType, value: unknown): unknown {
  const instant = instantOf(value);
  if (instant !== undefined) return fromInstant(type, instant);
  if (type === 'date' && typeof value === 'string') {
    const named = parseInstantText(value);
    return parseDateText(value) ?? (named === undefined ? undefined : utcDay(named));
  }
  return coerceRow(type, value);
}

/**
 * A row's value in the form in which it is compared; undefined if it is not a value of this type. Only dates and instants
 * are read from text.
 */
function coerceRow(type: CursorType, value: unknown): unknown {
  switch (type) {
    case 'iso':
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'date':
      if (typeof value === 'string') return parseDateText(value);
      return value instanceof PlainDate ? value : undefined;
    case 'datetime':
      return typeof value === 'string' ? parseInstantText(value) : instantOf(value);
    default:
      return (typeof value === 'number' && !Number.isNaN(value)) ||
        typeof value === 'bigint' ||
        value instanceof Decimal
        ? value
        : undefined;
  }
}

/** @throws TidemarkError CURSOR_COERCION */
export function coerceRowOrThrow(cursor: string, type: CursorType, value: unknown): unknown {
  const coerced = coerceRow(type, value);
  if (coerced !== undefined) return coerced;
  const cure =
    typeof value === 'string' ? "'iso', 'datetime', 'date' or 'text'" : "'unix', 'unixMs' or 'datetime'";
  throw new TidemarkError(
    'CURSOR_COERCION',
    `The cursor "${cursor}" is declared as type '${type}' and has the value ${describeValue(value)}; ` +
      `accepted is ${ROW_FORM[type]}. Declare the type that the source sends, such as ${cure}.`,
    { details: { cursor, type } },
  );
}

/** @throws TidemarkError INCREMENTAL_INVALID */
export function coerceBoundOrThrow(
  field: 'initialValue' | 'endValue' | 'the stored cursor',
  type: CursorType | undefined,
  value: unknown,
): unknown {
  if (value === undefined || value === null) return undefined;
  const coerced = type === undefined ? value : coerceBound(type, value);
  const invalid = coerced === undefined || Number.isNaN(coerced) || isInvalidInstant(coerced);
  if (!invalid) return coerced;
  throw new TidemarkError(
    'INCREMENTAL_INVALID',
    `incremental: ${field} ${describeValue(value)} is not a valid value of ${type === undefined ? 'a cursor' : `type '${type}'`}; ` +
      `accepted is ${type === undefined ? 'a valid number, text, date or instant' : `${ROW_FORM[type]}, or an instant`}.` +
      (field === 'the stored cursor' ? ' Declare the type that it was stored with, or reset it.' : ''),
    { details: { field } },
  );
}

function isInvalidInstant(value: unknown): boolean {
  return (value instanceof Date || isDateTime(value)) && instantOf(value) === undefined;
}

/** The class in which an author reads instants: luxon's, JavaScript's, or the value as it is. */
type InstantClass = 'DateTime' | 'Date' | 'asIs';

export function instantClassOf(type: CursorType | undefined, initialValue: unknown): InstantClass {
  if (type === 'datetime' || isDateTime(initialValue)) return 'DateTime';
  return initialValue instanceof Date ? 'Date' : 'asIs';
}

/**
 * A value in the class in which the author reads it. Microseconds are rounded in the given direction: a start down and an
 * end up, so that the range asked of a source is never too narrow.
 */
export function asAuthorReads(value: unknown, instantClass: InstantClass, rounding: 'down' | 'up'): unknown {
  if (instantClass === 'asIs' || !(value instanceof Timestamp)) return value;
  const floor = floorDivide(value.micros, 1000n);
  const ms = Number(rounding === 'up' && value.micros % 1000n !== 0n ? floor + 1n : floor);
  return instantClass === 'Date' ? new Date(ms) : DateTime.fromMillis(ms, { zone: 'utc' });
}
