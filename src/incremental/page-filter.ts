import { TidemarkError } from '../errors';
import type { CursorPath } from './cursor-path';
import { coerceRowOrThrow } from './cursor-type';
import { describeValue } from './cursor-value';
import { InstantRange } from './instant-range';
import { pointOf } from './iso-point';
import type { ResolvedOptions } from './options';
import type { CursorOrder } from './order';
import type { RowKey } from './row-key';
import type { CursorType } from './types';

interface PageFilterOptions {
  readonly options: ResolvedOptions;
  readonly order: CursorOrder;
  /** Whether texts are compared as the ISO instants that they name. */
  readonly isoTexts: boolean;
  readonly key: RowKey;
  readonly start: unknown;
  readonly end: unknown;
  /** The last value to begin with; it differs from `start` under a lag. */
  readonly last: unknown;
  /** Whether boundary rows are hashed and compared with those of earlier runs. */
  readonly storesHashes: boolean;
  /** Whether a declared key that repeats at the running last value is dropped. */
  readonly dropsRepeats: boolean;
  readonly storedHashes: readonly string[];
}

/** Units from which UTF-16 order and code point order may differ. */
const BEYOND_PLAIN_TEXT = /[\ud800-\uffff]/;
const OLD_HASH_LENGTH = 20;

/**
 * Filters the rows of one run by the cursor's range, page by page, and keeps the last value, the out-of-range flags and
 * the hashes of boundary rows. Most rows are well inside the range and need two comparisons; the others go through
 * `step`, which applies every rule.
 */
export class PageFilter {
  last: unknown;
  startOutOfRange = false;
  endOutOfRange = false;
  closed = false;
  /** Whether a non-empty page has come. */
  started = false;
  smallest: unknown;
  largest: unknown;
  /** Hashes of the rows at `last`, complete after each page. */
  hashes: Set<string>;

  private readonly options: ResolvedOptions;
  private readonly path: CursorPath;
  private readonly type: CursorType | undefined;
  private readonly order: CursorOrder;
  private readonly key: RowKey;
  private readonly start: unknown;
  private readonly end: unknown;
  private readonly storesHashes: boolean;
  private readonly dropsRepeats: boolean;
  private readonly startHashes: ReadonlySet<string>;
  /** dlt before 1.29 stored longer hashes; they are compared and extended as they are until last moves. */
  private readonly startFormat: 'short' | 'long';
  private readonly isMax: boolean;
  /** Whether comparing texts with `<` is right: until one comes that has other units than plain ones. */
  private plainText: boolean;
  /** Of texts that are compared as instants. */
  private readonly instants: InstantRange | undefined;
  private pages = 0;
  private moved = false;
  /** The row that moved last; its hash may be pending. */
  private lastRow: unknown;
  private lastRowPending = false;
  private ties: unknown[] = [];
  private seen: Set<unknown> | undefined;

  constructor(filter: PageFilterOptions) {
    const { options, order, key, start, end, last } = filter;
    this.options = options;
    this.path = options.path;
    this.type = options.type;
    this.order = order;
    this.key = key;
    this.start = start;
    this.end = end;
    this.last = last;
    this.storesHashes = filter.storesHashes;
    this.dropsRepeats = filter.dropsRepeats && key.declared;
    this.startHashes = new Set(filter.storesHashes ? filter.storedHashes : []);
    this.hashes = new Set(this.startHashes);
    this.startFormat = filter.storedHashes.some((hash) => hash.length === OLD_HASH_LENGTH) ? 'long' : 'short';
    this.isMax = order.func === 'max';
    this.plainText = [start, end, last].every(isPlainText);
    if (filter.isoTexts && order.func !== 'custom')
      this.instants = new InstantRange({ isMax: this.isMax, start, end, last });
  }

