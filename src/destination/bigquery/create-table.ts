import { TidemarkError } from '../../errors';
import {
  BIGQUERY_PARTITION_EXPIRATION_DAYS,
  BIGQUERY_ROUND_HALF_AWAY_FROM_ZERO,
  BIGQUERY_ROUND_HALF_EVEN,
  BIGQUERY_TABLE_DESCRIPTION,
  BIGQUERY_TABLE_EXPIRATION,
  type ColumnSchema,
  type TableSchema,
} from '../../schema';
import { literal, quote } from './literal';
import { refuseReserved } from './names';
import { clusterClause, partitionClause } from './storage-clauses';
import { columnType } from './types';

/** A table that is to be made. */
export interface NewTable {
  /** As statements name it, qualified and quoted. */
  readonly table: string;
  /** Those that have a type. */
  readonly columns: readonly ColumnSchema[];
  /** The schema's table: its hints, and those of its columns, say how it is partitioned, clustered, described, and when it goes. */
  readonly hints: TableSchema;
  /** Definitions of columns that the schema doesn't know, as SQL. @default none */
  readonly extra?: readonly string[] | undefined;
}

/**
 * Makes a table as dlt 1.31 makes it, where there is none.
 * @throws TidemarkError SCHEMA_INVALID where BigQuery couldn't do what its hints say, IDENTIFIER_INVALID
 */
export function createTable({ table, columns, hints, extra = [] }: NewTable): string {
  const definitions = [...columns.map((column) => definition(column, { required: true })), ...extra];
  const clauses = [
    `CREATE TABLE IF NOT EXISTS ${table} (${definitions.join(', ')})`,
    partitionClause(columns, hints),
    clusterClause(columns, hints),
    options(tableOptions(hints)),
  ];
  return clauses.filter((clause) => clause !== '').join(' ');
}

/**
 * Adds columns to a table that is there, those that it lacks. None of them is NOT NULL, for BigQuery adds no such one, and how
 * the table is partitioned and clustered stays.
 */
export function addColumns({ table, columns }: Pick<NewTable, 'table' | 'columns'>): string {
  const added = columns.map(
    (column) => `ADD COLUMN IF NOT EXISTS ${definition(column, { required: false })}`,
  );
  return `ALTER TABLE ${table} ${added.join(', ')}`;
}

function definition(column: ColumnSchema, { required }: { readonly required: boolean }): string {
  refuseReserved(column.name);
  const parts = [
    quote(column.name),
    columnType(column),
    required && column.nullable === false ? 'NOT NULL' : '',
    options(columnOptions(column)),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Names of options and their values as SQL. */
type Options = readonly (readonly [name: string, value: string])[];

function options(list: Options): string {
  return list.length === 0 ? '' : `OPTIONS (${list.map(([name, value]) => `${name}=${value}`).join(', ')})`;
}

function columnOptions(column: ColumnSchema): Options {
  const list: [string, string][] = [];
  const mode = roundingMode(column);
  if (mode !== undefined) list.push(['rounding_mode', literal(mode)]);
  if (column.description !== undefined && column.description !== '')
    list.push(['description', literal(column.description)]);
  return list;
}

function roundingMode(column: ColumnSchema): string | undefined {
  const even = column[BIGQUERY_ROUND_HALF_EVEN] === true;
  if (!even && column[BIGQUERY_ROUND_HALF_AWAY_FROM_ZERO] !== true) return undefined;
  if (column.data_type === 'decimal' || column.data_type === 'wei')
    return even ? 'ROUND_HALF_EVEN' : 'ROUND_HALF_AWAY_FROM_ZERO';
  throw new TidemarkError(
    'SCHEMA_INVALID',
    `Column "${column.name}" has a hint of how its values are rounded, and is a ${column.data_type}: BigQuery rounds decimals only. Declare its dataType as decimal, or leave the hint out.`,
    { details: { column: column.name } },
  );
}

function tableOptions(hints: TableSchema): Options {
  const list: [string, string][] = [];
  const description = hints[BIGQUERY_TABLE_DESCRIPTION];
  if (typeof description === 'string' && description !== '') list.push(['description', literal(description)]);
  const expiration = hints[BIGQUERY_TABLE_EXPIRATION];
  if (typeof expiration === 'string' && expiration !== '')
    list.push(['expiration_timestamp', `TIMESTAMP ${literal(expiration)}`]);
  const days = hints[BIGQUERY_PARTITION_EXPIRATION_DAYS];
  if (typeof days === 'number' && days > 0) list.push(['partition_expiration_days', String(days)]);
  return list;
}
