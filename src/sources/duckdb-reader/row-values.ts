import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  DuckDBUnionValue,
} from '@duckdb/node-api';
import { parseJsonExactly } from '../../http';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../value';

/** How the values of a column become those of rows. */
export const valueReader = (type: DuckDBType): ((value: unknown) => unknown) =>
  type.alias === 'JSON' ? jsonValue : rowValue;

const jsonValue = (value: unknown): unknown =>
  typeof value === 'string' ? parseJsonExactly(value) : rowValue(value);

/**
 * A value of DuckDB as one of a row, without loss: integers beyond ±2^53 are bigint, decimals Decimal, instants and
 * timestamps without a zone Timestamp, days PlainDate, times PlainTime, blobs Uint8Array, lists and structs lists and
 * objects. What none of them can hold (infinity, years of five digits, intervals, UUIDs) is DuckDB's text. Nanoseconds
 * are cut to microseconds, the resolution of a Timestamp.
 */
function rowValue(value: unknown): unknown {
  if (typeof value === 'bigint') return safeInteger(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof DuckDBDecimalValue) return new Decimal(value.toString());
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return instant(value.micros, value);
  if (value instanceof DuckDBTimestampMillisecondsValue) return instant(value.millis * 1000n, value);
  if (value instanceof DuckDBTimestampSecondsValue) return instant(value.seconds * 1_000_000n, value);
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return instant(floorDivide(value.nanos, 1000n), value);
  if (value instanceof DuckDBDateValue) return day(value);
  if (value instanceof DuckDBTimeValue) return timeOfDay(value);
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(rowValue);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, field]) => [key, rowValue(field)]));
  if (value instanceof DuckDBMapValue) return mapValue(value);
  if (value instanceof DuckDBUnionValue) return rowValue(value.value);
  return String(value);
}

/** Text keys become fields, others a list of `{ key, value }`. */
function mapValue({ entries }: DuckDBMapValue): unknown {
  const pairs = entries.map(({ key, value }) => [rowValue(key), rowValue(value)] as const);
  return pairs.every(([key]) => typeof key === 'string')
    ? Object.fromEntries(pairs)
    : pairs.map(([key, value]) => ({ key, value }));
}

function safeInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

const LAST_MICROS = 253_402_300_799_999_999n;
const FIRST_MICROS = -62_167_219_200_000_000n;

function instant(micros: bigint, value: object): Timestamp | string {
  return micros > LAST_MICROS || micros < FIRST_MICROS ? String(value) : new Timestamp(micros);
}

function day(value: DuckDBDateValue): PlainDate | string {
  const text = value.toString();
  return /^\d{4}-\d\d-\d\d$/.test(text) ? new PlainDate(text) : text;
}

function timeOfDay(value: DuckDBTimeValue): PlainTime | string {
  const text = value.toString();
  return text.startsWith('24') ? text : new PlainTime(text);
}
