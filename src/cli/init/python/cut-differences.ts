import { isTidemarkError } from '../../../errors';
import { cronWarnings, type Interval, instantMs, makeTimetable, parseCron } from '../../../interval';
import { formatInterval } from '../../output/format';

/** A schedule as the config has it. */
export interface TakenSchedule {
  readonly cron?: string;
  readonly every?: string;
  readonly timezone: string;
  readonly startDate?: string;
}

interface DifferencesOptions {
  readonly schedule: TakenSchedule;
  /** Whether Airflow makes data intervals of it in any version. */
  readonly intervals: boolean;
  readonly catchup: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

const LISTED = 4;

/**
 * What Airflow and Temporal make of a schedule otherwise, as sentences: days that are cut differently, with the first such
 * intervals; ticks that a change of the clocks moves; what depends on the version of Airflow.
 *
 * @throws what the cron or zone is refused with
 */
export function cutDifferences({ schedule, intervals, catchup, now }: DifferencesOptions): readonly string[] {
  const { cron: text, every, timezone, startDate } = schedule;
  if (every !== undefined) {
    if (catchup && startDate !== undefined) return [];
    return [
      `every ${every}: Airflow counts from the start date where it catches up, else from when it first sees the DAG; here runs always count from 1970-01-01 UTC and the offset after the slash`,
    ];
  }
  if (text === undefined) return [];
  const warned = cronWarnings(parseCron(text, timezone), now).filter(({ code }) => code !== 'NO_MORE_TICKS');
  const days = warned.some(({ code }) => code === 'DAY_AND_WEEKDAY');
  return [
    ...warned.map(({ message }) => message),
    ...(days ? listed({ text, timezone, startDate, now }) : []),
    ...(intervals
      ? []
      : [
          'a cron text makes data intervals in Airflow 2, and in Airflow 3 only with create_cron_data_intervals: else its run at t has the empty interval [t, t). Here the run at t loads the interval that ends at t',
        ]),
  ];
}

/** The first intervals that differ where one matches both kinds of day and the other either. */
function listed(options: {
  readonly text: string;
  readonly timezone: string;
  readonly startDate: string | undefined;
  readonly now: number;
}): readonly string[] {
  const { text, timezone, startDate, now } = options;
  const first = (days: 'both' | 'either'): readonly Interval[] => {
    const timetable = makeTimetable({ cron: text, timezone, startDate, days });
    const begin = timetable.startDate ?? new Date(now).toISOString();
    const found: Interval[] = [];
    for (const interval of timetable.intervalsIn({ start: begin, end: '9999-12-31T23:59:59Z' })) {
      found.push(interval);
      if (found.length === LISTED) break;
    }
    return found.sort((a, b) => instantMs(a.start) - instantMs(b.start));
  };
  const show = (intervals: readonly Interval[]): string => intervals.map(formatInterval).join(', ');
  return [
    `first intervals in Airflow: ${show(first('either'))}`,
    `first intervals here: ${show(first('both'))}`,
  ];
}

/** Why a schedule can't be taken; undefined if it can. */
export function refusalOf({ cron, timezone }: TakenSchedule): string | undefined {
  try {
    if (cron !== undefined) parseCron(cron, timezone);
    else makeTimetable({ every: '1d', timezone });
    return undefined;
  } catch (error) {
    if (isTidemarkError(error)) return error.message;
    throw error;
  }
}
