import { type Client, type ScheduleHandle, ScheduleNotFoundError } from '@temporalio/client';
import { scheduleId } from '../contracts';
import { TidemarkError } from '../errors';

/** @throws TidemarkError USAGE if the server has no Schedule of that entry: it isn't deployed, or was deleted by hand */
async function act<T>(
  client: Client,
  pipeline: string,
  work: (handle: ScheduleHandle) => Promise<T>,
): Promise<T> {
  try {
    return await work(client.schedule.getHandle(scheduleId(pipeline)));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new TidemarkError(
      'USAGE',
      `The server has no Schedule of "${pipeline}", so nothing starts it; "tidemark deploy" makes one of the "schedule" in its entry.`,
      { details: { pipeline, scheduleId: scheduleId(pipeline) } },
    );
  }
}

/** Lets the Schedule of an entry start no more runs until it is resumed; those that run go on. @throws USAGE */
export function pauseSchedule(client: Client, pipeline: string, reason: string): Promise<void> {
  return act(client, pipeline, (handle) => handle.pause(reason));
}

/**
 * Resumes the Schedule of an entry.
 * @returns the last tick that it served before, else when it was created; undefined where it wasn't paused
 * @throws USAGE
 */
export function resumeSchedule(client: Client, pipeline: string): Promise<Date | undefined> {
  return act(client, pipeline, async (handle) => {
    const { state, info } = await handle.describe();
    await handle.unpause();
    return state.paused ? (info.recentActions.at(-1)?.scheduledAt ?? info.createdAt) : undefined;
  });
}
