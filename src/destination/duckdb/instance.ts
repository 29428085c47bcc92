import { closeSync, existsSync, mkdirSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import bindings, { type Database } from '@duckdb/node-bindings';
import { notADatabase, openError } from './errors';
import { KnownFile } from './known-file';
import { Link } from './link';
import { isAwaited, LOOK_EVERY_MS, STAND_BACK_MS, TURN_MS } from './turns';
import { whenFree } from './wait-for-file';

/** How long a file is held after its last use. */
const IDLE_MS = 2000;
/** What a commit makes do with: enough for the row groups that it fills. */
const COMMIT_MEMORY = '64MiB';
const OUT_OF_MEMORY = /out of memory/i;
/** Where a DuckDB file has the letters `DUCK`. */
const MAGIC_OFFSET = 8;
const BLOCK_BYTES = 4096;
/** Three headers of a block each; the first row comes after them. */
const HEADER_BYTES = 3 * BLOCK_BYTES;

interface Instance {
  readonly opening: Promise<Database>;
  readonly known: KnownFile;
  /** Connections that nobody uses right now. */
  readonly idle: Link[];
  database: Database | undefined;
  users: number;
  /** Whether a commit bounds the memory, which holds for everybody who uses the file. */
  bounded: boolean;
  timer: NodeJS.Timeout | undefined;
  /** When its turn began. */
  since: number;
  /** Set while it gives the file to another process: settled once it has, or when that takes too long. */
  leaving: Promise<void> | undefined;
  left: () => void;
}

/** Open databases by real path: DuckDB gives a file to one process, and within it to one instance. */
const instances = new Map<string, Instance>();
/** How many handles say that they will use a file again; without any it is let go at once. */
const handles = new Map<string, number>();

/** The path by which a file is known, whatever links lead to it; it need not exist. */
export function realPathOf(file: string): string {
  const absolute = path.resolve(file);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(realPathOf(parent), path.basename(absolute));
  }
}

/**
 * Whether there is a database at the path.
 * @throws TidemarkError DESTINATION_NOT_A_DATABASE if there is something else
 */
export async function databaseExists(file: string): Promise<boolean> {
  return instances.has(file) || holdsDatabase(file);
}

/**
 * Looks at a file that this process hasn't open. A lock of the system belongs to the process: closing any handle of a file
 * gives away the lock that DuckDB has on it, and another program could write to it too. So this is never done to an open one,
 * and in one go, so that none is opened meanwhile.
 */
function holdsDatabase(file: string): boolean {
  const info = statSync(file, { throwIfNoEntry: false });
  if (info === undefined) return false;
  if (!info.isFile()) throw notADatabase(file);
  if (info.size === 0) return false;
  const handle = openSync(file, 'r');
  try {
    const letters = new Uint8Array(4);
    const bytesRead = readSync(handle, letters, 0, 4, MAGIC_OFFSET);
    if (bytesRead < 4 || String.fromCharCode(...letters) !== 'DUCK') throw notADatabase(file);
  } finally {
    closeSync(handle);
  }
  return true;
}

/** Announces that a file will be used more than once; `release` undoes it. */
export function retain(file: string): void {
  handles.set(file, (handles.get(file) ?? 0) + 1);
}

/** @param lingers whether the file stays open for its idle time, though nobody says that they will use it again */
export function release(file: string, lingers = false): void {
  const left = (handles.get(file) ?? 1) - 1;
  if (left > 0) {
    handles.set(file, left);
    return;
  }
  handles.delete(file);
  const instance = instances.get(file);
  if (instance?.users !== 0) return;
  if (lingers) linger(file, instance);
  else letGo(file, instance);
}

/** Lets go of all files that nobody uses right now: what lingers must not outlive a worker. */
export function releaseIdleFiles(): void {
  for (const [file, instance] of instances)
    if (instance.users === 0 && !handles.has(file)) letGo(file, instance);
}

/**
 * Runs work on a connection to a file that nobody else uses meanwhile; the file is made with its folder if it isn't there,
 * and let go when it was idle for two seconds, or sooner when another process waits for it.
 * @throws TidemarkError DESTINATION_NOT_A_DATABASE, DESTINATION_LOCKED
 */
export async function withConnection<T>(
  file: string,
  work: (link: Link, known: KnownFile) => Promise<T>,
): Promise<T> {
  const { instance, database } = await whenFree(file, () => hold(file));
  try {
    const link = instance.idle.pop() ?? new Link(await bindings.connect(database));
    try {
      return await work(link, instance.known);
    } finally {
      if (link.reusable) instance.idle.push(link);
      else link.close();
    }
  } finally {
    instance.users -= 1;
    if (instance.users === 0) whenIdle(file, instance);
  }
}

async function hold(file: string): Promise<{ readonly instance: Instance; readonly database: Database }> {
  await afterOthers(file);
  const instance = instances.get(file) ?? start(file);
  clearInterval(instance.timer);
  instance.users += 1;
  try {
    const database = await instance.opening;
    if (instance.bounded) await unbound(instance, database);
    return { instance, database };
  } catch (error) {
    instance.users -= 1;
    throw error;
  }
}

