import { Decimal, isDateTime, PlainDate, PlainTime, putField, Timestamp } from '../value';

/**
 * dlt writes a typed scalar in JSON as one private-use character and its text.
 * Source: dlt 1.31, `common/json`, by example in the interop notes. U+F029 uuid, U+F02A hex and U+F02C wei have no type
 * here: they stay as they are read, mark included, and so are written unchanged.
 */
const DECIMAL = '\uf026';
const DATETIME = '\uf027';
const DATE = '\uf028';
const BYTES = '\uf02b';
const TIME = '\uf02d';

/** The value with typed scalars as marked texts: plain JSON and bigint only. What is undefined is left out. */
export function encodeTyped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Timestamp) return DATETIME + pythonIso(value);
  if (value instanceof Date) return DATETIME + pythonIso(Timestamp.fromMillis(value.getTime()));
  if (isDateTime(value)) return DATETIME + pythonIso(Timestamp.fromMillis(value.toMillis()));
  if (value instanceof PlainDate) return DATE + value.iso;
  if (value instanceof PlainTime) return TIME + value.iso;
  if (value instanceof Decimal) return DECIMAL + value.text;
  if (value instanceof Uint8Array) return BYTES + Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(encodeTyped);
  return mapFields(value, encodeTyped);
}

/** The value with marked texts as typed scalars. A marked text that isn't one of its type stays a text. */
export function decodeTyped(value: unknown): unknown {
  if (typeof value === 'string') return decodeText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decodeTyped);
  return mapFields(value, decodeTyped);
}

function mapFields(value: object, map: (field: unknown) => unknown): Record<string, unknown> {
  const mapped: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value))
    if (field !== undefined) putField(mapped, key, map(field));
  return mapped;
}

function decodeText(text: string): unknown {
  const rest = text.slice(1);
  try {
    switch (text[0]) {
      case DECIMAL:
        return new Decimal(rest);
      case DATETIME:
        return parseTimestamp(rest) ?? text;
      case DATE:
        return new PlainDate(rest);
      case TIME:
        return new PlainTime(rest);
      case BYTES:
        return new Uint8Array(Buffer.from(rest, 'base64'));
      default:
        return text;
    }
  } catch {
    return text;
  }
}

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** An ISO instant with microseconds; without an offset it is UTC. */
function parseTimestamp(text: string): Timestamp | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = '', offset = 'Z'] = match;
  const zone = offset === 'Z' || offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`;
  const ms = Date.parse(`${date}T${time}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return new Timestamp(BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6)));
}

/** As Python's isoformat writes it, so that dlt finds the content hash unchanged: `+00:00`, six digits of a second or none. */
function pythonIso(value: Timestamp): string {
  return value
    .toString()
    .replace(/(\.\d{3})Z$/, '$1000Z')
    .replace(/Z$/, '+00:00');
}
