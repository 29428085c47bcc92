import { parseJsonExactly } from '../../http';
import type { DataType } from '../../schema';
import { canonicalJson, isThere } from '../../value';
import type { ContentChunk, ContentColumn } from './types';

/** Two lanes of 32 bits each: what one row or value comes to. */
type Lanes = Uint32Array<ArrayBuffer>;

const FIRST = 2_654_435_761;
const SECOND = 1_597_334_677;

/**
 * What the rows of a table come to, whatever their order: the number of rows and a sum of 64 bits over the hashes of the rows.
 * Equal rows come to the same in every database: decimals are compared by their value, JSON by what it says. It finds what was
 * lost, doubled, changed or put into another row by mistake; it is no protection against who wants to deceive.
 */
export class TableDigest {
  #rows = 0;
  readonly #sum: Lanes = new Uint32Array(2);
  readonly #seeds = new Map<string, Lanes>();

  get rows(): number {
    return this.#rows;
  }

  add({ rows, columns }: ContentChunk): void {
    const lanes: Lanes = new Uint32Array(rows * 2);
    for (const column of columns) addColumn(lanes, column, rows, this.#seedOf(column.name));
    for (let row = 0; row < rows; row++) finish(this.#sum, 0, lanes[row * 2]!, lanes[row * 2 + 1]!);
    this.#rows += rows;
  }

  toString(): string {
    return `${this.#rows}:${[...this.#sum].map((lane) => lane.toString(16).padStart(8, '0')).join('')}`;
  }

  #seedOf(name: string): Lanes {
    const known = this.#seeds.get(name);
    if (known !== undefined) return known;
    const seed: Lanes = new Uint32Array(2);
    addText(seed, 0, name, seed);
    this.#seeds.set(name, seed);
    return seed;
  }
}

/** Adds the hash of each value to its row; columns may come in any order, and a column without values is as none. */
function addColumn(lanes: Lanes, column: ContentColumn, rows: number, seed: Lanes): void {
  const { data, validity, values, type } = column;
  if (data !== undefined) {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let row = 0; row < rows; row++) {
      if (!isThere(validity, row)) continue;
      const [low, high] = wordsAt(view, row, type);
      addWords(lanes, row, low, high, seed);
    }
    return;
  }
  const scratch = new DataView(new ArrayBuffer(8));
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (value === undefined) continue;
    if (typeof value === 'string') addText(lanes, row, comparable(value, type), seed);
    else if (value instanceof Uint8Array) addBytes(lanes, row, value, seed);
    else {
      putNumber(scratch, value, type);
      const [low, high] = wordsAt(scratch, 0, type);
      addWords(lanes, row, low, high, seed);
    }
  }
}

function putNumber(view: DataView, value: number | bigint | boolean, type: DataType): void {
  if (type === 'double') view.setFloat64(0, Number(value), true);
  else if (type === 'bool') view.setUint8(0, value ? 1 : 0);
  else if (type === 'date') view.setInt32(0, Number(value), true);
  else view.setBigInt64(0, BigInt(value), true);
}

function wordsAt(view: DataView, row: number, type: DataType): readonly [number, number] {
  switch (type) {
    case 'bool':
      return [view.getUint8(row), 0];
    case 'date':
      return [view.getInt32(row * 4, true), 0];
    case 'double': {
      const value = view.getFloat64(row * 8, true);
      // there are many NaN, and two zeros that databases hold to be one
      if (Number.isNaN(value)) return [0, 0x7ff80000];
      if (value === 0) return [0, 0];
      break;
    }
    default:
  }
  return [view.getUint32(row * 8, true), view.getUint32(row * 8 + 4, true)];
}

/** The text by which a value is compared. */
function comparable(text: string, type: DataType): string {
  if (type === 'decimal' || type === 'wei') return plainDecimal(text);
  if (type !== 'json') return text;
  try {
    return canonicalJson(parseJsonExactly(text));
  } catch {
    return text;
  }
}

/** `1.50`, `+1.5` and `01.5` as `1.5`, `-0.0` as `0`. */
function plainDecimal(text: string): string {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = ''] = match;
  const digits = `${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

function addWords(lanes: Lanes, row: number, low: number, high: number, seed: Lanes): void {
  let first = seed[0]!;
  let second = seed[1]!;
  first = Math.imul(first ^ low, FIRST);
  second = Math.imul(second ^ low, SECOND);
  first = Math.imul(first ^ (first >>> 15) ^ high, FIRST);
  second = Math.imul(second ^ (second >>> 13) ^ high, SECOND);
  finish(lanes, row, first, second);
}

function addText(lanes: Lanes, row: number, text: string, seed: Lanes): void {
  let first = seed[0]! ^ 0xdeadbeef;
  let second = seed[1]! ^ 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    first = Math.imul(first ^ unit, FIRST);
    second = Math.imul(second ^ unit, SECOND);
  }
  finish(lanes, row, first ^ text.length, second);
}

function addBytes(lanes: Lanes, row: number, bytes: Uint8Array, seed: Lanes): void {
  let first = seed[0]! ^ 0x9e3779b9;
  let second = seed[1]! ^ 0x85ebca6b;
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, FIRST);
    second = Math.imul(second ^ byte, SECOND);
  }
  finish(lanes, row, first ^ bytes.length, second);
}

/** Mixes two lanes so that every bit depends on all, and adds them to those of a row. Source: the end of MurmurHash3, crossed. */
function finish(lanes: Lanes, row: number, first: number, second: number): void {
  const a =
    Math.imul(first ^ (first >>> 16), 2_246_822_507) ^ Math.imul(second ^ (second >>> 13), 3_266_489_909);
  const b = Math.imul(second ^ (second >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  lanes[row * 2] = (lanes[row * 2]! + a) >>> 0;
  lanes[row * 2 + 1] = (lanes[row * 2 + 1]! + b) >>> 0;
}
