export { withCommitLock } from './commit-lock';
export {
  type AppendTarget,
  type Asks,
  type BroughtRows,
  type BroughtTable,
  type BulkWork,
  type ByIndex,
  type Capabilities,
  type Connect,
  type ConnectOptions,
  type Dialect,
  type EarlyStaging,
  type Limit,
  type LoadRows,
  type Lookup,
  type Reruns,
  type Scripting,
  type SessionParam,
  type SqlConnection,
  type SqlDriver,
  type SqlParam,
  type SqlRow,
  type StagedSize,
  type StoredAccess,
  standardSql,
} from './driver';
export { factQueries, LOAD_IDS } from './fact-queries';
export { rowChunk } from './open-streams';
export { type SqlDestinationOptions, sqlDestination } from './sql-destination';
export { widenedNumber } from './widened-number';
