import { type GridModel, type Unit, type WallTime, wallTime } from './grid-model';
import { PITCH, type Range } from './layout';

/** A label over the columns from `first` to `last`. */
export interface AxisSpan extends Range {
  readonly text: string;
}

export interface AxisTick {
  readonly column: number;
  readonly text: string;
}

/** Labels of a part of the grid. */
export interface Axis {
  /** Months, or days or years, each over its columns. */
  readonly spans: readonly AxisSpan[];
  /** Days, or hours or months, each at its first column. */
  readonly ticks: readonly AxisTick[];
}

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const month = ({ month: of }: WallTime): string => MONTHS[of - 1]!;

const SPAN_TEXT: Readonly<Record<Unit, (at: WallTime) => string>> = {
  hour: (at) => `${at.day} ${month(at)} ${at.year}`,
  day: (at) => `${month(at)} ${at.year}`,
  week: (at) => `${month(at)} ${at.year}`,
  month: (at) => String(at.year),
};

/** Pixels that a time of day needs. */
const HOUR_GAP = 44;
/** On these days of a month the axis says which one it is. */
const DAYS = new Set([1, 6, 11, 16, 21, 26]);

export function axisOf(model: GridModel, { first, last }: Range): Axis {
  const spans: AxisSpan[] = [];
  const ticks: AxisTick[] = [];
  let before = first > 0 ? wallTime(model, model.view.starts[first - 1]!) : undefined;
  for (let column = first; column <= last; column += 1) {
    const at = wallTime(model, model.view.starts[column]!);
    const text = SPAN_TEXT[model.unit](at);
    const span = spans.at(-1);
    if (span?.text === text) spans[spans.length - 1] = { ...span, last: column };
    else spans.push({ first: column, last: column, text });
    const tick = tickText(model, at, before);
    if (tick !== undefined) ticks.push({ column, text: tick });
    before = at;
  }
  return { spans, ticks };
}

function tickText(model: GridModel, at: WallTime, before: WallTime | undefined): string | undefined {
  switch (model.unit) {
    case 'month':
      return String(at.month);
    case 'week':
      return String(at.day);
    case 'day':
      return model.length > 1.5 * 86_400 || DAYS.has(at.day) ? String(at.day) : undefined;
    case 'hour': {
      const hours = hoursPerTick(model.length);
      const slot = (time: WallTime): number => time.dayNumber * 24 + Math.floor(time.hour / hours) * hours;
      if (before !== undefined && slot(before) === slot(at)) return undefined;
      return `${String(at.hour).padStart(2, '0')}:${String(at.minute).padStart(2, '0')}`;
    }
  }
}

/** How many hours apart the labels stand, so that none touches the next. */
function hoursPerTick(length: number): number {
  const fits = (hours: number): boolean => ((hours * 3600) / length) * PITCH >= HOUR_GAP;
  return [1, 2, 3, 4, 6, 12].find(fits) ?? 24;
}
