import type { Dataset, ExportName } from './dataset';
import type { Row } from './rows';

interface PageRequest {
  readonly name: ExportName;
  readonly startTime: number;
  readonly perPage: number;
  /** Unix seconds: what is later hasn't happened yet, or is held back. */
  readonly until: number;
  /** Whether a page that is full of the second it begins with ends there, and so links to itself. @default false */
  readonly standsStill?: boolean | undefined;
}

interface ExportPage {
  readonly rows: readonly Row[];
  /** The time of the last row; null for an empty page. */
  readonly endTime: number | null;
  readonly endOfStream: boolean;
}

/**
 * One page of an export: rows from `start_time` on, inclusive. The next page starts at this one's last time, so rows of
 * that second come again; where they would fill a page by themselves it goes on until a later one, unless the chain of
 * pages is to stand still, as Zendesk's does.
 */
export function exportPage(dataset: Dataset, request: PageRequest): ExportPage {
  const { name, startTime, perPage, until, standsStill = false } = request;
  const rows: Row[] = [];
  let endTime: number | null = null;
  for (const { time, row } of dataset.rowsFrom(name, startTime)) {
    if (time > until) break;
    if (rows.length >= perPage && (standsStill || endTime !== startTime))
      return { rows, endTime, endOfStream: false };
    rows.push(row);
    endTime = time;
  }
  return { rows, endTime, endOfStream: true };
}

interface CursorRequest extends Omit<PageRequest, 'startTime'> {
  /** Where the export begins, in unix seconds, or the cursor of the page before. */
  readonly after: number | string;
}

interface CursorPage {
  readonly rows: readonly Row[];
  /** Where the next page begins; the last page has one too, for a later request. */
  readonly afterCursor: string;
  readonly endOfStream: boolean;
}

/** Undefined for a text that no page gave. */
function readCursor(cursor: string): { readonly time: number; readonly skip: number } | undefined {
  const [time, skip] = Buffer.from(cursor, 'base64').toString().split('||').map(Number);
  return Number.isInteger(time) && Number.isInteger(skip) ? { time: time!, skip: skip! } : undefined;
}

/**
 * One page of an export by cursor: it begins after the last row of the page before, so no row comes twice.
 *
 * @returns undefined if the cursor is not valid
 */
export function cursorPage(
  dataset: Dataset,
  { name, after, perPage, until }: CursorRequest,
): CursorPage | undefined {
  const start = typeof after === 'number' ? { time: after, skip: 0 } : readCursor(after);
  if (start === undefined) return undefined;
  const rows: Row[] = [];
  let { time: lastTime, skip: atLastTime } = start;
  let skipped = 0;
  const page = (endOfStream: boolean): CursorPage => ({
    rows,
    afterCursor: Buffer.from(`${lastTime}||${atLastTime}`).toString('base64'),
    endOfStream,
  });
  for (const { time, row } of dataset.rowsFrom(name, start.time)) {
    if (time > until) break;
    if (time === start.time && skipped < start.skip) {
      skipped += 1;
      continue;
    }
    if (rows.length >= perPage) return page(false);
    rows.push(row);
    atLastTime = time === lastTime ? atLastTime + 1 : 1;
    lastTime = time;
  }
  return page(true);
}
