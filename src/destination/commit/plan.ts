import type { LedgerRow } from '../../ledger';
import type { StagedTables } from '../../normalize';
import type { ColumnSchema, StoredSchema, TableSchema } from '../../schema';
import type { PipelineState } from '../../state';
import type { Timestamp } from '../../value';
import type { Superseded } from './stored';
import type { VersionColumns } from './version-columns';

/**
 * One commit as data: what is to be done to a dataset, in the order in which the fields stand here. It was planned from
 * what is stored and holds as long as that doesn't change, so it is executed under the same lock, in one transaction.
 */
export interface CommitPlan {
  readonly loadKey: string;
  /** Drawn above every stored one. A load that writes nothing leaves it unused. */
  readonly loadId: string;
  /** Microseconds since the epoch at which the commit takes place. */
  readonly at: bigint;
  /** The dataset and the tables that every load needs, where they aren't there yet. */
  readonly service: readonly SchemaChange[];
  readonly writes: TableWrites;
  readonly records: Records;
  /** What is stored once the commit is done. */
  readonly after: { readonly schema: StoredSchema | undefined; readonly state: PipelineState | undefined };
}

/** What a commit does to data tables. */
type TableWrites = { readonly kind: 'nothing' } | RowWrites;

export interface RowWrites {
  readonly kind: 'rows';
  /** All of it comes before any row is touched: a table that was changed can't be altered in the same transaction. */
  readonly changes: readonly SchemaChange[];
  /** Tables whose stored rows lack the root's id yet, parents first. */
  readonly rootIds: readonly RootIdFill[];
  /** All removals come before all insertions. */
  readonly trees: readonly TreePlan[];
  readonly staged: StagedTables;
}

/** A change of the tables. Nothing is ever removed or narrowed. */
export type SchemaChange =
  | { readonly change: 'create-dataset' }
  | CreateTable
  | { readonly change: 'add-column'; readonly table: string; readonly column: ColumnSchema }
  | {
      readonly change: 'widen-column';
      readonly table: string;
      readonly column: string;
      readonly type: string;
    };

export interface CreateTable {
  readonly change: 'create-table';
  readonly table: string;
  /** Those that have a type. */
  readonly columns: readonly ColumnSchema[];
  /** The schema's table, with what it has from the tables above it: for a database that takes hints of how to make it. */
  readonly hints: TableSchema;
}

/** Rows of `table` get their root's id from the `source` column of their `parent`. */
export interface RootIdFill {
  readonly table: string;
  readonly parent: string;
  readonly source: string;
}

/** A root table and everything below it that exists once the schema was changed, parents before their children. */
export interface TableTree {
  readonly root: TableSchema;
  readonly tables: readonly TableSchema[];
  /** Names of those that were there before this load, so that they may hold rows. */
  readonly before: ReadonlySet<string>;
}

/** What one resource does to one of its root tables and to those below it. */
export interface TreePlan {
  readonly tree: TableTree;
  readonly removal: Removal | undefined;
  /** Undefined where the load has no rows for it, or another plan writes them: each row is written once. */
  readonly insertion: Insertion | undefined;
}

/** Which stored rows of a root table go, with everything below them. */
export type Removal =
  | { readonly of: 'everything' }
  | { readonly of: 'loads'; readonly loadIds: readonly string[] }
  | { readonly of: 'resource'; readonly own: OwnRows }
  | {
      readonly of: 'slice';
      readonly bounds: readonly Bound[];
      readonly own: OwnRows | undefined;
      readonly check: SliceCheck;
    };

/** Those rows of a shared table that a resource loaded: the ledger tells by their load. */
export interface OwnRows {
  readonly source: string;
  readonly resource: string;
  /** Rows of loads that the ledger doesn't know, as dlt's own, belong to the resource that the schema names. */
  readonly unknownToo: boolean;
}

/** A bound of a slice, in the type of the stored column. */
export interface Bound {
  readonly column: string;
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly value: string | number | bigint;
  readonly type: 'instant' | 'date' | 'plain';
}

/** Evaluated just before a slice is removed: refuses one that the source has begun to forget. */
export interface SliceCheck {
  readonly check: 'least-share';
  readonly resource: string;
  readonly table: string;
  /** Rows that come again. */
  readonly coming: number;
  /** 0: nothing is refused. */
  readonly share: number;
}

/** How the staged rows of a tree get in. */
export type Insertion = Append | Merge | Versioning;

/** Adds rows; with `unlessStored` not those whose key is stored, nor their children. */
export interface Append {
  readonly how: 'append';
  readonly unlessStored: readonly string[] | undefined;
}

/** Stored roots that share a key with a staged one go, then of each primary key one staged root is written. */
export interface Merge {
  readonly how: 'merge';
  readonly strategy: 'delete-insert' | 'upsert' | 'insert-only';
  readonly primaryKey: readonly string[];
  readonly mergeKey: readonly string[];
  /** Which staged root of a key wins, before its place in the batch decides. */
  readonly winner: { readonly column: string; readonly order: 'asc' | 'desc' } | undefined;
  /** Whether the last one in the batch wins what `winner` leaves open, or the first. */
  readonly last: boolean;
  /** The column that says of a row that it is deleted. */
  readonly deleting: ColumnSchema | undefined;
  /** Staged roots of which a newer one is stored aren't written: old never overwrites new. */
  readonly stale: StaleRule | undefined;
  /** Rows of a merge key's group that lie beyond the staged ones stay. */
  readonly newerStay: OrderingColumn | undefined;
  /** Of a merge key without a primary key: its rows come and go together. */
  readonly batches: BatchRule | undefined;
}

/**
 * Staged roots of a key aren't written where its stored ones are newer: they reach as far as the staged ones or beyond, and
 * some of them lie outside of what the load covers. So in whatever order ranges are loaded, the rows of one load stay.
 */
export interface BatchRule {
  readonly key: readonly string[];
  readonly by: OrderingColumn;
  /** What the load covers; undefined where that can't be told in the table: then only what reaches beyond is newer. */
  readonly covered: readonly Bound[] | undefined;
}

/** Keeps every version of a row (scd2). */
export interface Versioning {
  readonly how: 'versions';
  readonly columns: VersionColumns;
  /** When versions begin and end. */
  readonly boundary: Timestamp;
  /** Only versions of these keys end; all that the batch doesn't have, without. */
  readonly mergeKey: readonly string[];
  readonly stale: StaleRule | undefined;
}

/** A column by which stored and staged rows can be ordered; `beyond` says where newer ones lie. */
export interface OrderingColumn {
  readonly column: string;
  readonly beyond: '>' | '<';
}

export interface StaleRule {
  readonly key: readonly string[];
  readonly by: OrderingColumn;
}

/** The rows about the load itself, in the order in which they are written. */
export interface Records {
  /** The new version, undefined if nothing is new. */
  readonly schema: StoredSchema | undefined;
  /** The new state, undefined if it stays. */
  readonly state: PipelineState | undefined;
  /** The schema that the load's row names; undefined for a load that writes nothing. */
  readonly load: StoredSchema | undefined;
  readonly resources: readonly ResourceRecord[];
  /** Whether somebody holds the load key: a key that is committed is nobody's any more. */
  readonly endsClaim: boolean;
  readonly drawsDatasetId: boolean;
}

export interface ResourceRecord {
  readonly superseded: Superseded | undefined;
  /** Its `rows` are those that are written to `tables`, once that is known. */
  readonly row: LedgerRow;
  readonly tables: readonly string[];
}
