import type { TableChunk } from '../../normalize';
import type { DataType } from '../../schema';
import { CopyField, FIELD_BYTES } from './copy-field';
import { type CopyWriter, LENGTH_BYTES } from './copy-writer';

/** Begins a COPY. */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Ends it. */
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

const encoder = new TextEncoder();
/** Each row begins with the number of its fields. */
const COUNT_BYTES = 2;

/** A column of a COPY and what is written into it. */
export interface CopyColumn {
  readonly name: string;
  readonly type: DataType;
}

/** A constant text in every row. */
export interface ConstantColumn {
  readonly name: string;
  readonly value: string;
}

/** What every row of a COPY has. */
export interface CopyShape {
  readonly columns: readonly CopyColumn[];
  readonly constants: readonly ConstantColumn[];
}

/**
 * The rows of a chunk in COPY's binary format: in each all columns in their order, null in those that the chunk doesn't list,
 * and then the constants.
 *
 * @returns what `out` has, until it begins anew
 */
export function encodeRows(chunk: TableChunk, { columns, constants }: CopyShape, out: CopyWriter): Buffer {
  const byName = new Map(chunk.columns.map((column) => [column.name, column]));
  const fields = columns.map(({ name }) => new CopyField(byName.get(name)));
  const tail = tailOf(constants);
  // behind the last value a slot may be written in full
  const rowBytes = COUNT_BYTES + (fields.length + 1) * FIELD_BYTES + tail.length;
  out.begin(chunk.rows * rowBytes + longBytes(chunk), rowBytes);
  const count = fields.length + constants.length;
  for (let row = 0; row < chunk.rows; row++) {
    out.row(count);
    for (let index = 0; index < fields.length; index++) fields[index]!.write(row, out);
    out.ready(tail);
  }
  return out.written();
}

/** What the long values of a chunk come to, if every one is ASCII. */
function longBytes({ columns }: TableChunk): number {
  let bytes = 0;
  for (const { longValues } of columns) for (const { length } of longValues) bytes += length;
  return bytes;
}

/** What every row ends with. */
function tailOf(constants: readonly ConstantColumn[]): Uint8Array {
  const values = constants.map(({ value }) => encoder.encode(value));
  const tail = new Uint8Array(values.reduce((sum, value) => sum + LENGTH_BYTES + value.length, 0));
  const view = new DataView(tail.buffer);
  let at = 0;
  for (const value of values) {
    view.setInt32(at, value.length);
    tail.set(value, at + LENGTH_BYTES);
    at += LENGTH_BYTES + value.length;
  }
  return tail;
}
