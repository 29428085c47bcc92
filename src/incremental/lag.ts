import { TidemarkError } from '../errors';
import { floorDivide, PlainDate, Timestamp } from '../value';
import { describeValue, instantOf } from './cursor-value';
import { addDays, parseDateText, parseInstantText, utcDay } from './iso-text';
import type { CursorOrder } from './order';

interface LagOptions {
  readonly cursor: string;
  readonly order: CursorOrder;
  readonly lag: number;
  readonly lastValue: unknown;
  /** The result never reaches back further than this. */
  readonly initialValue: unknown;
  /** Whether numbers have fractions, though this one may happen to have none. */
  readonly fractional: boolean;
}

/**
 * Where a run starts that reaches back by `lag`: seconds for instants, days for dates, the same for text of either
 * form (which is kept), as it is for numbers; an integer stays one. Max reaches back, min forward.
 *
 * @throws TidemarkError CURSOR_LAG where the last value is neither number, date nor instant
 */
export function applyLag(options: LagOptions): unknown {
  const { order, lastValue, initialValue } = options;
  const lagged = shift(lastValue, order.func === 'max' ? -options.lag : options.lag, options.fractional);
  if (lagged === undefined)
    throw new TidemarkError(
      'CURSOR_LAG',
      `The lag of the cursor "${options.cursor}" cannot be applied to its last value ${describeValue(lastValue)}; ` +
        'lag works for numbers, dates, instants, and ISO text of a date or an instant. Take the lag away.',
      { details: { cursor: options.cursor } },
    );
  return initialValue !== undefined && order.beyond(initialValue, lagged) ? initialValue : lagged;
}

function shift(value: unknown, by: number, fractional: boolean): unknown {
  if (typeof value === 'number') {
    const moved = value + by;
    return Number.isInteger(value) && !fractional ? Math.trunc(moved) : moved;
  }
  if (typeof value === 'bigint') return value + BigInt(Math.trunc(by));
  if (value instanceof PlainDate) return addDays(value, by);
  if (typeof value === 'string') return shiftText(value, by);
  const instant = instantOf(value);
  return instant && shiftInstant(instant, by);
}

function shiftInstant(instant: Timestamp, seconds: number): Timestamp {
  return new Timestamp(instant.micros + BigInt(Math.round(seconds * 1e6)));
}

const DATE_TIME =
  /^(\d{4}-?\d\d-?\d\d)([T ])(\d\d)(?:(:?)(\d\d)(?:\4(\d\d)(?:([.,])(\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** Shifts a date or date and time that is text, and writes it as it was written. */
function shiftText(text: string, by: number): string | undefined {
  const date = parseDateText(dashed(text));
  if (date !== undefined) {
    const shifted = addDays(date, by).iso;
    return text.includes('-') ? shifted : shifted.replaceAll('-', '');
  }
  const found = DATE_TIME.exec(text);
  if (found === null) return undefined;
  const [
    ,
    day = '',
    separator = '',
    hour = '',
    colon = '',
    minute,
    second,
    point = '',
    fraction = '',
    offset = '',
  ] = found;
  // The wall clock is shifted, so that the offset can stay.
  const wall = parseInstantText(
    `${dashed(day)}T${hour}:${minute ?? '00'}:${second ?? '00'}.${fraction || '0'}Z`,
  );
  if (wall === undefined) return undefined;
  const shifted = shiftInstant(wall, by);
  const clock = new Date(Number(floorDivide(shifted.micros, 1000n))).toISOString();
  const newDay = utcDay(shifted).iso;
  const parts = [clock.slice(11, 13)];
  if (minute !== undefined) parts.push(clock.slice(14, 16));
  if (second !== undefined) parts.push(clock.slice(17, 19));
  const micros = String(shifted.micros - floorDivide(shifted.micros, 1_000_000n) * 1_000_000n).padStart(
    6,
    '0',
  );
  const digits = fraction === '' ? '' : point + micros.padEnd(9, '0').slice(0, fraction.length);
  return (
    (day.includes('-') ? newDay : newDay.replaceAll('-', '')) +
    separator +
    parts.join(colon) +
    digits +
    offset
  );
}

function dashed(day: string): string {
  return /^\d{8}$/.test(day) ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : day;
}
