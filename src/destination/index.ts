export { type BigQueryOptions, bigquery } from './bigquery';
export { resourcesOf } from './commit';
export type {
  CopiedTable,
  CopyOptions,
  CopyProgress,
  CopyReport,
  DatasetContents,
} from './content';
export type { TableDefinition } from './definition';
export type {
  DropPart,
  DroppedResource,
  DroppedTable,
  ResourceDrop,
  ResourceDropReport,
  TableFate,
} from './drop';
export { type DuckdbOptions, duckdb, releaseIdleFiles } from './duckdb';
export { armFailpoint, type FailpointName, failpoint, listening } from './failpoint';
export { isDestination } from './is-destination';
export { type LoadWatch, loadWatch, withLoadWatch } from './load-watch';
export { type PostgresOptions, postgres } from './postgres';
export {
  type ColumnValues,
  joinColumn,
  type NumberArray,
  type ResultChunk,
  type ResultColumn,
} from './result-column';
export { rowTaken } from './result-reader';
export type {
  Attempt,
  Claim,
  ClockFixed,
  CommitOutcome,
  CommittedLoad,
  CursorLoad,
  CursorRange,
  Dataset,
  DatasetRef,
  DatasetSnapshot,
  Destination,
  LoadPackage,
  QueryOptions,
  QueryResult,
  ResourceLoad,
  StateEdit,
  TableCounts,
} from './types';
export { destinationOf, tellingOfClose } from './wrap';
