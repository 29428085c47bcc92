import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBDateValue,
  type DuckDBResult,
  DuckDBTimestampTZValue,
  DuckDBTimeValue,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import type { ColumnPart, ColumnValues, NumberArray, ResultChunk } from '../result-column';
import { queryError } from './query-error';
import { paramValue, resultValue } from './values';

/** How a type whose values are numbers of one width lies in a vector, and what its numbers stand for. */
interface Layout {
  readonly array: new (buffer: ArrayBuffer) => NumberArray;
  readonly width: number;
  readonly read: (value: unknown) => unknown;
}

const same = (value: unknown): unknown => value;
const instant: Layout = {
  array: BigInt64Array,
  width: 8,
  read: (micros) => resultValue(new DuckDBTimestampTZValue(micros as bigint)),
};

const LAYOUTS: ReadonlyMap<DuckDBTypeId, Layout> = new Map<DuckDBTypeId, Layout>([
  [DuckDBTypeId.BOOLEAN, { array: Uint8Array, width: 1, read: (bit) => bit === 1 }],
  [DuckDBTypeId.TINYINT, { array: Int8Array, width: 1, read: same }],
  [DuckDBTypeId.SMALLINT, { array: Int16Array, width: 2, read: same }],
  [DuckDBTypeId.INTEGER, { array: Int32Array, width: 4, read: same }],
  [DuckDBTypeId.BIGINT, { array: BigInt64Array, width: 8, read: resultValue }],
  [DuckDBTypeId.UTINYINT, { array: Uint8Array, width: 1, read: same }],
  [DuckDBTypeId.USMALLINT, { array: Uint16Array, width: 2, read: same }],
  [DuckDBTypeId.UINTEGER, { array: Uint32Array, width: 4, read: same }],
  [DuckDBTypeId.UBIGINT, { array: BigUint64Array, width: 8, read: resultValue }],
  [DuckDBTypeId.FLOAT, { array: Float32Array, width: 4, read: same }],
  [DuckDBTypeId.DOUBLE, { array: Float64Array, width: 8, read: same }],
  [DuckDBTypeId.TIMESTAMP, instant],
  [DuckDBTypeId.TIMESTAMP_TZ, instant],
  [
    DuckDBTypeId.TIME,
    {
      array: BigInt64Array,
      width: 8,
      read: (micros) => resultValue(new DuckDBTimeValue(micros as bigint)),
    },
  ],
  [
    DuckDBTypeId.DATE,
    { array: Int32Array, width: 4, read: (days) => resultValue(new DuckDBDateValue(days as number)) },
  ],
]);

/**
 * Runs a user's SQL and gives the result as DuckDB makes it: memory is bounded by the chunk. At least one chunk comes, so that
 * the columns are known.
 * @throws TidemarkError QUERY_FAILED
 */
export async function* streamResult(
  connection: DuckDBConnection,
  sql: string,
  params: readonly unknown[],
): AsyncGenerator<ResultChunk, void, void> {
  const result = await failing(() => connection.stream(sql, params.map(paramValue) as DuckDBValue[]));
  const head = headOf(result);
  for (let first = true; ; first = false) {
    const chunk = await failing(() => result.fetchChunk());
    if (chunk !== null && chunk.rowCount > 0) yield chunkOf(head, chunk);
    else if (first) yield emptyChunk(head);
    if (chunk === null || chunk.rowCount === 0) return;
  }
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw queryError(error);
  }
}

interface Head {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly layouts: readonly (Layout | undefined)[];
}

function headOf(result: DuckDBResult): Head {
  return {
    names: result.deduplicatedColumnNames(),
    types: result.columnTypes().map(String),
    layouts: result.columnTypes().map(({ typeId }) => LAYOUTS.get(typeId)),
  };
}

function emptyChunk({ names, types, layouts }: Head): ResultChunk {
  const columns = names.map((name, index): ColumnPart => {
    const layout = layouts[index];
    const values = layout === undefined ? [] : new layout.array(new ArrayBuffer(0));
    return { name, type: types[index]!, rows: 0, values, validity: undefined, read: layout?.read ?? same };
  });
  return { rows: 0, columns: () => columns, toRows: () => [] };
}

function chunkOf({ names, types, layouts }: Head, chunk: DuckDBDataChunk): ResultChunk {
  const rows = chunk.rowCount;
  const listOf = (index: number): unknown[] => {
    const vector = chunk.getColumnVector(index);
    return Array.from({ length: rows }, (_, row) => resultValue(vector.getItem(row)));
  };
  return {
    rows,
    columns: () =>
      names.map((name, index) => {
        const layout = layouts[index];
        return {
          name,
          type: types[index]!,
          rows,
          values: layout === undefined ? listOf(index) : numbersOf(chunk, index, layout),
          validity: validityOf(chunk, index),
          read: layout?.read ?? same,
        };
      }),
    toRows: () => {
      const lists = names.map((_, index) => listOf(index));
      return Array.from({ length: rows }, (_, row) =>
        Object.fromEntries(names.map((name, index) => [name, lists[index]![row]])),
      );
    },
  };
}

/** A copy: DuckDB's memory goes with the chunk. */
function numbersOf(chunk: DuckDBDataChunk, index: number, { array, width }: Layout): ColumnValues {
  const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
  return new array(bindings.vector_get_data(vector, chunk.rowCount * width).slice().buffer as ArrayBuffer);
}

function validityOf(chunk: DuckDBDataChunk, index: number): Uint8Array | undefined {
  const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
  // Validity lies in words of 64 bits; DuckDB gives none where every row has a value.
  const bytes = bindings.vector_get_validity(vector, Math.ceil(chunk.rowCount / 64) * 8) as Uint8Array | null;
  return bytes?.slice();
}
