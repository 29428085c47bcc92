import { BACKFILL_START, pagesOfDays, ROWS_A_DAY } from './days';
import { FIRST_SECOND } from './generator';
import { type BenchPlace, dltCommand, nodeCommand } from './load-workloads';
import { type PageContent, Pages } from './pages';
import type { BackfillTask } from './task';
import type { Contender, Workload } from './workload';

/** Intervals that a workflow loads one by one where they are grouped, and days that a load takes where they are coalesced. */
const GROUP = 10;

/** Long enough that one run of each suffices. */
export const ONCE = { rounds: 1 };

type Part = Omit<BackfillTask, 'folder'>;

function contender(place: BenchPlace, name: string, task: Part): Contender {
  return { name, command: (folder) => nodeCommand(place, 'backfill', { ...task, folder }) };
}

/** A backfill of a number of daily intervals of flat rows, through Temporal and without. */
export function backfillWorkload(place: BenchPlace, days: number): Workload {
  const made = new Pages(place.data, 'flat');
  const pages = made.range(0, pagesOfDays(days));
  const contenders = [
    contender(place, 'temporal', { days, pages }),
    contender(place, 'temporal-grouped', { days, pages, group: GROUP }),
    contender(place, 'temporal-coalesced', { days, pages, chunk: GROUP }),
    contender(place, 'local', { days, pages, local: true }),
  ];
  if (place.python !== undefined) {
    const task = { days, pages, start: BACKFILL_START, firstSecond: FIRST_SECOND };
    contenders.push({ name: 'dlt', command: (folder) => dltCommand(place, 'backfill', { ...task, folder }) });
  }
  return {
    ...ONCE,
    name: `backfill-${days}`,
    title: `backfill of ${days} daily intervals, ${ROWS_A_DAY.toLocaleString('en')} flat rows each`,
    rows: days * ROWS_A_DAY,
    unit: 'rows',
    base: 'temporal',
    expected: contentOfDays(days),
    summed: 'number',
    contenders,
  };
}

/** The same without any row: what orchestration costs. */
export function emptyBackfillWorkload(
  place: BenchPlace,
  days: number,
  options: { readonly rounds?: number; readonly local?: boolean } = {},
): Workload {
  const { rounds, local = true } = options;
  const onTemporal = [
    contender(place, 'temporal', { days }),
    contender(place, 'temporal-grouped', { days, group: GROUP }),
    contender(place, 'temporal-coalesced', { days, chunk: GROUP }),
  ];
  return {
    name: `backfill-empty-${days}`,
    title: `backfill of ${days.toLocaleString('en')} intervals of nothing`,
    rows: days,
    unit: 'intervals',
    base: 'temporal',
    expected: undefined,
    summed: '',
    rounds,
    contenders: local ? [...onTemporal, contender(place, 'local', { days, local: true })] : onTemporal,
  };
}

/** Flat rows are numbered from 1, one a minute: so the rows of some days follow from the first of them. */
function contentOfDays(days: number): PageContent {
  const before = Math.ceil((Date.parse(BACKFILL_START) / 1000 - FIRST_SECOND) / 60);
  const rows = days * ROWS_A_DAY;
  return { tables: { flat: rows }, sum: rows * before + (rows * (rows + 1)) / 2 };
}
