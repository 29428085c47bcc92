import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { TableRow } from './rest-types';
import { unscaled } from './sql/decimal';
import { datetimeText } from './sql/instants';
import { BIG_SCALE, type Column, type SqlType } from './sql/types';

/** How the API writes instants. */
export type InstantFormat = 'FLOAT64' | 'INT64' | 'ISO8601_STRING';

/** A row as the API answers it: all values are texts. */
export function cellsOf(
  row: readonly DuckDBValue[],
  columns: readonly Column[],
  instants: InstantFormat,
): TableRow {
  return { f: columns.map(({ type }, index) => ({ v: cell(row[index] ?? null, type, instants) })) };
}

function cell(value: DuckDBValue, type: SqlType, instants: InstantFormat): unknown {
  if (value === null) return null;
  switch (type.name) {
    case 'INT64':
    case 'BOOL':
    case 'STRING':
    case 'JSON':
      return String(value);
    case 'FLOAT64':
      return float(Number(value));
    case 'BIGNUMERIC':
      if (typeof value === 'bigint') return unscaled(value, BIG_SCALE);
      break;
    case 'NUMERIC':
      if (value instanceof DuckDBDecimalValue) return unscaled(value.value, value.scale);
      break;
    case 'BYTES':
      if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
      break;
    case 'DATE':
      if (value instanceof DuckDBDateValue) return value.toString();
      break;
    case 'TIME':
      if (value instanceof DuckDBTimeValue) return datetimeText(value.micros).slice(11);
      break;
    case 'DATETIME':
      if (value instanceof DuckDBTimestampValue) return datetimeText(value.micros, 'T');
      break;
    case 'TIMESTAMP':
      if (value instanceof DuckDBTimestampTZValue) return instant(value.micros, instants);
      break;
    case 'STRUCT':
      if (value instanceof DuckDBStructValue)
        return {
          f: type.fields!.map((field) => ({
            v: cell(value.entries[field.name] ?? null, field.type, instants),
          })),
        };
      break;
  }
  throw new Error(`The fake got ${String(value)} from DuckDB for a column of type ${type.name}.`);
}

function float(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  const text = String(value).replace('e+', 'E').replace('e-', 'E-');
  return /[.E]/.test(text) ? text : `${text}.0`;
}

function instant(micros: bigint, format: InstantFormat): string {
  if (format === 'INT64') return micros.toString();
  if (format === 'ISO8601_STRING') return `${datetimeText(micros, 'T')}Z`;
  const text = (Number(micros) / 1e6).toExponential();
  const [mantissa = '', power = '0'] = text.split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(power)}`;
}
