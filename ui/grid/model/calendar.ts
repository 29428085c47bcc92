import { MONTHS } from './axis';
import { type GridModel, rangeText, type WallTime, wallTime } from './grid-model';
import { type Counts, countKinds, countsText, type Kind, worstOf } from './kinds';
import type { Range } from './layout';

/** A day, or an interval of a week or longer: its columns in the grid, and how they stand. */
export interface CalendarCell extends Range {
  readonly index: number;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** Place in its sheet. */
  readonly row: number;
  readonly slot: number;
  readonly counts: Counts;
  readonly worst: Kind;
  /** How much of what should be loaded is, in quarters from 0 to 4; 4 only where all is. */
  readonly quarters: number;
  /** "2023-05-07: 3 failed, 117 loaded". */
  readonly label: string;
}

/** Cells that are drawn as one table. */
export interface CalendarSheet {
  readonly title: string;
  readonly rowTitles: readonly string[];
  readonly slots: number;
  /** Months above the slots. */
  readonly months: readonly { readonly slot: number; readonly text: string }[];
  readonly cells: readonly CalendarCell[];
}

/** `days`: a sheet for each year, weekdays × weeks. `intervals`: one sheet, years × months. Newest year first. */
export interface Calendar {
  readonly kind: 'days' | 'intervals';
  readonly sheets: readonly CalendarSheet[];
  /** All cells, oldest first. */
  readonly cells: readonly CalendarCell[];
}

/** More intervals than these are shown as a calendar first. */
export const CALENDAR_FROM = 90;

export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function calendarOf(model: GridModel): Calendar {
  return model.unit === 'hour' || model.unit === 'day' ? calendarOfDays(model) : calendarOfIntervals(model);
}

/** Columns by the day on which they start. */
function calendarOfDays(model: GridModel): Calendar {
  const groups: { first: number; last: number; at: WallTime }[] = [];
  for (let column = 0; column < model.columns; column += 1) {
    const at = wallTime(model, model.view.starts[column]!);
    const group = groups.at(-1);
    if (group?.at.dayNumber === at.dayNumber) group.last = column;
    else groups.push({ first: column, last: column, at });
  }
  const cells = groups.map(({ first, last, at }, index) => {
    const yearStart = Date.UTC(at.year, 0, 1) / 86_400_000;
    const place = at.dayNumber - yearStart + weekday(yearStart);
    const title = new Date(at.dayNumber * 86_400_000).toISOString().slice(0, 10);
    const [row, slot] = [place % 7, Math.floor(place / 7)];
    return cellOf({ model, index, first, last, row, slot, title, day: at.dayNumber });
  });
  const sheets = byYear(cells, (index) => groups[index]!.at.year).map(([year, own]) => ({
    title: String(year),
    rowTitles: WEEKDAYS,
    slots: 54,
    months: MONTHS.map((text, month) => ({ text, slot: weekOfMonth(year, month) })),
    cells: own,
  }));
  return { kind: 'days', cells, sheets };
}

/** 0 for Monday. Day 0, 1970-01-01, was a Thursday. */
const weekday = (dayNumber: number): number => (((dayNumber + 3) % 7) + 7) % 7;

/** The slot of the first week that is wholly of the month. */
function weekOfMonth(year: number, month: number): number {
  const yearStart = Date.UTC(year, 0, 1) / 86_400_000;
  return Math.ceil((Date.UTC(year, month, 1) / 86_400_000 - yearStart + weekday(yearStart)) / 7);
}

/** Slots that the name of a month needs. */
const LEAST_SLOTS = 2;

function calendarOfIntervals(model: GridModel): Calendar {
  const times = model.view.starts.map((start) => wallTime(model, start));
  const places = times.map((at, index) => {
    let before = 0;
    for (
      let other = index - 1;
      times[other]?.month === at.month && times[other]?.year === at.year;
      other -= 1
    )
      before += 1;
    return before;
  });
  const perMonth = places.reduce((most, place) => Math.max(most, place + 1), LEAST_SLOTS);
  const newest = times.at(-1)?.year ?? 1970;
  const years = [...new Set(times.map(({ year }) => year))].reverse();
  const rowOf = new Map(years.map((year, row) => [year, row]));
  const cells = times.map((at, index) =>
    cellOf({
      model,
      index,
      first: index,
      last: index,
      day: at.dayNumber,
      row: rowOf.get(at.year)!,
      slot: (at.month - 1) * perMonth + places[index]!,
      title: rangeText(model, model.view.starts[index]!, model.view.ends[index]!),
    }),
  );
  const sheet: CalendarSheet = {
    title: years.length > 1 ? `${years.at(-1)} to ${newest}` : String(newest),
    rowTitles: years.map(String),
    slots: 12 * perMonth,
    months: MONTHS.map((text, month) => ({ text, slot: month * perMonth })),
    cells,
  };
  return { kind: 'intervals', cells, sheets: [sheet] };
}

