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
export { backfillId, catchUpId, intervalRunId, manualRunId, scheduleId, slotsId, tickRunId } from './ids';
export { loadInput } from './load-input';
export type {
  BegunLoad,
  ComponentPhase,
  Decomposition,
  GroupResult,
  LoadFailureDetails,
  LoadGroupInput,
  LoadGroupResult,
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
  RunHooksInput,
  RunKind,
  RunProgress,
  RunTime,
  TriggerRule,
  TryEnd,
  TryPolicy,
} from './load-interval';
export {
  MEMO_KEY,
  QUERIES,
  RESULT_MEMO_KEY,
  SEARCH_ATTRIBUTE_TYPES,
  SEARCH_ATTRIBUTES,
  SIGNALS,
  WORKFLOWS,
} from './names';
export type {
  AskSlotInput,
  ClosedRunsInput,
  ClosedRunsResult,
  SlotAsk,
  SlotHolder,
  SlotRequest,
  SlotState,
  SlotsInput,
} from './slots';
export type { WireInterval } from './time';
