import { DateTime } from 'luxon';
import type { DataType } from '../schema';
import { Decimal, isPlainObject, PlainDate, PlainTime, Timestamp } from '../value';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export function isInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX;
}

/**
 * The type that a value has by itself, whatever its column: `json` for objects and lists, undefined for null,
 * undefined and for what has no form in a table (functions, symbols, invalid dates; see {@link noData}). Integers are bigint within
 * 64 bits and wei beyond; a number without fraction beyond 2^53 is a double, since its digits are not sure.
 */
export function valueType(value: unknown): DataType | undefined {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return Number.isSafeInteger(value) ? 'bigint' : 'double';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return isInt64(value) ? 'bigint' : 'wei';
    case 'object':
      return value === null ? undefined : objectType(value);
    default:
      return undefined;
  }
}

function objectType(value: object): DataType | undefined {
  if (Array.isArray(value) || isPlainObject(value)) return 'json';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : 'timestamp';
  if (value instanceof Timestamp) return 'timestamp';
  if (DateTime.isDateTime(value)) return value.isValid ? 'timestamp' : undefined;
  if (value instanceof PlainDate) return 'date';
  if (value instanceof PlainTime) return 'time';
  if (value instanceof Decimal) return 'decimal';
  return value instanceof Uint8Array ? 'binary' : 'json';
}

/** What a value is that can't be stored, in words; undefined for data, for null and for undefined. */
export function noData(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  const type = valueType(value);
  if (type === undefined) return typeof value === 'object' ? 'a date that is not valid' : `a ${typeof value}`;
  return type === 'json' ? emptyClass(value as object) : undefined;
}

/** An object whose class keeps everything where no field shows it: stored as fields, it would be nothing. */
function emptyClass(value: object): string | undefined {
  if (Array.isArray(value) || isPlainObject(value) || value instanceof Map || value instanceof Set)
    return undefined;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return undefined;
  if (value instanceof Promise) return 'a promise that was not awaited';
  if (value instanceof Error) return `an error ("${value.name}")`;
  for (const key in value) if (Object.hasOwn(value, key)) return undefined;
  return `an object of class "${value.constructor?.name ?? ''}" without fields`;
}

/** An object of type `json` as plain fields or a list: a Map and a Set by their entries, others by `toJSON` if they have it. */
export function plainJson(value: object): readonly unknown[] | Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, field]) => [String(key), field]));
  if (value instanceof Set) return [...value];
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return value as Record<string, unknown>;
  const json: unknown = toJSON.call(value);
  return typeof json === 'object' && json !== null ? plainJson(json) : { value: json };
}
