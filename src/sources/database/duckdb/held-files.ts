import { readdirSync, readlinkSync } from 'node:fs';

const DESCRIPTORS = '/proc/self/fd';

/** How many connections of this source are open to a file, by its real path. */
const openConnections = new Map<string, number>();

/**
 * Whether another part of this program has the file open, such as a pipeline that loads into it. A lock of the system
 * belongs to the process: opening the file once more would succeed, and closing that would give the lock away. Known
 * where the system lists open files, which is on Linux.
 */
export function isHeldElsewhere(realPath: string): boolean {
  if (openConnections.has(realPath) || process.platform !== 'linux') return false;
  return readdirSync(DESCRIPTORS).some((descriptor) => {
    try {
      return readlinkSync(`${DESCRIPTORS}/${descriptor}`) === realPath;
    } catch {
      // closed meanwhile
      return false;
    }
  });
}

/** Counts a connection to a file that is about to be opened. */
export function connectionOpened(realPath: string): void {
  openConnections.set(realPath, (openConnections.get(realPath) ?? 0) + 1);
}

/** Counts a connection out that was closed. */
export function connectionClosed(realPath: string): void {
  const left = (openConnections.get(realPath) ?? 1) - 1;
  if (left === 0) openConnections.delete(realPath);
  else openConnections.set(realPath, left);
}
