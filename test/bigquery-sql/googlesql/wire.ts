/*
 * Protocol buffers as they are on the wire: as much of it as the analyzer's messages need. Each message is written field by field, and
 * read by the numbers of its fields; `messages.ts` names them.
 */

/** A message, or a part of one. */
export type Bytes = Uint8Array;

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes of the wire types with a fixed length. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [5, 4],
]);

export const message = (...parts: readonly Bytes[]): Bytes => concat(parts);

export function concat(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const nested = (field: number, content: Bytes): Bytes =>
  message(varint((field << 3) | LENGTH_DELIMITED), varint(content.length), content);

export const text = (field: number, value: string): Bytes => nested(field, encoder.encode(value));

/** A whole number from 0 on. */
export const whole = (field: number, value: number): Bytes =>
  message(varint((field << 3) | VARINT), varint(value));

export const flag = (field: number, value: boolean): Bytes => whole(field, value ? 1 : 0);

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

/** The fields of a message. */
export class Fields {
  readonly #values = new Map<number, (number | Bytes)[]>();

  /** @throws RangeError where the bytes are no message */
  constructor(bytes: Bytes) {
    const reader = new Reader(bytes);
    while (!reader.atEnd) {
      const tag = reader.varint();
      const [field, type] = [Math.floor(tag / 8), tag % 8];
      const value =
        type === VARINT
          ? reader.varint()
          : reader.bytes(type === LENGTH_DELIMITED ? reader.varint() : fixedLength(type));
      this.#values.set(field, [...(this.#values.get(field) ?? []), value]);
    }
  }

  has(field: number): boolean {
    return this.#values.has(field);
  }

  /** The number of a field that is there once at most. */
  whole(field: number): number | undefined {
    const value = this.#values.get(field)?.[0];
    return typeof value === 'number' ? value : undefined;
  }

  texts(field: number): readonly string[] {
    return this.bytes(field).map((bytes) => decoder.decode(bytes));
  }

  all(field: number): readonly Fields[] {
    return this.bytes(field).map((bytes) => new Fields(bytes));
  }

  /** The message at the end of a path of fields, each of which is there once at most. */
  at(...path: readonly number[]): Fields | undefined {
    let fields: Fields | undefined = this;
    for (const field of path) fields = fields?.all(field)[0];
    return fields;
  }

  /** The message of a choice, of which one field alone is there. */
  onlyMessage(): Fields | undefined {
    const [field] = this.#values.keys();
    return field === undefined ? undefined : this.at(field);
  }

  bytes(field: number): readonly Bytes[] {
    return (this.#values.get(field) ?? []).filter((value) => typeof value !== 'number');
  }
}

function fixedLength(type: number): number {
  const length = FIXED.get(type);
  if (length === undefined) throw new RangeError(`"${type}" is no wire type that a message can have.`);
  return length;
}

class Reader {
  #at = 0;

  constructor(readonly content: Bytes) {}

  get atEnd(): boolean {
    return this.#at >= this.content.length;
  }

  /** Numbers beyond 2^53 are never of interest here: they are read without their last digits. */
  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.content[this.#at++];
      if (byte === undefined) throw new RangeError('A message ends within a number.');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  bytes(length: number): Bytes {
    const end = this.#at + length;
    if (end > this.content.length) throw new RangeError('A message ends within a field.');
    const bytes = this.content.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}
