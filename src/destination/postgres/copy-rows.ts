import type { ColumnChunk, TableChunk } from '../../normalize';
import { isThere } from '../../value';
import { encodeNumeric } from './numeric';

/*
 * Rows as COPY's binary format has them. A chunk has columns and the format has rows, so each column is written into all
 * rows, one after the other: first it is known how long each row is, then everything is written to its place.
 */

/** Begins a COPY. */
export const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Ends it. */
export const COPY_TRAILER = Buffer.from([0xff, 0xff]);

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const LENGTH = 4;
const BACKSLASH = 0x5c;
const SLOT = 16;
/** Microseconds and days from 1970 to Postgres' 2000. */
const EPOCH_MICROS = 946_684_800_000_000n;
const EPOCH_LOW = Number(EPOCH_MICROS & 0xffff_ffffn);
const EPOCH_HIGH = Number(EPOCH_MICROS >> 32n);
const EPOCH_DAYS = 10_957;

const FIXED = { bigint: 8, timestamp: 8, time: 8, double: 8, bool: 1, date: 4 } as const;

type FixedType = keyof typeof FIXED;

const isFixed = (type: string): type is FixedType => type in FIXED;

/** A column, prepared: how long each of its values is, and how it is written. */
interface Field {
  /** Bytes of each value without their length; -1: null. */
  readonly lengths: Int32Array;
  write(out: Buffer, view: DataView, at: Uint32Array): void;
}

/** A constant text in every row. */
export interface ConstantColumn {
  readonly name: string;
  readonly value: string;
}

/** The rows of a chunk, each with the columns of the chunk in their order and then the constants. */
export function encodeRows(chunk: TableChunk, constants: readonly ConstantColumn[]): Buffer {
  const { rows } = chunk;
  const fields = [
    ...chunk.columns.map((column) => fieldOf(column, rows)),
    ...constants.map(({ value }) => constantField(value, rows)),
  ];
  const at = new Uint32Array(rows);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    at[row] = total;
    total += 2;
    for (const { lengths } of fields) total += LENGTH + Math.max(0, lengths[row]!);
  }
  const out = Buffer.allocUnsafe(total);
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let row = 0; row < rows; row++) {
    view.setInt16(at[row]!, fields.length);
    at[row]! += 2;
  }
  for (const { lengths, write } of fields) {
    for (let row = 0; row < rows; row++) {
      view.setInt32(at[row]!, lengths[row]!);
      at[row]! += LENGTH;
    }
    write(out, view, at);
    for (let row = 0; row < rows; row++) at[row]! += Math.max(0, lengths[row]!);
  }
  return out;
}

function fieldOf(column: ColumnChunk, rows: number): Field {
  const { type } = column;
  if (isFixed(type)) return fixedField(column, type, rows);
  if (type === 'text' || type === 'json') return textField(column, rows);
  return longField(column, rows);
}

function constantField(value: string, rows: number): Field {
  const bytes = encoder.encode(value);
  return {
    lengths: new Int32Array(rows).fill(bytes.length),
    write(out, _view, at) {
      for (let row = 0; row < rows; row++) out.set(bytes, at[row]!);
    },
  };
}

function fixedField({ data, validity }: ColumnChunk, type: FixedType, rows: number): Field {
  const lengths = new Int32Array(rows);
  const width = FIXED[type];
  for (let row = 0; row < rows; row++)
    lengths[row] = data !== undefined && isThere(validity, row) ? width : -1;
  return {
    lengths,
    write(_out, view, at) {
      if (data === undefined) return;
      const from = new DataView(data.buffer, data.byteOffset, data.byteLength);
      for (let row = 0; row < rows; row++)
        if (lengths[row]! >= 0) writeFixed(view, at[row]!, { from, row, type });
    },
  };
}

