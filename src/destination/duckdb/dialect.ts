import { type ColumnSchema, PARENT_ID, ROOT_ID, ROW_ID } from '../../schema';
import { type Dialect, standardSql, widenedNumber } from '../sql';

const DECIMAL_WIDTH = 38;
const DEFAULT_SCALE = 9;

const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'];

/**
 * dlt's types in DuckDB: bigint BIGINT, text VARCHAR, timestamp TIMESTAMP WITH TIME ZONE, decimal DECIMAL(38,9), wei
 * DECIMAL(38,0), and so on. A number that has more digits than its type never gets here: normalizing keeps it as text.
 */
export function duckdbDialect(catalog: string, dataset: string): Dialect {
  return {
    ...standardSql,
    table: (name) => `${quote(catalog)}.${quote(dataset)}.${quote(name)}`,
    columnType,
    columnStorage,
    widenedType,
    instant: (expression) => `(${expression})::TIMESTAMPTZ`,
    dataType,
  };
}

export const { quote } = standardSql;

function columnType(column: ColumnSchema): string {
  switch (column.data_type) {
    case 'bigint':
      return integerType(column.precision);
    case 'double':
      return 'DOUBLE';
    case 'bool':
      return 'BOOLEAN';
    case 'timestamp':
      return column.timezone === false ? naiveTimestamp(column.precision) : 'TIMESTAMP WITH TIME ZONE';
    case 'date':
      return 'DATE';
    case 'time':
      return 'TIME';
    case 'binary':
      return 'BLOB';
    case 'json':
      return 'JSON';
    case 'wei':
      return `DECIMAL(${column.precision ?? DECIMAL_WIDTH},0)`;
    case 'decimal':
      return decimalType(column);
    default:
      return 'VARCHAR';
  }
}

// Random ids don't get smaller. DuckDB would find that out by trying all that it has, in each commit: two fifths of its work.
function columnStorage({ name }: ColumnSchema): string {
  return name === ROW_ID || name === PARENT_ID || name === ROOT_ID ? ' USING COMPRESSION uncompressed' : '';
}

function integerType(bits: number | undefined): string {
  if (bits === undefined) return 'BIGINT';
  return INTEGERS[[8, 16, 32, 64].findIndex((size) => bits <= size)] ?? 'HUGEINT';
}

function naiveTimestamp(precision: number | undefined): string {
  if (precision === undefined || precision === 6) return 'TIMESTAMP';
  return precision > 6 ? 'TIMESTAMP_NS' : precision === 0 ? 'TIMESTAMP_S' : 'TIMESTAMP_MS';
}

function decimalType(column: ColumnSchema): string {
  const scale = column.scale ?? (column.precision === undefined ? DEFAULT_SCALE : 0);
  return `DECIMAL(${column.precision ?? DECIMAL_WIDTH},${scale})`;
}

const NUMBERS = { integers: INTEGERS, float: 'FLOAT', exact: /^DECIMAL\((\d+),(\d+)\)$/ };

const widenedType = (actual: string, column: ColumnSchema): string | undefined =>
  widenedNumber({ actual, wanted: columnType(column) }, column, NUMBERS);

function dataType(actual: string): ColumnSchema['data_type'] {
  if (INTEGERS.includes(actual) || /^U(TINY|SMALL|BIG)?INT(EGER)?$/.test(actual)) return 'bigint';
  if (actual === 'DOUBLE' || actual === 'FLOAT') return 'double';
  if (actual === 'BOOLEAN') return 'bool';
  if (actual.startsWith('TIMESTAMP')) return 'timestamp';
  if (actual === 'DATE') return 'date';
  if (actual.startsWith('TIME')) return 'time';
  if (actual === 'BLOB') return 'binary';
  if (actual === 'JSON') return 'json';
  if (/^DECIMAL\(\d+,0\)$/.test(actual)) return 'wei';
  if (actual.startsWith('DECIMAL')) return 'decimal';
  return actual === 'VARCHAR' || actual === 'UUID' ? 'text' : undefined;
}
