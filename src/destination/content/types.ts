import type { ColumnSchema, DataType, TableSchema } from '../../schema';

/** The values of a column of some rows. */
export interface ContentColumn {
  readonly name: string;
  readonly type: DataType;
  /** One bit a row, 1 = a value is there; undefined: every row has one. As long as that of a full chunk. */
  readonly validity: Uint8Array | undefined;
  /** Numbers in the layout of a staged column; undefined where the values are a list. */
  readonly data: Uint8Array | undefined;
  /** Values in their stored form, undefined where there is none. Empty where there is `data`. */
  readonly values: readonly (string | number | bigint | boolean | Uint8Array | undefined)[];
}

/** Some rows of a table, as many as a staged chunk has at the most. */
export interface ContentChunk {
  readonly rows: number;
  readonly columns: readonly ContentColumn[];
}

/** A table with the columns that are copied: those that it has, in its order, with the types of the stored schema. */
export interface ContentTable {
  readonly name: string;
  readonly schema: TableSchema;
  readonly columns: readonly ColumnSchema[];
}

/** All that a dataset holds, as of one moment. */
export interface DatasetContents {
  readonly dataset: string;
  readonly location: string;
  /** Tells it from any other: its id, or where it is if it has none. */
  readonly id: string;
  readonly lastLoadId: string | undefined;
  /** Tables of rows, by name. */
  readonly tables: readonly ContentTable[];
  /** What dlt and tidemark keep of loads: versions, loads, states, ledger. */
  readonly records: readonly ContentTable[];
  /** Tables and views that no load made. */
  readonly others: readonly string[];
  /** Names of the pipelines that keep state or a ledger in it. */
  readonly pipelines: readonly string[];
  /** Loads that an attempt holds: it is under way, or ended without a word. */
  readonly claims: number;
  count(table: ContentTable): Promise<number>;
  chunks(table: ContentTable): AsyncGenerator<ContentChunk, void, void>;
  /**
   * From here on what is read is as of now.
   * @returns whether nothing was loaded since it was first read
   */
  renew(): Promise<boolean>;
}

/** What is told while a dataset is copied. */
export interface CopyProgress {
  readonly table: string;
  /**
   * Copying, reading: how far it is, now and then. Copied: its transaction has been committed. Kept: an earlier copy had brought
   * the same rows.
   */
  readonly step: 'copying' | 'reading' | 'copied' | 'kept' | 'compared';
  readonly rows: number;
}

/** How a dataset is copied. */
export interface CopyOptions {
  /** Writes nothing. @default false */
  readonly dryRun?: boolean | undefined;
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
  /** Ends the copy between two tables; it can be gone on with. */
  readonly signal?: AbortSignal | undefined;
  readonly clock: () => number;
}

/** A table of a copy. */
export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** What was done with it; `there`: an earlier copy that came to its end had brought it. */
  readonly outcome: 'copied' | 'kept' | 'there' | 'planned';
}

/** What came of a copy. */
export interface CopyReport {
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
  /** `there`: it had been copied before, and was compared again. */
  readonly status: 'copied' | 'there' | 'planned';
  readonly tables: readonly CopiedTable[];
  /** What dlt and tidemark keep of loads. */
  readonly records: readonly CopiedTable[];
  /** Tables and views that no load made, which aren't copied. */
  readonly others: readonly string[];
  readonly pipelines: readonly string[];
  /** Loads of the source that an attempt held: it is under way and commits there, or ended without a word. */
  readonly claims: number;
  readonly lastLoadId: string | undefined;
}
