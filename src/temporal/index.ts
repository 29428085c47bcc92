export { connect, openTemporal } from './connect';
export { connectionSettings } from './connection-settings';
export { cancelRun, pauseBackfill, resizeBackfill, resumeBackfill } from './control-backfill';
export { pauseSchedule, resumeSchedule } from './control-schedule';
export { catchUpAll, type DeployOptions, deploy } from './deploy';
export { findCli, hasServerData, serverFolder, startServer } from './embedded';
export { forgetHome, readHome } from './home';
export {
  describeRun,
  listRuns,
  type RunQuery,
  scheduleStatuses,
} from './list-runs';
export { isPolled } from './polled';
export { type ActivityTime, type RunTimes, readRunTimes } from './run-times';
export { ensureSearchAttributes } from './search-attributes';
export { type StartedWith, startOf } from './start-of-run';
export { startBackfill, startRun } from './start-run';
export type * from './types';
export {
  awaitBackfill,
  awaitRun,
  readBackfillProgress,
  readRunProgress,
  type WatchOptions,
} from './watch-run';
