import type { RunRange } from '../interval';
import { asAuthorReads, coerceBoundOrThrow, instantClassOf, toInstant } from './cursor-type';
import type { IncrementalDefinition } from './definition';
import { pointOf } from './iso-point';
import { applyLag } from './lag';
import { overrideOptions, type ResolvedOptions, resolveOptions } from './options';
import { type CursorOrder, makeOrder } from './order';
import { PageFilter } from './page-filter';
import { checkRange, isEmptyRange } from './range';
import { makeRowKey } from './row-key';
import { joinScheduler } from './scheduler';
import type {
  BoundIncremental,
  CursorEnvironment,
  CursorState,
  CursorType,
  ExactBounds,
  IncrementalOverride,
} from './types';

export interface BindOptions<T> {
  readonly definition: IncrementalDefinition<T>;
  /** The name under which the resource knows it. */
  readonly name: string;
  readonly stored: CursorState | undefined;
  /** Fields that this run overrides; a field that is undefined is not named, null clears a bound. */
  readonly override?: IncrementalOverride | undefined;
  /** Which time the run loads. */
  readonly range: RunRange;
  readonly env?: CursorEnvironment | undefined;
  /** The resource's primary key as its author wrote it: one name hashes as a bare value, a list as a list. */
  readonly resourceKey: string | readonly string[] | undefined;
  readonly warn: (message: string) => void;
}

/**
 * Binds an incremental to one run: the override is applied, the scheduler or the environment joined, the start fixed
 * from the stored cursor or the initial value.
 *
 * @throws TidemarkError INCREMENTAL_INVALID for options or a range that can't be, CURSOR_LAG, CONFIG_INVALID for the environment
 */
export function bindIncremental<T>(bind: BindOptions<T>): BoundIncremental<T> {
  const { definition, name, env, warn } = bind;
  const options = resolveOptions(overrideOptions(definition.options, bind.override));
  const isoTexts = comparesInstants(options);
  const order = makeOrder({ func: options.lastValueFunc, cursor: options.cursor, isoTexts });
  const range = joinScheduler({ options, range: bind.range, env, warn });
  const initial = coerceBoundOrThrow('initialValue', options.type, range.initialValue);
  const end = coerceBoundOrThrow('endValue', options.type, range.endValue);
  if (end !== undefined && range.by !== 'interval') checkRange(order, initial, end, options.cursor);
  const stateless = end !== undefined;
  const cursor = startingCursor({ options, order, initial, stateless, stored: bind.stored, warn });
  const deduplicates = options.rangeStart === 'closed' && !cursor.lags && !isEmptyList(options.primaryKey);
  const filter = new PageFilter({
    options,
    order,
    isoTexts,
    key: makeRowKey(options.primaryKey ?? bind.resourceKey, options.cursor),
    start: cursor.start,
    end,
    last: cursor.last,
    storesHashes: deduplicates && !stateless,
    dropsRepeats: deduplicates,
    storedHashes: cursor.hashes,
  });
  const exact: ExactBounds = {
    initialValue: initial,
    startValue: cursor.start,
    endValue: end,
    get lastValue() {
      return filter.started ? filter.last : cursor.start;
    },
  };
  const instantClass = instantClassOf(options.type, options.initialValue);
  const [outward, inward] = order.func === 'min' ? (['up', 'down'] as const) : (['down', 'up'] as const);
  // The options decide the class of instants, and `T` was inferred from the same options.
  const show = (value: unknown, rounding = outward): T => asAuthorReads(value, instantClass, rounding) as T;
  const joined = range.by !== undefined;
  const timeType = options.type ?? (joined ? range.type : undefined);
  return {
    name,
    cursor: options.cursor,
    cursorColumn: options.path.column,
    type: range.type,
    func: order.func,
    stateless,
    joined,
    emptyRange: stateless && isEmptyRange(order, cursor.start, end, options),
    exact,
    initialValue: show(initial),
    startValue: show(cursor.start),
    endValue: show(end, inward) as NonNullable<T> | undefined,
    get lastValue() {
      return show(exact.lastValue);
    },
    get startOutOfRange() {
      return filter.startOutOfRange;
    },
    get endOutOfRange() {
      return filter.endOutOfRange;
    },
    get closed() {
      return filter.closed;
    },
    get seenRange() {
      return filter.smallest === undefined
        ? undefined
        : { smallest: filter.smallest, largest: filter.largest };
    },
    get covered() {
      return coveredBy(order, timeType, cursor.start, stateless ? end : filter.last);
    },
    accept: (rows) => filter.accept(rows),
    state() {
      if (stateless) return undefined;
      return {
        initial_value: bind.stored?.initial_value ?? initial ?? null,
        last_value: filter.last ?? null,
        unique_hashes: [...filter.hashes],
        start_value: cursor.stored ?? initial ?? null,
      };
    },
  };
}

interface StartingCursor {
  readonly start: unknown;
  readonly last: unknown;
  readonly stored: unknown;
  readonly hashes: readonly string[];
  readonly lags: boolean;
}

function startingCursor(from: {
  readonly options: ResolvedOptions;
  readonly order: CursorOrder;
  readonly initial: unknown;
  readonly stateless: boolean;
  readonly stored: CursorState | undefined;
  readonly warn: (message: string) => void;
}): StartingCursor {
  const { options, order, initial, stateless } = from;
  const asInitial = { start: initial, last: initial, stored: undefined, hashes: [], lags: false };
  if (stateless) return asInitial;
  const lags = options.lag !== 0 && order.func !== 'custom';
  if (options.lag !== 0 && !lags)
    from.warn(
      `The lag of the incremental on "${options.cursor}" has no effect: it works with 'max' and 'min' only.`,
    );
  const stored = coerceBoundOrThrow('the stored cursor', options.type, from.stored?.last_value);
  const hashes = from.stored?.unique_hashes ?? [];
  if (stored === undefined) return { ...asInitial, hashes, lags };
  if (!lags) return { start: stored, last: stored, stored, hashes, lags };
  const start = applyLag({
    cursor: options.cursor,
    order,
    lag: options.lag,
    lastValue: stored,
    initialValue: coerceBoundOrThrow('the stored cursor', options.type, from.stored?.initial_value),
    fractional: options.type === 'unixFloat' || isFraction(initial),
  });
  return { start, last: stored, stored, hashes, lags };
}

function coveredBy(
  order: CursorOrder,
  type: CursorType | undefined,
  from: unknown,
  to: unknown,
): BoundIncremental['covered'] {
  if (order.func === 'custom') return { start: undefined, end: undefined };
  const [start, end] = order.func === 'min' ? [to, from] : [from, to];
  return { start: toInstant(type, start), end: toInstant(type, end) };
}

/** Whether texts are compared as the ISO instants that they name: by the declared type, else by the initial value. */
function comparesInstants({ type, initialValue }: ResolvedOptions): boolean {
  if (type !== undefined) return type === 'iso';
  return typeof initialValue === 'string' && pointOf(initialValue) !== undefined;
}

function isEmptyList(key: ResolvedOptions['primaryKey']): boolean {
  return Array.isArray(key) && key.length === 0;
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && !Number.isInteger(value);
}
