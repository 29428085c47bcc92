import { isoText } from '../../config';
import { shown, TidemarkError } from '../../errors';
import type { QueryValue } from '../../http';
import { DAY_MS, readWrittenInstant } from '../../interval';
import { isDateTime, PlainDate } from '../../value';
import type { CursorFormat, RestIncremental } from './types';

/** Epoch milliseconds of a cursor value; undefined if it is not a time. */
function millisecondsOf(value: unknown, type: RestIncremental['type']): number | undefined {
  if (isDateTime(value)) return value.toMillis();
  if (value instanceof Date) return value.getTime();
  if (value instanceof PlainDate) return Date.parse(value.iso);
  if (typeof value === 'number' || typeof value === 'bigint')
    return type === 'unix' || type === 'unixFloat'
      ? Number(value) * 1000
      : type === 'unixMs'
        ? Number(value)
        : undefined;
  // not Date.parse, which takes a text without an offset for local time
  const written = typeof value === 'string' ? readWrittenInstant(value) : undefined;
  return written && written.wallMs + written.micros / 1000 - (written.offsetMs ?? 0);
}

/** The value as it is sent without a `format`: UTC is written as `Z`, which every API with ISO texts reads. */
function asItIs(value: unknown): QueryValue {
  if (typeof value === 'string') return value.replace(/(?<=T\d\d:\d\d:\d\d(\.\d+)?)\+00:00$/, 'Z');
  if (isDateTime(value)) return isoText(value);
  if (value instanceof PlainDate) return value.iso;
  return value as QueryValue;
}

interface CursorTextOptions {
  readonly resource: string;
  readonly type: RestIncremental['type'];
  readonly format: CursorFormat | undefined;
  /** Ends are rounded up and starts down: a row too many is dropped here, one too few would be lost. */
  readonly round: 'up' | 'down';
}

/**
 * A cursor value as it is sent.
 *
 * @throws RESOURCE_INVALID for a value that is not a time, where the format needs one
 */
export function cursorText(value: unknown, { resource, type, format, round }: CursorTextOptions): QueryValue {
  if (value === undefined || value === null) return undefined;
  if (format === undefined) return asItIs(value);
  if (typeof format === 'function') return format(value);
  const ms = millisecondsOf(value, type);
  if (ms === undefined)
    throw new TidemarkError(
      'RESOURCE_INVALID',
      `Resource "${resource}": the cursor's value "${shown(value)}" cannot be sent as "${format}", since it is not a time. Declare the incremental's "type" (unix, unixMs, iso, date, datetime), or give "format" as a function.`,
      { details: { resource, format } },
    );
  const whole = round === 'up' ? Math.ceil : Math.floor;
  switch (format) {
    case 'iso':
      return isoText(new Date(whole(ms)));
    case 'unix':
      return whole(ms / 1000);
    case 'unixMs':
      return whole(ms);
    case 'date':
      return new Date(whole(ms / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
  }
}
