export {
  BIGQUERY_CLUSTER,
  BIGQUERY_CLUSTER_COLUMNS,
  BIGQUERY_PARTITION,
  BIGQUERY_PARTITION_EXPIRATION_DAYS,
  BIGQUERY_ROUND_HALF_AWAY_FROM_ZERO,
  BIGQUERY_ROUND_HALF_EVEN,
  BIGQUERY_TABLE_DESCRIPTION,
  BIGQUERY_TABLE_EXPIRATION,
  type BigQueryHints,
  MOST_CLUSTER_COLUMNS,
  PARTITION_COLUMN,
  withInheritedHints,
} from './bigquery-hints';
export { type ResolvedContract, resolveContract, storedContract } from './contract';
export { schemaDifference } from './difference';
export { checkDistinctNames } from './distinct-names';
export {
  columnsWith,
  completeColumn,
  completeColumns,
  descendantsOf,
  hasSeenData,
  rootTableOf,
  tablesOfResource,
} from './lookup';
export { isBlank, joinPath, normalizeIdentifier, normalizePath, schemaNameOf } from './naming';
export { type NamingRules, namingRules, variantsOf } from './naming-rules';
export { newSchema, withStateTable } from './new-schema';
export { parseSchema, serializeSchema } from './parse-schema';
export { checkTableName } from './reserved-names';
export {
  isSystemName,
  LIST_INDEX,
  LOAD_ID,
  LOADS_TABLE,
  PARENT_ID,
  ROOT_ID,
  ROW_ID,
  STATE_TABLE,
  systemColumn,
  VALUE_COLUMN,
  VERSION_TABLE,
} from './system-tables';
export type {
  ColumnSchema,
  ContractMode,
  DataType,
  MergeStrategy,
  SchemaContract,
  StoredSchema,
  TableSchema,
  WriteDispositionName,
} from './types';
export { type TypeConflict, uniteSchemas } from './unite';
export { bumpVersion, schemaHash } from './version';
