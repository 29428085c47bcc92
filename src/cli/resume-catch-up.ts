import {
  type CatchUpStart,
  catchUpRange,
  scheduleStatuses,
  startCatchUp,
  type TemporalAccess,
} from '../temporal';
import type { LoadedDeployment } from './deployment';

/**
 * Starts the catch-up of what is missing, for every pipeline whose Schedule is deployed and not paused: what the server
 * skipped while it or all workers were down.
 */
export async function resumeCatchUps(
  { client }: Pick<TemporalAccess, 'client'>,
  { config }: Pick<LoadedDeployment, 'config'>,
): Promise<readonly CatchUpStart[]> {
  const started: CatchUpStart[] = [];
  for (const { pipeline, exists, paused, nextTick } of await scheduleStatuses(client, config)) {
    const entry = config.pipelines.find(({ name }) => name === pipeline);
    if (entry === undefined || !exists || paused) continue;
    const range = catchUpRange({ entry, firstTick: nextTick, now: new Date() });
    if (range === undefined) continue;
    started.push(await startCatchUp({ client, pipeline, taskQueue: config.temporal.taskQueue, range }));
  }
  return started;
}