/**
 * Runs work that may need much memory with little of it: DuckDB keeps what it has until it nears its limit, and by default that
 * is most of the machine. Only for who is alone with the file; when another comes, or the work needs more, the limit goes.
 * @param work is run again where it needs more: it must leave nothing behind when it fails
 */
export async function withLittleMemory<T>(file: string, link: Link, work: () => Promise<T>): Promise<T> {
  const instance = instances.get(file);
  if (instance?.database === undefined || instance.users > 1) return work();
  const { database } = instance;
  instance.bounded = true;
  // Where more is in use already, it stays without.
  await bindings.query(link.handle, `SET GLOBAL memory_limit = '${COMMIT_MEMORY}'`).catch(() => undefined);
  try {
    return await work();
  } catch (error) {
    if (!OUT_OF_MEMORY.test(String(error))) throw error;
    await unbound(instance, database);
    return await work();
  } finally {
    if (instance.bounded) await unbound(instance, database);
  }
}

async function unbound(instance: Instance, database: Database): Promise<void> {
  instance.bounded = false;
  const connection = await bindings.connect(database);
  await bindings.query(connection, 'RESET GLOBAL memory_limit');
  bindings.disconnect_sync(connection);
}

/** Where this process had its turn and another one waits: lets what runs end, and the other one have the file. */
async function afterOthers(file: string): Promise<void> {
  const instance = instances.get(file);
  if (instance?.database === undefined) return;
  if (instance.leaving === undefined) {
    if (performance.now() - instance.since < TURN_MS || !isAwaited(file)) return;
    instance.leaving = leave(file, instance);
  }
  await instance.leaving;
}

/** Bounded: what runs may itself need a second connection before it can end. */
async function leave(file: string, instance: Instance): Promise<void> {
  const left = new Promise<true>((resolve) => {
    instance.left = () => resolve(true);
  });
  letGo(file, instance);
  if (await Promise.race([left, delay(TURN_MS)])) {
    await delay(STAND_BACK_MS);
  } else {
    instance.since = performance.now();
    instance.leaving = undefined;
  }
}

/** A program that ends without closing leaves whole files behind, not a file and its log. */
function closeAtExit(): void {
  for (const [file, instance] of instances) letGo(file, instance);
}

function start(file: string): Instance {
  if (!process.listeners('exit').includes(closeAtExit)) process.once('exit', closeAtExit);
  const instance: Instance = {
    ...{
      opening: openDatabase(file),
      known: new KnownFile(),
      idle: [],
      database: undefined,
      users: 0,
      bounded: false,
      timer: undefined,
    },
    ...{ since: performance.now(), leaving: undefined, left: () => {} },
  };
  instances.set(file, instance);
  instance.opening.then(
    (database) => {
      instance.database = database;
    },
    () => {
      if (instances.get(file) === instance) instances.delete(file);
    },
  );
  return instance;
}

async function openDatabase(file: string): Promise<Database> {
  const exists = holdsDatabase(file);
  try {
    if (!exists) mkdirSync(path.dirname(file), { recursive: true });
    const database = await bindings.open(file).catch((error: unknown) => openAgain(file, error));
    const connection = await bindings.connect(database);
    // Instants are UTC everywhere; DuckDB would take the zone of the machine.
    await bindings.query(connection, "SET GLOBAL TimeZone = 'UTC'");
    bindings.disconnect_sync(connection);
    return database;
  } catch (error) {
    throw openError(error, file);
  }
}

/**
 * A program that was killed while it made a database leaves its first bytes, which hold no data yet and which DuckDB
 * refuses. Opening failed because of them and not of a lock: nobody is at it.
 */
async function openAgain(file: string, error: unknown): Promise<Database> {
  const size = (await stat(file).catch(() => undefined))?.size ?? HEADER_BYTES;
  const locked = /(set|conflicting) lock/i.test(String(error));
  if (locked || size >= HEADER_BYTES || size % BLOCK_BYTES !== 0 || existsSync(`${file}.wal`)) throw error;
  await rm(file);
  return bindings.open(file);
}

function whenIdle(file: string, instance: Instance): void {
  if (instances.get(file) !== instance) return;
  if (!handles.has(file) || instance.leaving !== undefined) {
    letGo(file, instance);
    return;
  }
  linger(file, instance);
}

function linger(file: string, instance: Instance): void {
  clearInterval(instance.timer);
  const until = performance.now() + IDLE_MS;
  instance.timer = setInterval(() => {
    if (performance.now() >= until || isAwaited(file)) letGo(file, instance);
  }, LOOK_EVERY_MS);
  instance.timer.unref();
}

/** Closes the file in one go: who asks for it next opens it anew. */
function letGo(file: string, instance: Instance): void {
  clearInterval(instance.timer);
  if (instances.get(file) !== instance || instance.users > 0 || instance.database === undefined) return;
  instances.delete(file);
  for (const link of instance.idle) link.close();
  bindings.close_sync(instance.database);
  instance.left();
}
