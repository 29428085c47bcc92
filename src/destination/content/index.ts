export { contentChunks, tableChunk } from './columns';
export { TableDigest } from './digest';
export type {
  ContentChunk,
  ContentColumn,
  ContentTable,
  CopiedTable,
  CopyOptions,
  CopyProgress,
  CopyReport,
  DatasetContents,
} from './types';
