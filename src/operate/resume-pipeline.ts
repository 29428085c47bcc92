import type { Client } from '@temporalio/client';
import type { Entry } from '../run';
import { resumeSchedule } from '../temporal';
import type { Access } from './access';
import { recordPause } from './record-pause';

/**
 * Resumes the Schedule of an entry, and writes into the ledger what it left undone while it was paused.
 *
 * @returns why that could not be written; it is resumed all the same
 */
export async function resumePipeline(options: {
  readonly client: Client;
  readonly access: Access;
  readonly entry: Entry;
  readonly now: Date;
}): Promise<string | undefined> {
  const { client, access, entry, now } = options;
  const served = await resumeSchedule(client, entry.name);
  if (served === undefined) return undefined;
  try {
    await access.withDataset(entry, (dataset) => recordPause({ entry, dataset, served, now }));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
