import type { GridView } from '../../../src/ui/api';
import { plural } from '../../lib/format';
import { type Counts, countKinds, isGap, type Kind, kindAt, kindText } from './kinds';
import { type ZoneClock, zoneClock } from './zone-clock';

/** What most intervals last. */
export type Unit = 'hour' | 'day' | 'week' | 'month';

/** A grid and what is reckoned from it once, for all that shows it. Columns are intervals, rows are resources; both count from 0. */
export interface GridModel {
  readonly view: GridView;
  readonly columns: number;
  readonly rows: number;
  readonly clock: ZoneClock;
  readonly unit: Unit;
  /** The middle of the lengths, in seconds. */
  readonly length: number;
  readonly counts: Counts;
  /** Texts of intervals that were asked for: every resource has the same. */
  readonly texts: (string | undefined)[];
}

export function gridModel(view: GridView): GridModel {
  const columns = view.starts.length;
  const length = medianLength(view);
  return {
    view,
    columns,
    rows: view.resources.length,
    clock: zoneClock(view.zone, view.starts[0] ?? 0, view.ends.at(-1) ?? 0),
    unit: unitOf(length),
    length,
    counts: countKinds(view, 0, columns - 1),
    texts: [],
  };
}

function medianLength({ starts, ends }: GridView): number {
  const lengths = starts.map((start, index) => ends[index]! - start).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 86_400;
}

const DAY = 86_400;

function unitOf(length: number): Unit {
  if (length < 0.9 * DAY) return 'hour';
  if (length < 6 * DAY) return 'day';
  return length < 27 * DAY ? 'week' : 'month';
}

/** A time on the zone's clock, in fields of a calendar. */
export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** Days since 1970-01-01 on the zone's calendar. */
  readonly dayNumber: number;
}

export function wallTime({ clock }: Pick<GridModel, 'clock'>, seconds: number): WallTime {
  const local = clock.local(seconds);
  const date = new Date(local * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    dayNumber: Math.floor(local / DAY),
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

const dateText = ({ year, month, day }: WallTime): string =>
  `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;

const timeText = ({ hour, minute }: WallTime): string => `${two(hour)}:${two(minute)}`;

/** "2023-05-07", or with the time where one of the two isn't midnight: "2023-05-07 06:00 to 07:00". */
export function rangeText(model: Pick<GridModel, 'clock'>, start: number, end: number): string {
  const [from, to] = [wallTime(model, start), wallTime(model, end)];
  const whole = [from, to].every(({ hour, minute }) => hour === 0 && minute === 0);
  if (whole) return `${dateText(from)} to ${dateText(to)}`;
  const until = from.dayNumber === to.dayNumber ? timeText(to) : `${dateText(to)} ${timeText(to)}`;
  return `${dateText(from)} ${timeText(from)} to ${until}`;
}

/** The range of the columns, both inclusive. */
export function columnsText(model: GridModel, from: number, to: number): string {
  return rangeText(model, model.view.starts[from] ?? 0, model.view.ends[to] ?? 0);
}

function intervalText(model: GridModel, column: number): string {
  model.texts[column] ??= columnsText(model, column, column);
  return model.texts[column];
}

/** What is known of one cell. */
export interface CellFacts {
  readonly resource: string;
  readonly interval: string;
  readonly kind: Kind;
  readonly rows: number | undefined;
  /** Of the run that loaded its interval. */
  readonly seconds: number | undefined;
  readonly attempt: number | undefined;
}

export function cellFacts(model: GridModel, row: number, column: number): CellFacts {
  const { view } = model;
  return {
    resource: view.resources[row]?.resource ?? '',
    interval: intervalText(model, column),
    kind: kindAt(view, row, column),
    rows: view.rows[row]?.[column] ?? undefined,
    seconds: view.seconds[column] ?? undefined,
    attempt: view.attempts[row]?.[column] ?? undefined,
  };
}

/** "orders, 2023-05-07 to 2023-05-14: failed, attempt 2". */
export function cellLabel(model: GridModel, row: number, column: number): string {
  const facts = cellFacts(model, row, column);
  return `${facts.resource}, ${facts.interval}: ${[kindText(facts.kind), ...figures(facts)].join(', ')}`;
}

export function figures({ kind, rows, seconds, attempt }: CellFacts): string[] {
  return [
    ...(rows === undefined || kind !== 'loaded' ? [] : [plural(rows, 'row')]),
    ...(seconds === undefined || kind !== 'loaded' ? [] : [`${seconds.toFixed(seconds < 10 ? 1 : 0)} s`]),
    ...(attempt === undefined || (attempt < 2 && kind === 'loaded') ? [] : [`attempt ${attempt}`]),
  ];
}

/**
 * The next column that has a gap, or a cell of `only`; of neighbours the first, so that a long gap is one stop. After the last one
 * comes the first again, and so the other way; undefined where there is none.
 * @param direction 1 for later, -1 for earlier
 */
export function nextGap(options: {
  readonly model: GridModel;
  readonly column: number;
  readonly direction: 1 | -1;
  readonly only: Kind | undefined;
}): { readonly row: number; readonly column: number } | undefined {
  const { model, column, direction, only } = options;
  const rowAt = (at: number): number => {
    for (let row = 0; row < model.rows; row += 1) {
      const kind = kindAt(model.view, row, at);
      if (only === undefined ? isGap(kind) : kind === only) return row;
    }
    return -1;
  };
  for (let step = 1; step <= model.columns; step += 1) {
    const at = (((column + direction * step) % model.columns) + model.columns) % model.columns;
    const row = rowAt(at);
    if (row >= 0 && (at === 0 || rowAt(at - 1) < 0)) return { row, column: at };
  }
  return undefined;
}

/** The column whose interval starts then, or the first one after it; the last one where there is none. */
export function columnAtStart({ starts }: Pick<GridView, 'starts'>, seconds: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < seconds) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, Math.min(low, starts.length - 1));
}
