import { shown, TidemarkError } from '../../errors';
import {
  CHUNK_ROWS,
  type ColumnChunk,
  encodeColumn,
  type Stored,
  storedScalar,
  type TableChunk,
} from '../../normalize';
import type { ColumnSchema, DataType } from '../../schema';
import { canonicalJson, type Decimal, isThere, Timestamp } from '../../value';
import type { ColumnPart, NumberArray, ResultChunk } from '../result-column';
import type { ContentChunk, ContentColumn } from './types';

const VALIDITY_BYTES = CHUNK_ROWS / 8;

/** What a list of numbers must be to be taken over as it is. */
const LAYOUTS: Partial<Readonly<Record<DataType, new (length: number) => NumberArray>>> = {
  bigint: BigInt64Array,
  timestamp: BigInt64Array,
  time: BigInt64Array,
  double: Float64Array,
  bool: Uint8Array,
  date: Int32Array,
};

/**
 * A chunk of a result as chunks of the size of staged ones. @param columns those of the result, in its order
 * @throws TidemarkError DESTINATION_REFUSED for a value that its column can't hold
 */
export function* contentChunks(
  table: string,
  columns: readonly ColumnSchema[],
  chunk: ResultChunk,
): Generator<ContentChunk, void, void> {
  const parts = chunk.columns();
  for (let start = 0; start < chunk.rows; start += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, chunk.rows - start);
    yield {
      rows,
      columns: columns.map((column, at) => contentColumn({ table, column, part: parts[at]! }, start, rows)),
    };
  }
}

interface Place {
  readonly table: string;
  readonly column: ColumnSchema;
  readonly part: ColumnPart;
}

function contentColumn({ table, column, part }: Place, start: number, rows: number): ContentColumn {
  const { name, data_type: type = 'text' } = column;
  const validity = validityOf(part, start, rows);
  const layout = LAYOUTS[type];
  if (layout !== undefined && part.values instanceof layout) {
    const some = part.values.slice(start, start + rows);
    return {
      name,
      type,
      validity,
      data: new Uint8Array(some.buffer, some.byteOffset, some.byteLength),
      values: [],
    };
  }
  const values = new Array<Stored | undefined>(rows);
  for (let row = 0; row < rows; row++) {
    if (!isThere(validity, row)) continue;
    const value = part.read(part.values[start + row]);
    const stored = exactly(value, type);
    if (stored === undefined)
      throw new TidemarkError(
        'DESTINATION_REFUSED',
        `Column "${name}" of table "${table}" holds "${shown(value)}", which is no ${type} that can be copied exactly. Change that row, or cast the column to text.`,
        { details: { table, column: name } },
      );
    values[row] = stored;
  }
  return { name, type, validity, data: undefined, values };
}

function validityOf({ validity }: ColumnPart, start: number, rows: number): Uint8Array | undefined {
  if (validity === undefined) return undefined;
  const some = new Uint8Array(VALIDITY_BYTES);
  // chunks begin at whole bytes
  some.set(validity.subarray(start >> 3, (start + rows + 7) >> 3));
  return some;
}

const MOST = 2n ** 63n - 1n;

/** A value of a row in the form in which a column of its type keeps it; undefined for what such a column can't hold. */
function exactly(value: unknown, type: DataType): Stored | undefined {
  try {
    return storedValue(value, type);
  } catch {
    // a day of the year 0
    return undefined;
  }
}

function storedValue(value: unknown, type: DataType): Stored | undefined {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : String(value);
    case 'json':
      return typeof value === 'string' ? value : canonicalJson(value);
    case 'bigint':
      if (typeof value === 'bigint')
        return value > MOST || value < -MOST - 1n ? undefined : storedScalar(value, type);
      return Number.isSafeInteger(value) ? (value as number) : undefined;
    case 'double':
      if (typeof value === 'bigint') return BigInt(Number(value)) === value ? Number(value) : undefined;
      return typeof value === 'number' ? value : undefined;
    case 'wei':
      return isInteger(value) ? String(value) : wholeText(value);
    case 'decimal':
      return isInteger(value)
        ? String(value)
        : hasField(value, 'text')
          ? storedScalar(value, type)
          : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'binary':
      return value instanceof Uint8Array ? value : undefined;
    case 'timestamp':
      return value instanceof Timestamp ? storedScalar(value, type) : undefined;
    case 'date':
    case 'time':
      return hasField(value, 'iso') ? storedScalar(value, type) : undefined;
  }
}

const isInteger = (value: unknown): boolean => typeof value === 'bigint' || Number.isSafeInteger(value);

const hasField = (value: unknown, field: keyof Decimal | 'iso'): boolean =>
  typeof value === 'object' && value !== null && field in value;

/** A decimal whose fraction is nothing, as Postgres keeps wei. */
function wholeText(value: unknown): string | undefined {
  if (!hasField(value, 'text')) return undefined;
  return /^(-?\d+)(?:\.0*)?$/.exec((value as Decimal).text)?.[1];
}

/** Rows as a destination takes them. */
export function tableChunk(table: string, { rows, columns }: ContentChunk): TableChunk {
  return { table, rows, columns: columns.flatMap((column) => columnChunk(column, rows) ?? []) };
}

function columnChunk(
  { name, type, validity, data, values }: ContentColumn,
  rows: number,
): ColumnChunk | undefined {
  if (data === undefined) return encodeColumn(name, { type, values }, rows);
  return { name, type, validity, data, longRows: [], longValues: [] };
}