function writeFixed(
  view: DataView,
  at: number,
  { from, row, type }: { readonly from: DataView; readonly row: number; readonly type: FixedType },
): void {
  switch (type) {
    case 'bool':
      view.setUint8(at, from.getUint8(row));
      return;
    case 'date':
      view.setInt32(at, from.getInt32(row * 4, true) - EPOCH_DAYS);
      return;
    case 'timestamp': {
      const low = from.getUint32(row * 8, true) - EPOCH_LOW;
      const borrow = low < 0 ? 1 : 0;
      view.setInt32(at, from.getInt32(row * 8 + 4, true) - EPOCH_HIGH - borrow);
      view.setUint32(at + 4, low + borrow * 0x1_0000_0000);
      return;
    }
    default:
      view.setUint32(at, from.getUint32(row * 8 + 4, true));
      view.setUint32(at + 4, from.getUint32(row * 8, true));
  }
}

/** Short texts lie in slots; long ones beside them. JSON is a version byte and its text. */
function textField({ data, validity, longRows, longValues, type }: ColumnChunk, rows: number): Field {
  const lengths = new Int32Array(rows);
  const prefix = type === 'json' ? 1 : 0;
  const clean = type === 'json' ? cleanJson : cleanText;
  const long = longValues.map((value) => clean(String(value)));
  const view = data === undefined ? undefined : new DataView(data.buffer, data.byteOffset, data.byteLength);
  const shorter = new Map<number, Uint8Array>();
  for (let row = 0; row < rows; row++) {
    const there = view !== undefined && isThere(validity, row);
    const length = there ? view.getUint32(row * SLOT, true) : 0;
    if (there && data !== undefined && length > 0) {
      const start = row * SLOT + LENGTH;
      if (needsCleaning(data, { start, length, escapes: prefix === 1 })) {
        const cleaned = encoder.encode(clean(decoder.decode(data.subarray(start, start + length))));
        shorter.set(row, cleaned);
        lengths[row] = cleaned.length + prefix;
        continue;
      }
    }
    lengths[row] = there ? length + prefix : -1;
  }
  for (const [at, row] of longRows.entries()) lengths[row] = Buffer.byteLength(long[at]!) + prefix;
  const isLong = new Uint8Array(rows);
  for (const row of longRows) isLong[row] = 1;
  return {
    lengths,
    write(out, _view, at) {
      for (let row = 0; row < rows; row++) {
        const length = lengths[row]!;
        if (length < 0) continue;
        const to = at[row]!;
        if (prefix === 1) out[to] = 1;
        if (isLong[row] === 1) continue;
        const cleaned = shorter.get(row);
        if (cleaned !== undefined) out.set(cleaned, to + prefix);
        else {
          const start = row * SLOT + LENGTH;
          for (let byte = 0; byte < length - prefix; byte++) out[to + prefix + byte] = data![start + byte]!;
        }
      }
      for (const [index, row] of longRows.entries()) out.write(long[index]!, at[row]! + prefix, 'utf8');
    },
  };
}

/** A NUL, or what may be the escape of one. */
function needsCleaning(
  data: Uint8Array,
  { start, length, escapes }: { readonly start: number; readonly length: number; readonly escapes: boolean },
): boolean {
  for (let at = start; at < start + length; at++)
    if (data[at] === 0 || (escapes && data[at] === BACKSLASH)) return true;
  return false;
}

/** Postgres keeps no NUL in a text: it is left out, as dlt leaves it out. */
const cleanText = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

/** The same in JSON, where it is an escape, but not after an escaped backslash. */
const cleanJson = (text: string): string =>
  text.includes('\\u') ? text.replace(/(\\\\)|\\u0000/g, (found) => (found === '\\\\' ? found : '')) : text;

/** Values that are all beside the slots: binary as they are, decimals as text. */
function longField({ longRows, longValues }: ColumnChunk, rows: number): Field {
  const lengths = new Int32Array(rows).fill(-1);
  const values = longValues.map((value) => (typeof value === 'string' ? encodeNumeric(value) : value));
  for (const [at, row] of longRows.entries()) lengths[row] = values[at]!.length;
  return {
    lengths,
    write(out, _view, at) {
      for (const [index, row] of longRows.entries()) out.set(values[index]!, at[row]!);
    },
  };
}
