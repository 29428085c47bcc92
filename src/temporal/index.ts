export { connect, openTemporal } from './connect';
export { connectionSettings } from './connection-settings';
export { cancelRun, pauseBackfill, resizeBackfill, resumeBackfill } from './control-backfill';
export { catchUpAll, type DeployOptions, deploy } from './deploy';
export { findCli, hasServerData, serverFolder, startServer } from './embedded';
export {
  describeRun,
  listRuns,
  pauseSchedule,
  type RunQuery,
  resumeSchedule,
  scheduleStatuses,
} from './list-runs';
export { isPolled } from './polled';
export { ensureSearchAttributes } from './search-attributes';
export { startBackfill, startRun } from './start-run';
export type * from './types';
export {
  awaitBackfill,
  awaitRun,
  readBackfillProgress,
  readRunProgress,
  type WatchOptions,
} from './watch-run';
