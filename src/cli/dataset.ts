import type { Dataset } from '../destination';
import { isTidemarkError } from '../errors';
import type { CliContext } from './context';
import type { Entry } from './deployment';
import { pause } from './wait-for';

/** A worker lets go of the file when it has been idle for two seconds: waiting is worth it, but not for long. */
const WAIT_MS = 15_000;
const AGAIN_MS = 500;

/**
 * Opens the dataset of an entry for as long as `use` takes. If another process has it, it is waited for.
 * @throws DESTINATION_LOCKED naming the process that has it, DESTINATION_NOT_A_DATABASE, and what `use` throws
 */
export async function withDataset<T>(
  { terminal, interrupted }: Pick<CliContext, 'terminal' | 'interrupted'>,
  { pipeline }: Pick<Entry, 'pipeline'>,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  const giveUpAt = Date.now() + WAIT_MS;
  let told = false;
  for (;;) {
    try {
      const dataset = await pipeline.openDataset(interrupted);
      try {
        return await use(dataset);
      } finally {
        await dataset.close();
      }
    } catch (error) {
      if (!isTidemarkError(error, 'DESTINATION_LOCKED') || interrupted.aborted || Date.now() > giveUpAt)
        throw error;
      if (!told) terminal.err('Waiting for the process that has the database open.');
      told = true;
      await pause(AGAIN_MS, interrupted);
    }
  }
}
