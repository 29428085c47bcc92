import type { ResolvedSchedule } from '../config';
import { TidemarkError } from '../errors';
import {
  cronWarnings,
  DAY_MS,
  formatInstant,
  type Interval,
  instantMs,
  makeTimetable,
  type Timetable,
} from '../interval';
import { timetableOf } from '../plan';
import { type Deployment, entryNamed } from './deployment';
import { scheduleText, scheduleWords } from './schedule-words';

/** A schedule that somebody thinks of. Dates are texts as a user writes them, in the schedule's zone. */
export interface PreviewRequest {
  /** As in the config: `@daily`, `0 6 * * 1`, `every 6h`. */
  readonly cron: string;
  /** @default UTC */
  readonly timezone?: string | undefined;
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  /** The pipeline whose deployed schedule it is compared with. @default none */
  readonly pipeline?: string | undefined;
}

/** A run: when it starts, which is the end of its interval, and its data interval. */
interface PreviewRun {
  readonly at: string;
  readonly interval: Interval;
}

interface PreviewWarning {
  readonly code: string;
  readonly message: string;
}

/** What a schedule would do. */
export interface SchedulePreview {
  readonly words: string;
  readonly zone: string;
  /** The next 20 runs from now on, or from startDate on if that is later; fewer if there are fewer. */
  readonly runs: readonly PreviewRun[];
  /** What its author may not expect, such as what Airflow would do otherwise. */
  readonly warnings: readonly PreviewWarning[];
  /** Beside the deployed schedule of the pipeline, over the same time; undefined where none was asked for. */
  readonly against: ScheduleComparison | undefined;
}

/** A schedule beside a deployed one. All lists are complete for the range, in order of time. */
export interface ScheduleComparison {
  /** The deployed schedule, as the config has it. */
  readonly text: string;
  /**
   * From now on, half open: the next 90 days, or up to the 201st run of either schedule if that comes earlier. So
   * neither has more than 200 runs in it.
   */
  readonly range: Interval;
  /** Ticks in the range at which only the new one starts a run. */
  readonly gained: readonly string[];
  /** Ticks in the range at which only the deployed one starts a run. */
  readonly lost: readonly string[];
  /** Intervals that begin alike and end otherwise, deployed and new, where one of the two ends in the range. */
  readonly moved: readonly { readonly from: Interval; readonly to: Interval }[];
}

/** Runs that are listed. */
const LISTED = 20;
/** The most runs of a schedule that are compared. */
const COMPARED = 200;
const COMPARED_MS = 90 * DAY_MS;
/** Later than any tick. */
const FOREVER = '9999-12-31T23:59:59Z';

/**
 * What a schedule would do from `now` on, by the timetable that deploys and runs use; beside the schedule that the config
 * has for a pipeline, which is the deployed one once the config is deployed. Asks no server and reads no dataset.
 *
 * @throws TidemarkError CRON_INVALID, ZONE_INVALID, INSTANT_INVALID, INTERVAL_INVALID as the config would; PIPELINE_UNKNOWN;
 * USAGE where the pipeline has no schedule
 */
export function previewSchedule(deployment: Deployment, request: PreviewRequest, now: Date): SchedulePreview {
  const timetable = requestedTimetable(request);
  const nowMs = now.getTime();
  const runs = firstOf(runsFrom(timetable, nowMs), LISTED);
  const { cron, timezone } = timetable;
  return {
    words: scheduleWords(cron),
    zone: timezone,
    runs,
    warnings: warningsOf({ timetable, request, nowMs, runs }),
    against:
      request.pipeline === undefined
        ? undefined
        : compare(timetable, configuredSchedule(deployment, request.pipeline), nowMs),
  };
}

/** The timetable of a request: `every 6h` as the config's `every`, any other text as its `cron`. */
function requestedTimetable({ cron: text, timezone, startDate, endDate }: PreviewRequest): Timetable {
  const trimmed = text.trim();
  const when = /^every\s/.test(trimmed) ? { every: trimmed.slice('every'.length).trim() } : { cron: trimmed };
  return makeTimetable({ ...when, timezone, startDate, endDate });
}

function configuredSchedule(deployment: Deployment, pipeline: string): ResolvedSchedule {
  const { schedule } = entryNamed(deployment, pipeline);
  if (schedule !== undefined) return schedule;
  throw new TidemarkError(
    'USAGE',
    `The pipeline "${pipeline}" has no schedule to compare with; choose another pipeline, or none.`,
    { details: { pipeline } },
  );
}

/** The runs that start at `from` or later (epoch milliseconds), in order and lazily. */
function* runsFrom(timetable: Timetable, from: number): Generator<PreviewRun, void, undefined> {
  // the interval of the first run begins at the last tick before it
  const start = timetable.tickBefore(formatInstant(from - 1)) ?? formatInstant(from);
  for (const interval of timetable.intervalsIn({ start, end: FOREVER })) yield { at: interval.end, interval };
}

