import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TidemarkError } from '../../errors';
import type { CheckpointPlace } from './checkpoint-store';
import { folderStore } from './folder-store';
import { sweepCheckpoints } from './sweep';

/**
 * Checkpoints in a folder.
 * @param isShared whether other hosts have it too: then it has to be there, and isn't made
 */
export function folderPlace(folder: string, isShared: boolean): CheckpointPlace {
  return {
    id: folder,
    name: folder,
    async check() {
      if (isShared) await checkShared(folder);
      else await mkdir(folder, { recursive: true });
      await checkWritable(folder);
    },
    async prepare() {
      if (isShared) await checkShared(folder);
      await sweepCheckpoints(folder);
    },
    storeOf: (key) => folderStore(path.join(folder, key)),
  };
}

/** A share that isn't mounted would else become a folder of this host, that no other one reads. */
async function checkShared(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `There is no folder "${folder}", which "checkpoints.path" names. Make it once, and mount it on this host.`,
      { details: { folder } },
    );
}

async function checkWritable(folder: string): Promise<void> {
  const file = path.join(folder, `check-${randomUUID()}`);
  try {
    await writeFile(file, '', { flag: 'wx' });
    await rm(file);
  } catch (cause) {
    throw new TidemarkError(
      'CONFIG_INVALID',
      `Checkpoints can't be written into the folder "${folder}" (${(cause as Error).message}). Give the worker's user the right to write there.`,
      { cause, details: { folder } },
    );
  }
}
