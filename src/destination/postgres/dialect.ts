import type { ColumnSchema } from '../../schema';
import { type Dialect, standardSql, widenedNumber } from '../sql';

const PRECISION = 38;
const SCALE = 9;
/** dlt's wei in Postgres: any number of the Ethereum machine, whole or as a fraction of its unit. */
const WEI = 'numeric(156,78)';

const INTEGERS = ['smallint', 'integer', 'bigint'];

const { quote } = standardSql;

/** dlt's types in Postgres, by their names in the catalogue: text is `character varying`, decimals `numeric(38,9)`. */
export function postgresDialect(dataset: string): Dialect {
  return {
    ...standardSql,
    table: (name) => `${quote(dataset)}.${quote(name)}`,
    columnType,
    widenedType,
    dataType,
    instant: (expression) => `CAST(${expression} AS timestamptz)`,
    createTemporary: (name, query) => `CREATE TEMP TABLE ${quote(name)} ON COMMIT DROP AS ${query}`,
  };
}

function columnType(column: ColumnSchema): string {
  const { precision } = column;
  switch (column.data_type) {
    case 'bigint':
      return integerType(precision);
    case 'double':
      return 'double precision';
    case 'bool':
      return 'boolean';
    case 'timestamp':
      return `timestamp${fraction(precision)} ${column.timezone === false ? 'without' : 'with'} time zone`;
    case 'date':
      return 'date';
    case 'time':
      return `time${fraction(precision)} without time zone`;
    case 'binary':
      return 'bytea';
    case 'json':
      return 'jsonb';
    case 'wei':
      return precision === undefined ? WEI : `numeric(${precision},${column.scale ?? 0})`;
    case 'decimal':
      return `numeric(${precision ?? PRECISION},${column.scale ?? (precision === undefined ? SCALE : 0)})`;
    default:
      return precision === undefined ? 'character varying' : `character varying(${precision})`;
  }
}

/** Microseconds are the most that Postgres keeps. */
const fraction = (precision: number | undefined): string =>
  precision === undefined || precision >= 6 ? '' : `(${precision})`;

function integerType(bits: number | undefined): string {
  if (bits === undefined) return 'bigint';
  if (bits > 64) return `numeric(${PRECISION},0)`;
  return INTEGERS[[16, 32, 64].findIndex((size) => bits <= size)]!;
}

const NUMBERS = { integers: INTEGERS, float: 'real', exact: /^numeric\((\d+),(\d+)\)$/ };

const widenedType = (actual: string, column: ColumnSchema): string | undefined =>
  widenedNumber({ actual, wanted: columnType(column) }, column, NUMBERS);

function dataType(actual: string): ColumnSchema['data_type'] {
  if (INTEGERS.includes(actual)) return 'bigint';
  if (actual === 'double precision' || actual === 'real') return 'double';
  if (actual === 'boolean') return 'bool';
  if (actual.startsWith('timestamp')) return 'timestamp';
  if (actual === 'date') return 'date';
  if (actual.startsWith('time')) return 'time';
  if (actual === 'bytea') return 'binary';
  if (actual === 'json' || actual === 'jsonb') return 'json';
  if (actual === WEI || /^numeric\(\d+,0\)$/.test(actual)) return 'wei';
  if (actual.startsWith('numeric')) return 'decimal';
  return /^(character|text$|uuid$)/.test(actual) ? 'text' : undefined;
}
