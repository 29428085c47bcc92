import { TidemarkError } from '../errors';
import type { RunRange } from '../interval';
import { Timestamp } from '../value';
import { fromInstant, inferType } from './cursor-type';
import { parseInstantText, utcDay } from './iso-text';
import type { ResolvedOptions } from './options';
import type { CursorEnvironment, CursorType } from './types';

/** What a cursor makes of the run's range, or of the environment's bounds. */
interface JoinedRange {
  readonly initialValue: unknown;
  readonly endValue: unknown;
  /** As declared, else inferred from the initial value. */
  readonly type: CursorType | undefined;
  /** Which of them set the range; undefined if the configured one stands. */
  readonly by: 'interval' | 'start' | 'environment' | undefined;
}

interface JoinOptions {
  readonly options: ResolvedOptions;
  readonly range: RunRange;
  readonly env: CursorEnvironment | undefined;
  readonly warn: (message: string) => void;
}

/**
 * Maps the run's data interval on the cursor: its start replaces the initial value, its end the end value, neither
 * clipped. A future end is now, and so is the end of a manual run, whose start and end are one.
 * In mode `incremental` only a start is mapped, as the value of a first run, and the stored cursor is used.
 * A run without either may get bounds from the environment; a start alone keeps the stored cursor.
 *
 * @throws TidemarkError INSTANT_INVALID for a range that isn't ISO text, CONFIG_INVALID for bad text in the environment
 */
export function joinScheduler(join: JoinOptions): JoinedRange {
  const { options, range, env } = join;
  const { initialValue, endValue } = options;
  const type = options.type ?? inferType(initialValue);
  const asConfigured: JoinedRange = { initialValue, endValue, type, by: undefined };
  if (!options.allowExternalSchedulers) return asConfigured;
  const start = startOf(range);
  if (start !== undefined) return joinFrom(readInstant(start), join, asConfigured);
  if (env?.DLT_START_VALUE === undefined) return asConfigured;
  if (type === undefined) {
    join.warn(notJoined(options, 'DLT_START_VALUE', unknownType(options)));
    return asConfigured;
  }
  const read = (variable: 'DLT_START_VALUE' | 'DLT_END_VALUE'): unknown => {
    const text = env[variable];
    return text === undefined ? undefined : readVariable(variable, type, text);
  };
  return { initialValue: read('DLT_START_VALUE'), endValue: read('DLT_END_VALUE'), type, by: 'environment' };
}

/** Where the range begins; undefined for a run that no scheduler drives. */
function startOf({ mode, interval, start }: RunRange): string | undefined {
  if (mode === 'incremental') return start;
  if (interval === null) return undefined;
  return interval.start === interval.end ? interval.start : (start ?? interval.start);
}

function joinFrom(start: Timestamp, join: JoinOptions, asConfigured: JoinedRange): JoinedRange {
  const { options, range } = join;
  const { type } = asConfigured;
  const initialValue = type === undefined ? undefined : fromInstant(type, start);
  if (type === undefined || initialValue === undefined) {
    join.warn(
      notJoined(
        options,
        'the data interval',
        type === undefined ? unknownType(options) : noTime(options, type),
      ),
    );
    return asConfigured;
  }
  if (range.mode === 'incremental' || range.interval === null)
    return { initialValue, endValue: undefined, type, by: 'start' };
  const now = readInstant(range.now);
  const given = readInstant(range.interval.end);
  const end = given.micros > now.micros || given.micros === start.micros ? now : given;
  return { initialValue, endValue: fromInstant(type, end), type, by: 'interval' };
}

function readInstant(text: string): Timestamp {
  const instant = parseInstantText(text);
  if (instant !== undefined) return instant;
  throw new TidemarkError(
    'INSTANT_INVALID',
    `"${text}" is not a valid bound of a data interval; it must be UTC ISO text such as 2024-01-31T00:00:00Z.`,
  );
}

function notJoined(options: ResolvedOptions, what: string, why: string): string {
  return `The incremental on "${options.cursor}" did not join ${what}: ${why} The run goes on with the stored cursor.`;
}

function unknownType(options: ResolvedOptions): string {
  const given =
    options.initialValue === undefined
      ? 'neither type nor initialValue is given'
      : 'initialValue is not a time';
  return `what its values are is not known, since ${given}. Declare it, for instance type: 'unix', 'iso' or 'datetime'.`;
}

function noTime(options: ResolvedOptions, type: CursorType): string {
  if (type === 'integer')
    return "type 'integer' is not a time. Declare 'unix' or 'unixMs' if it is one, else take allowExternalSchedulers away.";
  const reason =
    options.type === undefined
      ? `initialValue "${String(options.initialValue)}" is text but not an ISO instant`
      : "type 'text' is not a time";
  return `${reason}. Declare type: 'iso' for instants as text, 'date' for days, 'datetime' for any other form.`;
}

/** Text from the environment as a value of the cursor. */
function readVariable(variable: string, type: CursorType, text: string): unknown {
  const value = parseVariable(type, text);
  if (value !== undefined) return value;
  throw new TidemarkError(
    'CONFIG_INVALID',
    `${variable}="${text}" is not a valid value of type '${type}'; accepted is ${
      type === 'date' || type === 'datetime' ? 'ISO text, or seconds since 1970' : 'a number'
    }.`,
    { details: { variable, type } },
  );
}

function parseVariable(type: CursorType, text: string): unknown {
  const trimmed = text.trim();
  switch (type) {
    case 'iso':
    case 'text':
      return text;
    case 'unixFloat': {
      const value = trimmed === '' ? Number.NaN : Number(trimmed);
      return Number.isFinite(value) ? value : undefined;
    }
    case 'date':
    case 'datetime': {
      const instant = parseInstantText(trimmed) ?? parseSeconds(trimmed);
      return instant && (type === 'date' ? utcDay(instant) : instant);
    }
    default:
      return parseInteger(trimmed);
  }
}

function parseInteger(text: string): number | bigint | undefined {
  const found = /^([+-]?)(\d+|0x[\da-f]+)$/i.exec(text);
  if (found === null) return undefined;
  const value = BigInt(found[2] ?? '') * (found[1] === '-' ? -1n : 1n);
  const exact = Number(value);
  return Number.isSafeInteger(exact) ? exact : value;
}

function parseSeconds(text: string): Timestamp | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Timestamp.fromMillis(Number(text) * 1000) : undefined;
}
