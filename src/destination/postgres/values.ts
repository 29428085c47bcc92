import type { CustomTypesConfig } from 'pg';
import { valueParsers } from '../../postgres-client';
import { Decimal, isDateTime, PlainDate, PlainTime, Timestamp } from '../../value';

const parserOf = valueParsers('json', new Map());

/** What makes our values of the server's texts. */
export const TYPES = {
  getTypeParser: (oid: number) => parserOf(oid),
} as unknown as CustomTypesConfig;

/** Names of types as SQL writes them, of those that results mostly have. */
const NAMES: Readonly<Record<number, string>> = {
  16: 'boolean',
  17: 'bytea',
  20: 'bigint',
  21: 'smallint',
  23: 'integer',
  25: 'text',
  114: 'json',
  700: 'real',
  701: 'double precision',
  1042: 'character',
  1043: 'character varying',
  1082: 'date',
  1083: 'time without time zone',
  1114: 'timestamp without time zone',
  1184: 'timestamp with time zone',
  1700: 'numeric',
  2950: 'uuid',
  3802: 'jsonb',
};

export const typeName = (oid: number): string => NAMES[oid] ?? `type ${oid}`;

/** A value of ours as a parameter: the server takes its text as what is asked for at its place. */
export function paramValue(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof Date) return value.toISOString();
  if (isDateTime(value)) return new Date(value.toMillis()).toISOString();
  if (value instanceof Timestamp || value instanceof PlainDate || value instanceof PlainTime)
    return String(value);
  if (value instanceof Decimal || typeof value !== 'object') return String(value);
  return JSON.stringify(value);
}
