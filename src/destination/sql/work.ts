import type { ActualTables, TypeRules } from '../commit';
import type { StoredAccess } from './driver';
import type { SqlSession } from './transaction';

/** What a piece of work has within its transaction. */
export interface Work extends StoredAccess {
  readonly session: SqlSession;
  /** As the transaction found them. */
  readonly tables: ActualTables;
  readonly types: TypeRules;
}
