import { randomFillSync } from 'node:crypto';
import { contentId, isDateTime } from '../value';
import { storedScalar, textOf } from './stored-value';
import { plainJson, valueType } from './value-type';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const UNITS = 6;
const BATCH = 1024 * UNITS;

// Two characters for each 12 bits, as the 16 bits that they are in memory.
const PAIRS = Uint16Array.from({ length: 4096 }, (_, bits) => {
  return ALPHABET.charCodeAt(bits >> 6) | (ALPHABET.charCodeAt(bits & 63) << 8);
});

/** An id as it is written into a column: 12 characters as three words, anything else as text. */
export interface RowId {
  first: number;
  second: number;
  third: number;
  text: string | undefined;
}

/** Draws random ids of 12 characters (72 bits): short enough to be kept inline in DuckDB's vectors. */
export class RandomIds {
  readonly #pool = new Uint16Array(BATCH);
  readonly #bytes = new Uint8Array(this.#pool.buffer);
  readonly #fill: (target: Uint8Array) => void;
  #next = BATCH;

  constructor(fill: ((target: Uint8Array) => void) | undefined) {
    this.#fill = fill ?? ((target) => void randomFillSync(target));
  }

  draw(id: RowId): void {
    if (this.#next === BATCH) {
      this.#fill(this.#bytes);
      this.#next = 0;
    }
    const at = this.#next;
    this.#next = at + UNITS;
    id.first = this.#word(at);
    id.second = this.#word(at + 2);
    id.third = this.#word(at + 4);
    id.text = undefined;
  }

  #word(at: number): number {
    const low = PAIRS[(this.#pool[at] ?? 0) & 4095] ?? 0;
    const high = PAIRS[(this.#pool[at + 1] ?? 0) & 4095] ?? 0;
    return (low | (high << 16)) >>> 0;
  }
}

export function idText(id: RowId): string {
  if (id.text !== undefined) return id.text;
  let text = '';
  for (const word of [id.first, id.second, id.third])
    text += String.fromCharCode(word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24);
  return text;
}

/** dlt's id of a root row that is known by its key: hash of the key's columns and values. */
export function keyHashId(key: Readonly<Record<string, unknown>>): string {
  return contentId(marked(key));
}

/** dlt's id of a whole row, lists and objects included, without dlt's own fields. */
export function rowHashId(row: Readonly<Record<string, unknown>>): string {
  const own = Object.entries(row).filter(([key]) => !key.startsWith('_dlt'));
  return contentId(marked(Object.fromEntries(own)));
}

/** dlt's id of a nested row: hash of its parent's id, its table and its place in the list. */
export function childHashId(parent: string, table: string, index: number): string {
  return contentId(`${parent}_${table}_${index}`);
}

// dlt hashes rows as it extracted them: typed values are text with a private-use character in front.
const MARKS: Readonly<Record<string, string>> = {
  decimal: '\uf026',
  timestamp: '\uf027',
  date: '\uf028',
  binary: '\uf02b',
  time: '\uf02d',
};

function marked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const type = isDateTime(value) ? 'timestamp' : valueType(value);
  if (type === undefined) return null;
  const mark = MARKS[type];
  if (mark !== undefined) return mark + textOf(storedScalar(value, type), type);
  const plain = plainJson(value);
  if (Array.isArray(plain)) return plain.map(marked);
  return Object.fromEntries(Object.entries(plain).map(([key, field]) => [key, marked(field)]));
}
