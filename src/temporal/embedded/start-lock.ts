import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../config';
import { TidemarkError } from '../../errors';

const WAIT_MS = 90_000;
const POLL_MS = 100;

/** Takes away a lock whose process is gone. By rename, and looked at again: another process may have renewed it meanwhile. */
async function removeStale(file: string, seen: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) === seen) await rm(aside, { force: true });
  else await rename(aside, file);
}

/**
 * Runs `start` while no other process of this machine starts the server of the same folder. `shortcut` is asked again
 * while waiting: what the other one started may be all that is wanted.
 */
export async function withStartLock<T>(options: {
  readonly folder: string;
  readonly shortcut: () => Promise<T | undefined>;
  readonly start: () => Promise<T>;
}): Promise<T> {
  const file = path.join(options.folder, 'temporal.starting');
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await options.shortcut();
    if (found !== undefined) return found;
    try {
      const handle = await open(file, 'wx');
      try {
        await handle.writeFile(`${process.pid}`);
      } finally {
        await handle.close();
      }
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (holder !== '' && !isAlive(Number(holder))) await removeStale(file, holder);
    else if (Date.now() > deadline)
      throw new TidemarkError(
        'SERVER_START_FAILED',
        `Process ${holder} has been starting the Temporal server of "${options.folder}" for too long; end it, or delete "${file}".`,
      );
    else await delay(POLL_MS);
  }
  try {
    return (await options.shortcut()) ?? (await options.start());
  } finally {
    await rm(file, { force: true });
  }
}
