import type { ResolvedConfig, ResolvedPipeline, ResolvedSchedule } from '../config';
import { TidemarkError } from '../errors';
import {
  formatInstant,
  makeTimetable,
  parseInstant,
  type Timetable,
  type Zone,
  zoneNamed,
} from '../interval';

/** The timetable of a schedule. */
export function timetableOf({ cron, timezone, startDate, endDate, catchup }: ResolvedSchedule): Timetable {
  return makeTimetable({ cron, timezone, startDate, endDate, catchup });
}

/** The zone in which dates without an offset are read: the schedule's, else UTC. */
export function zoneOf(entry: Pick<ResolvedPipeline, 'schedule'>): Zone {
  return entry.schedule === undefined ? zoneNamed('UTC') : timetableOf(entry.schedule).cron.zone;
}

/**
 * A date or time as a person writes it, as a UTC instant.
 *
 * @throws TidemarkError INSTANT_INVALID
 */
export function typedInstant(entry: Pick<ResolvedPipeline, 'schedule'>, text: string): string {
  return formatInstant(parseInstant(text, zoneOf(entry)));
}

/**
 * The entry of a pipeline.
 *
 * @throws TidemarkError PIPELINE_UNKNOWN with the names that there are
 */
export function entryOf<E extends Pick<ResolvedPipeline, 'name'>>(
  config: { readonly pipelines: readonly E[] },
  pipeline: string,
): E {
  const entry = config.pipelines.find(({ name }) => name === pipeline);
  if (entry !== undefined) return entry;
  const names = config.pipelines.map(({ name }) => `"${name}"`).join(', ');
  throw new TidemarkError(
    'PIPELINE_UNKNOWN',
    `There is no pipeline "${pipeline}" in the config; it has ${names === '' ? 'none' : names}.`,
    { details: { pipeline, known: config.pipelines.map(({ name }) => name) } },
  );
}

/** The schedule of an entry that needs one for what was asked of it. */
export function scheduleOf(
  entry: Pick<ResolvedPipeline, 'name' | 'schedule'>,
  wantedFor: string,
): ResolvedSchedule {
  if (entry.schedule !== undefined) return entry.schedule;
  throw new TidemarkError(
    'USAGE',
    `The pipeline "${entry.name}" has no schedule, so there are no intervals for ${wantedFor}; give the entry a schedule, or use --from and --to.`,
    { details: { pipeline: entry.name } },
  );
}

/** What Schedules say they belong to: one task queue is served by one config. */
export function deploymentName(config: Pick<ResolvedConfig, 'temporal'>): string {
  return config.temporal.taskQueue;
}
