import { closeSync, existsSync, openSync, readSync, realpathSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { notADatabase } from './errors';

/** Where a DuckDB file has the letters `DUCK`. */
const MAGIC_OFFSET = 8;
const BLOCK_BYTES = 4096;
/** Three headers of a block each; the first row comes after them. */
const HEADER_BYTES = 3 * BLOCK_BYTES;
/** What DuckDB says of a file that another process holds. */
const LOCKED = /(set|conflicting) lock/i;

/** The path by which a file is known, whatever links lead to it; the file need not exist. */
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
 * Whether a DuckDB database lies at the path; an empty file counts as none.
 *
 * Only for a file that this process hasn't open. A lock of the system belongs to the process: closing any handle of a file
 * gives away the lock that DuckDB has on it, and another program could write to it too. So this is never done to an open one,
 * and in one go, so that none is opened meanwhile.
 *
 * @throws TidemarkError DESTINATION_NOT_A_DATABASE if there is something else
 */
export function holdsDatabase(file: string): boolean {
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

/**
 * Removes what a process left that was killed while it made a database: its first bytes, which hold no data yet and which
 * DuckDB refuses. Opens no handle, and is done in one go, so that nobody makes the file anew between the look and the removal.
 *
 * @param error why DuckDB didn't open the file: where that is no lock, nobody is making the file at this moment
 * @returns whether there was such a file; everything else is left as it is
 */
export function removeHalfMade(file: string, error: unknown): boolean {
  if (LOCKED.test(String(error))) return false;
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? HEADER_BYTES;
  if (size >= HEADER_BYTES || size % BLOCK_BYTES !== 0 || existsSync(`${file}.wal`)) return false;
  rmSync(file);
  return true;
}
