import { mkdirSync } from 'node:fs';
import path from 'node:path';
import bindings, { type Database } from '@duckdb/node-bindings';
import { openError } from './errors';
import { KnownFile } from './known-file';
import { Link } from './link';
import { MemoryBound } from './memory-bound';
import { holdsDatabase, removeHalfMade } from './probe';

/** A DuckDB file that this process has open, with all that lives exactly as long as that: nobody else can change the file. */
export class OpenFile {
  /** What was read of the file. */
  readonly known = new KnownFile();
  readonly memory: MemoryBound;
  readonly #database: Database;
  /** Connections that nobody uses right now. */
  readonly #links: Link[] = [];

  /**
   * Opens a file; it is made with its folder if it isn't there.
   * @throws TidemarkError DESTINATION_NOT_A_DATABASE, DESTINATION_LOCKED, DESTINATION_FAILED
   */
  static async open(file: string): Promise<OpenFile> {
    return new OpenFile(await openDatabase(file));
  }

  private constructor(database: Database) {
    this.#database = database;
    this.memory = new MemoryBound(database);
  }

  /** Runs work on a connection that nobody else uses meanwhile. */
  async withLink<T>(work: (link: Link, known: KnownFile) => Promise<T>): Promise<T> {
    const link = this.#links.pop() ?? new Link(await bindings.connect(this.#database));
    try {
      return await work(link, this.known);
    } finally {
      if (link.reusable) this.#links.push(link);
      else link.close();
    }
  }

  /** Closes the file in one go; only when no work runs on it. */
  close(): void {
    for (const link of this.#links.splice(0)) link.close();
    this.memory.close();
    bindings.close_sync(this.#database);
  }
}

async function openDatabase(file: string): Promise<Database> {
  const exists = holdsDatabase(file);
  try {
    if (!exists) mkdirSync(path.dirname(file), { recursive: true });
    const database = await bindings.open(file).catch((error: unknown) => {
      if (!removeHalfMade(file, error)) throw error;
      return bindings.open(file);
    });
    const connection = await bindings.connect(database);
    // Instants are UTC everywhere; DuckDB would take the zone of the machine.
    await bindings.query(connection, "SET GLOBAL TimeZone = 'UTC'");
    bindings.disconnect_sync(connection);
    return database;
  } catch (error) {
    throw openError(error, file);
  }
}
