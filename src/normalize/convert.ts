import type { DataType } from '../schema';
import { safeInteger } from '../value';
import { fits, parseDecimal, plainText } from './decimal-text';
import {
  dayOfMicros,
  type Micros,
  microsOfDay,
  microsOfEpoch,
  parseIsoDate,
  parseIsoTime,
  parseIsoTimestamp,
} from './iso-time';
import { type Stored, textOf } from './stored-value';
import { isInt64 } from './value-type';

/** dlt's decimal and wei of a column without a precision of its own. */
export const DECIMAL_PRECISION = 38;
export const DECIMAL_SCALE = 9;

/** The column that a value is to fit: its type, and whether that was declared by hints or inferred from data. */
export interface TargetType {
  readonly type: DataType;
  readonly declared: boolean;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
}

const HEX = /^0x[0-9a-fA-F]+$/;
const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TRUE = new Set(['yes', 'true', 't', 'y', '1']);
const FALSE = new Set(['no', 'false', 'f', 'n', '0']);

/**
 * A stored value of one type as a value of a column's type, undefined if it doesn't go: it belongs in a variant then.
 * A declared type takes what dlt 1.31 takes for it (conformance, Normalize 7); an inferred one takes another type only
 * where no digit and no meaning is lost.
 */
export function convert(stored: Stored, from: DataType, target: TargetType): Stored | undefined {
  switch (target.type) {
    case 'text':
      return from === 'text' ? stored : textOf(stored, from);
    case 'bigint':
      return toBigint(stored, from, target);
    case 'double':
      return toDouble(stored, from, target.declared);
    case 'decimal':
    case 'wei':
      return toDecimal(stored, from, target);
    case 'bool':
      return toBool(stored, from, target.declared);
    case 'timestamp':
      return toTimestamp(stored, from, target.declared);
    case 'date':
      return toDate(stored, from, target.declared);
    case 'time':
      return from === 'time' ? stored : from === 'text' ? parseIsoTime(stored as string) : undefined;
    case 'binary':
      return from === 'binary' ? stored : from === 'text' ? bytesOf(stored as string) : undefined;
    case 'json':
      return from === 'json' || (from === 'text' && isJson(stored as string, target.declared))
        ? stored
        : undefined;
  }
}

function toBigint(stored: Stored, from: DataType, target: TargetType): Stored | undefined {
  const value = integerOf(stored, from, target.declared);
  if (value === undefined) return undefined;
  const bits = BigInt(Math.min(target.precision ?? 64, 64));
  const wide = BigInt.asIntN(Number(bits), BigInt(value)) === BigInt(value);
  return wide ? value : undefined;
}

function integerOf(stored: Stored, from: DataType, declared: boolean): number | bigint | undefined {
  switch (from) {
    case 'bigint':
      return stored as number | bigint;
    case 'double':
      return Number.isInteger(stored) ? within(BigInt(stored as number)) : undefined;
    case 'wei':
    case 'decimal': {
      const number = parseDecimal(stored as string);
      return number === undefined || number.fraction !== '' ? undefined : within(BigInt(plainText(number)));
    }
    case 'text': {
      const text = stored as string;
      const trimmed = declared ? text.trim() : text;
      if (declared && HEX.test(trimmed)) return within(BigInt(trimmed));
      if (!INTEGER.test(trimmed)) return undefined;
      const value = BigInt(trimmed.replace('+', ''));
      return declared || String(value) === text ? within(value) : undefined;
    }
    default:
      return undefined;
  }
}

function within(value: bigint): number | bigint | undefined {
  return isInt64(value) ? safeInteger(value) : undefined;
}

function toDouble(stored: Stored, from: DataType, declared: boolean): number | undefined {
  switch (from) {
    case 'double':
      return stored as number;
    case 'bigint':
    case 'wei': {
      const number = Number(stored);
      return declared || BigInt(number) === BigInt(stored as string | number | bigint) ? number : undefined;
    }
    case 'decimal': {
      const number = Number(stored);
      return declared || sameDecimal(String(number), stored as string) ? number : undefined;
    }
    case 'text': {
      const text = stored as string;
      const trimmed = declared ? text.trim() : text;
      if (declared && HEX.test(trimmed)) return Number(trimmed);
      if (!NUMBER.test(trimmed)) return undefined;
      const number = Number(trimmed);
      return Number.isFinite(number) && (declared || String(number) === text) ? number : undefined;
    }
    default:
      return undefined;
  }
}

function sameDecimal(a: string, b: string): boolean {
  const [left, right] = [parseDecimal(a), parseDecimal(b)];
  return left !== undefined && right !== undefined && plainText(left) === plainText(right);
}

function toDecimal(stored: Stored, from: DataType, target: TargetType): string | undefined {
  if (from === 'bool' || from === 'timestamp' || from === 'date' || from === 'time') return undefined;
  if (from === 'binary' || from === 'json') return undefined;
  const raw = String(stored);
  const trimmed = from === 'text' && target.declared ? raw.trim() : raw;
  const hex = from === 'text' && target.declared && HEX.test(trimmed);
  const number = parseDecimal(hex ? String(BigInt(trimmed)) : trimmed);
  if (number === undefined) return undefined;
  if (from === 'text' && !target.declared && plainText(number) !== raw) return undefined;
  const precision = target.precision ?? DECIMAL_PRECISION;
  const scale = target.type === 'wei' ? 0 : (target.scale ?? DECIMAL_SCALE);
  return fits(number, precision, scale) ? plainText(number) : undefined;
}

function toBool(stored: Stored, from: DataType, declared: boolean): boolean | undefined {
  if (from === 'bool') return stored as boolean;
  if (from === 'text') {
    const text = stored as string;
    if (!declared) return text === 'true' ? true : text === 'false' ? false : undefined;
    const lower = text.toLowerCase();
    return TRUE.has(lower) ? true : FALSE.has(lower) ? false : undefined;
  }
  if (!declared) return undefined;
  if (from === 'bigint' || from === 'double') return Number(stored) !== 0;
  if (from === 'decimal' || from === 'wei') return !sameDecimal(stored as string, '0');
  return undefined;
}

function toTimestamp(stored: Stored, from: DataType, declared: boolean): Micros | undefined {
  switch (from) {
    case 'timestamp':
      return stored as Micros;
    case 'date':
      return microsOfDay(stored as number);
    case 'text': {
      const instant = parseIsoTimestamp(stored as string);
      if (instant !== undefined) return instant;
      const day = parseIsoDate(stored as string);
      return day === undefined ? undefined : microsOfDay(day);
    }
    case 'bigint':
    case 'double':
      return declared ? microsOfEpoch(stored as number | bigint) : undefined;
    default:
      return undefined;
  }
}

function toDate(stored: Stored, from: DataType, declared: boolean): number | undefined {
  if (from === 'date') return stored as number;
  if (from === 'text') {
    const day = parseIsoDate(stored as string);
    if (day !== undefined || !declared) return day;
  }
  // What follows has a time of day to lose.
  if (!declared) return undefined;
  const instant = toTimestamp(stored, from, true);
  return instant === undefined ? undefined : dayOfMicros(instant);
}

function bytesOf(text: string): Uint8Array | undefined {
  if (text.startsWith('0x')) {
    const hex = text.slice(2);
    return /^([0-9a-fA-F]{2})*$/.test(hex) ? new Uint8Array(Buffer.from(hex, 'hex')) : undefined;
  }
  return BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;
}

/** In an inferred column a text such as `null` or `-0` stays a text: as JSON it would be nothing, or another value. */
function isJson(text: string, declared: boolean): boolean {
  if (!declared && !/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
