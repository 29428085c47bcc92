export { withCommitLock } from './commit-lock';
export { type ByIndex, type Dialect, standardSql } from './dialect';
export type {
  AppendTarget,
  Asks,
  BulkWork,
  Capabilities,
  Connect,
  ConnectOptions,
  EarlyStaging,
  Lookup,
  Reruns,
  SqlConnection,
  SqlDriver,
  SqlRow,
  StagedSize,
  StoredAccess,
} from './driver';
export { factQueries, LOAD_IDS } from './fact-queries';
export { rowChunk } from './open-streams';
export { apart } from './rerun';
export type {
  BroughtRows,
  BroughtTable,
  Limit,
  LoadRows,
  Scripting,
  SessionParam,
  SqlParam,
} from './scripting';
export { type SqlDestinationOptions, sqlDestination } from './sql-destination';
export { widenedNumber } from './widened-number';
