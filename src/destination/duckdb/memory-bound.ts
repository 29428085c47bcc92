import { DuckDBConnection } from '@duckdb/node-api';
import bindings, { type Database } from '@duckdb/node-bindings';
import { Link } from './link';

/** What a commit makes do with: enough for the row groups that it fills. */
const COMMIT_MEMORY = '64MiB';
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
   * @param work must leave nothing behind in the file when it fails, and use no other connection than the one it is given
   */
  async around<T>(link: Link, work: (link: Link) => Promise<T>): Promise<T> {
    this.#bounded = true;
    // Where more is in use already, it stays without.
    await this.#change(() => this.#lower()).catch(() => undefined);
    try {
      return await work(link);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      link.reusable = false;
      await this.lift();
      return await this.#onNewLink(work);
    } finally {
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

  async #lower(): Promise<void> {
    this.#usual ??= settable(await this.#shownLimit());
    await this.#setLimit(COMMIT_MEMORY);
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

/**
 * A limit as it is shown, as one that can be set and is shown alike: DuckDB shows a tenth, cut off, so that what was shown and
 * is set would be shown as the tenth below. The middle of the tenth is at most 0.05 of the unit beside the true one.
 */
const settable = (shown: string): string => shown.replace(/^(\d+\.\d) /, '$15 ');
