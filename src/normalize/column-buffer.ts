import type { DataType } from '../schema';
import { CHUNK_ROWS, type ColumnChunk } from './batch';
import type { RowId } from './row-ids';
import type { Stored } from './stored-value';

/** How a column is written in the fast path: by its own put function, or by {@link ColumnBuffer.put} for any type. */
export const CLOSED = 0;
export const TEXT = 1;
export const BIGINT = 2;
export const DOUBLE = 3;
export const BOOL = 4;
export const TIMESTAMP = 5;
const GENERIC = 6;

const KINDS: Partial<Record<DataType, number>> = {
  text: TEXT,
  bigint: BIGINT,
  double: DOUBLE,
  bool: BOOL,
  timestamp: TIMESTAMP,
};
const WIDTHS: Partial<Record<DataType, number>> = {
  text: 16,
  json: 16,
  bigint: 8,
  timestamp: 8,
  time: 8,
  double: 8,
  date: 4,
  bool: 1,
};
const INLINE_BYTES = 12;
const LONG_VALUE_OVERHEAD = 32;
const HIGH = 4_294_967_296;
const NO_WORDS = new Uint32Array(0);
const NO_BYTES = new Uint8Array(0);
const NO_DOUBLES = new Float64Array(0);
const encoder = new TextEncoder();

/** Bytes that a row takes in a column's fixed slots; 0 for types that have none. */
export function slotWidth(type: DataType): number {
  return WIDTHS[type] ?? 0;
}

export interface Meter {
  longBytes: number;
}

/** One column of the chunk that is being filled, in the layout of `batch.ts`. */
export class ColumnBuffer {
  readonly name: string;
  type: DataType;
  /** Which put function fits; CLOSED while nothing was written to this chunk. */
  kind = CLOSED;
  #exact: boolean;
  #words = NO_WORDS;
  #bytes = NO_BYTES;
  #doubles = NO_DOUBLES;
  #validity = NO_BYTES;
  #longRows: number[] = [];
  #longValues: (string | Uint8Array)[] = [];
  #longBytes = 0;
  readonly #meter: Meter;

  /**
   * @param exact Whether every value of the plain type fits: false for a column with a precision of its own.
   * @param meter Counts the bytes of long values in the chunk, of all its columns.
   */
  constructor(name: string, type: DataType, exact: boolean, meter: Meter) {
    this.name = name;
    this.type = type;
    this.#exact = exact;
    this.#meter = meter;
  }

  /** Makes room for `capacity` rows; done with the first value of a chunk. */
  open(capacity: number): void {
    if (this.kind !== CLOSED) return;
    this.kind = this.#exact ? (KINDS[this.type] ?? GENERIC) : GENERIC;
    this.#validity = new Uint8Array(CHUNK_ROWS / 8);
    this.#view(new ArrayBuffer(capacity * slotWidth(this.type)));
  }

  grow(capacity: number): void {
    if (this.kind === CLOSED) return;
    const bytes = this.#bytes;
    this.#view(new ArrayBuffer(capacity * slotWidth(this.type)));
    this.#bytes.set(bytes);
  }

