import type bigquery from '@google-cloud/bigquery/build/src/types';
import { Decimal, PlainDate, PlainTime, safeInteger, Timestamp } from '../../value';
import type { QueryResult } from '../types';
import type { JobResults } from './jobs';

type Field = bigquery.ITableFieldSchema;

/** The API has other names of types than SQL. */
const SQL_NAMES: Readonly<Record<string, string>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  RECORD: 'STRUCT',
};

export const sqlName = ({ type = '', mode }: Field): string => {
  const name = SQL_NAMES[type] ?? type;
  return mode === 'REPEATED' ? `ARRAY<${name}>` : name;
};

/** A page of a result, with values as {@link QueryResult} says. */
export function resultOf({ schema, rows = [] }: JobResults): QueryResult {
  const fields = schema?.fields ?? [];
  return {
    columns: fields.map((field) => ({ name: field.name ?? '', type: sqlName(field) })),
    rows: rows.map((row) => recordOf(fields, row)),
  };
}

function recordOf(fields: readonly Field[], row: unknown): Record<string, unknown> {
  const cells = (row as { f?: readonly { v?: unknown }[] }).f ?? [];
  return Object.fromEntries(fields.map((field, at) => [field.name ?? '', cellValue(field, cells[at]?.v)]));
}

function cellValue(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (field.mode === 'REPEATED')
    return (value as readonly { v?: unknown }[]).map(({ v }) => cellValue({ ...field, mode: 'NULLABLE' }, v));
  if (field.type === 'RECORD' || field.type === 'STRUCT') return recordOf(field.fields ?? [], value);
  return scalarOf(field.type ?? '', String(value));
}

function scalarOf(type: string, text: string): unknown {
  switch (type) {
    case 'INTEGER':
    case 'INT64':
      return safeInteger(BigInt(text));
    case 'FLOAT':
    case 'FLOAT64':
      return Number(text);
    case 'BOOLEAN':
    case 'BOOL':
      return text === 'true';
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return new Decimal(text);
    case 'TIMESTAMP':
      return new Timestamp(BigInt(text));
    case 'DATETIME':
      return naiveInstant(text);
    case 'DATE':
      return new PlainDate(text);
    case 'TIME':
      return new PlainTime(text);
    case 'BYTES':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

/** `2024-01-02T03:04:05.678901`, read as UTC, as dlt keeps such. */
function naiveInstant(text: string): Timestamp {
  const [seconds = '', fraction = ''] = text.split('.');
  return new Timestamp(BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0')));
}
