import type { ResolvedPipeline } from '../config';
import type { PlanIntervalInput } from '../contracts';
import { formatInstant, type Interval } from '../interval';
import { scheduleOf, timetableOf } from './timetable-of';

/** The interval of a run; null for one without, and for one that loads nothing. */
interface RunInterval {
  readonly interval: Interval | null;
  /** What is loaded: everything; what no interval reaches, for a run without a date; or nothing at all. */
  readonly loads: 'all' | 'undated' | 'nothing';
  readonly note?: string | undefined;
}

/** The one `now` of a run: when the server started it, and never before its nominal time. */
export function runNow({ startedAt, nominal }: Pick<PlanIntervalInput, 'startedAt' | 'nominal'>): string {
  const ms = Math.max(Date.parse(startedAt), nominal === undefined ? 0 : Date.parse(nominal));
  return formatInstant(ms);
}

/**
 * Which interval a run loads: what its input says; else for a run of a Schedule the one that ends at its nominal time;
 * else none, which is (now, now) for what is loaded by interval. A function of the input and the entry's schedule alone, never of the clock.
 */
export function runInterval(
  entry: Pick<ResolvedPipeline, 'name' | 'schedule' | 'mode'>,
  input: PlanIntervalInput,
): RunInterval {
  const { time } = input.run;
  const now = runNow(input);
  if (time === undefined && input.nominal !== undefined)
    return scheduledInterval(entry, input.nominal, input.previousEnd);
  switch (time?.kind) {
    case 'interval':
      return { interval: time.interval, loads: 'all' };
    case 'logicalDate':
      return { interval: { start: time.at, end: time.at }, loads: 'all' };
    case 'intervalAt': {
      const interval = timetableOf(scheduleOf(entry, '--interval-at')).intervalBefore(time.at);
      return interval === null
        ? { interval: null, loads: 'nothing', note: `There is no complete interval before ${time.at}.` }
        : { interval, loads: 'all' };
    }
    default:
      break;
  }
  if (input.run.fullRefresh === true) return fullRefreshInterval(entry, now);
  if (entry.mode === 'incremental') return { interval: null, loads: 'all' };
  return { interval: null, loads: 'undated' };
}

/** A full refresh loads from startDate till now; without a startDate, from where each resource's initialValue says. */
function fullRefreshInterval(entry: Pick<ResolvedPipeline, 'schedule' | 'mode'>, now: string): RunInterval {
  const first = entry.schedule === undefined ? undefined : timetableOf(entry.schedule).firstInterval;
  if (entry.mode === 'incremental' || !first) return { interval: null, loads: 'all' };
  return { interval: { start: first.start, end: now }, loads: 'all' };
}

function scheduledInterval(
  entry: Pick<ResolvedPipeline, 'name' | 'schedule'>,
  nominal: string,
  previousEnd: string | undefined,
): RunInterval {
  const timetable = timetableOf(scheduleOf(entry, 'a scheduled run'));
  const interval =
    previousEnd === undefined
      ? timetable.intervalEndingAt(nominal)
      : timetable.intervalSince({ start: previousEnd, end: previousEnd }, nominal);
  if (interval !== null) return { interval, loads: 'all' };
  const note = `At ${nominal} there is no interval to load: it would lie before startDate or after endDate, or is loaded already.`;
  return { interval: null, loads: 'nothing', note };
}