function cellOf(options: {
  readonly model: GridModel;
  readonly index: number;
  readonly first: number;
  readonly last: number;
  readonly day: number;
  readonly row: number;
  readonly slot: number;
  readonly title: string;
}): CalendarCell {
  const { model, index, first, last, day, row, slot, title } = options;
  const counts = countKinds(model.view, first, last);
  const all = (last - first + 1) * model.rows - counts['left-out'];
  return {
    index,
    first,
    last,
    day,
    row,
    slot,
    counts,
    worst: worstOf(counts),
    quarters: all === 0 ? 0 : Math.floor((4 * counts.loaded) / all),
    label: `${title}: ${countsText(counts)}`,
  };
}

/** Newest year first. */
function byYear(
  cells: readonly CalendarCell[],
  yearOf: (index: number) => number,
): [number, CalendarCell[]][] {
  const years = new Map<number, CalendarCell[]>();
  for (const cell of cells) {
    const year = yearOf(cell.index);
    const own = years.get(year);
    if (own === undefined) years.set(year, [cell]);
    else own.push(cell);
  }
  return [...years].sort(([a], [b]) => b - a);
}

/** The cell that has the column. */
export function cellOfColumn({ cells }: Calendar, column: number): CalendarCell | undefined {
  let [low, high] = [0, cells.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (cells[middle]!.first <= column) low = middle;
    else high = middle - 1;
  }
  return cells[low];
}

/** Cells that PageUp and PageDown go by. */
const PAGE = 30;

/**
 * The cell that a key leads to from `index`; that of the edge where there is none further. In days up and down are the
 * day before and after, left and right a week; in intervals left and right are the one before and after, up and down a year.
 * Undefined for a key that doesn't move.
 */
export function calendarMove(calendar: Calendar, index: number, key: string): number | undefined {
  const { kind, cells } = calendar;
  const step = (by: number): number => Math.max(0, Math.min(cells.length - 1, index + by));
  switch (key) {
    case 'Home':
      return 0;
    case 'End':
      return cells.length - 1;
    case 'PageUp':
      return step(-PAGE);
    case 'PageDown':
      return step(PAGE);
    case 'ArrowLeft':
      return kind === 'days' ? weekAway(cells, index, -1) : step(-1);
    case 'ArrowRight':
      return kind === 'days' ? weekAway(cells, index, 1) : step(1);
    case 'ArrowUp':
      return kind === 'days' ? step(-1) : yearAway(calendar, index, -1);
    case 'ArrowDown':
      return kind === 'days' ? step(1) : yearAway(calendar, index, 1);
    default:
      return undefined;
  }
}

/** The day a week away, or the next one beyond it that has intervals. */
function weekAway(cells: readonly CalendarCell[], index: number, direction: 1 | -1): number {
  const day = cells[index]!.day + 7 * direction;
  let at = index;
  while (cells[at + direction] !== undefined && (day - cells[at]!.day) * direction > 0) at += direction;
  return at;
}

/** The interval of the row above or below that stands nearest. */
function yearAway({ cells, sheets }: Calendar, index: number, direction: 1 | -1): number {
  const own = cells[index]!;
  const row = (sheets[0]?.cells ?? []).filter((cell) => cell.row === own.row + direction);
  const distance = (cell: CalendarCell): number => Math.abs(cell.slot - own.slot);
  return row.reduce((best, cell) => (distance(cell) < distance(best) ? cell : best), row[0] ?? own).index;
}

/** A range from all of one cell to all of another, whichever is earlier. */
export function spanOfCells(
  from: CalendarCell,
  to: CalendarCell,
): { readonly anchor: number; readonly head: number } {
  return to.index < from.index
    ? { anchor: from.last, head: to.first }
    : { anchor: from.first, head: to.last };
}
