import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
} from '@temporalio/client';
import { MEMO_KEY, scheduleId } from '../contracts';
import { differences, type ScheduleSettings, scheduleAction, scheduleSpec } from './schedule-settings';
import type { ScheduleChange } from './types';

/** A Schedule as the server has it; undefined if it has none. */
export async function describeSchedule(
  client: Client,
  pipeline: string,
): Promise<ScheduleDescription | undefined> {
  try {
    return await client.schedule.getHandle(scheduleId(pipeline)).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/**
 * The settings that the server's Schedule has now: those it was last deployed with, corrected by what is seen to have
 * been changed by hand. A pause by hand is not a difference: it stands until somebody resumes it.
 */
function currentSettings(description: ScheduleDescription): ScheduleSettings | undefined {
  const deployed = description.action.memo?.[MEMO_KEY] as ScheduleSettings | undefined;
  if (deployed === undefined) return undefined;
  const { startAt, endAt, ...rest } = deployed;
  const { spec, policies, action } = description;
  return {
    ...rest,
    deployment: (description.memo?.[MEMO_KEY] as { deployment?: string } | undefined)?.deployment ?? '',
    taskQueue: action.taskQueue,
    timezone: spec.timezone ?? rest.timezone,
    jitterMs: spec.jitter ?? 0,
    overlap: policies.overlap as ScheduleSettings['overlap'],
    catchupWindowMs: policies.catchupWindow,
    startAt: spec.startAt && sameInstant(spec.startAt, startAt),
    endAt: spec.endAt && sameInstant(spec.endAt, endAt),
  };
}

/** `written`, if it is that instant: a difference in notation is none. */
function sameInstant(date: Date, written: string | undefined): string {
  return written !== undefined && Date.parse(written) === date.getTime() ? written : date.toISOString();
}

/** What has to change so that the server's Schedule is as the settings say. */
export function planChange(
  description: ScheduleDescription | undefined,
  settings: ScheduleSettings,
): ScheduleChange {
  const id = scheduleId(settings.pipeline);
  if (description === undefined)
    return {
      scheduleId: id,
      pipeline: settings.pipeline,
      action: 'create',
      differences: differences(undefined, settings),
    };
  const changed = differences(currentSettings(description), settings);
  return {
    scheduleId: id,
    pipeline: settings.pipeline,
    action: changed.length === 0 ? 'unchanged' : 'update',
    differences: changed,
  };
}

async function create(client: Client, settings: ScheduleSettings): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: scheduleId(settings.pipeline),
      spec: scheduleSpec(settings),
      action: scheduleAction(settings),
      policies: { overlap: settings.overlap, catchupWindow: settings.catchupWindowMs },
      state: { paused: settings.paused },
      memo: { [MEMO_KEY]: { deployment: settings.deployment, pipeline: settings.pipeline } },
    });
  } catch (error) {
    // another deploy at the same moment: it made the same one
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

/** Carries out what {@link planChange} found. */
export async function applyChange(
  client: Client,
  change: ScheduleChange,
  settings: ScheduleSettings,
): Promise<void> {
  const handle = client.schedule.getHandle(change.scheduleId);
  const touches = (field: keyof ScheduleSettings): boolean =>
    change.differences.some((difference) => difference.field === field);
  if (change.action === 'update' && touches('deployment')) {
    // the memo of a Schedule cannot be changed, and says whose it is
    await handle.delete();
    await create(client, settings);
    return;
  }
  if (change.action === 'create') await create(client, settings);
  if (change.action === 'update')
    await handle.update((previous) => ({
      spec: scheduleSpec(settings),
      action: scheduleAction(settings),
      policies: {
        ...previous.policies,
        overlap: settings.overlap,
        catchupWindow: settings.catchupWindowMs,
      },
      state: { ...previous.state, paused: touches('paused') ? settings.paused : previous.state.paused },
    }));
}

/** Schedules of this deployment that the config has no entry for any more. */
export async function findOrphans(
  client: Client,
  deployment: string,
  wanted: ReadonlySet<string>,
): Promise<ScheduleChange[]> {
  const orphans: ScheduleChange[] = [];
  for await (const summary of client.schedule.list()) {
    const memo = summary.memo?.[MEMO_KEY] as { deployment?: string; pipeline?: string } | undefined;
    if (memo?.deployment !== deployment || wanted.has(summary.scheduleId)) continue;
    orphans.push({
      scheduleId: summary.scheduleId,
      pipeline: memo.pipeline ?? '',
      action: 'delete',
      differences: [],
    });
  }
  return orphans;
}
