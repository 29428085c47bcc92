import type { CursorType } from '../../../incremental';
import { OID } from '../../../postgres-client';
import type { ColumnHint } from '../../../source';
import type { NestedValues } from '../types';

const LARGEST_PRECISION = 38;
const HEADER_BYTES = 4;

const INTEGERS: readonly number[] = [OID.int2, OID.int4, OID.int8, OID.oid];
const FLOATS: readonly number[] = [OID.float4, OID.float8];
const TEXTS: readonly number[] = [OID.text, OID.varchar, OID.bpchar, OID.uuid];

/** The column that holds values of a type. `modifier` is the catalogue's: precision and scale of a numeric. */
export function hintOf(oid: number, modifier: number, nested: NestedValues): ColumnHint {
  if (oid === OID.bool) return { dataType: 'bool' };
  if (INTEGERS.includes(oid)) return { dataType: 'bigint' };
  if (FLOATS.includes(oid)) return { dataType: 'double' };
  if (oid === OID.numeric) return numericHint(modifier);
  if (oid === OID.bytea) return { dataType: 'binary' };
  if (oid === OID.date) return { dataType: 'date' };
  if (oid === OID.time) return { dataType: 'time' };
  if (oid === OID.timestamp) return { dataType: 'timestamp', timezone: false };
  if (oid === OID.timestamptz) return { dataType: 'timestamp' };
  if (oid === OID.json || oid === OID.jsonb) return nested === 'json' ? { dataType: 'json' } : {};
  return { dataType: 'text' };
}

/** A numeric without a precision holds anything: what doesn't fit the usual decimal goes to a variant column. */
function numericHint(modifier: number): ColumnHint {
  if (modifier < HEADER_BYTES) return { dataType: 'decimal' };
  const precision = ((modifier - HEADER_BYTES) >> 16) & 0xffff;
  const scale = (((modifier - HEADER_BYTES) & 0x7ff) ^ 1024) - 1024;
  const fits = scale >= 0 && precision <= LARGEST_PRECISION && scale <= precision;
  return fits ? { dataType: 'decimal', precision, scale } : { dataType: 'decimal' };
}

/** The kinds of cursor that a type can be. */
export function cursorTypesOf(oid: number): readonly CursorType[] {
  if (oid === OID.timestamp || oid === OID.timestamptz) return ['datetime'];
  if (oid === OID.date) return ['date'];
  if (INTEGERS.includes(oid)) return ['integer', 'unix', 'unixMs'];
  if (oid === OID.numeric) return ['integer', 'unix', 'unixMs', 'unixFloat'];
  if (FLOATS.includes(oid)) return ['unixFloat'];
  return TEXTS.includes(oid) ? ['text', 'iso'] : [];
}

/** Types whose order depends on the database's collation unless a statement names another. */
export const isCollated = (oid: number): boolean => oid !== OID.uuid && TEXTS.includes(oid);
