import type { Dataset, Destination } from '../destination';
import type { Component, PreparedSource } from '../source';
import type { CheckpointPlace } from './checkpoint/checkpoint-store';
import type { ResolvedRequest } from './load-request';

/** What a load needs to know of its pipeline. */
export interface LoadTarget {
  readonly name: string;
  readonly destination: Destination;
  /** Absolute. */
  readonly workDir: string;
  /** Where checkpoints are kept that other hosts can read; undefined where they stay in `workDir`. */
  readonly checkpoints?: CheckpointPlace | undefined;
  /** The name of the dataset that a run with this now writes to. */
  datasetNameAt(now: string): string;
  openDataset(signal?: AbortSignal, name?: string): Promise<Dataset>;
}

/** One component on its way into one dataset. */
export interface ComponentLoad {
  readonly request: ResolvedRequest;
  readonly source: PreparedSource;
  readonly component: Component;
  readonly dataset: Dataset;
  readonly pipeline: string;
  readonly loadKey: string;
  readonly workDir: string;
  readonly checkpoints?: CheckpointPlace | undefined;
}