  #view(buffer: ArrayBuffer): void {
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer, 0, buffer.byteLength >> 2);
    this.#doubles = new Float64Array(buffer, 0, buffer.byteLength >> 3);
  }

  #mark(row: number): void {
    const byte = row >> 3;
    this.#validity[byte] = (this.#validity[byte] ?? 0) | (1 << (row & 7));
  }

  putText(row: number, text: string): void {
    const length = text.length;
    if (length > INLINE_BYTES) {
      this.#putLong(row, text, length);
      return;
    }
    let first = 0;
    let second = 0;
    let third = 0;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      seen |= code;
      if (i < 4) first |= code << (i << 3);
      else if (i < 8) second |= code << ((i - 4) << 3);
      else third |= code << ((i - 8) << 3);
    }
    if (seen > 127) {
      this.#putEncoded(row, text);
      return;
    }
    this.#mark(row);
    const at = row << 2;
    const words = this.#words;
    words[at] = length;
    words[at + 1] = first;
    words[at + 2] = second;
    words[at + 3] = third;
  }

  #putEncoded(row: number, text: string): void {
    const slot = new Uint8Array(16);
    const { read, written } = encoder.encodeInto(text, slot.subarray(4));
    if (read < text.length) {
      this.#putLong(row, text, text.length * 2);
      return;
    }
    slot[0] = written;
    this.#bytes.set(slot, row << 4);
    this.#mark(row);
  }

  #putLong(row: number, value: string | Uint8Array, size: number): void {
    this.#mark(row);
    // A key that comes twice in one row writes its cell twice.
    if (this.#longRows.at(-1) === row) this.#longValues.pop();
    else this.#longRows.push(row);
    this.#longValues.push(value);
    this.#longBytes += size + LONG_VALUE_OVERHEAD;
    this.#meter.longBytes += size + LONG_VALUE_OVERHEAD;
  }

  putId(row: number, id: RowId): void {
    if (id.text !== undefined) {
      this.putText(row, id.text);
      return;
    }
    this.#mark(row);
    const at = row << 2;
    const words = this.#words;
    words[at] = INLINE_BYTES;
    words[at + 1] = id.first;
    words[at + 2] = id.second;
    words[at + 3] = id.third;
  }

  /** An integer that a number holds exactly: of a bigint, timestamp or time column. */
  putInteger(row: number, value: number): void {
    this.#mark(row);
    const low = value >>> 0;
    const at = row << 1;
    this.#words[at] = low;
    this.#words[at + 1] = (value - low) / HIGH;
  }

  putDouble(row: number, value: number): void {
    this.#mark(row);
    this.#doubles[row] = value;
  }

  putBool(row: number, value: boolean): void {
    this.#mark(row);
    this.#bytes[row] = value ? 1 : 0;
  }

  /** Any stored value of the column's type. */
  put(row: number, stored: Stored): void {
    switch (this.type) {
      case 'text':
      case 'json':
        this.putText(row, stored as string);
        return;
      case 'bigint':
      case 'timestamp':
      case 'time':
        if (typeof stored === 'number') this.putInteger(row, stored);
        else this.#putBigInt(row, stored as bigint);
        return;
      case 'double':
        this.putDouble(row, stored as number);
        return;
      case 'bool':
        this.putBool(row, stored as boolean);
        return;
      case 'date':
        this.#mark(row);
        this.#words[row] = stored as number;
        return;
      default:
        this.#putLong(row, stored as string | Uint8Array, (stored as string | Uint8Array).length);
    }
  }

  #putBigInt(row: number, value: bigint): void {
    this.#mark(row);
    this.#words[row << 1] = Number(BigInt.asUintN(32, value));
    this.#words[(row << 1) + 1] = Number(BigInt.asUintN(32, value >> 32n));
  }

  /** Takes back what a row has written: its slot is zero again. */
  clear(row: number): void {
    if (this.kind === CLOSED) return;
    const byte = row >> 3;
    this.#validity[byte] = (this.#validity[byte] ?? 0) & ~(1 << (row & 7));
    const width = slotWidth(this.type);
    this.#bytes.fill(0, row * width, (row + 1) * width);
    if (this.#longRows.at(-1) !== row) return;
    this.#longRows.pop();
    this.#longValues.pop();
  }

  /** Whether the row has a value. */
  has(row: number): boolean {
    return this.kind !== CLOSED && ((this.#validity[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }

  /** Ends the chunk: its column, undefined if every row is null. The buffers go with it. */
  seal(
    rows: number,
  ): { readonly chunk: ColumnChunk; readonly present: number; readonly bytes: number } | undefined {
    if (this.kind === CLOSED) return undefined;
    const present = countBits(this.#validity);
    const width = slotWidth(this.type);
    const data = width === 0 ? undefined : this.#bytes.subarray(0, rows * width);
    const chunk: ColumnChunk = {
      name: this.name,
      type: this.type,
      validity: present === rows ? undefined : this.#validity,
      data,
      longRows: this.#longRows,
      longValues: this.#longValues,
    };
    const bytes = this.#bytes.byteLength + this.#longBytes;
    this.forget();
    return present === 0 ? undefined : { chunk, present, bytes };
  }

  /** Drops the chunk that is being filled; the next value opens another one, of the column's type by then. */
  forget(): void {
    this.kind = CLOSED;
    this.#longRows = [];
    this.#longValues = [];
    this.#longBytes = 0;
    this.#view(new ArrayBuffer(0));
  }
}

function countBits(bits: Uint8Array): number {
  let count = 0;
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}
