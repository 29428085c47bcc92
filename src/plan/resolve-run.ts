import type { ResolvedPipeline } from '../config';
import { intervalRunId, type LoadIntervalInput, manualRunId, type RunTime, tickRunId } from '../contracts';
import { TidemarkError } from '../errors';
import { type Interval, sameInterval } from '../interval';
import { earlierOf } from './earlier-of';
import type { BackfillRequest, RunRequest } from './requests';
import { scheduleOf, timetableOf, typedInstant } from './timetable-of';

type Entry = Pick<ResolvedPipeline, 'name' | 'schedule'>;

/** A manual run as it is started: its workflow's id and input. */
export interface ResolvedRun {
  readonly workflowId: string;
  readonly input: LoadIntervalInput;
}

/** The id under which an interval of a pipeline runs: that of its tick, if it is one, so that it runs once at a time. */
function idOfInterval(entry: Entry, interval: Interval): string {
  const tick =
    entry.schedule === undefined ? null : timetableOf(entry.schedule).intervalEndingAt(interval.end);
  return tick !== null && sameInterval(tick, interval)
    ? tickRunId(entry.name, interval.end)
    : intervalRunId(entry.name, interval);
}

/**
 * A range as a user gives it, in the schedule's zone where it has no offset.
 *
 * @throws TidemarkError USAGE if one end is missing, INTERVAL_INVALID if it is empty or reversed
 */
function resolveRange(entry: Entry, from: string | undefined, to: string | undefined): Interval {
  if (from === undefined || to === undefined)
    throw new TidemarkError('USAGE', '--from and --to belong together: give both, the end being exclusive.');
  const interval = { start: typedInstant(entry, from), end: typedInstant(entry, to) };
  if (Date.parse(interval.end) <= Date.parse(interval.start))
    throw new TidemarkError(
      'INTERVAL_INVALID',
      `The range from "${from}" to "${to}" is empty: its end is exclusive and must be later than its start.`,
      { details: { from: interval.start, to: interval.end } },
    );
  return interval;
}

function timeOf(entry: Entry, request: RunRequest): { readonly time: RunTime; readonly workflowId: string } {
  const { logicalDate, intervalAt, from, to } = request;
  const ways = [logicalDate, intervalAt, from ?? to].filter((way) => way !== undefined);
  if (ways.length > 1)
    throw new TidemarkError(
      'USAGE',
      'Give one of --logical-date, --interval-at, or --from with --to; not several.',
    );
  if (from !== undefined || to !== undefined) {
    const interval = resolveRange(entry, from, to);
    return { time: { kind: 'interval', interval }, workflowId: idOfInterval(entry, interval) };
  }
  if (logicalDate !== undefined) {
    const at = typedInstant(entry, logicalDate);
    return { time: { kind: 'logicalDate', at }, workflowId: manualRunId(entry.name, at) };
  }
  if (intervalAt !== undefined) {
    const at = typedInstant(entry, intervalAt);
    const interval = timetableOf(scheduleOf(entry, '--interval-at')).intervalBefore(at);
    if (interval === null)
      throw new TidemarkError('INTERVAL_INVALID', `There is no complete interval before "${intervalAt}".`);
    return { time: { kind: 'interval', interval }, workflowId: idOfInterval(entry, interval) };
  }
  return { time: { kind: 'now' }, workflowId: manualRunId(entry.name) };
}

/**
 * What a manual run starts. Dates are resolved here, in the schedule's zone; the workflow gets UTC instants.
 *
 * @throws TidemarkError USAGE, INSTANT_INVALID, INTERVAL_INVALID
 */
export function resolveRun(entry: Entry, request: RunRequest): ResolvedRun {
  const { time, workflowId } = timeOf(entry, request);
  const { resources, bind, fullRefresh, replace, force } = request;
  return {
    workflowId,
    input: {
      version: 1,
      pipeline: entry.name,
      kind: 'manual',
      // a full refresh without a date has a range of its own: the plan finds it
      time: fullRefresh === true && time.kind === 'now' ? undefined : time,
      resources,
      bind,
      fullRefresh,
      replace,
      force,
    },
  };
}

/**
 * The range of a backfill: what is asked for, else what the schedule's own intervals span: from the aligned startDate to
 * the last complete tick, and not beyond its last interval. An end that is asked for is taken as it is.
 *
 * @throws TidemarkError USAGE, INSTANT_INVALID, INTERVAL_INVALID
 */
export function backfillRange(entry: ResolvedPipeline, request: BackfillRequest, now: Date): Interval {
  const timetable = timetableOf(scheduleOf(entry, 'a backfill'));
  const { firstInterval, lastInterval } = timetable;
  if (firstInterval === null || lastInterval === null)
    throw new TidemarkError(
      'INTERVAL_INVALID',
      `The schedule of "${entry.name}" has no interval between its startDate and its endDate; change them.`,
      { details: { pipeline: entry.name } },
    );
  const from = request.from ?? firstInterval?.start;
  const to = request.to ?? earlierOf(timetable.tickBefore(now.toISOString()), lastInterval?.end);
  if (from === undefined)
    throw new TidemarkError(
      'USAGE',
      `The schedule of "${entry.name}" has no startDate; say with --from where the backfill begins.`,
      { details: { pipeline: entry.name } },
    );
  return resolveRange(entry, from, to ?? undefined);
}
