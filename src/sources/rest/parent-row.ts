import { isRecord } from '../../value';

export type Row = Readonly<Record<string, unknown>>;

/** Where a row keeps the row of the parent that it was asked for with: no column, and a map that copies the row copies it too. */
const PARENT = Symbol('the row of the parent');

/** Has rows know the row of the parent that they came of. */
export function keepParent(rows: readonly unknown[], parent: Row | undefined): void {
  for (const row of rows) if (isRecord(row)) (row as { [PARENT]?: Row | undefined })[PARENT] = parent;
}

/** The row of the parent that a row came of; undefined where a map made another row of it. */
export const parentOf = (row: Row | undefined): Row | undefined =>
  (row as { readonly [PARENT]?: Row } | undefined)?.[PARENT];
