import { LEDGER_TABLE } from '../../ledger';
import { LOAD_ID } from '../../schema';
import type { Bound, OrderingColumn, OwnRows, VersionColumns } from '../commit';
import type { BoundDialect, Dialect } from './dialect';

/*
 * Rows are called `_dlt_t` where they are stored, `_dlt_s` where they are staged: no column has such a name, and within a subquery
 * GoogleSQL takes a name for a column of its tables before it looks for a table outside.
 */

/** SQL that is true where `a` and `b` have the same key; a key with a null in it equals none. */
export function sameKey(dialect: Dialect, key: readonly string[], a: string, b: string): string {
  return key.map((column) => `${a}.${dialect.quote(column)} = ${b}.${dialect.quote(column)}`).join(' AND ');
}

/** SQL that is true where a key has no null. */
export function fullKey(dialect: Dialect, key: readonly string[], a: string): string {
  return key.map((column) => `${a}.${dialect.quote(column)} IS NOT NULL`).join(' AND ');
}

/** SQL that is true where the row `a` lies beyond the row `b` by a column; not where one has no value. */
export function isBeyond(dialect: Dialect, { column, beyond }: OrderingColumn, a: string, b: string): string {
  return `${a}.${dialect.quote(column)} ${beyond} ${b}.${dialect.quote(column)}`;
}

/** SQL that is true for an active version of the row `alias`. */
export function isActive(dialect: BoundDialect, { to, active }: VersionColumns, alias: string): string {
  const until = `${alias}.${dialect.quote(to)}`;
  return active === null ? `${until} IS NULL` : `${until} = ${dialect.instant(dialect.literal(active))}`;
}

/** SQL that is true for rows `_dlt_t` of a shared root table that a resource loaded. */
export function isOwn(dialect: BoundDialect, { source, resource, unknownToo }: OwnRows): string {
  const ledger = dialect.table(LEDGER_TABLE);
  const load = `_dlt_t.${dialect.quote(LOAD_ID)}`;
  const own = `${load} IN (SELECT load_id FROM ${ledger} WHERE source = ${dialect.literal(source)} AND resource = ${dialect.literal(resource)})`;
  if (!unknownToo) return own;
  return `(${own} OR ${load} NOT IN (SELECT load_id FROM ${ledger} WHERE load_id IS NOT NULL))`;
}

/** SQL that is true for rows `_dlt_t` within the bounds, each of which takes a parameter. */
export function isWithin(dialect: Dialect, bounds: readonly Bound[]): string {
  const operand = { instant: dialect.instant('?'), date: dialect.date('?'), plain: '?' };
  return bounds
    .map(({ column, operator, type }) => `_dlt_t.${dialect.quote(column)} ${operator} ${operand[type]}`)
    .join(' AND ');
}
