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
} from '@duckdb/node-api';
import { Decimal, isDateTime, PlainDate, PlainTime, Timestamp } from '../../value';

/**
 * A value of a DuckDB result: integers beyond 2^53 are bigint, others number; instants Timestamp, days PlainDate, times
 * PlainTime, decimals Decimal, blobs Uint8Array, lists and structs arrays and objects; what has no type here is text.
 * Nanoseconds are cut to microseconds.
 */
export function resultValue(value: unknown): unknown {
  if (typeof value === 'bigint') return safeInteger(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return instant(value.micros, value);
  if (value instanceof DuckDBTimestampMillisecondsValue) return instant(value.millis * 1000n, value);
  if (value instanceof DuckDBTimestampSecondsValue) return instant(value.seconds * 1_000_000n, value);
  if (value instanceof DuckDBTimestampNanosecondsValue) return instant(floorOfThousand(value.nanos), value);
  if (value instanceof DuckDBDateValue) return dateOf(value);
  if (value instanceof DuckDBTimeValue) return timeOf(value);
  if (value instanceof DuckDBDecimalValue)
    return value.scale === 0 ? safeInteger(value.value) : new Decimal(value.toString());
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(resultValue);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, field]) => [key, resultValue(field)]));
  if (value instanceof DuckDBMapValue)
    return Object.fromEntries(
      value.entries.map(({ key, value: field }) => [String(key), resultValue(field)]),
    );
  return String(value);
}

function safeInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const LAST_MICROS = 253_402_300_799_999_999n;
const FIRST_MICROS = -62_167_219_200_000_000n;

/** Infinity and years beyond four digits have no ISO text of ours; they stay as DuckDB writes them. */
function instant(micros: bigint, value: object): Timestamp | string {
  return micros > LAST_MICROS || micros < FIRST_MICROS ? String(value) : new Timestamp(micros);
}

function dateOf(value: DuckDBDateValue): PlainDate | string {
  const text = value.toString();
  return /^\d{4}-\d\d-\d\d$/.test(text) ? new PlainDate(text) : text;
}

/** DuckDB has an hour 24, which no time of ours has. */
function timeOf(value: DuckDBTimeValue): PlainTime | string {
  const text = value.toString();
  return text.startsWith('24') ? text : new PlainTime(text);
}

/** Before 1970, too, a moment lies in the microsecond that began before it. */
const floorOfThousand = (value: bigint): bigint => value / 1000n - (value % 1000n < 0n ? 1n : 0n);

/** A value of ours as a parameter of a statement. */
export function paramValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Timestamp) return new DuckDBTimestampTZValue(value.micros);
  if (value instanceof Date) return new DuckDBTimestampTZValue(BigInt(value.getTime()) * 1000n);
  if (isDateTime(value)) return new DuckDBTimestampTZValue(BigInt(value.toMillis()) * 1000n);
  if (value instanceof PlainDate || value instanceof PlainTime || value instanceof Decimal)
    return String(value);
  return value instanceof Uint8Array ? new DuckDBBlobValue(value) : value;
}
