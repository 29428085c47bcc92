import { ALL_EXPORTS, type Dataset, EXPORTS, type ExportName, unixSeconds } from './dataset';
import type { Row } from './rows';

export interface Range {
  /** Unix seconds or ISO text. Inclusive. @default the beginning of the data */
  readonly from?: number | string;
  /** Exclusive. @default the end of the data */
  readonly to?: number | string;
}

/** The rows of each export whose cursor lies in a range, as the data is now: what a table must hold. */
export function expectedRows(
  dataset: Dataset,
  { from, to }: Range = {},
): Readonly<Record<ExportName, readonly Row[]>> {
  const start = from === undefined ? dataset.from : unixSeconds(from);
  const end = to === undefined ? Number.POSITIVE_INFINITY : unixSeconds(to);
  const rowsOf = (name: ExportName): readonly Row[] => {
    const rows: Row[] = [];
    for (const { time, row } of dataset.rowsFrom(name, start)) {
      if (time >= end) break;
      rows.push(row);
    }
    return rows;
  };
  return Object.fromEntries(ALL_EXPORTS.map((name) => [name, rowsOf(name)])) as unknown as Readonly<
    Record<ExportName, readonly Row[]>
  >;
}

/** Levels of lists that become tables. */
const MAX_NESTING = 2;

function countLists(table: string, value: unknown, level: number, counts: Map<string, number>): void {
  if (level >= MAX_NESTING || typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const child = `${table}__${name}`;
    if (Array.isArray(inner)) {
      if (inner.length > 0) counts.set(child, (counts.get(child) ?? 0) + inner.length);
      for (const item of inner) countLists(child, item, level + 1, counts);
    } else countLists(child, inner, level + 1, counts);
  }
}

/**
 * Rows of each table, children too, counted without any code of tidemark.
 *
 * @param names which exports were loaded. @default those that the source loads by default
 */
export function expectedCounts(
  dataset: Dataset,
  range: Range = {},
  names: readonly ExportName[] = EXPORTS,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  const expected = expectedRows(dataset, range);
  for (const name of names) {
    const rows = expected[name];
    if (rows.length > 0) counts.set(name, rows.length);
    for (const row of rows) countLists(name, row, 0, counts);
  }
  return Object.fromEntries(counts);
}
