import type { DateTime } from 'luxon';
import type { DataType } from '../schema';
import type { Decimal, PlainDate, PlainTime } from '../value';
import { safeInteger, Timestamp } from '../value';
import { isoDate, isoformat, isoTime, type Micros, parseIsoDate, parseIsoTime } from './iso-time';
import { RowFault } from './row-fault';

/**
 * A value in the form in which a column of its type keeps it:
 * text, json, decimal, wei: text · bigint: number, beyond 2^53 bigint · double: number · bool: boolean ·
 * timestamp: microseconds · date: days · time: microseconds · binary: bytes
 */
export type Stored = string | number | bigint | boolean | Uint8Array;

/** The stored form of a value of the scalar type that `valueType` found. */
export function storedScalar(value: unknown, type: DataType): Stored {
  switch (type) {
    case 'timestamp':
      return microsOf(value as Date | Timestamp | DateTime);
    case 'date':
      return parsed(parseIsoDate((value as PlainDate).iso));
    case 'time':
      return parsed(parseIsoTime((value as PlainTime).iso));
    case 'decimal':
      return (value as Decimal).text;
    case 'wei':
      return String(value);
    case 'bigint':
      return typeof value === 'bigint' ? safeInteger(value) : (value as number);
    default:
      return value as Stored;
  }
}

function parsed(stored: number | undefined): number {
  if (stored === undefined) throw new RowFault();
  return stored;
}

function microsOf(value: Date | Timestamp | DateTime): Micros {
  if (value instanceof Timestamp) return safeInteger(value.micros);
  const ms = value.valueOf();
  const exact = Math.round(ms * 1000);
  return Number.isSafeInteger(exact) ? exact : BigInt(ms) * 1000n;
}

/** A stored value as the text that a text column takes for it. */
export function textOf(stored: Stored, type: DataType): string {
  switch (type) {
    case 'timestamp':
      return isoformat(stored as Micros);
    case 'date':
      return isoDate(stored as number);
    case 'time':
      return isoTime(stored as number);
    case 'binary': {
      const bytes = stored as Uint8Array;
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
    }
    default:
      return String(stored);
  }
}
