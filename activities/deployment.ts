import { type Dataset, withLoadWatch } from '../src/destination';
import { type LoadRequest, type LoadResult, loadResources, type Pipeline } from '../src/pipeline';
import type { EntryConfig } from '../src/run';

/** What activities do with a pipeline; a test may put something else in its place. */
export interface Engine {
  load(pipeline: Pipeline, request: LoadRequest): Promise<LoadResult>;
  open(pipeline: Pipeline): Promise<Dataset>;
}

/** What the activities work for and with. */
export interface Deployment {
  readonly config: EntryConfig;
  /** Whether the namespace has tidemark's search attributes. @default false */
  readonly indexed?: boolean;
  /** Silence after which a worker is taken for dead. @default 30 s */
  readonly heartbeatTimeoutMs?: number;
  /** Whether the worker takes no work any more: loads that extract stop at their next page. @default never */
  readonly stopping?: () => boolean;
  /** Whether loads write log lines, as JSON on stderr. @default false */
  readonly logLoads?: boolean;
  /** How long a file that another program holds is waited for. @default 1 minute */
  readonly lockWaitMs?: number;
  /** @default the real one */
  readonly engine?: Engine;
}

export const ENGINE: Engine = {
  load: loadResources,
  open: (pipeline) => pipeline.openDataset(),
};

/** A file that another program holds is usually free again soon: tidemark itself lets go of it after two seconds. */
export const LOCK_WAIT_MS = 60_000;

/** Opens the dataset of a pipeline for one use; if another program holds it, that is waited for. */
export function withDataset<T>(
  deployment: Deployment,
  pipeline: Pipeline,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  const { engine = ENGINE, lockWaitMs = LOCK_WAIT_MS } = deployment;
  return withLoadWatch({ lockWaitMs, lingers: true }, async () => {
    const dataset = await engine.open(pipeline);
    try {
      return await use(dataset);
    } finally {
      await dataset.close();
    }
  });
}
