import type { Client } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { LoadResourceInput } from '../contracts';

/** One activity of a run, as the history has it. Times are milliseconds since the epoch. */
export interface ActivityTime {
  /** Its type, such as `tidemarkLoadResource`. */
  readonly activity: string;
  /** Which attempt of which task; undefined for what isn't one. */
  readonly attempt: { readonly task: string; readonly attempt: number } | undefined;
  readonly scheduledAt: number;
  /** When a worker took it, undefined where none has, as far as the history tells. */
  readonly startedAt: number | undefined;
  readonly closedAt: number | undefined;
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled' | 'timedOut';
}

/** When a run began and ended, and what it did in between. */
export interface RunTimes {
  readonly startedAt: number;
  readonly closedAt: number | undefined;
  readonly activities: readonly ActivityTime[];
}

const LOAD = 'tidemarkLoadResource';

const CLOSED = {
  activityTaskCompletedEventAttributes: 'completed',
  activityTaskFailedEventAttributes: 'failed',
  activityTaskCanceledEventAttributes: 'cancelled',
  activityTaskTimedOutEventAttributes: 'timedOut',
} as const;

/** Reads the history of a run. Of an activity that runs, the server tells its start only once it has ended. */
export async function readRunTimes(
  client: Client,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<RunTimes> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const activities = new Map<string, ActivityTime>();
  const change = (id: unknown, to: Partial<ActivityTime>): void => {
    const known = activities.get(String(id));
    if (known !== undefined) activities.set(String(id), { ...known, ...to });
  };
  let first: number | undefined;
  let last: number | undefined;
  let closedAt: number | undefined;
  for (const event of events ?? []) {
    const at = optionalTsToMs(event.eventTime) ?? 0;
    first ??= at;
    last = at;
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const activity = scheduled.activityType?.name ?? '';
      const input =
        activity === LOAD
          ? await decodeFromPayloadsAtIndex<LoadResourceInput>(
              client.options.loadedDataConverter,
              0,
              scheduled.input?.payloads,
            )
          : undefined;
      activities.set(String(event.eventId), {
        activity,
        attempt: input && { task: input.task.name, attempt: input.attempt },
        scheduledAt: at,
        startedAt: undefined,
        closedAt: undefined,
        status: 'running',
      });
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started) change(started.scheduledEventId, { startedAt: at });
    for (const [name, status] of Object.entries(CLOSED)) {
      const closed = event[name as keyof typeof CLOSED];
      if (closed) change(closed.scheduledEventId, { closedAt: at, status });
    }
    if (
      event.workflowExecutionCompletedEventAttributes ??
      event.workflowExecutionFailedEventAttributes ??
      event.workflowExecutionCanceledEventAttributes ??
      event.workflowExecutionTerminatedEventAttributes ??
      event.workflowExecutionTimedOutEventAttributes
    )
      closedAt = at;
  }
  return { startedAt: first ?? last ?? 0, closedAt, activities: [...activities.values()] };
}
