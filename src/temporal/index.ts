export { catchUpRange, startCatchUp } from './catch-up';
export { connect, type OpenTemporalOptions, openTemporal } from './connect';
export { connectionSettings, type SettingsSource } from './connection-settings';
export { cancelRun, pauseBackfill, resizeBackfill, resumeBackfill } from './control-backfill';
export { catchUpAll, type DeployOptions, deploy } from './deploy';
export { type FindCliOptions, findCli, type StartServerOptions, serverFolder, startServer } from './embedded';
export { type EntryComponent, type EntryResource, partByReach } from './entry-component';
export { listRuns, pauseSchedule, resumeSchedule, scheduleStatuses } from './list-runs';
export { type GapReader, type LedgerGap, planBackfillPage } from './plan-backfill';
export { lookbackStart, planRun } from './plan-run';
export { type ResolvedRun, resolveRange, resolveRun } from './resolve-run';
export { runInterval, runNow } from './run-interval';
export { ensureSearchAttributes } from './search-attributes';
export { backfillRange, type Starter, startBackfill, startRun } from './start-run';
export { deploymentName, entryOf, timetableOf, zoneOf } from './timetable-of';
export type * from './types';
export {
  awaitBackfill,
  awaitRun,
  readBackfillProgress,
  type WatchOptions,
} from './watch-run';
