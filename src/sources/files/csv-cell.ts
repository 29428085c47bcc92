import { parseJsonExactly } from '../../http';
import type { ColumnDataType } from '../../source';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../value';

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/;
const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  n: false,
  '0': false,
};

/** What a cell of a type looks like, for messages. */
export const CELL_FORMS: Readonly<Record<ColumnDataType, string>> = {
  text: 'text',
  bigint: 'a whole number',
  wei: 'a whole number',
  double: 'a number',
  decimal: 'a decimal number such as 1234.50',
  bool: 'true or false',
  timestamp: 'an instant such as 2024-01-31T06:00:00Z (UTC without an offset)',
  date: 'a day such as 2024-01-31',
  time: 'a time of day such as 06:30:00',
  json: 'JSON',
  binary: 'base64',
};

/** A cell as a value of its column's type; undefined if it is not one. No digit is lost. */
export function cellValue(text: string, type: ColumnDataType): unknown {
  const trimmed = text.trim();
  switch (type) {
    case 'text':
      return text;
    case 'bigint':
    case 'wei':
      return INTEGER.test(trimmed) ? integer(trimmed) : undefined;
    case 'double':
      return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
    case 'decimal':
      return NUMBER.test(trimmed) ? new Decimal(trimmed) : undefined;
    case 'bool':
      return WORDS[trimmed.toLowerCase()];
    case 'date':
      return DATE.test(trimmed) && isDay(trimmed) ? new PlainDate(trimmed) : undefined;
    case 'time':
      return /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?$/.test(trimmed)
        ? new PlainTime(trimmed)
        : undefined;
    case 'timestamp':
      return instant(trimmed);
    case 'json':
      return json(text);
    case 'binary':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(trimmed) && trimmed.length % 4 === 0
        ? new Uint8Array(Buffer.from(trimmed, 'base64'))
        : undefined;
  }
}

/**
 * A cell whose column has no type: a number, true or false where writing it again gives the same text, so that `007` and
 * `1.50` stay what they are.
 */
export function guessedValue(text: string): unknown {
  if (/^(0|-?[1-9]\d*)$/.test(text)) return integer(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+\.\d+$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

function integer(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text.replace('+', ''));
}

/** `Date.parse` takes the 31st of every month. */
const isDay = (text: string): boolean => {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};

function instant(text: string): Timestamp | undefined {
  if (DATE.test(text)) return isDay(text) ? Timestamp.fromMillis(Date.parse(`${text}T00:00:00Z`)) : undefined;
  const found = INSTANT.exec(text);
  if (found === null || !isDay(found[1]!)) return undefined;
  const [, day, minutes, seconds = ':00', fraction = '', offset = 'Z'] = found;
  const ms = Date.parse(`${day}T${minutes}${seconds}${fullOffset(offset)}`);
  if (Number.isNaN(ms)) return undefined;
  const digits = fraction.slice(1).padEnd(9, '0');
  // a digit below the microsecond has no place
  return digits.endsWith('000') ? new Timestamp(BigInt(ms) * 1000n + BigInt(digits.slice(0, 6))) : undefined;
}

const fullOffset = (offset: string): string =>
  offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`;

function json(text: string): unknown {
  try {
    return parseJsonExactly(text);
  } catch {
    return undefined;
  }
}
