import type { ResolvedPipeline } from '../config';
import type { BackfillRange } from '../contracts';
import { nextTick } from '../interval';
import { earlierOf } from './earlier-of';
import { timetableOf } from './timetable-of';

/**
 * The range whose missing intervals are caught up: from the aligned startDate (without `catchup` the latest complete
 * interval only) to the last interval before the Schedule's own first tick. Undefined where nothing is to be caught up:
 * no schedule, mode `incremental`, paused, or no complete interval yet.
 *
 * @param options.firstTick the Schedule's next tick as the server reports it; undefined where it has none any more
 */
export function catchUpRange(options: {
  readonly entry: Pick<ResolvedPipeline, 'schedule' | 'mode'>;
  readonly firstTick: Date | undefined;
  readonly now: Date;
}): BackfillRange | undefined {
  const { entry, firstTick, now } = options;
  if (entry.schedule === undefined || entry.mode !== 'interval' || entry.schedule.paused) return undefined;
  const timetable = timetableOf(entry.schedule);
  // the interval that ends at the first tick is the Schedule's: due is what ends before
  const due =
    firstTick === undefined
      ? now.toISOString()
      : new Date(Math.min(firstTick.getTime() - 1, now.getTime())).toISOString();
  if (!entry.schedule.catchup) {
    const latest = timetable.dueIntervals({ now: due }).at(-1);
    return latest === undefined ? undefined : { from: latest.start, to: latest.end, select: 'missing' };
  }
  const [first] = timetable.dueIntervals({ now: due, limit: 1 });
  const to = timetable.tickBefore(due);
  if (first === undefined || to === null) return undefined;
  return { from: first.start, to: earlierOf(to, timetable.lastInterval?.end), select: 'missing' };
}

/** The Schedule's next tick by our own reckoning, for one that does not exist yet. */
export function expectedFirstTick(entry: Pick<ResolvedPipeline, 'schedule'>, now: Date): Date | undefined {
  if (entry.schedule === undefined) return undefined;
  const { cron, firstInterval, lastInterval } = timetableOf(entry.schedule);
  const earliest = firstInterval ? Date.parse(firstInterval.end) - 1 : 0;
  const tick = nextTick(cron, Math.max(now.getTime(), earliest));
  if (tick === null || (lastInterval && tick > Date.parse(lastInterval.end))) return undefined;
  return new Date(tick);
}
