import type { StagedTables } from '../../normalize';

/** Rows of a table in a load. */
export function stagedRows(staged: StagedTables, table: string): number {
  return staged.tables.find(({ name }) => name === table)?.rows ?? 0;
}
