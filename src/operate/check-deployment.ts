import { instantMs } from '../interval';
import { timetableOf } from '../plan';
import type { Entry } from '../run';
import { type Deployment, missingSecrets } from './deployment';
import { previewSchedule } from './schedule-preview';

/** Something about a config that its author should know before it is deployed. */
export interface ConfigFinding {
  /** A problem has to be mended before anything can run; a warning may be what is wanted. */
  readonly severity: 'problem' | 'warning';
  /** The pipelines that it is about. */
  readonly pipelines: readonly string[];
  /** Stable, such as `DAY_AND_WEEKDAY`, `RESOURCE_TWICE`, `SECRET_MISSING`. */
  readonly code: string;
  readonly message: string;
}

/**
 * Looks at a config that could be loaded: at what its schedules do and their author may not expect, and at what several
 * pipelines load into one dataset. Asks no server, opens no dataset, and needs no secret.
 *
 * @param options.secrets whether the config and secrets of sources and destinations are looked up, too. @default false
 */
export function checkDeployment(
  deployment: Deployment,
  options: { readonly secrets?: boolean | undefined; readonly now?: Date | undefined } = {},
): readonly ConfigFinding[] {
  const { pipelines } = deployment.config;
  const now = options.now ?? new Date();
  return [
    ...pipelines.flatMap((entry) => scheduleFindings(deployment, entry, now)),
    ...sharedTables(pipelines, now),
    ...(options.secrets === true ? pipelines.flatMap(secretFindings) : []),
  ];
}

function scheduleFindings(deployment: Deployment, { name, schedule }: Entry, now: Date): ConfigFinding[] {
  if (schedule === undefined) return [];
  return previewSchedule(deployment, schedule, now).warnings.map(({ code, message }) => ({
    severity: 'warning',
    pipelines: [name],
    code,
    message,
  }));
}

function secretFindings(entry: Entry): ConfigFinding[] {
  return missingSecrets([entry]).map((line) => ({
    severity: 'problem',
    pipelines: [entry.name],
    code: 'SECRET_MISSING',
    message: line.replace(`${entry.name}: `, ''),
  }));
}

/** A resource of a pipeline, and where its rows go. */
interface Written {
  readonly entry: Entry;
  readonly source: string;
  readonly resource: string;
  readonly place: string;
}

function sharedTables(entries: readonly Entry[], now: Date): ConfigFinding[] {
  const written = entries.flatMap((entry) =>
    entry
      .sources()
      .flatMap(({ name: source, resourceNames }) =>
        resourceNames.map((resource): Written => ({ entry, source, resource, place: placeOf(entry) })),
      ),
  );
  return written.flatMap((one, index) =>
    written
      .slice(index + 1)
      .filter(({ place, resource }) => place === one.place && resource === one.resource)
      .flatMap((other) => pairFinding(one, other, now)),
  );
}

function pairFinding(one: Written, other: Written, now: Date): ConfigFinding[] {
  const names = [one.entry.name, other.entry.name];
  const { resource } = one;
  const dataset = one.entry.pipeline.datasetName;
  const severity = 'warning';
  if (one.source !== other.source)
    return [
      {
        severity,
        pipelines: [...new Set(names)],
        code: 'TABLE_OF_TWO_SOURCES',
        message: `"${resource}" of the sources "${one.source}" and "${other.source}" are written into one table of the dataset "${dataset}"; give one pipeline another dataset if their rows are not alike.`,
      },
    ];
  if (!overlap(one.entry, other.entry, now)) return [];
  return [
    {
      severity,
      pipelines: names,
      code: 'RESOURCE_TWICE',
      message: `"${resource}" is loaded by the schedules of "${names[0]}" and "${names[1]}" into the dataset "${dataset}" for the same time, by intervals that are not the same: its rows come twice unless they are merged. Let one schedule end where the other begins, or leave the resource out of one.`,
    },
  ];
}

/** Whether two schedules load the same time by intervals of their own: what is the same interval is loaded once. */
function overlap(one: Entry, other: Entry, now: Date): boolean {
  const [a, b] = [spanOf(one, now), spanOf(other, now)];
  if (a === undefined || b === undefined) return false;
  if (a.start >= b.end || b.start >= a.end) return false;
  return a.schedule !== b.schedule;
}

/** The time that a schedule loads, in epoch milliseconds; undefined where it loads none by interval. */
function spanOf(
  { schedule, mode }: Entry,
  now: Date,
): { readonly start: number; readonly end: number; readonly schedule: string } | undefined {
  if (schedule === undefined || mode !== 'interval') return undefined;
  const { firstInterval, lastInterval } = timetableOf(schedule);
  if (firstInterval === null || lastInterval === null) return undefined;
  return {
    // without startDate or catch-up it begins with the next run
    start:
      schedule.catchup && firstInterval
        ? instantMs(firstInterval.start)
        : Math.max(now.getTime(), startOf(firstInterval)),
    end: lastInterval === undefined ? Number.POSITIVE_INFINITY : instantMs(lastInterval.end),
    schedule: `${schedule.cron} ${schedule.timezone}`,
  };
}

const startOf = (interval: { readonly start: string } | undefined): number =>
  interval === undefined ? 0 : instantMs(interval.start);

/** Where rows of an entry go, as far as it is known without its secrets. */
function placeOf({ name, pipeline }: Entry): string {
  const { destination, datasetName } = pipeline;
  try {
    return `${destination.describe(name)} ${datasetName}`;
  } catch {
    return `${destination.kind} ${datasetName}`;
  }
}
