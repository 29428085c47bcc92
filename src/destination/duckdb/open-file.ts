import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import bindings, { type Database } from '@duckdb/node-bindings';
import { openError } from './errors';
import { FilePlace } from './file-place';
import { KnownFile } from './known-file';
import { Link } from './link';
import { MemoryBound } from './memory-bound';
import { holdsDatabase, removeHalfMade } from './probe';

/** What work needs of a file's instance; a load needs nothing and takes any. */
export interface FileAccess {
  /** Whether SQL must be able to reach other files, or must not. */
  readonly files?: boolean | undefined;
}

/** A DuckDB file that this process has open, with all that lives exactly as long as that: nobody else can change the file. */
export class OpenFile {
  /** What was read of the file. */
  readonly known: KnownFile;
  /** Whether its SQL may read and write other files; DuckDB lets that be given up once, and not be had again. */
  readonly reachesFiles: boolean;
  readonly memory: MemoryBound;
  readonly #database: Database;
  /** Connections that nobody uses right now. */
  readonly #links: Link[] = [];

  /**
   * Opens a file; it is made with its folder if it isn't there.
   * @throws TidemarkError DESTINATION_NOT_A_DATABASE, DESTINATION_LOCKED, DESTINATION_FAILED
   */
  static async open(file: string, { files = false }: FileAccess = {}): Promise<OpenFile> {
    const opened = await openDatabase(file);
    if (!files) await runOn(opened.database, 'SET GLOBAL enable_external_access = false');
    return new OpenFile(opened, files);
  }

  private constructor({ database, place }: Opened, reachesFiles: boolean) {
    this.reachesFiles = reachesFiles;
    this.#database = database;
    this.known = new KnownFile(place);
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

  /** Whether the file at the path is the one that is open; another program may have removed or replaced it. */
  get isInPlace(): boolean {
    return this.known.place.isSame;
  }

  /** Whether DuckDB still works on it. */
  get isSpent(): boolean {
    return this.known.isSpent;
  }

  /** Whether it is what work needs. */
  fits({ files }: FileAccess): boolean {
    return files === undefined || files === this.reachesFiles;
  }

  /** Closes the file in one go; only when no work runs on it. */
  close(): void {
    for (const link of this.#links.splice(0)) link.close();
    this.memory.close();
    if (this.isInPlace) bindings.close_sync(this.#database);
    else this.#abandon();
  }

  /**
   * Closes a file that is no longer at its path. DuckDB finds its log by name, and would remove that of the file which is there
   * now; so it is told to leave it. A process that ends meanwhile closes it, too.
   */
  #abandon(): void {
    this.known.place.removeOwnLog();
    const close = async (): Promise<void> => {
      await runOn(this.#database, 'PRAGMA disable_checkpoint_on_shutdown');
      bindings.close_sync(this.#database);
    };
    close().catch(() => undefined);
  }
}

interface Opened {
  readonly database: Database;
  readonly place: FilePlace;
}

/** What DuckDB says of a file, or a file system, that can't be written. */
const UNWRITABLE = /read-only file system|permission denied/i;

/** Opens a file that can't be written: it can be read all the same. */
async function openToRead(file: string): Promise<Database> {
  const config = bindings.create_config();
  bindings.set_config(config, 'access_mode', 'READ_ONLY');
  return bindings.open(file, config);
}

async function runOn(database: Database, sql: string): Promise<void> {
  const connection = await bindings.connect(database);
  await bindings.query(connection, sql);
  bindings.disconnect_sync(connection);
}

async function openDatabase(file: string): Promise<Opened> {
  let place: FilePlace | undefined = new FilePlace(file);
  const exists = holdsDatabase(file);
  try {
    if (!exists) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      place = undefined;
    }
    const database = await bindings.open(file).catch((error: unknown) => {
      if (exists && UNWRITABLE.test(String(error))) return openToRead(file);
      if (!removeHalfMade(file, error)) throw error;
      place = undefined;
      return bindings.open(file);
    });
    // nobody else may read what is loaded, unless its owner says so; chmod opens no handle (probe.ts)
    if (place === undefined) chmodSync(file, 0o600);
    // Instants are UTC everywhere; DuckDB would take the zone of the machine.
    await runOn(database, "SET GLOBAL TimeZone = 'UTC'");
    // one that was there before is the one that was there before
    return { database, place: place ?? new FilePlace(file) };
  } catch (error) {
    throw openError(error, file);
  }
}
