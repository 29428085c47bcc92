export type { TidemarkActivities } from './activities';
export type {
  BackfillCarried,
  BackfillInput,
  BackfillPage,
  BackfillProgress,
  BackfillRange,
  BackfillSelection,
  FailedChunk,
  PlanBackfillInput,
  PlannedChunk,
  ResizeSignal,
} from './backfill';
export { backfillId, catchUpId, intervalRunId, manualRunId, scheduleId, tickRunId } from './ids';
export type {
  ComponentPhase,
  Decomposition,
  LoadFailureDetails,
  LoadHeartbeat,
  LoadIntervalInput,
  LoadIntervalResult,
  LoadPlan,
  LoadResourceInput,
  LoadResourceResult,
  OutcomeStatus,
  PlanIntervalInput,
  PlannedComponent,
  PlannedPart,
  RecordOutcomeInput,
  ResourceOutcome,
  RunKind,
  RunProgress,
  RunTime,
  TriggerRule,
  TryPolicy,
} from './load-interval';
export {
  ACTIVITIES,
  MEMO_KEY,
  QUERIES,
  RESULT_MEMO_KEY,
  SEARCH_ATTRIBUTE_TYPES,
  SEARCH_ATTRIBUTES,
  SIGNALS,
  WORKFLOWS,
} from './names';
export type { WireInterval } from './time';
