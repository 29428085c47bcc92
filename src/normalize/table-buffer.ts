import type { ColumnSchema, DataType, TableSchema } from '../schema';
import { CHUNK_ROWS, type TableChunk } from './batch';
import { ColumnBuffer, type Meter } from './column-buffer';
import { convert, type TargetType } from './convert';
import { readColumn } from './read-chunk';
import type { Stored } from './stored-value';

const FIRST_CAPACITY = 64;
const GROWTH = 8;
/** Long values that a chunk holds at most, so that few rows of large documents are not one huge chunk. */
const CHUNK_LONG_BYTES = 4 * 1024 * 1024;

/** A column of a table that is being filled: its schema, its buffer, and what is known of its values. */
export interface TableColumn {
  readonly schema: ColumnSchema;
  readonly buffer: ColumnBuffer;
  /** Whether hints gave the type; an inferred one may be widened. */
  declared: boolean;
  /** Whether this load brought an integer that a double can't hold. */
  beyondDouble: boolean;
  /** Rows in which sealed chunks have a value. */
  present: number;
}

/** Takes rows of one table one by one and gives them away in chunks. */
export class TableBuffer {
  readonly schema: TableSchema;
  readonly columns = new Map<string, TableColumn>();
  /** Rows of the chunk that is being filled; the row that is being written has this number. */
  rows = 0;
  /** Rows written, sealed chunks included. */
  total = 0;
  #capacity = FIRST_CAPACITY;
  /** The number of each row's root row; undefined in a root table. */
  #roots: Uint32Array | undefined;
  readonly #meter: Meter = { longBytes: 0 };
  readonly #keep: (chunk: TableChunk, bytes: number) => void;

  constructor(schema: TableSchema, keep: (chunk: TableChunk, bytes: number) => void) {
    this.schema = schema;
    this.#keep = keep;
    for (const column of Object.values(schema.columns))
      if (column.data_type !== undefined) this.add(column, false);
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Starts a buffer for a column that has its type. */
  add(schema: ColumnSchema, declared: boolean): TableColumn {
    const exact = schema.precision === undefined && schema.scale === undefined;
    const buffer = new ColumnBuffer(schema.name, schema.data_type ?? 'text', exact, this.#meter);
    const column: TableColumn = { schema, buffer, declared, beyondDouble: false, present: 0 };
    this.columns.set(schema.name, column);
    return column;
  }

  /** The number of the next row; {@link endRow} keeps it, {@link undoRow} takes back what was written to it. */
  beginRow(): number {
    if (this.rows === this.#capacity) {
      if (this.#capacity === CHUNK_ROWS) this.seal();
      else this.#grow();
    }
    return this.rows;
  }

  /** @param root the number of the row's root row; undefined for a root row */
  endRow(root: number | undefined): void {
    if (root !== undefined) {
      this.#roots ??= new Uint32Array(this.#capacity);
      this.#roots[this.rows] = root;
    }
    this.rows++;
    this.total++;
    if (this.#meter.longBytes > CHUNK_LONG_BYTES) this.seal();
  }

  undoRow(): void {
    for (const { buffer } of this.columns.values()) buffer.clear(this.rows);
  }

  put(column: TableColumn, stored: Stored): void {
    column.buffer.open(this.#capacity);
    column.buffer.put(this.rows, stored);
    if (typeof stored === 'bigint') column.beyondDouble ||= BigInt(Number(stored)) !== stored;
  }

  /** Gives a column a wider type; what this chunk has of it is converted, sealed chunks keep the type they have. */
  widen(column: TableColumn, type: DataType): void {
    const { buffer, schema } = column;
    const sealed = buffer.seal(this.rows);
    const from = buffer.type;
    schema.data_type = type;
    buffer.type = type;
    if (sealed === undefined) return;
    const values = readColumn(sealed.chunk, this.rows);
    buffer.open(this.#capacity);
    for (const [row, value] of values.entries()) {
      const converted = value === undefined ? undefined : convert(value, from, targetOf(column));
      if (converted !== undefined) buffer.put(row, converted);
    }
  }

  seal(): void {
    if (this.rows === 0) return;
    const columns: TableChunk['columns'][number][] = [];
    let bytes = 0;
    for (const column of this.columns.values()) {
      const sealed = column.buffer.seal(this.rows);
      if (sealed === undefined) continue;
      column.present += sealed.present;
      columns.push(sealed.chunk);
      bytes += sealed.bytes;
    }
    const rows = this.rows;
    const roots = this.#roots?.subarray(0, rows);
    this.rows = 0;
    this.#roots = undefined;
    this.#meter.longBytes = 0;
    this.#keep({ table: this.schema.name, rows, columns, roots }, bytes + (roots?.byteLength ?? 0));
  }

  #grow(): void {
    this.#capacity = Math.min(this.#capacity * GROWTH, CHUNK_ROWS);
    for (const { buffer } of this.columns.values()) buffer.grow(this.#capacity);
    if (this.#roots === undefined) return;
    const roots = this.#roots;
    this.#roots = new Uint32Array(this.#capacity);
    this.#roots.set(roots);
  }
}

/** What a value has to be converted to for a column. */
export function targetOf(column: TableColumn): TargetType {
  const { data_type, precision, scale } = column.schema;
  return { type: data_type ?? 'text', declared: column.declared, precision, scale };
}
