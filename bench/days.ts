import { DAY_MS } from '../src/interval';
import { FIRST_SECOND, PAGE_ROWS } from './generator';
import type { PageRange } from './task';

/** The first whole day of the flat rows, of which there is one a minute. */
export const BACKFILL_START = '2023-11-15T00:00:00Z';
export const ROWS_A_DAY = 1440;

const ROW_SECONDS = 60;

/** The instant a number of days after the start. */
export function dayAfter(days: number): string {
  return new Date(Date.parse(BACKFILL_START) + days * DAY_MS).toISOString().replace('.000Z', 'Z');
}

/** The pages that have the flat rows from one instant to another. */
export function pagesBetween(start: string, end: string): Pick<PageRange, 'first' | 'count'> {
  const pageAt = (instant: string): number =>
    Math.floor((Date.parse(instant) / 1000 - FIRST_SECOND) / ROW_SECONDS / PAGE_ROWS);
  const first = pageAt(start);
  return { first, count: pageAt(end) - first + 1 };
}

/** How many pages hold the flat rows of a number of days. */
export function pagesOfDays(days: number): number {
  return pagesBetween(BACKFILL_START, dayAfter(days)).count;
}
