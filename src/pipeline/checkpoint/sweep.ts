import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DAY_MS } from '../../interval';

/** No load is tried again after so long: what is older is left of one that was given up. */
const KEPT_MS = 7 * DAY_MS;

const swept = new Set<string>();

/** Removes checkpoints of loads that nobody will go on with; once a process for each folder. */
export async function sweepCheckpoints(folder: string, now: number = Date.now()): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    const one = path.join(folder, name);
    const written = (await stat(one).catch(() => undefined))?.mtimeMs;
    if (written !== undefined && now - written > KEPT_MS) await rm(one, { recursive: true, force: true });
  }
}
