import type { ResolvedConfig, ResolvedPipeline } from '../src/config';
import type { Dataset } from '../src/destination';
import { type LoadRequest, type LoadResult, loadResources, type Pipeline } from '../src/pipeline';
import type { Source } from '../src/source';

/** A config whose pipelines and sources are real: what a worker works for. */
export type WorkerConfig = ResolvedConfig<Pipeline, Source>;
export type WorkerEntry = ResolvedPipeline<Pipeline, Source>;

/** What activities do with a pipeline; a test may put something else in its place. */
export interface Engine {
  load(pipeline: Pipeline, request: LoadRequest): Promise<LoadResult>;
  open(pipeline: Pipeline): Promise<Dataset>;
}

/** What the activities work for and with. */
export interface Deployment {
  readonly config: WorkerConfig;
  /** Whether the namespace has tidemark's search attributes. @default false */
  readonly indexed?: boolean;
  /** Silence after which a worker is taken for dead. @default 30 s */
  readonly heartbeatTimeoutMs?: number;
  /** @default the real one */
  readonly engine?: Engine;
}

export const ENGINE: Engine = {
  load: loadResources,
  open: (pipeline) => pipeline.openDataset(),
};

/** Opens the dataset of a pipeline for one use. */
export async function withDataset<T>(
  deployment: Deployment,
  pipeline: Pipeline,
  use: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  const dataset = await (deployment.engine ?? ENGINE).open(pipeline);
  try {
    return await use(dataset);
  } finally {
    await dataset.close();
  }
}
