import type { Client } from '@temporalio/client';
import { isTidemarkError } from '../src/errors';
import { checkHome, type EntryConfig, homePlace } from '../src/run';
import { readHome } from '../src/temporal';

/**
 * Refuses to work where a dataset that lies on one host's disk is on another one: loads that came here would fail. What can't
 * be looked at now is left to them.
 * @throws DATASET_MISMATCH
 */
export async function checkHomes(
  client: Client,
  { pipelines, temporal }: Pick<EntryConfig, 'pipelines' | 'temporal'>,
  host: string,
): Promise<void> {
  for (const { pipeline } of pipelines) {
    const place = homePlace(pipeline);
    if (place === undefined) continue;
    try {
      const home = await readHome(client, temporal.taskQueue, place);
      if (home !== undefined) await checkHome(pipeline, home, host);
    } catch (error) {
      if (isTidemarkError(error, 'DATASET_MISMATCH')) throw error;
    }
  }
}
