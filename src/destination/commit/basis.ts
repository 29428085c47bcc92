import type { LedgerRow } from '../../ledger';
import type { StagedTables } from '../../normalize';
import type { StoredSchema } from '../../schema';
import type { Attempt } from '../types';
import type { ActualTables, DataReader, StoredFacts, StoredReader, TypeRules } from './stored';

/** A load that has to do with a later one. */
export interface EarlierLoad extends LedgerRow {
  /** Whether it has rows at the end of its range, where the later one begins or ends, which would bring them again. */
  readonly holdsEnd?: boolean | undefined;
}

/** All that a commit is planned from, beside the load: what is stored, as far as it decides. */
export interface CommitBasis {
  readonly dataset: string;
  readonly destinationType: string;
  readonly types: TypeRules;
  /** The tables as the commit finds them. */
  readonly tables: ActualTables;
  readonly facts: StoredFacts;
  /** Who holds the load key. */
  readonly holder: Attempt | undefined;
  /** The load's schema on the newest stored one, and its rows in the types of that. */
  readonly rebased: { readonly schema: StoredSchema; readonly staged: StagedTables };
  /** By resource: earlier loads that may have to do with this one, oldest first. */
  readonly earlier: ReadonlyMap<string, readonly EarlierLoad[]>;
  /** Names of tables that schemas of other sources have, too; only where a resource replaces what is stored. */
  readonly elsewhere: ReadonlySet<string>;
}

/** What is read of one dataset while a commit is planned. */
export interface BasisReader {
  readonly stored: StoredReader;
  readonly data: DataReader;
}
