import type { ScheduleOptionsStartWorkflowAction, ScheduleSpec } from '@temporalio/client';
import type { ResolvedPipeline, ResolvedSchedule } from '../config';
import { type LoadIntervalInput, MEMO_KEY, scheduleId, WORKFLOWS } from '../contracts';
import { timetableOf } from '../plan';
import { withoutUndefined } from '../value';
import type { Difference } from './types';

/**
 * How long after a tick the server still starts its run. Short: what it missed for longer, catch-up plans from the
 * ledger, where the server would start it all at once.
 */
const CATCHUP_WINDOW_MS = 60_000;

/** The settings of a Schedule as tidemark sets them, flat, so that two of them compare field by field. */
export interface ScheduleSettings {
  readonly deployment: string;
  readonly pipeline: string;
  readonly taskQueue: string;
  readonly cron: string;
  readonly timezone: string;
  /** The first tick: the end of the first interval. */
  readonly startAt?: string | undefined;
  /** The last tick: the end of the last interval, which starts at or before endDate. */
  readonly endAt?: string | undefined;
  readonly jitterMs: number;
  /** Slots hold maxActiveRuns: the server's own policies know one run at a time or any number. */
  readonly overlap: 'ALLOW_ALL';
  readonly catchupWindowMs: number;
  readonly paused: boolean;
}

export function scheduleSettings(options: {
  readonly entry: Pick<ResolvedPipeline, 'name'>;
  readonly schedule: ResolvedSchedule;
  readonly deployment: string;
  readonly taskQueue: string;
}): ScheduleSettings {
  const { entry, schedule, deployment, taskQueue } = options;
  const { cron, timezone, firstInterval, lastInterval, endDate } = timetableOf(schedule);
  const endAt = lastInterval?.end ?? endDate;
  return {
    deployment,
    pipeline: entry.name,
    taskQueue,
    cron: cron.expression,
    timezone,
    startAt: firstInterval?.end,
    endAt,
    jitterMs: schedule.jitterMs,
    overlap: 'ALLOW_ALL',
    catchupWindowMs: CATCHUP_WINDOW_MS,
    paused: schedule.paused,
  };
}

/** When the Schedule ticks. As a cron text: calendar ranges are encoded wrongly by the SDK. */
export function scheduleSpec(settings: ScheduleSettings): ScheduleSpec {
  const { cron, timezone, startAt, endAt, jitterMs } = settings;
  return {
    cronExpressions: [cron],
    timezone,
    // the SDK's own options: what is not set must not be there
    ...withoutUndefined({
      startAt: startAt === undefined ? undefined : new Date(startAt),
      endAt: endAt === undefined ? undefined : new Date(endAt),
      jitter: jitterMs > 0 ? jitterMs : undefined,
    }),
  };
}

/** What the Schedule starts. Its memo holds the settings: the server gives a cron back only in another form. */
export function scheduleAction(
  settings: ScheduleSettings,
): ScheduleOptionsStartWorkflowAction<(input: LoadIntervalInput) => Promise<unknown>> {
  return {
    type: 'startWorkflow',
    workflowType: WORKFLOWS.loadInterval,
    workflowId: scheduleId(settings.pipeline),
    taskQueue: settings.taskQueue,
    args: [{ version: 1, pipeline: settings.pipeline, kind: 'schedule' }],
    memo: { [MEMO_KEY]: settings },
  };
}

/** The fields in which two settings differ, in their order; all of `to` if there was nothing before. */
export function differences(from: ScheduleSettings | undefined, to: ScheduleSettings): Difference[] {
  const text = (settings: ScheduleSettings | undefined, field: string): string | undefined => {
    const value: unknown = settings?.[field as keyof ScheduleSettings];
    return value === undefined ? undefined : String(value);
  };
  const fields = new Set([...Object.keys(to), ...Object.keys(from ?? {})]);
  return [...fields]
    .map((field) => ({ field, from: text(from, field), to: text(to, field) }))
    .filter((difference) => difference.from !== difference.to);
}
