import { stat } from 'node:fs/promises';
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
  const check = async (): Promise<void> => {
    if (isShared) await checkShared(folder);
  };
  return {
    name: folder,
    check,
    async prepare() {
      await check();
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
