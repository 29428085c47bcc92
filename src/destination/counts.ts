import type { TableCounts } from './types';

/** Row counts of a commit by table, while it runs. */
export type TableTally = Map<string, TableCounts>;

const NONE: TableCounts = { inserted: 0, updated: 0, deleted: 0, skipped: 0, stale: 0 };

/** Adds to the counts of a table. */
export function countRows(tally: TableTally, table: string, counts: Partial<TableCounts>): void {
  const sum: Record<string, number> = { ...(tally.get(table) ?? NONE) };
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  tally.set(table, sum as unknown as TableCounts);
}

/** Rows of a table that a commit wrote. */
export function writtenRows(tally: TableTally, table: string): number {
  const counts = tally.get(table) ?? NONE;
  return counts.inserted + counts.updated;
}
