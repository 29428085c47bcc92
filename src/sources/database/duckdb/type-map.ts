import type { CursorType } from '../../../incremental';
import type { ColumnHint } from '../../../source';
import type { NestedValues } from '../types';

const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER'];
const WIDE_INTEGERS = ['UBIGINT', 'HUGEINT', 'UHUGEINT'];
const FLOATS = ['FLOAT', 'DOUBLE'];
const INSTANTS = ['TIMESTAMP WITH TIME ZONE'];
const LOCAL_TIMES = ['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS'];

const isNested = (type: string): boolean => /\]$|^(STRUCT|MAP|UNION)\(/.test(type);

/** The column that holds values of a type, as DuckDB's catalogue writes it. */
export function hintOf(type: string, nested: NestedValues): ColumnHint {
  if (isNested(type) || type === 'JSON') return nested === 'json' ? { dataType: 'json' } : {};
  if (type === 'BOOLEAN') return { dataType: 'bool' };
  if (INTEGERS.includes(type)) return { dataType: 'bigint' };
  if (WIDE_INTEGERS.includes(type)) return { dataType: 'wei' };
  if (FLOATS.includes(type)) return { dataType: 'double' };
  if (type === 'BLOB') return { dataType: 'binary' };
  if (type === 'DATE') return { dataType: 'date' };
  if (type === 'TIME') return { dataType: 'time' };
  if (INSTANTS.includes(type)) return { dataType: 'timestamp' };
  if (LOCAL_TIMES.includes(type)) return { dataType: 'timestamp', timezone: false };
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal !== null)
    return { dataType: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  return { dataType: 'text' };
}

/** The kinds of cursor that a type can be. */
export function cursorTypesOf(type: string): readonly CursorType[] {
  if (INSTANTS.includes(type) || LOCAL_TIMES.includes(type)) return ['datetime'];
  if (type === 'DATE') return ['date'];
  if (INTEGERS.includes(type) || WIDE_INTEGERS.includes(type)) return ['integer', 'unix', 'unixMs'];
  if (type.startsWith('DECIMAL')) return ['integer', 'unix', 'unixMs', 'unixFloat'];
  if (FLOATS.includes(type)) return ['unixFloat'];
  return type === 'VARCHAR' || type === 'UUID' ? ['text', 'iso'] : [];
}
