import {
  BIGQUERY_CLUSTER,
  BIGQUERY_CLUSTER_COLUMNS,
  BIGQUERY_PARTITION,
  BIGQUERY_PARTITION_EXPIRATION_DAYS,
  BIGQUERY_ROUND_HALF_AWAY_FROM_ZERO,
  BIGQUERY_ROUND_HALF_EVEN,
  BIGQUERY_TABLE_DESCRIPTION,
  BIGQUERY_TABLE_EXPIRATION,
  type BigQueryHints,
  type ColumnSchema,
  type NamingRules,
  type TableSchema,
} from '../schema';

/** What the hints say of columns, each with its name in the source's spelling, as dlt's adapter says it. */
export function bigqueryColumns(
  hints: BigQueryHints | undefined,
): readonly (readonly [key: string, hint: Partial<ColumnSchema>])[] {
  if (hints === undefined) return [];
  const { partition, cluster = [], roundHalfEven, roundHalfAwayFromZero } = hints;
  const marked = (keys: readonly string[], hint: `x-${string}`) =>
    keys.map((key) => [key, { [hint]: true }] as const);
  return [
    ...marked(
      partition === undefined || partition.template !== undefined ? [] : [partition.column],
      BIGQUERY_PARTITION,
    ),
    ...marked(cluster, BIGQUERY_CLUSTER),
    ...marked(roundHalfAwayFromZero, BIGQUERY_ROUND_HALF_AWAY_FROM_ZERO),
    ...marked(roundHalfEven, BIGQUERY_ROUND_HALF_EVEN),
  ];
}

interface Declared {
  readonly hints: BigQueryHints | undefined;
  /** All that hints say of columns. */
  readonly columns: readonly ColumnSchema[];
  readonly naming: NamingRules;
}

/** Puts hints into a table. How a table is partitioned or clustered is declared as a whole: an earlier way goes. */
export function setBigQueryHints(table: TableSchema, { hints, columns, naming }: Declared): void {
  const partitions = (column: ColumnSchema): boolean =>
    column.partition === true || column[BIGQUERY_PARTITION] === true;
  const clusters = (column: ColumnSchema): boolean =>
    column.cluster === true || column[BIGQUERY_CLUSTER] === true;
  if (hints?.partition !== undefined || columns.some(partitions))
    drop(table, ['partition', BIGQUERY_PARTITION], BIGQUERY_PARTITION);
  if (hints?.cluster !== undefined || columns.some(clusters))
    drop(table, ['cluster', BIGQUERY_CLUSTER], BIGQUERY_CLUSTER_COLUMNS);
  if (hints === undefined) return;
  const { partition, cluster, tableDescription, tableExpiration, partitionExpirationDays } = hints;
  if (cluster !== undefined && cluster.length > 0)
    table[BIGQUERY_CLUSTER_COLUMNS] = cluster.map((key) => naming.path(key));
  if (partition?.template !== undefined)
    table[BIGQUERY_PARTITION] = { [naming.path(partition.column)]: partition.template };
  if (tableDescription !== undefined) table[BIGQUERY_TABLE_DESCRIPTION] = tableDescription;
  if (tableExpiration !== undefined) table[BIGQUERY_TABLE_EXPIRATION] = tableExpiration;
  if (partitionExpirationDays !== undefined)
    table[BIGQUERY_PARTITION_EXPIRATION_DAYS] = partitionExpirationDays;
}

function drop(
  table: TableSchema,
  ofColumns: readonly ('partition' | 'cluster' | `x-${string}`)[],
  ofTable: `x-${string}`,
): void {
  delete table[ofTable];
  for (const column of Object.values(table.columns)) for (const hint of ofColumns) delete column[hint];
}
