import { type Dataset, withLoadWatch } from '../destination';
import type { Pipeline } from '../pipeline';

/** A worker gives a file away between two pieces of work: after a commit, at the longest. */
const LOCK_WAIT_MS = 30_000;

/** How a dataset is opened. */
export interface OpenOptions {
  /** Called once if another process holds the dataset and it is waited for. */
  readonly onLockWait?: ((held: Error) => void) | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens the dataset of a pipeline for as long as `use` takes. If another process holds it, it is waited for, up to 30
 * seconds.
 *
 * @throws DESTINATION_LOCKED naming the process that has it, DESTINATION_NOT_A_DATABASE, and what `use` throws
 */
export function withDataset<T>(
  pipeline: Pick<Pipeline, 'openDataset'>,
  { onLockWait, signal }: OpenOptions,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  let called = false;
  const watch = {
    lockWaitMs: LOCK_WAIT_MS,
    onLockWait(held: Error): void {
      if (!called) onLockWait?.(held);
      called = true;
    },
  };
  return withLoadWatch(signal === undefined ? watch : { ...watch, signal }, async () => {
    const dataset = await pipeline.openDataset(signal);
    try {
      return await use(dataset);
    } finally {
      await dataset.close();
    }
  });
}
