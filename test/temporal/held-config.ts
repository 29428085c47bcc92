import path from 'node:path';
import { duckdb, pipeline, resource } from '../../src';
import { type PipelineConfig, resolveConfig } from '../../src/config';
import type { TidemarkActivities } from '../../src/contracts';
import type { Pipeline } from '../../src/pipeline';
import type { EntryConfig } from '../../src/run';
import type { Source } from '../../src/source';
import { sourceOf } from '../pipeline/sources';

/** The pipelines of the test, each named for the activity over which its worker is killed. */
export const HELD = {
  planning: 'tidemarkPlanInterval',
  paging: 'tidemarkPlanBackfill',
  asking: 'tidemarkAskSlot',
  loading: 'tidemarkLoadResource',
  recording: 'tidemarkRecordOutcome',
  telling: 'tidemarkRunHooks',
} as const satisfies Readonly<Record<string, keyof TidemarkActivities>>;

/** Deployment with an entry for each: one resource, which fails for the one that records a failure. */
export function heldConfig(folder: string): EntryConfig {
  const entry = (name: keyof typeof HELD): PipelineConfig<Pipeline, Source> => ({
    pipeline: pipeline({
      name,
      dataset: 'data',
      destination: duckdb({ path: path.join(folder, `${name}.duckdb`) }),
      workDir: path.join(folder, 'work'),
    }),
    source: () =>
      sourceOf('feed', [
        resource({
          name: 'rows',
          primaryKey: 'id',
          extract() {
            if (name === 'recording') throw new Error('nothing to be had');
            return [[{ id: 1 }]];
          },
        }),
      ]),
    retries: 0,
    schedule: { cron: '@daily', startDate: '2024-01-01', paused: true },
    ...(name === 'telling' && { hooks: { onSuccess: () => undefined } }),
  });
  return resolveConfig({
    temporal: { taskQueue: 'held', worker: { maxConcurrentActivities: 20 } },
    pipelines: (Object.keys(HELD) as (keyof typeof HELD)[]).map(entry),
  });
}
