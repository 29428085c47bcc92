export { withCommitLock } from './commit-lock';
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
  type SqlDriver,
  type SqlParam,
  type SqlRow,
  type StagedSize,
  type StoredAccess,
  standardSql,
} from './driver';
export { rowChunk } from './open-streams';
export { type SqlDestinationOptions, sqlDestination } from './sql-destination';
export { generationsByIndex } from './stored-reader';
export { widenedNumber } from './widened-number';
