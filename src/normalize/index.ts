export { CHUNK_ROWS, type ColumnChunk, type StagedTables, type TableChunk } from './batch';
export { conformChunk, convertible, encodeColumn } from './conform-chunk';
export { createNormalizer } from './normalizer';
export { pickRows } from './pick-rows';
export { readChunk, readColumn } from './read-chunk';
export { rebaseLoad } from './rebase';
export { StagingArea } from './staging-area';
export { type Stored, storedScalar } from './stored-value';
export type { ColumnHint, Discarded, NormalizeResult, Normalizer, ResourceHints } from './types';
