import { parseJsonExactly } from '../http';
import type { DataType } from '../schema';
import { Decimal, isThere, PlainDate, PlainTime, safeInteger, Timestamp } from '../value';
import type { ColumnChunk, TableChunk } from './batch';
import { isoDate, isoTime } from './iso-time';
import type { Stored } from './stored-value';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The rows of a chunk as objects, for a preview or a destination that takes rows: bigint and wei as number or bigint,
 * timestamps, dates, times and decimals as tidemark's own values, json parsed. Columns that are null are left out.
 */
export function readChunk(chunk: TableChunk): Record<string, unknown>[] {
  const rows = Array.from({ length: chunk.rows }, (): Record<string, unknown> => ({}));
  for (const column of chunk.columns) {
    const values = readColumn(column, chunk.rows);
    for (const [row, value] of values.entries()) {
      const target = rows[row];
      if (value !== undefined && target !== undefined) target[column.name] = typedValue(value, column.type);
    }
  }
  return rows;
}

/** The values of one column in their stored form, undefined where it is null. */
export function readColumn(column: ColumnChunk, rows: number): (Stored | undefined)[] {
  const { validity, data, type } = column;
  const view = data === undefined ? undefined : new DataView(data.buffer, data.byteOffset, data.byteLength);
  const values: (Stored | undefined)[] = new Array(rows);
  for (let row = 0; row < rows; row++) {
    values[row] = isThere(validity, row) && view !== undefined ? readSlot(view, row, type) : undefined;
  }
  for (const [at, row] of column.longRows.entries()) values[row] = column.longValues[at];
  return values;
}

function readSlot(view: DataView, row: number, type: DataType): Stored {
  switch (type) {
    case 'double':
      return view.getFloat64(row * 8, true);
    case 'bool':
      return view.getUint8(row) === 1;
    case 'date':
      return view.getInt32(row * 4, true);
    case 'bigint':
    case 'timestamp':
    case 'time':
      return safeInteger(view.getBigInt64(row * 8, true));
    default: {
      const length = view.getUint32(row * 16, true);
      return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + row * 16 + 4, length));
    }
  }
}

function typedValue(stored: Stored, type: DataType): unknown {
  switch (type) {
    case 'timestamp':
      return new Timestamp(BigInt(stored as number | bigint));
    case 'date':
      return new PlainDate(isoDate(stored as number));
    case 'time':
      return new PlainTime(isoTime(stored as number));
    case 'decimal':
      return new Decimal(stored as string);
    case 'wei':
      return safeInteger(BigInt(stored as string));
    case 'json':
      return parseJsonExactly(stored as string);
    default:
      return stored;
  }
}
