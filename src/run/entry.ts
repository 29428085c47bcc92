import type { ResolvedConfig, ResolvedPipeline } from '../config';
import type { Pipeline } from '../pipeline';
import type { Source } from '../source';

/** One pipeline entry of a config, checked and complete, whose pipeline and sources are real. */
export type Entry = ResolvedPipeline<Pipeline, Source>;

/** A config whose pipelines and sources are real: what a worker and the command line work with. */
export type EntryConfig = ResolvedConfig<Pipeline, Source>;
