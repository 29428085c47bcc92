import { type Dataset, withLoadWatch } from '../destination';
import type { Entry } from '../run';
import type { CliContext } from './context';

/** A worker gives a file away between two pieces of work: after a commit, at the longest. */
const WAIT_MS = 30_000;

/**
 * Opens the dataset of an entry for as long as `use` takes. If another process has it, it is waited for, and told so.
 * @throws DESTINATION_LOCKED naming the process that has it, DESTINATION_NOT_A_DATABASE, and what `use` throws
 */
export function withDataset<T>(
  { terminal, interrupted }: Pick<CliContext, 'terminal' | 'interrupted'>,
  { pipeline }: Pick<Entry, 'pipeline'>,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  let told = false;
  const onLockWait = (): void => {
    if (!told) terminal.err('Waiting for the process that has the database open.');
    told = true;
  };
  return withLoadWatch({ lockWaitMs: WAIT_MS, signal: interrupted, onLockWait }, async () => {
    const dataset = await pipeline.openDataset(interrupted);
    try {
      return await use(dataset);
    } finally {
      await dataset.close();
    }
  });
}
