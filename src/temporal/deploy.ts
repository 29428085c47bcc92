import type { Client } from '@temporalio/client';
import type { ResolvedConfig, ResolvedPipeline } from '../config';
import { catchUpId, scheduleId } from '../contracts';
import { catchUpRange, deploymentName, expectedFirstTick } from '../plan';
import { startCatchUp } from './catch-up';
import { applyChange, describeSchedule, findOrphans, planChange } from './reconcile-schedule';
import { differencesText } from './request-differences';
import { scheduleSettings } from './schedule-settings';
import type { CatchUpStart, DeployReport, ScheduleChange } from './types';

export interface DeployOptions {
  readonly client: Client;
  readonly config: ResolvedConfig;
  /** Changes nothing; the report says what would be done. @default false */
  readonly dryRun?: boolean | undefined;
  /** Deletes Schedules of this deployment that the config has no entry for any more. @default false: they are reported */
  readonly prune?: boolean | undefined;
  /** @default the clock */
  readonly now?: Date | undefined;
}

type Scheduled = ResolvedPipeline & { readonly schedule: NonNullable<ResolvedPipeline['schedule']> };
const isScheduled = (entry: ResolvedPipeline): entry is Scheduled => entry.schedule !== undefined;

/**
 * Brings the server's Schedules in line with the config, and starts catch-up of what the ledger shows to be missing.
 * Doing it again changes nothing. A Schedule paused by hand stays paused.
 *
 * @throws TidemarkError TEMPORAL_UNAVAILABLE by way of the client's own errors where the server is gone
 */
export async function deploy(options: DeployOptions): Promise<DeployReport> {
  const { client, config, dryRun = false, prune = false } = options;
  const now = options.now ?? new Date();
  const scheduled = config.pipelines.filter(isScheduled);
  const schedules: ScheduleChange[] = [];
  const catchUps: CatchUpStart[] = [];
  for (const entry of scheduled) {
    const { change, catchUp } = await deployEntry({ client, config, entry, dryRun, now });
    schedules.push(change);
    if (catchUp !== undefined) catchUps.push(catchUp);
  }
  const wanted = new Set(scheduled.map(({ name }) => scheduleId(name)));
  const orphans = await findOrphans(client, deploymentName(config), wanted);
  if (prune && !dryRun)
    for (const orphan of orphans) await client.schedule.getHandle(orphan.scheduleId).delete();
  const warnings = prune
    ? []
    : orphans.map(
        (orphan) =>
          `The Schedule "${orphan.scheduleId}" has no entry in the config any more; deploy with --prune to delete it.`,
      );
  return {
    schedules: [...schedules, ...(prune ? orphans : [])],
    catchUps,
    warnings: [...config.warnings, ...warnings, ...catchUps.flatMap(stillCatchingUp)],
  };
}

/** What a catch-up that is under way doesn't do of what is asked for now. */
function stillCatchingUp({ workflowId, differences }: CatchUpStart): string[] {
  if (differences === undefined) return [];
  return [
    `"${workflowId}" is under way, and was asked for something else: ${differencesText(differences)}. Deploy again when it has ended (watch it with "tidemark show ${workflowId}"), or end it with "tidemark cancel ${workflowId}" first.`,
  ];
}

async function deployEntry(options: {
  readonly client: Client;
  readonly config: ResolvedConfig;
  readonly entry: Scheduled;
  readonly dryRun: boolean;
  readonly now: Date;
}): Promise<{ change: ScheduleChange; catchUp: CatchUpStart | undefined }> {
  const { client, config, entry, dryRun, now } = options;
  const { taskQueue } = config.temporal;
  const settings = scheduleSettings({
    entry,
    schedule: entry.schedule,
    deployment: deploymentName(config),
    taskQueue,
  });
  const before = await describeSchedule(client, entry.name);
  const change = planChange(before, settings);
  if (!dryRun) await applyChange(client, change, settings);
  if (dryRun) {
    const range = before?.state.paused
      ? undefined
      : catchUpRange({ entry, firstTick: expectedFirstTick(entry, now), now });
    const catchUp = range && {
      pipeline: entry.name,
      workflowId: catchUpId(entry.name),
      from: range.from,
      to: range.to,
      started: false,
    };
    return { change, catchUp };
  }
  return { change, catchUp: await catchUp({ client, config, entry, now }) };
}

/** Starts the catch-up of an entry up to its Schedule's next tick; nothing without a Schedule, or while it is paused. */
async function catchUp(options: {
  readonly client: Client;
  readonly config: ResolvedConfig;
  readonly entry: Scheduled;
  readonly now: Date;
}): Promise<CatchUpStart | undefined> {
  const { client, config, entry, now } = options;
  const description = await describeSchedule(client, entry.name);
  if (description === undefined || description.state.paused) return undefined;
  const range = catchUpRange({ entry, firstTick: description.info.nextActionTimes[0], now });
  if (range === undefined) return undefined;
  return startCatchUp({
    client,
    pipeline: entry.name,
    taskQueue: config.temporal.taskQueue,
    range,
    parallel: entry.maxActiveRuns,
  });
}

/**
 * Starts catch-up of every entry that has a Schedule, and leaves the Schedules as they are: what a worker does when it
 * starts, because nobody ran what ticked while there was no server.
 */
export async function catchUpAll(
  options: Pick<DeployOptions, 'client' | 'config' | 'now'>,
): Promise<CatchUpStart[]> {
  const { client, config, now = new Date() } = options;
  const started: CatchUpStart[] = [];
  for (const entry of config.pipelines.filter(isScheduled)) {
    const start = await catchUp({ client, config, entry, now });
    if (start !== undefined) started.push(start);
  }
  return started;
}
