import type { ResolvedSchedule } from '../config';
import { formatInstant, type Span, spanOf, type Timetable, tickCounter } from '../interval';
import type { Gap, GapCause } from '../ledger';
import { timetableOf } from '../plan';
import { completeUntil, type ResourceSummary } from './intervals';
import type { Freshness } from './overview';

/** Counts intervals of a timetable without walking over them: the ticks in `[start, end)`, in epoch milliseconds. */
export type TickCount = (span: Span) => number;

/** Kept as long as the schedule is: what a counter has walked once, the next look at the same pipeline needs not. */
const counters = new WeakMap<ResolvedSchedule, TickCount>();

/** Remembers what was counted: the resources of a pipeline have mostly the same gaps. */
export function rememberingCount(schedule: ResolvedSchedule): TickCount {
  const count = counters.get(schedule) ?? tickCounter(timetableOf(schedule).cron);
  counters.set(schedule, count);
  const known = new Map<string, number>();
  return (span) => {
    const key = `${span.start} ${span.end}`;
    const found = known.get(key) ?? count(span);
    known.set(key, found);
    return found;
  };
}

/**
 * How many intervals gaps touch, by cause. One that several gaps touch counts once: as the grid tells it, for a failure, else for
 * the earliest.
 *
 * @param gaps of one resource, in order and apart, within the complete intervals
 */
export function countGaps(gaps: readonly Gap[], count: TickCount): ReadonlyMap<GapCause, number> {
  const found = new Map<GapCause, number>();
  const add = (cause: GapCause, intervals: number): void => {
    found.set(cause, (found.get(cause) ?? 0) + intervals);
  };
  /** The gap before, and the cause for which the last interval that it touches counts. */
  let last: { readonly end: number; readonly cause: GapCause } | undefined;
  for (const { cause, ...gap } of gaps) {
    const { start, end } = spanOf(gap);
    // the interval in which the gap begins is another than the last one where a tick lies between
    const shared = last !== undefined && count({ start: last.end, end: Math.floor(start) + 1 }) === 0;
    const begun = count({ start, end: Math.floor(start) + 1 }) === 0 ? 1 : 0;
    const ticks = count({ start, end });
    const lastCause: GapCause | undefined = shared ? last?.cause : undefined;
    const failsLater = cause === 'failed' && lastCause !== undefined && lastCause !== 'failed';
    if (failsLater) add(lastCause, -1);
    add(cause, ticks + begun - (shared && !failsLater ? 1 : 0));
    // a gap within the interval of the one before leaves that its cause
    last = { end, cause: shared && ticks === 0 && !failsLater ? (lastCause ?? cause) : cause };
  }
  return found;
}

/**
 * How far what is loaded is behind the schedule. Without catch-up nobody expects the past: where nothing is loaded, it is behind by
 * the newest interval.
 */
export function freshnessOf(
  timetable: Timetable,
  resources: readonly ResourceSummary[],
  options: { readonly now: Date; readonly count: TickCount },
): Freshness | undefined {
  const { now, count } = options;
  const end = completeUntil(timetable, now);
  const latest = Number.isFinite(end) ? timetable.intervalEndingAt(formatInstant(end)) : null;
  if (latest === null) return undefined;
  const reached = resources.filter((resource) => resource.reached);
  // where an interval reaches none, they are what live runs load
  const loadedUntil = earliest(
    (reached.length > 0 ? reached : resources).map((resource) => resource.loadedUntil),
  );
  const expected = spanOf(latest);
  const first = timetable.firstInterval?.start;
  const begin = first == null || !timetable.catchup ? expected.start : Date.parse(first);
  const start =
    loadedUntil === undefined
      ? begin
      : Math.max(Date.parse(loadedUntil), first == null ? Number.NEGATIVE_INFINITY : Date.parse(first));
  return {
    loadedUntil,
    expectedUntil: latest.end,
    intervalsBehind: count({ start: Math.floor(start) + 1, end: expected.end + 1 }),
  };
}

/** The earliest of all; undefined where one is. */
function earliest(instants: readonly (string | undefined)[]): string | undefined {
  const known = instants.flatMap((at) => at ?? []);
  if (known.length === 0 || known.length < instants.length) return undefined;
  return known.reduce((first, at) => (Date.parse(at) < Date.parse(first) ? at : first));
}
