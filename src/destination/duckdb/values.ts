import { DuckDBBlobValue, DuckDBTimestampTZValue } from '@duckdb/node-api';
import { Decimal, isDateTime, PlainDate, PlainTime, Timestamp } from '../../value';

export { readValue as resultValue } from '../../duckdb-values';

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
