import { Decimal, PlainDate, PlainTime, Timestamp } from '../value';

const LONGEST = 160;

/**
 * What differs between two decoded values, with the place where; undefined where nothing does. Objects are unordered,
 * an absent key is an undefined one, and an integer is the same as a number and as a bigint.
 */
export function difference(actual: unknown, expected: unknown, at = ''): string | undefined {
  if (Object.is(actual, expected) || comparable(actual) === comparable(expected)) return undefined;
  if (Array.isArray(actual) && Array.isArray(expected)) return differenceOfLists(actual, expected, at);
  if (isRecord(actual) && isRecord(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const found = difference(actual[key], expected[key], at === '' ? key : `${at}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return `${at === '' ? '' : `${at}: `}expected ${show(expected)}, got ${show(actual)}`;
}

function differenceOfLists(
  actual: readonly unknown[],
  expected: readonly unknown[],
  at: string,
): string | undefined {
  for (let index = 0; index < Math.min(actual.length, expected.length); index += 1) {
    const found = difference(actual[index], expected[index], `${at}[${index}]`);
    if (found !== undefined) return found;
  }
  if (actual.length === expected.length) return undefined;
  const next =
    actual.length > expected.length
      ? `, first too many ${show(actual[expected.length])}`
      : `, first missing ${show(expected[actual.length])}`;
  return `${at === '' ? '' : `${at}: `}expected ${expected.length} entries, got ${actual.length}${next}`;
}

/** A text that two scalars share where they are equal; the value itself for anything else. */
function comparable(value: unknown): unknown {
  if (typeof value === 'bigint') return `number ${value}`;
  if (typeof value === 'number') return `number ${Number.isInteger(value) ? BigInt(value) : value}`;
  if (value instanceof Timestamp) return `timestamp ${value.micros}`;
  if (value instanceof PlainDate) return `date ${value.iso}`;
  if (value instanceof PlainTime) return `time ${shortestTime(value)}`;
  if (value instanceof Decimal) return `decimal ${value.text}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  return value;
}

/** A time of day without zeros at the end of its fraction. */
export const shortestTime = ({ iso }: PlainTime): string =>
  iso.includes('.') ? iso.replace(/\.?0+$/, '') : iso;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A value on one line, cut where it is long. */
export function show(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ??
    String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
