import { type Interval, makeTimetable } from '../../../src/interval';
import type { Kind } from '../kind';

interface TimetableInput {
  readonly cron: string;
  readonly timezone: string;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly catchup: boolean;
  readonly now: string;
  readonly last_interval: readonly [string, string] | null;
  readonly limit: number;
}

interface ManualInput {
  readonly cron: string;
  readonly timezone: string;
  readonly at: string;
}

/** The intervals due by `now`, or the one that a manual run at `at` gets. */
export const kind: Kind = {
  name: 'timetable',
  run(input) {
    const given = input as TimetableInput | ManualInput;
    if ('at' in given) {
      const interval = makeTimetable({ cron: given.cron, timezone: given.timezone }).intervalBefore(given.at);
      return { interval: interval === null ? null : pair(interval) };
    }
    const timetable = makeTimetable({
      cron: given.cron,
      timezone: given.timezone,
      startDate: given.start_date ?? undefined,
      endDate: given.end_date ?? undefined,
      catchup: given.catchup,
    });
    const [start, end] = given.last_interval ?? [];
    const lastInterval = start === undefined || end === undefined ? undefined : { start, end };
    return {
      intervals: timetable.dueIntervals({ now: given.now, lastInterval, limit: given.limit }).map(pair),
    };
  },
};

function pair(interval: Interval): [string, string] {
  return [interval.start, interval.end];
}
