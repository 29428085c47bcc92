export type { AdHocOptions, RunData } from './ad-hoc';
export type { S3CheckpointOptions } from './checkpoint/bucket-options';
export type { CheckpointOptions } from './checkpoint/checkpoint-place';
export { type Failure, failureOf } from './failure';
export { fatesText } from './fates';
export { LoadFailedError } from './load-failed-error';
export { makeLoadInfo } from './load-info';
export type { LoadRequest } from './load-request';
export { type LoadResult, loadResources } from './load-resources';
export { loadLog } from './log';
export { Pipeline, type PipelineOptions, pipeline, type RunOptions } from './pipeline';
export type { DatasetReader } from './read-dataset';
export { isBeyondRecord } from './record-end';
export type { ColumnTable, Relation, Row } from './relation';
export { reportWithoutLoad } from './report';
export type {
  CursorReport,
  LoadInfo,
  LoadProgress,
  ResourceFailure,
  ResourceReport,
  ResourceStatus,
} from './types';
export { doneAgain, LOCK_WAIT_MS, waitingFor } from './wait-for-destination';
