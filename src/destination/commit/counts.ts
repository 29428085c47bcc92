import type { TableCounts } from '../types';
import { type Count, plus } from './later-number';

/** Row counts of a commit by table. */
export type CommitCounts = ReadonlyMap<string, TableCounts>;

/** The same while some of them aren't known yet. */
export type LaterCounts = ReadonlyMap<string, RowCounts>;

type RowCounts = { readonly [Of in keyof TableCounts]: Count };

/** What one step did to the rows of a table. */
export interface CountedRows extends Partial<RowCounts> {
  readonly table: string;
}

const NONE: TableCounts = { inserted: 0, updated: 0, deleted: 0, skipped: 0, stale: 0 };

/** Adds up what the steps did. */
export function sumCounts(steps: readonly CountedRows[]): LaterCounts {
  const sums = new Map<string, RowCounts>();
  for (const { table, ...counted } of steps) {
    const sum = sums.get(table) ?? NONE;
    sums.set(table, {
      inserted: plus(sum.inserted, counted.inserted ?? 0),
      updated: plus(sum.updated, counted.updated ?? 0),
      deleted: plus(sum.deleted, counted.deleted ?? 0),
      skipped: plus(sum.skipped, counted.skipped ?? 0),
      stale: plus(sum.stale, counted.stale ?? 0),
    });
  }
  return sums;
}

/** The counts once all are known. @param known gives the value of a number */
export function knownCounts(counts: LaterCounts, known: (count: Count) => number): CommitCounts {
  return new Map(
    [...counts].map(([table, { inserted, updated, deleted, skipped, stale }]) => [
      table,
      {
        inserted: known(inserted),
        updated: known(updated),
        deleted: known(deleted),
        skipped: known(skipped),
        stale: known(stale),
      },
    ]),
  );
}

/** Rows that a commit wrote to some tables. */
export function writtenRows(counts: CommitCounts, tables: readonly string[]): number;
export function writtenRows(counts: LaterCounts, tables: readonly string[]): Count;
export function writtenRows(counts: LaterCounts, tables: readonly string[]): Count {
  return tables.reduce<Count>((sum, table) => {
    const { inserted, updated } = counts.get(table) ?? NONE;
    return plus(sum, plus(inserted, updated));
  }, 0);
}
