import type {
  BigQueryHints,
  ColumnSchema,
  ContractMode,
  MergeStrategy,
  SchemaContract,
  StoredSchema,
  WriteDispositionName,
} from '../schema';
import type { StagedTables } from './batch';

/** The hints of a resource for one column: any of dlt's column hints; the name is the key of the entry. */
export type ColumnHint = Partial<Omit<ColumnSchema, 'name'>>;

/** Options of the scd2 strategy, stored as dlt stores them. */
export interface Scd2Hints {
  /** @default ['_dlt_valid_from', '_dlt_valid_to'] */
  readonly validityColumnNames?: readonly [string, string] | undefined;
  /** Column that holds the version of a row; rows bring it themselves unless it is `_dlt_id`. @default '_dlt_id' */
  readonly rowVersionColumnName?: string | undefined;
  /** ISO instant that `valid_to` of an active row has; null: it is null. @default null */
  readonly activeRecordTimestamp?: string | null | undefined;
  /** ISO instant of this run's boundary, if it isn't the load's. */
  readonly boundaryTimestamp?: string | undefined;
}

/** What normalizing needs to know of a resource. Names are given in the source's spelling. */
export interface ResourceHints {
  readonly name: string;
  /** @default the resource's name */
  readonly tableName?: string | ((item: unknown) => string) | undefined;
  readonly primaryKey?: readonly string[] | undefined;
  readonly mergeKey?: readonly string[] | undefined;
  readonly writeDisposition: WriteDispositionName;
  /** Read for `merge` only. @default 'delete-insert' */
  readonly mergeStrategy?: MergeStrategy | undefined;
  readonly scd2?: Scd2Hints | undefined;
  readonly columns?: Readonly<Record<string, ColumnHint>> | undefined;
  /** Levels of objects and lists that are unfolded; what is deeper stays as JSON. @default that of the source */
  readonly maxTableNesting?: number | undefined;
  /** The source's, stored in the schema as a whole. @default no limit */
  readonly sourceMaxTableNesting?: number | undefined;
  /** A single mode applies to tables, columns and data types. @default evolve */
  readonly schemaContract?: SchemaContract | ContractMode | undefined;
  /** Whether the source asks for `_dlt_root_id` in every descendant, whatever the disposition. */
  readonly rootKey: boolean;
  /** Cursors that are one plain field, in the source's spelling. */
  readonly incrementalColumns: readonly string[];
  /** @default none; what the stored table has of them stays */
  readonly bigquery?: BigQueryHints | undefined;
}

/** Rows and values that a schema contract left out, by table. */
export type Discarded = Readonly<Record<string, { readonly rows: number; readonly values: number }>>;

/** What one resource's rows became. `schema` and `staged` are those of all resources that share the staging area. */
export interface NormalizeResult {
  /**
   * The working schema as it is when it is asked for, a copy with version and hash drawn; equal to the one given in if nothing
   * changed.
   */
  readonly schema: StoredSchema;
  readonly staged: StagedTables;
  /** Rows written by this resource, by table. A table that the resource reached without any row left is there with 0. */
  readonly rows: Readonly<Record<string, number>>;
  /** Tables without a parent that this resource wrote to: one, or several of a dynamic `tableName`. */
  readonly rootTables: readonly string[];
  /** Sentences such as `new column orders.total (double)`, in the order of the changes. */
  readonly schemaChanges: readonly string[];
  readonly discarded: Discarded;
}

/** Takes a resource's pages and keeps them as column batches. */
export interface Normalizer {
  /**
   * Flattens a page. The promise, if any, is that of batches being written to the working folder: wait for it before
   * the next page, so that memory stays bounded.
   * @throws TidemarkError CONTRACT_VIOLATION, NULL_IN_NOT_NULL, IDENTIFIER_INVALID, SCHEMA_INVALID, NAME_COLLISION, ROW_INVALID
   */
  write(items: readonly unknown[]): void | Promise<void>;
  /** @throws TidemarkError COLUMN_UNBOUND, NULL_IN_NOT_NULL */
  finish(): Promise<NormalizeResult>;
  /** Forgets what was written and removes its files; the staging area of other resources with it. */
  abort(): Promise<void>;
}

/** Where the batches of a load are kept until they are committed; resources of one load may share it. */
export interface StagingOptions {
  /** The schema the load begins with; it is copied, not changed. */
  readonly schema: StoredSchema;
  /** Folder for what doesn't fit in memory; made when it is first needed. */
  readonly spillDir: string;
  /** Bytes of batches held in memory. @default 64 MiB */
  readonly budgetBytes?: number | undefined;
  /** The most characters that the destination takes as a name; longer ones are shortened. @default as many as wanted */
  readonly maxNameLength?: number | undefined;
  /** Fills a buffer with random bytes, for ids. @default crypto.randomFillSync */
  readonly fillRandom?: ((target: Uint8Array) => void) | undefined;
}
