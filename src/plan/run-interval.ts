import type { ResolvedPipeline } from '../config';
import type { PlanIntervalInput } from '../contracts';
import { formatInstant, type Interval } from '../interval';
import { scheduleOf, timetableOf } from './timetable-of';

/** The interval of a run; null for one without, and for one that loads nothing. */
interface RunInterval {
  readonly interval: Interval | null;
  /** False where there is nothing to load at all. */
  readonly loads: boolean;
  readonly note?: string | undefined;
}

const EMPTY_RUN =
  'This run has no date, so its interval is (now, now), and what is loaded by interval loads nothing. Give it one: --logical-date, --interval-at, or --from and --to.';

/** The one `now` of a run: when the server started it, and never before its nominal time. */
export function runNow({ startedAt, nominal }: Pick<PlanIntervalInput, 'startedAt' | 'nominal'>): string {
  const ms = Math.max(Date.parse(startedAt), nominal === undefined ? 0 : Date.parse(nominal));
  return formatInstant(ms);
}

/**
 * Which interval a run loads: what its input says; else for a run of a Schedule the one that ends at its nominal time;
 * else (now, now). A function of the input and the entry's schedule alone, never of the clock.
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
      return { interval: time.interval, loads: true };
    case 'logicalDate':
      return { interval: { start: time.at, end: time.at }, loads: true };
    case 'intervalAt': {
      const interval = timetableOf(scheduleOf(entry, '--interval-at')).intervalBefore(time.at);
      return interval === null
        ? { interval: null, loads: false, note: `There is no complete interval before ${time.at}.` }
        : { interval, loads: true };
    }
    default:
      break;
  }
  if (input.run.fullRefresh === true) return fullRefreshInterval(entry, now);
  if (entry.mode === 'incremental') return { interval: null, loads: true };
  return { interval: { start: now, end: now }, loads: true, note: EMPTY_RUN };
}

/** A full refresh loads from startDate till now; without a startDate, from where each resource's initialValue says. */
function fullRefreshInterval(entry: Pick<ResolvedPipeline, 'schedule' | 'mode'>, now: string): RunInterval {
  const first = entry.schedule === undefined ? undefined : timetableOf(entry.schedule).firstInterval;
  if (entry.mode === 'incremental' || !first) return { interval: null, loads: true };
  return { interval: { start: first.start, end: now }, loads: true };
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
  if (interval !== null) return { interval, loads: true };
  const note = `At ${nominal} there is no interval to load: it would lie before startDate or after endDate, or is loaded already.`;
  return { interval: null, loads: false, note };
}
