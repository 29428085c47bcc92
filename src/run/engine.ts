import { type Dataset, type LoadWatch, withLoadWatch } from '../destination';
import { LOCK_WAIT_MS, type LoadRequest, type LoadResult, loadResources, type Pipeline } from '../pipeline';

/** What a run does with a pipeline; a test may put something else in its place. */
export interface Engine {
  load(pipeline: Pipeline, request: LoadRequest): Promise<LoadResult>;
  open(pipeline: Pipeline): Promise<Dataset>;
}

const ENGINE: Engine = {
  load: loadResources,
  open: (pipeline) => pipeline.openDataset(),
};

/** How a run reaches its destination. */
export interface RunAccess {
  /** How long a destination that another program holds is waited for. @default 1 minute */
  readonly lockWaitMs?: number | undefined;
  /** Told once when that waiting begins, with the error that names the holder. */
  readonly onLockWait?: LoadWatch['onLockWait'] | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** @default the real one */
  readonly engine?: Engine | undefined;
}

/** The access with its defaults filled in. */
export function resolveAccess({
  lockWaitMs = LOCK_WAIT_MS,
  engine = ENGINE,
  onLockWait,
  signal,
}: RunAccess): {
  readonly engine: Engine;
  readonly watch: LoadWatch;
} {
  // the destination stays open for its idle time: the next task is about to use it
  return { engine, watch: { lockWaitMs, lingers: true, onLockWait, signal } };
}

/** Opens the dataset of a pipeline for one use; if another program holds it, that is waited for. */
export function withDataset<T>(
  access: RunAccess,
  pipeline: Pipeline,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  const { engine, watch } = resolveAccess(access);
  return withLoadWatch(watch, async () => {
    const dataset = await engine.open(pipeline);
    try {
      return await use(dataset);
    } finally {
      await dataset.close();
    }
  });
}
