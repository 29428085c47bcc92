export { catchUpRange, expectedFirstTick } from './catch-up-range';
export { checkBindings } from './check-bindings';
export { type EntryComponent, partByReach } from './entry-component';
export { listComponents } from './list-components';
export { type GapReader, type LedgerGap, planBackfillPage } from './plan-backfill';
export { planRun } from './plan-run';
export type { BackfillRequest, RunRequest } from './requests';
export { backfillRange, type ResolvedRun, resolveRun } from './resolve-run';
export { refuseWithoutDate } from './run-without-date';
export {
  attemptInput,
  executePlan,
  outcomeOfNothing,
  outcomeWithoutLoad,
  type PlanExecutor,
  resourcesOf,
  runInOrder,
  type TaskStatus,
  type TaskWatch,
  TIMED_OUT,
} from './tasks';
export { deploymentName, entryOf, scheduleOf, timetableOf, typedInstant, zoneOf } from './timetable-of';
