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
  DuckDBUnionValue,
} from '@duckdb/node-api';
import { Decimal, floorDivide, PlainDate, PlainTime, safeInteger, Timestamp } from '../value';

/**
 * The value of a row for a value of DuckDB, without loss. Integers, and decimals without a scale, are numbers, beyond
 * ±2^53 bigint; other decimals are Decimal; timestamps with or without a zone are Timestamp, days PlainDate, times
 * PlainTime, blobs Uint8Array, lists and structs lists and objects. A map with text keys is an object, any other a list
 * of `{ key, value }`; a union is the value that it holds. What none of them can hold (infinity, years of five digits,
 * hour 24, intervals, UUIDs) is DuckDB's text. Nanoseconds are cut to microseconds, the resolution of a Timestamp.
 */
export function readValue(value: unknown): unknown {
  if (typeof value === 'bigint') return safeInteger(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return instant(value.micros, value);
  if (value instanceof DuckDBTimestampMillisecondsValue) return instant(value.millis * 1000n, value);
  if (value instanceof DuckDBTimestampSecondsValue) return instant(value.seconds * 1_000_000n, value);
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return instant(floorDivide(value.nanos, 1000n), value);
  if (value instanceof DuckDBDateValue) return day(value);
  if (value instanceof DuckDBTimeValue) return timeOfDay(value);
  if (value instanceof DuckDBDecimalValue)
    return value.scale === 0 ? safeInteger(value.value) : new Decimal(value.toString());
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(readValue);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, field]) => [key, readValue(field)]));
  if (value instanceof DuckDBMapValue) return mapValue(value);
  if (value instanceof DuckDBUnionValue) return readValue(value.value);
  return String(value);
}

function mapValue({ entries }: DuckDBMapValue): unknown {
  const pairs = entries.map(({ key, value }) => [readValue(key), readValue(value)] as const);
  return pairs.every(([key]) => typeof key === 'string')
    ? Object.fromEntries(pairs)
    : pairs.map(([key, value]) => ({ key, value }));
}

const LAST_MICROS = 253_402_300_799_999_999n;
const FIRST_MICROS = -62_167_219_200_000_000n;

/** Infinity and years beyond four digits have no ISO text of ours; they stay as DuckDB writes them. */
function instant(micros: bigint, value: object): Timestamp | string {
  return micros > LAST_MICROS || micros < FIRST_MICROS ? String(value) : new Timestamp(micros);
}

function day(value: DuckDBDateValue): PlainDate | string {
  const text = value.toString();
  return /^\d{4}-\d\d-\d\d$/.test(text) ? new PlainDate(text) : text;
}

/** DuckDB has an hour 24, which no time of ours has. */
function timeOfDay(value: DuckDBTimeValue): PlainTime | string {
  const text = value.toString();
  return text.startsWith('24') ? text : new PlainTime(text);
}
