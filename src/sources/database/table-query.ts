import { DateTime } from 'luxon';
import { shown, TidemarkError } from '../../errors';
import { Decimal, PlainDate, quoteIdentifier } from '../../value';
import type { DatabaseTable } from './table-config';
import type { ColumnShape, Statement } from './types';

/** The range of the cursor that a run reads: start inclusive, end exclusive; undefined for a side without a bound. */
export interface CursorRange {
  readonly column: ColumnShape;
  readonly start: unknown;
  readonly end: unknown;
}

const fullName = ({ schema, name }: DatabaseTable): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** Text is compared by code point here, and so it must be there. */
const ordered = ({ name, collation }: ColumnShape): string =>
  collation === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} COLLATE ${collation}`;

/** The statement that reads the rows of a range, in the order of the cursor, then of the key. */
export function rowsStatement(
  table: DatabaseTable,
  columns: readonly ColumnShape[],
  options: { readonly range: CursorRange | undefined; readonly key: readonly string[] },
): Statement {
  const { range, key } = options;
  const params: (string | number | bigint)[] = [];
  const conditions: string[] = table.where === undefined ? [] : [`(${table.where})`];
  const order = key.filter((name) => name !== range?.column.name).map(quoteIdentifier);
  if (range !== undefined) {
    const cursor = ordered(range.column);
    const compare = (sign: '>=' | '<', value: unknown): string => {
      params.push(parameter(value, range.column));
      return `${cursor} ${sign} $${params.length}::${range.column.type}`;
    };
    const within: string[] = [];
    if (range.start !== undefined) within.push(compare('>=', range.start));
    if (range.end !== undefined) within.push(compare('<', range.end));
    conditions.push(...withNulls(within.join(' AND '), table, range.column));
    order.unshift(cursor);
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const orderBy = range === undefined ? '' : ` ORDER BY ${order.join(', ')}`;
  const list = columns.map(({ name }) => quoteIdentifier(name)).join(', ');
  return { sql: `SELECT ${list} FROM ${fullName(table)}${where}${orderBy}`, params };
}

/** The conditions for rows whose cursor is null, of which no comparison is true: by `cursorNulls`. */
function withNulls(
  within: string,
  { cursorNulls }: DatabaseTable,
  { name, nullable }: ColumnShape,
): readonly string[] {
  if (!nullable) return within === '' ? [] : [within];
  if (cursorNulls === 'include')
    return within === '' ? [] : [`((${within}) OR ${quoteIdentifier(name)} IS NULL)`];
  return [within, `${quoteIdentifier(name)} IS NOT NULL`].filter((condition) => condition !== '');
}

/** The statement that finds a row without a cursor value, if there is one. */
export function nullStatement(table: DatabaseTable, cursor: ColumnShape): Statement {
  const more = table.where === undefined ? '' : ` AND (${table.where})`;
  return {
    sql: `SELECT 1 AS found FROM ${fullName(table)} WHERE ${quoteIdentifier(cursor.name)} IS NULL${more} LIMIT 1`,
    params: [],
  };
}

/** A bound as a parameter. It is cast to the column's own type, so that an index on the column can be used. */
function parameter(value: unknown, { name, type }: ColumnShape): string | number | bigint {
  if (DateTime.isDateTime(value)) {
    const iso = value.toUTC().toISO({ includeOffset: false })!;
    // a column without a zone is taken to be in UTC
    return /with time zone|timestamptz/i.test(type) ? `${iso}Z` : iso;
  }
  if (value instanceof PlainDate) return value.iso;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal)
    return String(value);
  throw new TidemarkError(
    'INTERNAL',
    `The bound "${shown(value)}" of the cursor "${name}" has no form in SQL.`,
  );
}
