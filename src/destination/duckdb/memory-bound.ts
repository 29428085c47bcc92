import { DuckDBConnection } from '@duckdb/node-api';
import bindings, { type Database } from '@duckdb/node-bindings';
import type { BulkWork } from '../sql';
import { Link } from './link';

const MIB = 1024 * 1024;
/** What a commit of few columns makes do with, however many rows it has: enough for the row groups that it fills. */
const NARROW_MIB = 64;
/** So many columns at the most are few. */
const NARROW_COLUMNS = 48;
/**
 * What DuckDB keeps of a column that gets rows: a block of 256 KiB in the transaction's own rows, one in the table's, one while
 * it is checkpointed, and what the values need beyond one.
 */
const COLUMN_MIB = 1;
/** How often the bytes of staged rows lie there at once: as the transaction's own and as the table's, text with its lengths. */
const COPIES = 3;
/** Beyond so many bytes of staged rows, row groups fill and go to the file. */
const GROUP_BYTES = 256 * MIB;

/** The memory that a commit gets: it follows the columns that get rows, each of which has blocks of its own, however few its rows. */
export function memoryFor({ columns, bytes }: BulkWork): number {
  if (columns <= NARROW_COLUMNS) return NARROW_MIB * MIB;
  return (NARROW_MIB + columns * COLUMN_MIB) * MIB + COPIES * Math.min(bytes, GROUP_BYTES);
}

/** Work that makes do with so much memory. */
export interface BoundedWork<T> {
  /** Must leave nothing behind in the file when it fails, and use no other connection than the one it is given. */
  readonly work: (link: Link) => Promise<T>;
  readonly bytes: number;
}

/**
 * How DuckDB tells that its limit is reached. It isn't always an "Out of Memory Error": a failed append ("Failed to append: …")
 * and a failed COMMIT ("TransactionContext Error: Failed to commit: …") only quote what the buffer pool said.
 */
const OUT_OF_MEMORY = /out of memory|could not allocate block|failed to pin block|failed to allocate data/i;

/** Whether DuckDB failed because work needs more memory than its limit allows. */
export const isOutOfMemory = (error: unknown): boolean => OUT_OF_MEMORY.test(String(error));

/**
 * Bounds the memory of an open file while a commit runs alone on it: DuckDB keeps what it has until it nears its limit, and by
 * default that is most of the machine. The limit is the file's, not the connection's, so it is lifted as soon as somebody else
 * comes.
 *
 * What DuckDB 1.5.6 does with it:
 * - `RESET GLOBAL memory_limit` changes what `current_setting` shows and leaves the buffer pool at the old limit. So a limit
 *   is lifted by setting the one that was there when the file was opened.
 * - Lowering it fails where more is in use already; then `current_setting` may show the lower one. So it is lifted all the same.
 * - A COMMIT may write the whole log into the file, what earlier transactions left in it and each long text beside a new one,
 *   too: nobody can tell how much memory that needs. So the bound is lifted before it, which costs no more at the peak.
 * - A COMMIT that fails has committed the temporary tables of its transaction, which have a database of their own, before the
 *   rest failed. So work that is run again gets a new connection, which has no temporary tables.
 */
export class MemoryBound {
  readonly #database: Database;
  #own: DuckDBConnection | undefined;
  /** What lifts the bound, known once the file was bounded. */
  #usual: string | undefined;
  #bounded = false;
  /** The last change of the limit: each waits for the one before, so that the last one asked for holds. */
  #changed: Promise<unknown> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Runs work with little memory, and where it needs more, again without the bound.
   *
   * @param link the connection of the first try; it isn't used again after a failure
   */
  async around<T>(link: Link, { work, bytes }: BoundedWork<T>): Promise<T> {
    this.#bounded = true;
    // Where more is in use already, it stays without.
    await this.#change(() => this.#lower(bytes)).catch(() => undefined);
    link.beforeCommit = () => this.lift();
    try {
      return await work(link);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      link.reusable = false;
      await this.lift();
      return await this.#onNewLink(work);
    } finally {
      link.beforeCommit = undefined;
      // What the work came to matters; a bound that stays is lifted for the next one who comes.
      await this.lift().catch(() => undefined);
    }
  }

  /** Lets the file have its usual memory again. */
  async lift(): Promise<void> {
    if (!this.#bounded) return;
    await this.#change(async () => {
      if (!this.#bounded) return;
      if (this.#usual !== undefined) await this.#setLimit(this.#usual);
      this.#bounded = false;
    });
  }

  /** To be called before the file is closed. */
  close(): void {
    this.#own?.disconnectSync();
    this.#own = undefined;
  }

  async #lower(bytes: number): Promise<void> {
    this.#usual ??= settable(await this.#shownLimit());
    if (bytes < bytesOf(this.#usual)) await this.#setLimit(`${Math.ceil(bytes / MIB)}MiB`);
  }

  async #shownLimit(): Promise<string> {
    const reader = await (await this.#connection()).runAndReadAll("SELECT current_setting('memory_limit')");
    return String(reader.getRows()[0]?.[0]);
  }

  async #setLimit(limit: string): Promise<void> {
    await (await this.#connection()).run(`SET GLOBAL memory_limit = '${limit}'`);
  }

  /** One of its own: the work's may be in a transaction that failed. */
  async #connection(): Promise<DuckDBConnection> {
    this.#own ??= new DuckDBConnection(await bindings.connect(this.#database));
    return this.#own;
  }

  #change(how: () => Promise<void>): Promise<void> {
    const change = this.#changed.then(how);
    this.#changed = change.catch(() => undefined);
    return change;
  }

  async #onNewLink<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const link = new Link(await bindings.connect(this.#database));
    try {
      return await work(link);
    } finally {
      link.close();
    }
  }
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A limit as it is shown, in bytes. */
function bytesOf(shown: string): number {
  const [number, unit = ''] = shown.split(' ');
  return Number(number) * 1024 ** Math.max(0, UNITS.indexOf(unit));
}

/**
 * A limit as it is shown, as one that can be set and is shown alike: DuckDB shows a tenth, cut off, so that what was shown and
 * is set would be shown as the tenth below. The middle of the tenth is at most 0.05 of the unit beside the true one.
 */
const settable = (shown: string): string => shown.replace(/^(\d+\.\d) /, '$15 ');
