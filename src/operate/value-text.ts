import { stringify } from 'lossless-json';
import { redact, redactData } from '../redaction';
import type { ColumnSchema, DataType } from '../schema';
import { canonicalJson } from '../value';

/** The most characters of a value that are shown. */
const LONGEST = 2_000;
/** The most characters of a value that are looked at: a secret that lies across the end of what is shown is recognised whole. */
export const MOST_READ = 8_000;
/** The most characters of a JSON text, such as a state. */
const LONGEST_JSON = 50_000;

/** A column's type in dlt's words, with its precision: `text`, `decimal(38,9)`, `timestamp(3) without time zone`. */
export function typeText({ data_type = 'text', precision, scale, timezone }: ColumnSchema): string {
  const size = [precision, scale].filter((one) => one !== undefined);
  const zone = data_type === 'timestamp' && timezone === false ? ' without time zone' : '';
  return `${data_type}${size.length === 0 ? '' : `(${size.join(',')})`}${zone}`;
}

/**
 * A stored value as a text for people, null for null: integers and decimals with every digit, instants as ISO, JSON without
 * blanks, bytes as base64. What is longer than 2,000 characters ends in `…`. Known secrets are cut out.
 */
export function cellText(value: unknown, type?: DataType): string | null {
  return value === null || value === undefined ? null : cut(redact(textOf(value, type)), LONGEST);
}

/** Any value as JSON, indented, with every digit of an integer; instants are ISO texts, bytes base64. Known secrets are cut out. */
export function jsonText(value: unknown): string {
  const text = stringify(
    redactData(value),
    (_key: string, item: unknown) => (item instanceof Uint8Array ? base64(item) : item),
    2,
  );
  return cut(text ?? 'null', LONGEST_JSON);
}

function textOf(value: unknown, type: DataType | undefined): string {
  if (typeof value === 'string') return type === 'json' ? withoutBlanks(value) : value;
  if (value instanceof Uint8Array) return base64(value.subarray(0, (MOST_READ / 4) * 3));
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return String(value);
  if (!isPrintable(value)) return canonicalJson(value, { instants: 'iso' });
  // a wei is whole, and Postgres keeps it with 78 digits after the point
  return type === 'wei' ? String(value).replace(/\.0*$|(\.\d*?)0+$/, '$1') : String(value);
}

/** Whether a value has a text of its own, as instants and decimals have. */
const isPrintable = (value: object): boolean =>
  !Array.isArray(value) && value.toString !== Object.prototype.toString;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** JSON text without what stands between its tokens; its numbers keep every digit. */
const withoutBlanks = (json: string): string => json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // never half of a character of two units
  const end = /[\ud800-\udbff]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
  return `${text.slice(0, end)}…`;
}