  /** The rows of one page that belong to the run; the page itself if none was dropped. */
  accept(rows: readonly unknown[]): readonly unknown[] {
    if (rows.length === 0) return rows;
    this.started = true;
    this.pages++;
    const column =
      this.order.func === 'custom' || this.type === 'date' || this.type === 'datetime'
        ? undefined
        : this.path.column;
    let kept: unknown[] | undefined;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      const keep = (column !== undefined && this.isPlainlyInside(row, column)) || this.step(row, at);
      if (keep) kept?.push(row);
      else kept ??= rows.slice(0, at);
    }
    this.hashBoundary();
    return kept ?? rows;
  }

  /** The hot path: true for a row beyond last, or strictly between start and last, and before the end; done then. */
  private isPlainlyInside(row: unknown, column: string): boolean {
    if (typeof row !== 'object' || row === null) return false;
    const value = (row as Record<string, unknown>)[column];
    if (typeof value === 'number') {
      if (!this.numberInside(value)) return false;
    } else if (typeof value === 'string') {
      if (this.instants !== undefined) return this.instantInside(this.instants, value, row);
      if (!this.plainText || !this.textInside(value)) return false;
    } else return false;
    if (this.isMax ? value > (this.last as typeof value) : value < (this.last as typeof value)) {
      this.keepLast(value, row);
    }
    this.startOutOfRange = false;
    this.endOutOfRange = false;
    return true;
  }

  private instantInside(instants: InstantRange, value: string, row: unknown): boolean {
    const place = instants.place(value);
    if (place === undefined) return false;
    if (place === 'beyond') this.keepLast(value, row);
    this.smallest = instants.smallest;
    this.largest = instants.largest;
    return this.pass();
  }

  private numberInside(value: number): boolean {
    const { start, end, last } = this;
    if (typeof last !== 'number' || !(value < last || value > last)) return false;
    if (start !== undefined && !(typeof start === 'number' && (this.isMax ? value > start : value < start)))
      return false;
    if (end !== undefined && !(typeof end === 'number' && (this.isMax ? value < end : value > end)))
      return false;
    if (typeof this.smallest !== 'number' || typeof this.largest !== 'number') return false;
    if (value < this.smallest) this.smallest = value;
    if (value > this.largest) this.largest = value;
    return true;
  }

  private textInside(value: string): boolean {
    const { start, end, last } = this;
    if (typeof last !== 'string' || value === last) return false;
    if (start !== undefined && !(typeof start === 'string' && (this.isMax ? value > start : value < start)))
      return false;
    if (end !== undefined && !(typeof end === 'string' && (this.isMax ? value < end : value > end)))
      return false;
    if (typeof this.smallest !== 'string' || typeof this.largest !== 'string') return false;
    // Compared with a plain text, any text orders rightly; one that others will be compared with must be plain itself.
    const remains =
      value < this.smallest || value > this.largest || (this.isMax ? value > last : value < last);
    if (remains && BEYOND_PLAIN_TEXT.test(value)) return false;
    if (value < this.smallest) this.smallest = value;
    if (value > this.largest) this.largest = value;
    return true;
  }

  /** Every rule, in order: missing cursor, end, last value, start, boundary. */
  private step(row: unknown, at: number): boolean {
    const found = this.path.read(row);
    if (found === undefined || found === null) return this.missing(found);
    const value = this.type === undefined ? found : coerceRowOrThrow(this.options.cursor, this.type, found);
    const { order, start, end } = this;
    if (this.instants !== undefined && typeof value === 'string' && !this.instants.fits(value))
      throw this.unlike(value, row, at);
    this.see(value);
    if (end !== undefined && (order.beyond(value, end) || this.isAtOpenEnd(value)))
      return this.dropBeyondEnd();
    const next = order.advance(value, this.last);
    if (next !== this.last) {
      this.moveTo(next, row);
      return this.pass();
    }
    const normal = order.normal(value);
    if (start !== undefined) {
      const atStart = order.same(normal, start);
      if (atStart ? this.options.rangeStart === 'open' : !order.beyond(value, start))
        return this.dropBeforeStart();
      if (atStart && this.storesHashes && this.isStored(row)) return this.dropBeforeStart();
    }
    if (order.same(normal, this.last)) {
      if (this.dropsRepeats && this.isRepeat(row)) return this.drop();
      if (this.storesHashes) this.ties.push(row);
    }
    return this.pass();
  }

  private isAtOpenEnd(value: unknown): boolean {
    return this.options.rangeEnd === 'open' && this.order.same(this.order.normal(value), this.end);
  }

  private moveTo(last: unknown, row: unknown): void {
    this.instants?.moveTo(last);
    this.keepLast(last, row);
  }

  private keepLast(last: unknown, row: unknown): void {
    this.last = last;
    this.lastRow = row;
    this.lastRowPending = true;
    this.moved = true;
    this.seen = undefined;
    if (this.ties.length > 0) this.ties = [];
    if (this.hashes.size > 0) this.hashes = new Set();
  }

  /** Whether an earlier run loaded this row: asked of the hashes as they were when the run began. */
  private isStored(row: unknown): boolean {
    if (this.startHashes.size > 0) return this.startHashes.has(this.key.hash(row, this.startFormat));
    this.key.require(row);
    return false;
  }

  private isRepeat(row: unknown): boolean {
    const id = this.key.identity(row);
    if (id === undefined) return false;
    if (this.seen === undefined) {
      this.seen = new Set();
      if (this.moved) this.seen.add(this.key.identity(this.lastRow));
    }
    if (this.seen.has(id)) return true;
    this.seen.add(id);
    return false;
  }

  /** Rows overtaken within their page are never hashed. */
  private hashBoundary(): void {
    if (!this.storesHashes) return;
    const format = this.moved ? 'short' : this.startFormat;
    if (this.lastRowPending) this.hashes.add(this.key.hash(this.lastRow, format));
    this.lastRowPending = false;
    for (const row of this.ties) this.hashes.add(this.key.hash(row, format));
    if (this.ties.length > 0) this.ties = [];
  }

  private see(value: unknown): void {
    if (this.order.func === 'custom') return;
    if (this.instants?.see(value)) {
      this.smallest = this.instants.smallest;
      this.largest = this.instants.largest;
      return;
    }
    if (!isPlainText(value)) this.plainText = false;
    // Where they can't be compared the next comparison fails, with a message.
    if (this.smallest === undefined || (this.order.compare(value, this.smallest) ?? 0) < 0)
      this.smallest = value;
    if (this.largest === undefined || (this.order.compare(value, this.largest) ?? 0) > 0)
      this.largest = value;
  }

  private missing(found: null | undefined): boolean {
    const { cursor, onCursorValueMissing } = this.options;
    if (onCursorValueMissing === 'include') return this.pass();
    if (onCursorValueMissing === 'exclude') return this.drop();
    throw new TidemarkError(
      found === null ? 'CURSOR_VALUE_NULL' : 'CURSOR_PATH_MISSING',
      `A row ${found === null ? `has null at the cursor "${cursor}"` : `has no cursor "${cursor}"`}. ` +
        "Set onCursorValueMissing: 'include' to load such rows in every run, or 'exclude' to drop them.",
      { details: { cursor } },
    );
  }

  private unlike(value: string, row: unknown, at: number): TidemarkError {
    const { cursor } = this.options;
    const isInstant = pointOf(value) !== undefined;
    const found = isInstant
      ? 'which is an ISO instant where its other values are text that is none'
      : 'which is no ISO instant, and cannot be compared with the instants of its other rows or its range';
    return new TidemarkError(
      'CURSOR_COERCION',
      `Row ${at + 1} of page ${this.pages} (${this.key.describe(row)}) has the value ${describeValue(value)} at the cursor ` +
        `"${cursor}", ${found}. Mend it in a map (null takes part in onCursorValueMissing), or declare type: 'text' ` +
        'to compare all values as text; a stored cursor of the other kind has to be reset.',
      { details: { cursor, row: at, page: this.pages } },
    );
  }

  private pass(): true {
    this.startOutOfRange = false;
    this.endOutOfRange = false;
    return true;
  }

  private drop(): false {
    this.startOutOfRange = false;
    this.endOutOfRange = false;
    return false;
  }

  private dropBeforeStart(): false {
    this.startOutOfRange = true;
    this.endOutOfRange = false;
    if (this.options.rowOrder === 'desc') this.closed = true;
    return false;
  }

  private dropBeyondEnd(): false {
    this.startOutOfRange = false;
    this.endOutOfRange = true;
    if (this.options.rowOrder === 'asc') this.closed = true;
    return false;
  }
}

function isPlainText(value: unknown): boolean {
  return typeof value !== 'string' || !BEYOND_PLAIN_TEXT.test(value);
}
