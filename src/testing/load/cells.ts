import { parseJsonExactly } from '../../http';
import { type DataType, Decimal, isPlainObject, PlainDate, PlainTime, Timestamp } from '../../value';
import { writtenInstant } from '../clock';

/**
 * A stored value as plain data, as an author writes it down: instants, dates and times of day as ISO text, decimals as
 * their text, JSON parsed. Integers beyond 2^53 stay bigint, bytes stay bytes.
 */
export function plainCell(value: unknown, type: DataType | undefined): unknown {
  if (value === undefined) return null;
  if (type === 'json' && typeof value === 'string') return parseJsonExactly(value);
  if (value instanceof Timestamp || value instanceof PlainDate || value instanceof PlainTime)
    return value.toString();
  return value instanceof Decimal ? value.text : value;
}

/**
 * A value, stored or expected, in the one form in which equal values of a column are the same: `2024-01-01T01:00+01:00`
 * and `2024-01-01T00:00:00Z`, `1.50` and 1.5, `5n` and 5, null and undefined.
 */
export function comparable(value: unknown, type: DataType | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'timestamp') return instantText(value);
  if (type === 'decimal' || type === 'wei') return decimalValue(value);
  return comparableData(value);
}

function instantText(value: unknown): unknown {
  if (value instanceof Date) return Timestamp.fromMillis(value.getTime()).toString();
  const text = value instanceof Timestamp ? value.toString() : value;
  return typeof text === 'string' ? (writtenInstant(text)?.toString() ?? text) : text;
}

/** A number where it says all of the decimal, else a bigint or the shortest text. */
function decimalValue(value: unknown): unknown {
  const text = value instanceof Decimal ? value.text : String(value);
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return value;
  if (/[eE]/.test(text)) return Number(text);
  const unsigned = text
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?)\./, '$10.');
  const bare = unsigned.includes('.') ? unsigned.replace(/\.?0+$/, '') : unsigned;
  const number = Number(bare);
  if (String(number) === bare) return number;
  return /^-?\d+$/.test(bare) ? comparableData(BigInt(bare)) : bare;
}

function comparableData(value: unknown): unknown {
  if (typeof value === 'bigint')
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  if (value === 0) return 0;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  if (value instanceof Date) return value.toISOString();
  if (
    value instanceof Timestamp ||
    value instanceof PlainDate ||
    value instanceof PlainTime ||
    value instanceof Decimal
  )
    return value.toString();
  if (Array.isArray(value)) return value.map((one) => (one === undefined ? null : comparableData(one)));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => [key, comparableData(one)]),
  );
}
