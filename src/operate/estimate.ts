import { type Interval, intervalLengthMs, spanOf, tickCounter } from '../interval';
import { type BackfillRequest, timetableOf } from '../plan';
import type { Entry } from '../run';
import { listRuns, type RunSummary } from '../temporal';
import type { Access } from './access';
import type { BackfillPlan } from './plans';

/** How long a backfill takes. */
export interface BackfillEstimate {
  /** Undefined where nothing is known. */
  readonly estimateMs: number | undefined;
  /** Of how many runs. */
  readonly estimatedFrom: number;
}

const UNKNOWN: BackfillEstimate = { estimateMs: undefined, estimatedFrom: 0 };
/** Runs that are looked at: those under way are listed before those that ended. */
const LISTED = 200;
/** The newest say most of the next. */
const NEWEST = 50;
/** Runs of intervals that are so much shorter or longer say little of how long a chunk takes. */
const ALIKE = 2;

/**
 * How long a backfill takes by what the newest runs of its pipeline took: the median for an interval, times its intervals, by so many
 * as run at a time. The time of a group is parted among its intervals. Runs of another length than the
 * backfill's chunks count only where there are no others.
 *
 * @returns unknown where no run ended well, and where Temporal can't be asked
 */
export async function estimateBackfill(options: {
  readonly access: Access;
  readonly entry: Entry;
  readonly request: BackfillRequest;
  readonly plan: BackfillPlan;
}): Promise<BackfillEstimate> {
  const { access, entry, request, plan } = options;
  const runs = await endedRuns(access, entry.name);
  if (runs.length === 0) return UNKNOWN;
  const times = timesOf(runs, entry, plan);
  const { total = plan.chunks.length } = plan;
  const atATime = Math.max(1, Math.min(request.parallel ?? 1, total));
  return { estimateMs: Math.round((medianOf(times) * total) / atATime), estimatedFrom: times.length };
}

/** A run that ended well. */
interface Ended {
  readonly ms: number;
  readonly interval: Interval | undefined;
}

async function endedRuns(access: Access, pipeline: string): Promise<Ended[]> {
  let listed: RunSummary[] = [];
  try {
    const temporal = await access.temporalIfAny();
    if (temporal !== undefined)
      listed = await listRuns(temporal.client, { pipeline, kind: 'load', limit: LISTED });
  } catch {
    // whoever starts the backfill is told why Temporal can't be reached: a plan needs it for this only
    return [];
  }
  return listed
    .flatMap(({ status, startedAt, closedAt, interval }) =>
      status === 'completed' && closedAt !== undefined
        ? [{ ms: closedAt.getTime() - startedAt.getTime(), interval }]
        : [],
    )
    .slice(0, NEWEST);
}

/** What intervals like those of the plan took, of each run in milliseconds; of every run where none is like them. */
function timesOf(runs: readonly Ended[], { schedule }: Entry, { chunks }: BackfillPlan): number[] {
  const [chunk] = chunks;
  const all = runs.map(({ ms }) => ms);
  if (chunk === undefined || schedule === undefined) return all;
  const wanted = intervalLengthMs(chunk.intervals?.[0] ?? chunk.interval);
  const count = tickCounter(timetableOf(schedule).cron);
  const alike = runs.flatMap(({ ms, interval }) => {
    if (interval === undefined) return [];
    const length = intervalLengthMs(interval);
    if (isAlike(length, wanted)) return [ms];
    const intervals = count(spanOf(interval));
    return intervals > 1 && isAlike(length / intervals, wanted) ? [ms / intervals] : [];
  });
  return alike.length > 0 ? alike : all;
}

const isAlike = (a: number, b: number): boolean => a <= b * ALIKE && b <= a * ALIKE;

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
