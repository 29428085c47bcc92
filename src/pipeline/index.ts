export type { AdHocOptions, RunData } from './ad-hoc';
export { LoadFailedError } from './load-failed-error';
export type { LoadRequest } from './load-request';
export { type LoadResult, loadResources } from './load-resources';
export { loadLog } from './log';
export { Pipeline, type PipelineOptions, pipeline, type RunOptions } from './pipeline';
export type { DatasetReader } from './read-dataset';
export type { ColumnTable, Relation, Row } from './relation';
export type {
  CursorReport,
  LoadInfo,
  LoadProgress,
  ResourceFailure,
  ResourceReport,
  ResourceStatus,
} from './types';
