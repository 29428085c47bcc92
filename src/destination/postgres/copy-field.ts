import type { ColumnChunk } from '../../normalize';
import type { DataType } from '../../schema';
import { isThere as isThereIn } from '../../value';
import type { CopyWriter } from './copy-writer';
import { slotHasBackslash, slotHasNul } from './nul';
import { encodeNumeric } from './numeric';

/** A function of this file: one that is imported is looked up again for every value. */
const isThere = isThereIn;

/** What a value takes at the most, unless it is a long one: length, version and slot of JSON. */
export const FIELD_BYTES = 4 + 1 + 12;

/** Microseconds and days from 1970 to Postgres' 2000. */
const EPOCH_MICROS = 946_684_800_000_000n;
const EPOCH_LOW = Number(EPOCH_MICROS & 0xffff_ffffn);
const EPOCH_HIGH = Number(EPOCH_MICROS >> 32n);
const EPOCH_DAYS = 10_957;
const WORD = 0x1_0000_0000;
/** Words of a text's slot. */
const SLOT = 4;

const NO_BYTES = new Uint8Array(0);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** How a column's values are written. */
const WIDE = 1;
const INSTANT = 2;
const DATE = 3;
const BOOL = 4;
const TEXT = 5;
const JSON_TEXT = 6;
const BINARY = 7;
const NUMERIC = 8;

const KINDS: Readonly<Record<DataType, number>> = {
  bigint: WIDE,
  double: WIDE,
  time: WIDE,
  timestamp: INSTANT,
  date: DATE,
  bool: BOOL,
  text: TEXT,
  json: JSON_TEXT,
  binary: BINARY,
  decimal: NUMERIC,
  wei: NUMERIC,
};

/** A column of a chunk that is written row by row. */
export class CopyField {
  readonly #kind: number;
  readonly #validity: Uint8Array | undefined;
  readonly #hasSlots: boolean;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #longRows: readonly number[];
  readonly #longValues: ColumnChunk['longValues'];
  #nextLong = 0;
  /** The row of the next long value. */
  #longRow: number;

  /** @param column undefined: null in every row */
  constructor(column: ColumnChunk | undefined) {
    this.#kind = column === undefined ? 0 : KINDS[column.type];
    this.#validity = column?.validity;
    this.#hasSlots = column?.data !== undefined;
    this.#bytes = column?.data ?? NO_BYTES;
    this.#words = wordsOf(this.#bytes);
    this.#longRows = column?.longRows ?? [];
    this.#longValues = column?.longValues ?? [];
    this.#longRow = this.#longRows[0] ?? -1;
  }

  /** Writes the value of a row; they come one after the other, from 0 on. */
  write(row: number, out: CopyWriter): void {
    if (this.#longRow === row) this.#writeLong(out);
    else if (this.#hasSlots && isThere(this.#validity, row)) this.#writeSlot(row, out);
    else out.null();
  }

  #writeLong(out: CopyWriter): void {
    const value = this.#longValues[this.#nextLong]!;
    this.#nextLong += 1;
    this.#longRow = this.#longRows[this.#nextLong] ?? -1;
    if (typeof value !== 'string') out.bytes(value);
    else if (this.#kind === TEXT) out.text(value);
    else if (this.#kind === JSON_TEXT) out.json(value);
    else out.bytes(encodeNumeric(value));
  }

  #writeSlot(row: number, out: CopyWriter): void {
    const words = this.#words;
    switch (this.#kind) {
      case WIDE:
        out.wide(words[row * 2 + 1]!, words[row * 2]!);
        return;
      case INSTANT: {
        const low = words[row * 2]! - EPOCH_LOW;
        const borrow = low < 0 ? 1 : 0;
        out.wide(words[row * 2 + 1]! - EPOCH_HIGH - borrow, low + borrow * WORD);
        return;
      }
      case DATE:
        out.word(words[row]! - EPOCH_DAYS);
        return;
      case BOOL:
        out.byte(this.#bytes[row]!);
        return;
      case JSON_TEXT:
        if (slotHasBackslash(words, row * SLOT)) out.json(this.#slotText(row));
        else out.jsonSlot(words, row * SLOT);
        return;
      default:
        if (slotHasNul(words, row * SLOT)) out.text(this.#slotText(row));
        else out.slot(words, row * SLOT);
    }
  }

  #slotText(row: number): string {
    const length = this.#words[row * SLOT]!;
    const start = row * SLOT * 4 + 4;
    return decoder.decode(this.#bytes.subarray(start, start + length));
  }
}

/** 32-bit words of slots, which may lie anywhere in what was read from a file. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}
