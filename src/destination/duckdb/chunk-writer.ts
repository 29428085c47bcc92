import bindings, {
  type Appender,
  type Connection,
  type DataChunk,
  type LogicalType,
  type Value,
} from '@duckdb/node-bindings';
import { TidemarkError } from '../../errors';
import { CHUNK_ROWS, type ColumnChunk, type TableChunk } from '../../normalize';
import type { DataType } from '../../schema';
import { ownField } from '../../value';

/** DuckDB's appender would keep 200,000 rows before it gives them to the table; memory is bounded here. */
const CHUNKS_PER_FLUSH = 15;
/** The same for wide tables: a column of a chunk takes 16 to 32 KiB. */
const VECTORS_PER_FLUSH = 960;

/** Vector type and bytes a row of each staged type; exact numbers travel as text, and the appender casts them. */
const LAYOUT: Readonly<Record<DataType, { readonly type: bindings.Type; readonly width: number }>> = {
  bigint: { type: bindings.Type.BIGINT, width: 8 },
  timestamp: { type: bindings.Type.TIMESTAMP_TZ, width: 8 },
  time: { type: bindings.Type.TIME, width: 8 },
  double: { type: bindings.Type.DOUBLE, width: 8 },
  bool: { type: bindings.Type.BOOLEAN, width: 1 },
  date: { type: bindings.Type.DATE, width: 4 },
  text: { type: bindings.Type.VARCHAR, width: 16 },
  json: { type: bindings.Type.VARCHAR, width: 16 },
  binary: { type: bindings.Type.BLOB, width: 0 },
  decimal: { type: bindings.Type.VARCHAR, width: 0 },
  wei: { type: bindings.Type.VARCHAR, width: 0 },
};

interface ChunkWriterOptions {
  readonly connection: Connection;
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  /** The table's columns in their order. */
  readonly columns: readonly string[];
  readonly constants: Readonly<Record<string, string | null>>;
}

/** Appends staged chunks to one table by whole vectors. `close` writes what is left; without it nothing may be kept. */
export class ChunkWriter {
  readonly #appender: Appender;
  readonly #options: ChunkWriterOptions;
  readonly #tableTypes: readonly LogicalType[];
  readonly #constants: readonly (Value | undefined)[];
  readonly #chunksPerFlush: number;
  readonly #null: Value = bindings.create_null_value();
  #shape = '';
  #unflushed = 0;
  #chunk: DataChunk | undefined;

  constructor(options: ChunkWriterOptions) {
    this.#options = options;
    this.#chunksPerFlush = Math.max(
      1,
      Math.min(CHUNKS_PER_FLUSH, Math.floor(VECTORS_PER_FLUSH / options.columns.length)),
    );
    this.#appender = bindings.appender_create_ext(
      options.connection,
      options.catalog,
      options.schema,
      options.table,
    );
    this.#tableTypes = options.columns.map((_, index) =>
      bindings.appender_column_type(this.#appender, index),
    );
    this.#constants = options.columns.map((name) => {
      const value = ownField(options.constants, name);
      return typeof value === 'string' ? bindings.create_varchar(value) : undefined;
    });
  }

  write(chunk: TableChunk): void {
    const byName = new Map(chunk.columns.map((column) => [column.name, column]));
    this.#refuseUnknown(chunk);
    const columns = this.#options.columns.map((name) => byName.get(name));
    const target = this.#chunkFor(columns);
    columns.forEach((column, index) => {
      const vector = bindings.data_chunk_get_vector(target, index);
      if (column === undefined) bindings.vector_reference_value(vector, this.#constants[index] ?? this.#null);
      else writeColumn(vector, column, chunk.rows);
    });
    bindings.data_chunk_set_size(target, chunk.rows);
    bindings.append_data_chunk(this.#appender, target);
    this.#unflushed += 1;
    if (this.#unflushed < this.#chunksPerFlush) return;
    bindings.appender_flush_sync(this.#appender);
    this.#unflushed = 0;
  }

  close(): void {
    bindings.appender_close_sync(this.#appender);
  }

  /** A chunk whose vectors have the layout of the staged columns; kept as long as that stays the same. */
  #chunkFor(columns: readonly (ColumnChunk | undefined)[]): DataChunk {
    const shape = columns.map((column) => column?.type ?? '-').join();
    if (this.#chunk !== undefined && this.#shape === shape) {
      bindings.data_chunk_reset(this.#chunk);
      return this.#chunk;
    }
    this.#shape = shape;
    this.#chunk = bindings.create_data_chunk(columns.map((column, index) => this.#vectorType(column, index)));
    return this.#chunk;
  }

  #vectorType(column: ColumnChunk | undefined, index: number): LogicalType {
    const own = this.#tableTypes[index]!;
    if (column === undefined) {
      return this.#constants[index] === undefined ? own : bindings.create_logical_type(bindings.Type.VARCHAR);
    }
    const { type } = LAYOUT[column.type];
    // JSON is text with another name: taken as it is, where a cast would parse it once more.
    return bindings.get_type_id(own) === type ? own : bindings.create_logical_type(type);
  }

  #refuseUnknown(chunk: TableChunk): void {
    const unknown = chunk.columns.find((column) => !this.#options.columns.includes(column.name));
    if (unknown === undefined) return;
    throw new TidemarkError(
      'INTERNAL',
      `The staged column "${unknown.name}" of table "${chunk.table}" is not a column of the table; the schema of this load doesn't list it.`,
    );
  }
}

function writeColumn(vector: bindings.Vector, column: ColumnChunk, rows: number): void {
  const { width } = LAYOUT[column.type];
  if (column.data !== undefined && width > 0) {
    const { buffer, byteOffset } = column.data;
    bindings.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, rows * width);
  }
  if (column.validity !== undefined) {
    const { buffer, byteOffset, byteLength } = column.validity;
    bindings.vector_ensure_validity_writable(vector);
    bindings.copy_data_to_vector_validity(
      vector,
      0,
      buffer as ArrayBuffer,
      byteOffset,
      Math.min(byteLength, CHUNK_ROWS / 8),
    );
  }
  const { longRows, longValues } = column;
  for (let index = 0; index < longRows.length; index++) {
    const value = longValues[index]!;
    if (typeof value === 'string') bindings.vector_assign_string_element(vector, longRows[index]!, value);
    else bindings.vector_assign_string_element_len(vector, longRows[index]!, value);
  }
}
