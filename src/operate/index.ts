/** Reading and acting on what a config deploys: `import { openClient } from 'tidemark/client'`. */

export type {
  BackfillPage,
  BackfillProgress,
  BackfillSelection,
  HttpTimings,
  LoadTimings,
  PlannedChunk,
  RunProgress,
} from '../contracts';
export type {
  CopiedTable,
  CopyProgress,
  CopyReport,
  DroppedResource,
  DroppedTable,
  ResourceDropReport,
} from '../destination';
export type { Interval } from '../interval';
export type { Gap, GapCause, LedgerRow, LedgerStatus } from '../ledger';
export type { BackfillRequest, RunRequest } from '../plan';
export type {
  BackfillEnd,
  CatchUpStart,
  DeployReport,
  RunEnd,
  RunQuery,
  RunSummary,
  ScheduleStatus,
  StartedRun,
  TemporalAccess,
} from '../temporal';
export type { ClientOptions } from './access';
export { type ConfigFinding, checkDeployment } from './check-deployment';
export { TidemarkClient, type WatchRunOptions } from './client';
export {
  backfillCommand,
  type CommandOptions,
  cancelCommand,
  pauseCommand,
  type Rerun,
  rerunCommand,
  resizeCommand,
  resumeCommand,
  runCommand,
  shellCommand,
} from './commands';
export type { CopyRequest } from './copy';
export { forgetHost, hostOf } from './dataset-host';
export {
  checkResources,
  type Deployment,
  entryNamed,
  type LoadedDeployment,
  loadDeployment,
  missingSecrets,
} from './deployment';
export type { DropRequest } from './drop';
export type { EntryResource as GridResource } from './entry-resources';
export type { BackfillEstimate } from './estimate';
export type { CellState, GridCell, GridQuery, GridRow, IntervalGrid } from './grid';
export type { IntervalDetail } from './interval-detail';
export type { LoadView, SchemaChangeView } from './interval-loads';
export type { LedgerQuery, ResourceIntervals, ResourceSummary } from './intervals';
export type { LoadTable, RowsView } from './load-rows';
export { type OpenClientOptions, openClient } from './open-client';
export type {
  BackfillOverview,
  Freshness,
  Overview,
  PipelineOverview,
  ScheduleOverview,
} from './overview';
export type { BackfillPlan, BackfillPlanOptions, ManualRunPlan } from './plans';
export type { ComparedSchema, SchemaDiff, SchemaDiffRequest } from './read-schema-diff';
export type { BackfillDetail, RunDetail, RunningWork } from './runs';
export type { PreviewRequest, ScheduleComparison, SchedulePreview } from './schedule-preview';
export type { ColumnDifference, SchemaChangeKind, TableDifference } from './schema-diff';
export { SCHEMA_FORMATS, type SchemaExportRequest, type SchemaFormat } from './schema-export';
export type { SchemaHistory, SchemaVersion, SourceHistory } from './schema-history';
export type { SchemaView } from './schema-view';
export type { CursorSet, SetCursor, StoredState } from './state';
export type { PipelineStatus, StatusRun } from './status';
export type { AttemptTrace, ResourceTrace, RunTrace } from './trace';
