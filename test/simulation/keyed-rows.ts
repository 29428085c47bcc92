import type { Bound, Merge, OrderingColumn, OwnRows } from '../../src/destination/commit';
import { readChunk, type StagedTables } from '../../src/normalize';
import { LOAD_ID, PARENT_ID, ROW_ID, type TableSchema } from '../../src/schema';
import { Timestamp } from '../../src/value';
import { booksOf } from './books';
import type { Changes, Row } from './store';

/** A staged row with the number of its root. */
export interface StagedRow {
  readonly root: number;
  readonly row: Row;
}

export async function readStaged(staged: StagedTables, table: TableSchema): Promise<readonly StagedRow[]> {
  const rows: StagedRow[] = [];
  for await (const chunk of staged.chunks(table.name)) {
    const before = rows.length;
    for (const [at, row] of readChunk(chunk).entries())
      rows.push({ root: chunk.roots?.[at] ?? before + at, row });
  }
  return rows;
}

/** A value that can be compared: instants by their microseconds. */
function comparable(value: unknown): string | number | bigint | undefined {
  if (value instanceof Timestamp) return value.micros;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  return undefined;
}

/** The key of a row as text; undefined if a part of it is null: such a key equals none. */
export function keyOf(row: Row, columns: readonly string[]): string | undefined {
  const parts = columns.map((column) => comparable(row[column]));
  return parts.some((part) => part === undefined) ? undefined : parts.join('\n');
}

/** Whether `a` lies beyond `b` by a column; not where one has no value. */
export function isBeyond({ column, beyond }: OrderingColumn, a: Row, b: Row): boolean {
  const [one, other] = [comparable(a[column]), comparable(b[column])];
  if (one === undefined || other === undefined) return false;
  return beyond === '>' ? one > other : one < other;
}

/** Whether a row is within all bounds; undefined where it has no value. */
export function isWithin(bounds: readonly Bound[], row: Row): boolean | undefined {
  let within = true;
  for (const { column, operator, value } of bounds) {
    const stored = comparable(row[column]);
    if (stored === undefined) return undefined;
    const holds = { '>': stored > value, '>=': stored >= value, '<': stored < value, '<=': stored <= value };
    within &&= holds[operator];
  }
  return within;
}

/** Which rows of a shared root table a resource loaded. */
export function ownRows(changes: Changes, { source, resource, unknownToo }: OwnRows): (row: Row) => boolean {
  const { ledger } = booksOf(changes);
  const own = new Set(
    ledger.flatMap((row) => (row.source === source && row.resource === resource ? [row.load_id] : [])),
  );
  const known = new Set(ledger.map(({ load_id }) => load_id));
  return (row) => {
    const load = row[LOAD_ID] as string;
    return own.has(load) || (unknownToo && !known.has(load));
  };
}

/** Removes roots with everything below them, found from parent to child. @returns how many roots */
export function removeTrees(
  changes: Changes,
  { root, tables }: { readonly root: TableSchema; readonly tables: readonly TableSchema[] },
  which: (row: Row) => boolean,
): number {
  const doomed = new Map([
    [
      root.name,
      new Set(
        changes
          .rows(root.name)
          .filter(which)
          .map((row) => row[ROW_ID]),
      ),
    ],
  ]);
  if (doomed.get(root.name)!.size === 0) return 0;
  for (const table of tables) {
    if (table.parent === undefined) continue;
    const parents = doomed.get(table.parent) ?? new Set();
    const below = changes.rows(table.name).filter((row) => parents.has(row[PARENT_ID]));
    doomed.set(table.name, new Set(below.map((row) => row[ROW_ID])));
    const gone = new Set(below);
    changes.remove(table.name, (row) => gone.has(row));
  }
  const ids = doomed.get(root.name)!;
  return changes.remove(root.name, (row) => ids.has(row[ROW_ID]));
}

/** The staged roots to write: one of each primary key, by the rule of the merge. */
export function chooseRows(roots: readonly StagedRow[], merge: Merge): readonly StagedRow[] {
  const { primaryKey, winner, last } = merge;
  if (primaryKey.length === 0) return roots;
  const chosen = new Map<string, StagedRow>();
  const unkeyed: StagedRow[] = [];
  for (const candidate of roots) {
    const key = keyOf(candidate.row, primaryKey);
    if (key === undefined) unkeyed.push(candidate);
    else {
      const before = chosen.get(key);
      if (before === undefined || wins(candidate, before)) chosen.set(key, candidate);
    }
  }
  return [...chosen.values(), ...unkeyed];

  function wins({ row }: StagedRow, { row: before }: StagedRow): boolean {
    if (winner === undefined) return last;
    const by = { column: winner.column, beyond: winner.order === 'desc' ? '>' : '<' } as const;
    if (isBeyond(by, row, before)) return true;
    return last && !isBeyond(by, before, row);
  }
}
