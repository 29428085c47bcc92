export { withCommitLock } from './commit-lock';
export {
  type AppendTarget,
  type BulkWork,
  type Capabilities,
  type Connect,
  type ConnectOptions,
  type Dialect,
  type Lookup,
  type SqlConnection,
  type SqlDriver,
  type SqlParam,
  type SqlRow,
  type StoredAccess,
  standardSql,
} from './driver';
export { type SqlDestinationOptions, sqlDestination } from './sql-destination';
export { widenedNumber } from './widened-number';
