import type { ColumnSchema } from '../../schema';

const PRECISION = 38;
const SCALE = 9;

/** The most digits before the point, and behind it. A BIGNUMERIC without parameters has a part of a 39th digit, too. */
const NUMERIC = { whole: 29, fraction: 9 };
const BIGNUMERIC = { whole: 38, fraction: 38 };
const WIDEST = { whole: 39, fraction: 38 };
const INT64 = { whole: 19, fraction: 0 };

interface Digits {
  readonly whole: number;
  readonly fraction: number;
}

/** A type as `INFORMATION_SCHEMA.COLUMNS.data_type` writes it, `NUMERIC(38, 9)`, or as a statement does. */
const TYPE = /^(\w+)(?:\((\d+)(?:,\s*(\d+))?\))?$/;

/**
 * dlt's types in BigQuery, as they are written in CREATE TABLE. A timestamp is a TIMESTAMP with a zone and without: dlt keeps naive
 * times as UTC. Where dlt would write a decimal that BigQuery refuses, it is the narrowest one that holds as many digits.
 */
export function columnType(column: ColumnSchema): string {
  const { precision } = column;
  switch (column.data_type) {
    case 'bigint':
      return 'INT64';
    case 'double':
      return 'FLOAT64';
    case 'bool':
      return 'BOOL';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'binary':
      return withLength('BYTES', precision);
    case 'json':
      return 'JSON';
    case 'wei':
      return 'BIGNUMERIC';
    case 'decimal':
      return decimalType(decimalDigits(column));
    default:
      return withLength('STRING', precision);
  }
}

const withLength = (type: string, length: number | undefined): string =>
  length === undefined || length === 0 ? type : `${type}(${length})`;

function decimalDigits({ precision = PRECISION, scale = SCALE }: ColumnSchema): Digits {
  return { whole: Math.max(precision - scale, 0), fraction: scale };
}

/** NUMERIC where that is enough, BIGNUMERIC beyond: without parameters, where they would promise more than there is. */
function decimalType(digits: Digits): string {
  const { whole, fraction } = digits;
  const parameters = `(${Math.max(whole + fraction, 1)},${fraction})`;
  if (holds(NUMERIC, digits)) return `NUMERIC${parameters}`;
  return holds(BIGNUMERIC, digits) ? `BIGNUMERIC${parameters}` : 'BIGNUMERIC';
}

const holds = (wide: Digits, narrow: Digits): boolean =>
  wide.whole >= narrow.whole && wide.fraction >= narrow.fraction;

/**
 * The type that a stored column must get to hold the schema's values beside its own, undefined if it can stay. BigQuery changes
 * whole numbers to decimals and floats, decimals and texts to longer ones, and nothing else. A decimal could become a FLOAT64,
 * too, but would lose digits by it.
 */
export function widenedType(actual: string, column: ColumnSchema): string | undefined {
  switch (column.data_type) {
    case 'double':
      return actual === 'INT64' ? 'FLOAT64' : undefined;
    case 'wei':
      return widenedDecimal(actual, WIDEST);
    case 'decimal':
      return widenedDecimal(actual, decimalDigits(column));
    case 'text':
      return widenedLength('STRING', actual, column.precision);
    case 'binary':
      return widenedLength('BYTES', actual, column.precision);
    default:
      return undefined;
  }
}

function widenedDecimal(actual: string, wanted: Digits): string | undefined {
  const stored = digitsOf(actual);
  if (stored === undefined || holds(stored, wanted) || stored === WIDEST) return undefined;
  return decimalType({
    whole: Math.max(stored.whole, wanted.whole),
    fraction: Math.max(stored.fraction, wanted.fraction),
  });
}

function digitsOf(actual: string): Digits | undefined {
  const [, name, precision, scale = '0'] = TYPE.exec(actual) ?? [];
  if (name === 'INT64') return INT64;
  if (name !== 'NUMERIC' && name !== 'BIGNUMERIC') return undefined;
  if (precision === undefined) return name === 'NUMERIC' ? NUMERIC : WIDEST;
  return { whole: Number(precision) - Number(scale), fraction: Number(scale) };
}

function widenedLength(type: string, actual: string, wanted: number | undefined): string | undefined {
  const [, name, length] = TYPE.exec(actual) ?? [];
  if (name !== type || length === undefined) return undefined;
  return wanted !== undefined && wanted !== 0 && wanted <= Number(length)
    ? undefined
    : withLength(type, wanted);
}

const DATA_TYPES: Readonly<Record<string, ColumnSchema['data_type']>> = {
  STRING: 'text',
  FLOAT64: 'double',
  BOOL: 'bool',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  DATETIME: 'timestamp',
  INT64: 'bigint',
  BYTES: 'binary',
  NUMERIC: 'decimal',
  BIGNUMERIC: 'decimal',
  JSON: 'json',
  TIME: 'time',
};

/** dlt's type of a column of BigQuery's: a BIGNUMERIC without parameters is how it keeps a wei. */
export function dataType(actual: string): ColumnSchema['data_type'] {
  if (actual === 'BIGNUMERIC') return 'wei';
  return DATA_TYPES[TYPE.exec(actual)?.[1] ?? ''];
}
