import type { TableCounts } from '../types';

/** Row counts of a commit by table. */
export type CommitCounts = ReadonlyMap<string, TableCounts>;

/** What one step did to the rows of a table. */
export interface CountedRows extends Partial<TableCounts> {
  readonly table: string;
}

const NONE: TableCounts = { inserted: 0, updated: 0, deleted: 0, skipped: 0, stale: 0 };

/** Adds up what the steps did. */
export function sumCounts(steps: readonly CountedRows[]): CommitCounts {
  const sums = new Map<string, TableCounts>();
  for (const { table, ...counted } of steps) {
    const sum = sums.get(table) ?? NONE;
    sums.set(table, {
      inserted: sum.inserted + (counted.inserted ?? 0),
      updated: sum.updated + (counted.updated ?? 0),
      deleted: sum.deleted + (counted.deleted ?? 0),
      skipped: sum.skipped + (counted.skipped ?? 0),
      stale: sum.stale + (counted.stale ?? 0),
    });
  }
  return sums;
}

/** Rows that a commit wrote to some tables. */
export function writtenRows(counts: CommitCounts, tables: readonly string[]): number {
  return tables.reduce((sum, table) => {
    const { inserted, updated } = counts.get(table) ?? NONE;
    return sum + inserted + updated;
  }, 0);
}
