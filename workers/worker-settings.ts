import type { WorkerOptions } from '@temporalio/worker';
import type { ResolvedWorker } from '../src/config';
import { withoutUndefined } from '../src/value';
import { memoryBoundSlots } from './memory-bound-slots';

/** Progress is seen by people: sent on at least this often, whatever the heartbeat timeout. */
const HEARTBEATS_EVERY_MS = 1_000;
/** What the SDK gives to each where no tuner is set. */
const TASKS_AT_A_TIME = 40;
const OTHER_TASKS_AT_A_TIME = 100;

type Settings = Pick<
  WorkerOptions,
  | 'maxConcurrentActivityTaskExecutions'
  | 'maxCachedWorkflows'
  | 'shutdownGraceTime'
  | 'maxHeartbeatThrottleInterval'
  | 'tuner'
>;

/** What a config's `temporal.worker` is to the SDK. */
export function workerSettings(limits: ResolvedWorker): Settings {
  const { maxConcurrentActivities, maxCachedWorkflows, gracefulStopMs, memoryLimitBytes } = limits;
  const slots: Settings =
    memoryLimitBytes === undefined
      ? { maxConcurrentActivityTaskExecutions: maxConcurrentActivities }
      : {
          tuner: {
            activityTaskSlotSupplier: memoryBoundSlots({
              slots: maxConcurrentActivities,
              bytes: memoryLimitBytes,
            }),
            workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: TASKS_AT_A_TIME },
            localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: OTHER_TASKS_AT_A_TIME },
            nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: OTHER_TASKS_AT_A_TIME },
          },
        };
  return {
    ...slots,
    shutdownGraceTime: gracefulStopMs,
    maxHeartbeatThrottleInterval: HEARTBEATS_EVERY_MS,
    ...withoutUndefined({ maxCachedWorkflows }),
  };
}
