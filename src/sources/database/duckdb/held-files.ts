import { readdirSync, readlinkSync } from 'node:fs';

const DESCRIPTORS = '/proc/self/fd';

/** How many connections of this source there are to a file, by its real path. */
const ours = new Map<string, number>();

/**
 * Whether another part of this program has the file open, such as a pipeline that loads into it. A lock of the system
 * belongs to the process: opening the file once more would succeed, and closing that would give the lock away. Known
 * where the system lists open files, which is on Linux.
 */
export function isHeldElsewhere(realPath: string): boolean {
  if (ours.has(realPath) || process.platform !== 'linux') return false;
  return readdirSync(DESCRIPTORS).some((descriptor) => {
    try {
      return readlinkSync(`${DESCRIPTORS}/${descriptor}`) === realPath;
    } catch {
      // closed meanwhile
      return false;
    }
  });
}

export function take(realPath: string): void {
  ours.set(realPath, (ours.get(realPath) ?? 0) + 1);
}

export function letGo(realPath: string): void {
  const left = (ours.get(realPath) ?? 1) - 1;
  if (left === 0) ours.delete(realPath);
  else ours.set(realPath, left);
}
