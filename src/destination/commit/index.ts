export { CLOSED_RUN, claimAll, closeRun } from './claims';
export { type CommitTransaction, commitLoad, foreseeCommit } from './commit-load';
export { type CommitCounts, type CountedRows, knownCounts, type LaterCounts, sumCounts } from './counts';
export { type Count, LaterNumber, least, minus, plus, written } from './later-number';
export { drawLoadId, loadIdOf, microsOfLoadId, renamedLoadIds } from './load-id';
export { CLAIMS_TABLE, DATASET_TABLE, isServiceTable, serviceTables } from './own-tables';
export { resourcesOf } from './owners';
export type {
  BatchRule,
  Bound,
  CommitPlan,
  CreateTable,
  Insertion,
  Merge,
  OrderingColumn,
  OwnRows,
  Removal,
  RootIdFill,
  RowWrites,
  SchemaChange,
  StaleRule,
  TableTree,
  TreePlan,
  Versioning,
} from './plan';
export { type PlannedDrop, planDrop } from './plan-drop';
export { planSchemaChanges, planServiceTables } from './schema-changes';
export { mostNotForgotten, refuseForgotten } from './slice';
export { EMPTY_SNAPSHOT, readFacts, snapshotOf } from './snapshot';
export { stagedRows } from './staged-rows';
export type {
  ActualColumn,
  ActualTables,
  DataReader,
  FactReader,
  FactsOf,
  OldClaims,
  StoredFacts,
  StoredReader,
  StoredWriter,
  TypeRules,
  WrittenLedgerRow,
} from './stored';
export type { VersionColumns } from './version-columns';
export { writeRecords } from './write-records';
