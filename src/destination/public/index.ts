/**
 * What one needs to write a destination, `tidemark/destination`: re-exports only. A database that speaks SQL becomes one with
 * {@link sqlDestination} and a {@link SqlDriver}. A driver that may have to wait for its database asks {@link loadWatch} how long.
 * How a commit goes, and what a driver must give, is told in `src/destination/README.md`.
 */

export { ERROR_CODES, type ErrorCode, isTidemarkError, TidemarkError } from '../../errors';
export type { CursorState } from '../../incremental';
export type { Interval } from '../../interval';
export type {
  Coverage,
  CoverageQuery,
  Gap,
  GapCause,
  LedgerFilter,
  LedgerRow,
  LedgerStatus,
} from '../../ledger';
export {
  CHUNK_ROWS,
  type ColumnChunk,
  readChunk,
  type StagedTables,
  type TableChunk,
} from '../../normalize';
export type { ColumnSchema, DataType, MergeStrategy, StoredSchema, TableSchema } from '../../schema';
export type { PipelineState, StateChange, StateObject } from '../../state';
export { Decimal, PlainDate, PlainTime, Timestamp } from '../../value';
export type {
  ActualColumn,
  ActualTables,
  CreateTable,
  StoredFacts,
  StoredReader,
  StoredWriter,
  TypeRules,
} from '../commit';
export type {
  ContentChunk,
  ContentColumn,
  ContentTable,
  CopiedTable,
  CopyOptions,
  CopyProgress,
  CopyReport,
  DatasetContents,
} from '../content';
export { type LoadWatch, loadWatch } from '../load-watch';
export type { ColumnPart, ColumnValues, NumberArray, ResultChunk } from '../result-column';
export {
  type AppendTarget,
  type BulkWork,
  type ByIndex,
  type Capabilities,
  type Connect,
  type ConnectOptions,
  type Dialect,
  type EarlyStaging,
  type Lookup,
  type Reruns,
  type SqlConnection,
  type SqlDestinationOptions,
  type SqlDriver,
  type SqlParam,
  type SqlRow,
  type StagedSize,
  type StoredAccess,
  sqlDestination,
  standardSql,
  withCommitLock,
} from '../sql';
export type {
  Attempt,
  Claim,
  ClockFix,
  ClockFixed,
  ClosedRun,
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
} from '../types';
