export { CHUNK_ROWS, type ColumnChunk, type StagedTables, type TableChunk } from './batch';
export { conformChunk, convertible } from './conform-chunk';
export { createNormalizer, type NormalizerOptions } from './normalizer';
export { pickRows } from './pick-rows';
export { readChunk, readColumn } from './read-chunk';
export { type RebasedLoad, type RebaseOptions, rebaseLoad } from './rebase';
export { StagingArea } from './staging-area';
export type {
  ColumnHint,
  Discarded,
  NormalizeResult,
  Normalizer,
  ResourceHints,
  Scd2Hints,
  StagingOptions,
} from './types';
