import { ownField } from '../value';
import type { TableSchema } from './types';

/*
 * What dlt's `bigquery_adapter` leaves in a schema, by its names: so that a dataset's tables are made alike, whoever makes them.
 */

/** Of a column: it partitions the table. Of a table: the column's name, and dlt's template of the expression. */
export const BIGQUERY_PARTITION = 'x-bigquery-partition';
/** Of a column: it is one of those that the table is clustered by. */
export const BIGQUERY_CLUSTER = 'x-bigquery-cluster';
/** Of a table: the columns that it is clustered by, in their order. */
export const BIGQUERY_CLUSTER_COLUMNS = 'x-bigquery-cluster-columns';
export const BIGQUERY_ROUND_HALF_EVEN = 'x-bigquery-round-half-even';
export const BIGQUERY_ROUND_HALF_AWAY_FROM_ZERO = 'x-bigquery-round-half-away-from-zero';
export const BIGQUERY_TABLE_DESCRIPTION = 'x-bigquery-table-description';
/** Of a table: ISO text, when BigQuery drops it. */
export const BIGQUERY_TABLE_EXPIRATION = 'x-bigquery-table-expiration';
export const BIGQUERY_PARTITION_EXPIRATION_DAYS = 'x-bigquery-partition-expiration-days';

/** What stands for the column in a template of {@link BIGQUERY_PARTITION}. */
export const PARTITION_COLUMN = '{column_name}';

/** The most columns that BigQuery clusters a table by. */
export const MOST_CLUSTER_COLUMNS = 4;

/** What an author says of how BigQuery makes a table; names are given in the source's spelling. */
export interface BigQueryHints {
  /** The column, and the template of an expression where it isn't the one that its type gives. */
  readonly partition?: { readonly column: string; readonly template?: string } | undefined;
  readonly cluster?: readonly string[] | undefined;
  readonly roundHalfEven: readonly string[];
  readonly roundHalfAwayFromZero: readonly string[];
  readonly tableDescription?: string | undefined;
  /** As {@link BIGQUERY_TABLE_EXPIRATION} has it. */
  readonly tableExpiration?: string | undefined;
  readonly partitionExpirationDays?: number | undefined;
}

/** A table of the schema with what dlt hands down to it from the tables above: their description. */
export function withInheritedHints(
  table: TableSchema,
  tables: Readonly<Record<string, TableSchema>>,
): TableSchema {
  let above: TableSchema | undefined = table;
  while (above !== undefined && above[BIGQUERY_TABLE_DESCRIPTION] === undefined)
    above = ownField(tables, above.parent ?? '');
  return above === undefined || above === table
    ? table
    : { ...table, [BIGQUERY_TABLE_DESCRIPTION]: above[BIGQUERY_TABLE_DESCRIPTION] };
}
