import type { PipelineRef, SourceRef, TidemarkConfig } from './types';

/**
 * Types the object that `temporal.config.ts` exports. It does nothing else: importing a config starts nothing, and
 * it is checked by {@link resolveConfig} when a command or a worker uses it.
 *
 * @example
 * export default defineConfig({
 *   temporal: { taskQueue: 'tidemark' },
 *   pipelines: [{ pipeline: p, source: () => zendesk(), schedule: { cron: '@weekly', startDate: '2023-02-01' } }],
 * });
 */
export function defineConfig<P extends PipelineRef, S extends SourceRef>(
  config: TidemarkConfig<P, S>,
): TidemarkConfig<P, S>;
// for entries whose sources have nothing in common, of which no one type can be inferred
export function defineConfig(
  config: TidemarkConfig<PipelineRef, SourceRef>,
): TidemarkConfig<PipelineRef, SourceRef>;
export function defineConfig(
  config: TidemarkConfig<PipelineRef, SourceRef>,
): TidemarkConfig<PipelineRef, SourceRef> {
  return config;
}
