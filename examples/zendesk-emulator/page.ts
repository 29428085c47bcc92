import type { Dataset, ExportName } from './dataset';
import type { Row } from './rows';

export interface PageRequest {
  readonly name: ExportName;
  readonly startTime: number;
  readonly perPage: number;
  /** Unix seconds: what is later hasn't happened yet, or is held back. */
  readonly until: number;
}

export interface ExportPage {
  readonly rows: readonly Row[];
  /** The time of the last row; null for an empty page. */
  readonly endTime: number | null;
  readonly endOfStream: boolean;
}

/**
 * One page of an export: rows from `start_time` on, inclusive. The next page starts at this one's last time, so rows of
 * that second come again; where they would fill a page by themselves it goes on until a later one, else the chain of
 * pages would stand still.
 */
export function exportPage(dataset: Dataset, { name, startTime, perPage, until }: PageRequest): ExportPage {
  const rows: Row[] = [];
  let endTime: number | null = null;
  for (const { time, row } of dataset.rowsFrom(name, startTime)) {
    if (time > until) break;
    if (rows.length >= perPage && endTime !== startTime) return { rows, endTime, endOfStream: false };
    rows.push(row);
    endTime = time;
  }
  return { rows, endTime, endOfStream: true };
}
