import { DateTime } from 'luxon';
import type { GridView } from '../../../src/ui/api';

interface ViewOptions {
  /** In the zone. */
  readonly from: string;
  readonly zone?: string;
  readonly count: number;
  /** What luxon adds for each interval. @default a day */
  readonly step?: Readonly<Record<string, number>>;
  readonly resources?: readonly string[];
  /** State letter and cause of a cell. @default loaded */
  readonly cell?: (row: number, column: number) => readonly [string, string];
}

/** A grid as the server would tell it; steps are of the zone's calendar. */
export function makeView(options: ViewOptions): GridView {
  const { from, zone = 'UTC', count, step = { days: 1 }, resources = ['orders'] } = options;
  const cell = options.cell ?? (() => ['l', '-'] as const);
  const first = DateTime.fromISO(from, { zone });
  const borders = Array.from({ length: count + 1 }, (_, index) => {
    const scaled = Object.fromEntries(Object.entries(step).map(([unit, value]) => [unit, value * index]));
    return first.plus(scaled).toSeconds();
  });
  const columns = Array.from({ length: count }, (_, column) => column);
  const line = (row: number, at: 0 | 1): string => columns.map((column) => cell(row, column)[at]).join('');
  return {
    pipeline: 'shop',
    zone,
    resources: resources.map((resource) => ({ source: 'shop', resource, reached: true })),
    starts: borders.slice(0, -1),
    ends: borders.slice(1),
    more: false,
    states: resources.map((_, row) => line(row, 0)),
    causes: resources.map((_, row) => line(row, 1)),
    rows: resources.map((_, row) => columns.map((column) => (cell(row, column)[0] === 'l' ? column : null))),
    seconds: columns.map((column) => (column === 0 ? 1.25 : null)),
    attempts: resources.map((_, row) => columns.map((column) => (cell(row, column)[0] === 'f' ? 2 : null))),
  };
}