function firstOf<T>(items: Iterable<T>, count: number): readonly T[] {
  const first: T[] = [];
  for (const item of items) {
    first.push(item);
    if (first.length === count) break;
  }
  return first;
}

function warningsOf(options: {
  readonly timetable: Timetable;
  readonly request: PreviewRequest;
  readonly nowMs: number;
  readonly runs: readonly PreviewRun[];
}): readonly PreviewWarning[] {
  const { timetable, request, nowMs, runs } = options;
  const { startDate } = timetable;
  const from = startDate === undefined ? nowMs : Math.max(nowMs, instantMs(startDate));
  const warnings: PreviewWarning[] = [...cronWarnings(timetable.cron, from, request.timezone)];
  if (runs.length === 0 && !warnings.some(({ code }) => code === 'NO_MORE_TICKS'))
    warnings.push({ code: 'NO_MORE_TICKS', message: noRunMessage(timetable) });
  const first = firstIntervalMessage(timetable);
  return first === undefined ? warnings : [...warnings, { code: 'FIRST_INTERVAL', message: first }];
}

function noRunMessage({ endDate, lastInterval }: Timetable): string {
  if (endDate === undefined) return 'There is no run from now on: no two ticks are left for an interval.';
  if (!lastInterval) return `There is no run at all: none of its intervals starts by endDate "${endDate}".`;
  return `There is no run from now on: no interval starts after endDate "${endDate}", and the last run was at ${lastInterval.end}.`;
}

/** What becomes of a startDate that is not a tick. */
function firstIntervalMessage({ cron, startDate, firstInterval }: Timetable): string | undefined {
  if (startDate === undefined || !firstInterval || firstInterval.start === startDate) return undefined;
  const airflow =
    cron.kind === 'every'
      ? 'A period counts from 1970-01-01 in UTC; in Airflow one would count from the start date'
      : 'As in Airflow, what lies before is in no interval';
  return `startDate "${startDate}" is not a tick: the first interval begins at the next one, ${firstInterval.start}. ${airflow}.`;
}

/** The runs of a schedule that are compared, and those after them that an interval of the range may reach. */
interface Compared {
  readonly timetable: Timetable;
  readonly runs: readonly PreviewRun[];
}

function compare(timetable: Timetable, deployed: ResolvedSchedule, nowMs: number): ScheduleComparison {
  const comparedOf = (one: Timetable): Compared => ({
    timetable: one,
    runs: firstOf(runsFrom(one, nowMs), COMPARED + 1),
  });
  const planned = comparedOf(timetable);
  const current = comparedOf(timetableOf(deployed));
  const end = Math.min(nowMs + COMPARED_MS, ...[planned, current].map(firstLeftOut));
  const inRange = ({ runs }: Compared): readonly PreviewRun[] => runs.filter(({ at }) => instantMs(at) < end);
  const [plannedRuns, currentRuns] = [inRange(planned), inRange(current)];
  const starts = [...plannedRuns, ...currentRuns].map(({ interval }) => interval.start);
  return {
    text: scheduleText(deployed),
    range: { start: formatInstant(nowMs), end: formatInstant(end) },
    gained: ticksWithout(plannedRuns, currentRuns),
    lost: ticksWithout(currentRuns, plannedRuns),
    moved: movedIntervals(planned, current, starts),
  };
}

function firstLeftOut({ runs }: Compared): number {
  const run = runs[COMPARED];
  return run === undefined ? Number.POSITIVE_INFINITY : instantMs(run.at);
}

function ticksWithout(runs: readonly PreviewRun[], others: readonly PreviewRun[]): readonly string[] {
  const taken = new Set(others.map(({ at }) => at));
  return runs.map(({ at }) => at).filter((at) => !taken.has(at));
}

function movedIntervals(
  planned: Compared,
  current: Compared,
  starts: readonly string[],
): ScheduleComparison['moved'] {
  const [plannedAt, currentAt] = [intervalsByStart(planned), intervalsByStart(current)];
  return [...new Set(starts)].sort().flatMap((start) => {
    const from = currentAt(start);
    const to = plannedAt(start);
    return from === undefined || to === undefined || from.end === to.end ? [] : [{ from, to }];
  });
}

/** Finds the interval that begins at an instant, that of a run before the range, too. */
function intervalsByStart({ timetable, runs }: Compared): (start: string) => Interval | undefined {
  const known = new Map(runs.map(({ interval }) => [interval.start, interval]));
  return (start) => {
    const found = known.get(start);
    if (found !== undefined || (runs[0] !== undefined && runs[0].interval.start < start)) return found;
    const [interval] = firstOf(timetable.intervalsIn({ start, end: FOREVER }), 1);
    return interval?.start === start ? interval : undefined;
  };
}
