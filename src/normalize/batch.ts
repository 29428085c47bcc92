import type { DataType } from '../schema';

/** Rows of a chunk: DuckDB's vector size, so that a chunk goes into a data chunk by plain copies. */
export const CHUNK_ROWS = 2048;

/**
 * One column of a chunk, in the physical layout that DuckDB's vectors have (little endian):
 * - bigint, timestamp (microseconds UTC), time (microseconds): 8 bytes a row · double: Float64 · bool: 1 byte · date: Int32 days
 * - text, json: 16 bytes a row, string_t with up to 12 UTF-8 bytes inline; a longer one has its slot zeroed and is in `long`
 * - binary, decimal, wei: no `data`; each value that is there is in `long`, as Uint8Array or as exact decimal text
 * A destination that isn't DuckDB reads the same layout.
 */
export interface ColumnChunk {
  readonly name: string;
  readonly type: DataType;
  /** One bit a row, 1 = a value is there, bit i of byte i>>3; undefined: every row has a value. 256 bytes. */
  readonly validity: Uint8Array | undefined;
  readonly data: Uint8Array | undefined;
  /** Values that don't fit the fixed slots: `longRows[i]` is the row of `longValues[i]`, ascending. */
  readonly longRows: readonly number[];
  readonly longValues: readonly (string | Uint8Array)[];
}

/**
 * Up to {@link CHUNK_ROWS} rows of one table, in source order. A column of the table that isn't listed is null in every row.
 * `_dlt_load_id` is never listed: it is drawn inside the commit and written by the destination.
 */
export interface TableChunk {
  readonly table: string;
  readonly rows: number;
  readonly columns: readonly ColumnChunk[];
  /**
   * Of a child table: for each row the number of its root row, counted from 0 over all rows that the load has of the root
   * table. Row ids do not suffice: two roots of a batch may have the same one, if it is made of their key.
   */
  readonly roots?: Uint32Array | undefined;
}

/** What a load produced, held in memory and spilled to its working folder: read any number of times until discarded. */
export interface StagedTables {
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  chunks(table: string): AsyncIterable<TableChunk>;
  /** Bytes held, in memory and on disk together. */
  readonly bytes: number;
  discard(): Promise<void>;
}
