/**
 * The public API of tidemark: what an author of sources, pipelines and a `temporal.config.ts` uses. Importing it starts nothing.
 */

export type {
  PipelineConfig,
  ResolvedConfig,
  RunConfig,
  ScheduleConfig,
  TemporalConfig,
  TidemarkConfig,
} from './config';
export { defineConfig, instant, isoText, redact, Secret, secret, unix } from './config';
export type {
  ColumnValues,
  Dataset,
  Destination,
  NumberArray,
  QueryResult,
  ResultColumn,
  TableCounts,
} from './destination';
export { type DuckdbOptions, duckdb } from './destination';
export { ERROR_CODES, type ErrorCode, isTidemarkError, TidemarkError } from './errors';
export type { Http, HttpAuth, HttpOptions, JsonObject, NextPage } from './http';
export { apiKey, basic, bearer, nextLink } from './http';
export {
  type CursorInputs,
  type CursorType,
  type CursorValues,
  type Incremental,
  type IncrementalDefinition,
  type IncrementalOptions,
  type IncrementalOverride,
  IncrementalUnboundError,
  incremental,
  isIncrementalDefinition,
  type LastValueFunction,
} from './incremental';
export type { Interval } from './interval';
export {
  type AdHocOptions,
  type ColumnTable,
  type CursorReport,
  type DatasetReader,
  LoadFailedError,
  type LoadInfo,
  type LoadProgress,
  type Pipeline,
  type PipelineOptions,
  pipeline,
  type Relation,
  type ResourceFailure,
  type ResourceReport,
  type ResourceStatus,
  type Row,
  type RunData,
  type RunOptions,
} from './pipeline';
export type {
  BindArguments,
  BoundIncrementals,
  ColumnDataType,
  ColumnHint,
  ConfigInput,
  ExtractContext,
  Incrementals,
  ItemOf,
  KeyHint,
  LimitSpec,
  Log,
  MergeDisposition,
  MergeStrategyName,
  OnRerun,
  Page,
  ParamsSpec,
  Resource,
  ResourceOptions,
  ResourceSettings,
  RunInfo,
  SchemaContractHint,
  SchemaContractMode,
  Source,
  SourceFunction,
  SourceOptions,
  SourceSettings,
  State,
  TransformContext,
  TransformerOptions,
  WriteDisposition,
} from './source';
export { defineSource, isResource, isSource, resource, transformer } from './source';
export { Decimal, PlainDate, PlainTime, Timestamp } from './value';
