import { acceptableJson } from '../json-escapes';
import { textWithoutNul } from './nul';

/** Bytes of the length before each value. */
export const LENGTH_BYTES = 4;
/** UTF-8 has up to so many bytes for each unit of a text. */
const UNIT_BYTES = 3;
/** Up to so many units a loop is faster than a call. */
const FEW_UNITS = 100;
const LAST_ASCII = 127;
/** jsonb has it before its text. */
const JSON_VERSION = 1;

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** Writes COPY's binary format into a buffer, which grows where what was expected isn't enough. */
export class CopyWriter {
  #buffer: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #at = 0;
  #rowBytes = 0;

  /**
   * Begins anew, in the same memory: whoever has what was written so far must be done with it.
   *
   * @param expected bytes that will be written, at a guess
   * @param rowBytes the most that a row takes without its long values
   */
  begin(expected: number, rowBytes: number): void {
    this.#at = 0;
    this.#rowBytes = rowBytes;
    this.#reserve(expected);
  }

  /** What was written, until it begins anew. */
  written(): Buffer {
    return Buffer.from(this.#buffer.buffer as ArrayBuffer, 0, this.#at);
  }

  /** Makes room for so many bytes, and for a row beside them. */
  #reserve(bytes: number): void {
    const room = this.#at + bytes + this.#rowBytes;
    if (room <= this.#view.byteLength) return;
    // memory of its own, which isn't zeroed first
    const grown = Buffer.allocUnsafeSlow(Math.max(room, this.#view.byteLength * 2)).buffer;
    const buffer = new Uint8Array(grown);
    buffer.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = buffer;
    this.#view = new DataView(grown);
  }

  /** Begins a row. */
  row(fields: number): void {
    this.#reserve(0);
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
  }

  null(): void {
    this.#view.setInt32(this.#at, -1);
    this.#at += LENGTH_BYTES;
  }

  /** A value of one byte. */
  byte(value: number): void {
    this.#view.setInt32(this.#at, 1);
    this.#view.setUint8(this.#at + LENGTH_BYTES, value);
    this.#at += LENGTH_BYTES + 1;
  }

  /** A value of four bytes. */
  word(value: number): void {
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + LENGTH_BYTES, value);
    this.#at += LENGTH_BYTES + 4;
  }

  /** A value of eight bytes. */
  wide(high: number, low: number): void {
    this.#view.setInt32(this.#at, 8);
    this.#view.setInt32(this.#at + LENGTH_BYTES, high);
    this.#view.setUint32(this.#at + LENGTH_BYTES + 4, low);
    this.#at += LENGTH_BYTES + 8;
  }

  /** A text of up to twelve bytes, which lie in three words behind their number. */
  slot(words: Uint32Array, slot: number): void {
    this.#view.setInt32(this.#at, words[slot]!);
    this.#inline(this.#at + LENGTH_BYTES, words, slot);
  }

  /** JSON that lies like that. */
  jsonSlot(words: Uint32Array, slot: number): void {
    this.#view.setInt32(this.#at, words[slot]! + 1);
    this.#view.setUint8(this.#at + LENGTH_BYTES, JSON_VERSION);
    this.#inline(this.#at + LENGTH_BYTES + 1, words, slot);
  }

  #inline(to: number, words: Uint32Array, slot: number): void {
    // what is too much is written over by what comes next
    this.#view.setUint32(to, words[slot + 1]!, true);
    this.#view.setUint32(to + 4, words[slot + 2]!, true);
    this.#view.setUint32(to + 8, words[slot + 3]!, true);
    this.#at = to + words[slot]!;
  }

  /** A value whose bytes are known. */
  bytes(value: Uint8Array | Buffer): void {
    this.#reserve(value.length);
    this.#view.setInt32(this.#at, value.length);
    this.#buffer.set(value, this.#at + LENGTH_BYTES);
    this.#at += LENGTH_BYTES + value.length;
  }

  /** A text of any length, without NUL. Halves of surrogate pairs become U+FFFD. */
  text(value: string): void {
    this.#reserve(value.length * UNIT_BYTES);
    const to = this.#at + LENGTH_BYTES;
    const length = this.#plain(value, to) ? value.length : this.#encoded(textWithoutNul(value), to);
    this.#view.setInt32(this.#at, length);
    this.#at = to + length;
  }

  /** JSON of any length, the same way. */
  json(value: string): void {
    this.#reserve(value.length * UNIT_BYTES);
    const text = acceptableJson(value, '');
    const to = this.#at + LENGTH_BYTES + 1;
    const length = this.#plain(text, to) ? text.length : this.#encoded(text, to);
    this.#view.setInt32(this.#at, length + 1);
    this.#view.setUint8(to - 1, JSON_VERSION);
    this.#at = to + length;
  }

  /** Bytes as they are: values with their lengths, of which rows have room. */
  ready(values: Uint8Array): void {
    for (let index = 0; index < values.length; index++) this.#view.setUint8(this.#at + index, values[index]!);
    this.#at += values.length;
  }

  /** Writes a short text that has one byte a unit. @returns false if it is another one */
  #plain(text: string, to: number): boolean {
    const { length } = text;
    if (length > FEW_UNITS) return false;
    let all = 0;
    let below = 0;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      all |= unit;
      // negative for a NUL
      below |= unit - 1;
      this.#view.setUint8(to + index, unit);
    }
    return all <= LAST_ASCII && below >= 0;
  }

  #encoded(text: string, to: number): number {
    return encoder.encodeInto(text, this.#buffer.subarray(to)).written;
  }
}
