import { deserialize, serialize } from 'node:v8';
import { DateTime } from 'luxon';
import { Decimal, isDateTime, PlainDate, PlainTime, putField, Timestamp } from '../../value';

/** Values of a class are written as their text in 16-bit units: a kind of list that no row holds. */
type Marked = Uint16Array;

const units = new TextDecoder('utf-16le', { ignoreBOM: true });
const marked = (kind: string, text: string): Marked =>
  Uint16Array.from(`${kind}${text}`, (character) => character.charCodeAt(0));

/**
 * Rows and states as bytes, exactly: NaN, undefined, bigint, Date, bytes and the value types come back as what they were.
 * @throws TypeError for an object of any other class, which would come back without it, and for functions
 */
export function encodePlain(value: unknown): Uint8Array {
  const { buffer, byteOffset, byteLength } = serialize(withoutClasses(value));
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What {@link encodePlain} was given. */
export function decodePlain(bytes: Uint8Array): unknown {
  return withClasses(deserialize(bytes));
}

function withoutClasses(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return changed(value, withoutClasses);
  const prototype: unknown = Object.getPrototypeOf(value);
  // of this realm or another: what it inherits from inherits from nothing
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return changed(value, withoutClasses);
  if (value instanceof Date || value instanceof Uint8Array) return value;
  if (value instanceof Timestamp) return marked('t', String(value.micros));
  if (value instanceof PlainDate) return marked('d', value.iso);
  if (value instanceof PlainTime) return marked('c', value.iso);
  if (value instanceof Decimal) return marked('n', value.text);
  if (isDateTime(value) && value.isValid) return marked('l', `${value.toMillis()} ${value.zoneName}`);
  throw new TypeError(`an object of class "${value.constructor?.name}" can't be kept`);
}

/** Makes every object anew: what the deserializer gives may be of another realm, whose Object isn't this one's. */
function withClasses(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  switch (Object.prototype.toString.call(value)) {
    case '[object Array]':
      return (value as unknown[]).map(withClasses);
    case '[object Uint16Array]':
      return revived(units.decode(value as Uint16Array));
    case '[object Uint8Array]':
      return Uint8Array.from(value as Uint8Array);
    case '[object Date]':
      return new Date(Number(value));
    default:
      return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withClasses(field)]));
  }
}

function revived(text: string): unknown {
  const rest = text.slice(1);
  switch (text[0]) {
    case 't':
      return new Timestamp(BigInt(rest));
    case 'd':
      return new PlainDate(rest);
    case 'c':
      return new PlainTime(rest);
    case 'n':
      return new Decimal(rest);
    default: {
      const [ms, zone] = rest.split(' ');
      return DateTime.fromMillis(Number(ms), { zone: zone! });
    }
  }
}

/** The list or object with its fields changed; itself if none is. */
function changed(from: object, change: (field: unknown) => unknown): object {
  if (Array.isArray(from)) {
    let list: unknown[] | undefined;
    for (let at = 0; at < from.length; at++) {
      const field = change(from[at]);
      if (field === from[at] || list !== undefined) list?.push(field);
      else list = [...from.slice(0, at), field];
    }
    return list ?? from;
  }
  const fields = from as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const key in fields) {
    const before = fields[key];
    if (typeof before !== 'object' || before === null) continue;
    const field = change(before);
    if (field === before) continue;
    copy ??= { ...fields };
    putField(copy, key, field);
  }
  return copy ?? from;
}
