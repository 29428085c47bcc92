import type { DateTime } from 'luxon';
import type { PlainDate, Timestamp } from '../value';

/**
 * What the values of a cursor are:
 * - `unix`: whole seconds since 1970 · `unixMs`: milliseconds since 1970 · `unixFloat`: seconds with a fraction
 * - `iso`: ISO 8601 text, compared as the instant that it names (without an offset in UTC), and kept as it is written ·
 *   `datetime`: instants, as typed values or ISO text
 * - `date`: calendar days, as `PlainDate` or `YYYY-MM-DD` · `integer`: a running number · `text`: any text, compared as text
 */
export type CursorType = 'unix' | 'unixMs' | 'unixFloat' | 'iso' | 'date' | 'datetime' | 'integer' | 'text';

/** What an author gets to read for each {@link CursorType}. */
export interface CursorValues {
  unix: number;
  unixMs: number;
  unixFloat: number;
  iso: string;
  date: PlainDate;
  datetime: DateTime;
  integer: number;
  text: string;
}

type Instant = Date | DateTime | Timestamp;

/** What may be written as `initialValue` or `endValue` of each {@link CursorType}; it is coerced to the type. */
export interface CursorInputs {
  unix: number | bigint | Instant;
  unixMs: number | bigint | Instant;
  unixFloat: number | Instant;
  iso: string | Instant;
  date: PlainDate | string | Instant;
  datetime: Instant | string;
  integer: number | bigint;
  text: string;
}

/**
 * Orders cursor values: gets a row's value and the last one (undefined for the first), gives the new last value.
 * Any JSON will do. It must not change `last`, and must give a value equal to `last` for a row that brings nothing new.
 */
export type LastValueFunction<T> = {
  // A method's parameters are compared loosely: the author may say what a row's value is.
  order(value: unknown, last: T | undefined): T;
}['order'];

/** Options of {@link incremental}; `T` is what the author reads, `I` what may be written as a bound. */
export interface IncrementalOptions<T, I = T> {
  /** A field name, or a JSONPath whose first match counts: `updated_at`, `item.ts`, `$`, `items[*].ts`. */
  readonly cursor: string;
  /** What the values are. Without it nothing is converted, a scheduler joins by the type of `initialValue`, and ISO text compares as `iso` if `initialValue` is ISO text too. */
  readonly type?: CursorType;
  /** Where the first run starts, inclusive. A stored cursor beats it. */
  readonly initialValue?: I | null;
  /** Where the range ends, exclusive. Makes the run stateless: the stored cursor is neither read nor changed. */
  readonly endValue?: I | null;
  /** @default 'max' */
  readonly lastValueFunc?: 'max' | 'min' | LastValueFunction<T>;
  /** Key by which boundary rows are recognised; one name, or a list (`[]` = no deduplication). @default the resource's primary key, else the whole row */
  readonly primaryKey?: string | readonly string[];
  /** Set where the source yields in the order of `lastValueFunc`: extraction stops once rows are out of range. */
  readonly rowOrder?: 'asc' | 'desc';
  /** Whether a row at `startValue` belongs to the range. `open` switches deduplication off. @default 'closed' */
  readonly rangeStart?: 'closed' | 'open';
  /** Whether a row at `endValue` belongs to the range. @default 'open' */
  readonly rangeEnd?: 'open' | 'closed';
  /** A row whose cursor is absent or null: fail, let it pass, or drop it. @default 'raise' */
  readonly onCursorValueMissing?: 'raise' | 'include' | 'exclude';
  /** How far a later run reaches back: seconds for instants, days for dates, as it is for numbers. Max and min only. @default 0 */
  readonly lag?: number;
  /** Whether the data interval of the run sets the range. @default false */
  readonly allowExternalSchedulers?: boolean;
}

/** What a run may override: the fields that it names change for that run, and no other; null clears a bound. */
export type IncrementalOverride<T = unknown, I = T> = Partial<IncrementalOptions<T, I>>;

/**
 * The live incremental that a resource's `extract` reads. When a `yield` returns, `lastValue` and both flags
 * include that page.
 */
export interface Incremental<T = unknown> {
  readonly initialValue: T;
  /** Fixed for the run: the last run's value (less the lag), or `initialValue`. */
  readonly startValue: T;
  /** Live; before the first page it is `startValue`. */
  readonly lastValue: T;
  readonly endValue: NonNullable<T> | undefined;
  /** The last row of the latest non-empty page lay before the start, or had been loaded by an earlier run. */
  readonly startOutOfRange: boolean;
  /** The last row of the latest non-empty page lay at or beyond the end. */
  readonly endOutOfRange: boolean;
}

/** A cursor as it is stored: dlt's own field names, typed values (null where there is none). */
export interface CursorState {
  readonly initial_value: unknown;
  readonly last_value: unknown;
  readonly unique_hashes: readonly string[];
  readonly start_value?: unknown;
}

/** Bounds from the environment, for runs that no scheduler drives. */
export interface CursorEnvironment {
  readonly DLT_START_VALUE?: string | undefined;
  readonly DLT_END_VALUE?: string | undefined;
}

/** An incremental bound to a run: what the author reads, and what extraction uses to filter pages and store the cursor. */
export interface BoundIncremental<T = unknown> extends Incremental<T> {
  readonly name: string;
  /** The cursor path as written: the key under which the state is stored. */
  readonly cursor: string;
  /** The field, if the cursor is one plain field of the item. */
  readonly cursorColumn: string | undefined;
  /** The type of the values: as declared, else inferred from the bounds; undefined if neither is given. */
  readonly type: CursorType | undefined;
  readonly func: 'max' | 'min' | 'custom';
  /** An end is set: the stored cursor is neither read nor changed. */
  readonly stateless: boolean;
  /** The data interval (or the environment) set the range. */
  readonly joined: boolean;
  /** No row can be in the range: start and end are equal, and the end is open. */
  readonly emptyRange: boolean;
  /** The row order says that nothing more can come; the source is to be closed after this page. */
  readonly closed: boolean;
  /** The bounds without the rounding to milliseconds that luxon and Date need. */
  readonly exact: ExactBounds;
  /** Smallest and largest cursor value seen, dropped rows included; undefined before the first, or for a custom function. */
  readonly seenRange: { readonly smallest: unknown; readonly largest: unknown } | undefined;
  /**
   * The time range that this run covers: to `endValue` if stateless, else to `lastValue`; a side is undefined
   * where the cursor is not a time or nothing is known.
   */
  readonly covered: { readonly start: Timestamp | undefined; readonly end: Timestamp | undefined };
  /**
   * Passes one page through the rules.
   * @returns the rows that belong to the run, in order; the same array if none was dropped
   * @throws TidemarkError CURSOR_PATH_MISSING, CURSOR_VALUE_NULL, CURSOR_COERCION, PRIMARY_KEY_MISSING
   */
  accept(rows: readonly unknown[]): readonly unknown[];
  /** What to store after the run; undefined when stateless. */
  state(): CursorState | undefined;
}

export interface ExactBounds {
  readonly initialValue: unknown;
  readonly startValue: unknown;
  readonly lastValue: unknown;
  readonly endValue: unknown;
}
