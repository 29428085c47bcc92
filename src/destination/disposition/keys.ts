import type { Dialect } from '../sql';
import type { CursorLoad, ResourceLoad } from '../types';

/** SQL that is true where `a` and `b` have the same key; a key with a null in it equals none. */
export function sameKey(dialect: Dialect, key: readonly string[], a: string, b: string): string {
  return key.map((column) => `${a}.${dialect.quote(column)} = ${b}.${dialect.quote(column)}`).join(' AND ');
}

/** SQL that is true where a key has no null. */
export function fullKey(dialect: Dialect, key: readonly string[], a: string): string {
  return key.map((column) => `${a}.${dialect.quote(column)} IS NOT NULL`).join(' AND ');
}

/** The cursor by which stored and staged rows can be ordered: the first that is one column and not a custom function. */
export function orderingCursor(
  resource: ResourceLoad,
): (CursorLoad & { readonly column: string }) | undefined {
  return resource.cursors.find(
    (cursor): cursor is CursorLoad & { readonly column: string } =>
      cursor.column !== undefined && cursor.lastValueFunc !== 'custom',
  );
}

/** SQL that is true where the row `a` lies beyond the row `b` by a cursor; not where one has no value. */
export function isBeyond(
  dialect: Dialect,
  cursor: CursorLoad & { readonly column: string },
  a: string,
  b: string,
): string {
  const column = dialect.quote(cursor.column);
  return `${a}.${column} ${cursor.lastValueFunc === 'min' ? '<' : '>'} ${b}.${column}`;
}
