import { type Dialect, standardSql } from '../sql';
import { createTable } from './create-table';
import { literal, quote } from './literal';
import { columnType, dataType, widenedType } from './types';

/** dlt's types in GoogleSQL, whose names and texts have escapes of their own. */
export function bigqueryDialect(dataset: string): Dialect {
  return {
    ...standardSql,
    quote,
    literal,
    table: (name) => qualified(dataset, name),
    columnType,
    createTable: (change) => createTable({ ...change, table: qualified(dataset, change.table) }),
    widenedType,
    dataType,
    instant: (expression) => `TIMESTAMP(${expression})`,
    partitionKey: (expression, { data_type }) =>
      data_type === 'double' ? `CAST(${expression} + 0 AS STRING)` : expression,
    truncate: (table) => `TRUNCATE TABLE ${table}`,
    countWhere: (condition) => `COUNTIF(${condition})`,
    createTemporary: (name, query) => `CREATE TEMP TABLE ${quote(name)} AS ${query}`,
  };
}

/** A table of a dataset of the project that a query runs in. */
export const qualified = (dataset: string, name: string): string => `${quote(dataset)}.${quote(name)}`;

export { literal, quote };
