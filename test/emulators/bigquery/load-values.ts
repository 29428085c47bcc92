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
import { isLosslessNumber, parse, stringify } from 'lossless-json';
import { isBignumeric, isNumeric, roundedTo, scaled } from './sql/decimal';
import { dateText, microsOf, timeText } from './sql/instants';
import { canonicalJson } from './sql/json-text';
import { BIG_SCALE, type Column } from './sql/types';

interface RowReading {
  readonly columns: readonly Column[];
  readonly ignoreUnknown: boolean;
}

/** A line of JSON as a row of DuckDB's values. @throws Error which says what BigQuery doesn't take */
export function rowOfLine(line: string, { columns, ignoreUnknown }: RowReading): readonly DuckDBValue[] {
  let value: unknown;
  try {
    // numbers beyond a double's digits keep them
    value = /[\d.]{16}/.test(line) ? parse(line) : JSON.parse(line);
  } catch (error) {
    throw new Error(
      `Parser terminated before end of string (${error instanceof Error ? error.message : error})`,
    );
  }
  return fieldsOf(value, columns, { ignoreUnknown, path: '' });
}

interface Place {
  readonly ignoreUnknown: boolean;
  /** The record that fields are of, with a dot. */
  readonly path: string;
}

function fieldsOf(value: unknown, columns: readonly Column[], { ignoreUnknown, path }: Place): DuckDBValue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isLosslessNumber(value))
    throw new Error(
      `Value encountered without start of object${path === '' ? '' : `. Field: ${path.slice(0, -1)}`}`,
    );
  const row: DuckDBValue[] = columns.map(() => null);
  const places = new Map(columns.map(({ name }, index) => [name.toLowerCase(), index]));
  for (const [name, member] of Object.entries(value)) {
    const index = places.get(name.toLowerCase());
    if (index === undefined) {
      if (ignoreUnknown) continue;
      throw new Error(`No such field: ${path}${name}.`);
    }
    row[index] = valueOfField(member, columns[index]!, { ignoreUnknown, path });
  }
  for (const [index, { name, required }] of columns.entries())
    if (required && row[index] === null) throw new Error(`Missing required field: ${path}${name}.`);
  return row;
}

function valueOfField(value: unknown, column: Column, { ignoreUnknown, path }: Place): DuckDBValue {
  if (value === null) return null;
  const { type, name } = column;
  if (type.fields !== undefined) {
    const values = fieldsOf(value, type.fields, { ignoreUnknown, path: `${path}${name}.` });
    return new DuckDBStructValue(
      Object.fromEntries(type.fields.map((field, at) => [field.name, values[at]!])),
    );
  }
  if (type.name === 'JSON') return canonicalJson(stringify(value)!, 'exact');
  const text = scalarText(value);
  const result = text === undefined ? undefined : valueOfText(text, column);
  if (result === undefined)
    throw new Error(
      `Could not convert value to ${type.name}. Field: ${path}${name}; Value: ${text ?? stringify(value)}`,
    );
  return result;
}

const scalarText = (value: unknown): string | undefined =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  isLosslessNumber(value)
    ? String(value)
    : undefined;

const INT_MAX = 2n ** 63n - 1n;

function valueOfText(text: string, column: Column): DuckDBValue | undefined {
  switch (column.type.name) {
    case 'STRING':
      return column.maxLength !== undefined && [...text].length > column.maxLength ? undefined : text;
    case 'INT64': {
      // 1.0 and 1e3 are whole, too
      const whole = /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : wholeOf(text);
      return whole !== undefined && whole <= INT_MAX && whole >= -INT_MAX - 1n ? whole : undefined;
    }
    case 'FLOAT64':
      return float(text);
    case 'BOOL':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
    case 'NUMERIC':
      return numeric(text, column);
    case 'BIGNUMERIC':
      return bignumeric(text, column);
    case 'BYTES':
      return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
        ? new DuckDBBlobValue(Uint8Array.from(Buffer.from(text, 'base64')))
        : undefined;
    case 'DATE': {
      const date = dateText(text);
      return date === undefined
        ? undefined
        : new DuckDBDateValue(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
    }
    case 'TIME': {
      const time = timeText(text);
      return time === undefined
        ? undefined
        : new DuckDBTimeValue(
            BigInt(Date.parse(`1970-01-01T${time.slice(0, 8)}Z`)) * 1000n + BigInt(time.slice(9)),
          );
    }
    case 'DATETIME': {
      const micros = microsOf(text, 'refused');
      return micros === undefined ? undefined : new DuckDBTimestampValue(micros);
    }
    case 'TIMESTAMP': {
      const micros = /^-?\d+(\.\d+)?$/.test(text) ? scaled(text, 6) : microsOf(text, 'allowed');
      return micros === undefined ? undefined : new DuckDBTimestampTZValue(micros);
    }
    default:
      return undefined;
  }
}

function wholeOf(text: string): bigint | undefined {
  const value = scaled(text, 20);
  return value === undefined || value % 10n ** 20n !== 0n ? undefined : value / 10n ** 20n;
}

function float(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  return /\d/.test(text) && Number.isFinite(value) ? value : undefined;
}

function numeric(text: string, { precision = 38, scale }: Column): DuckDBValue | undefined {
  const digits = scale ?? (precision === 38 ? 9 : 0);
  const value = scaled(text, digits);
  if (
    value === undefined ||
    !isNumeric(value) ||
    value >= 10n ** BigInt(precision) ||
    -value >= 10n ** BigInt(precision)
  )
    return undefined;
  return new DuckDBDecimalValue(value, precision, digits);
}

function bignumeric(text: string, { precision, scale }: Column): DuckDBValue | undefined {
  const value = scaled(text, BIG_SCALE);
  if (value === undefined || !isBignumeric(value)) return undefined;
  if (precision === undefined) return value;
  const rounded = roundedTo(value, BIG_SCALE, scale ?? 0);
  const limit = 10n ** BigInt(precision - (scale ?? 0) + BIG_SCALE);
  return rounded < limit && -rounded < limit ? rounded : undefined;
}
