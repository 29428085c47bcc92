import { TidemarkError } from '../errors';
import { lastTicks, tickAtOrAfter, ticksFrom } from './canonical-ticks';
import { type Cron, type DayRule, parseCron } from './cron';
import { formatInstant, instantMs } from './instant';
import { type Interval, intervalOf, type Span } from './interval';
import { type InstantInput, parseInstant } from './local-time';

/** When a pipeline runs. Exactly one of `cron` and `every` is given. */
interface TimetableOptions {
  /** Cron text or preset, as `parseCron` reads it. */
  readonly cron?: string | undefined;
  /** A fixed period from the Unix epoch, `90m`, with an offset `90m/15m`; a day is 24 hours. */
  readonly every?: string | undefined;
  /** How day of month and weekday go together in `cron`. @default 'both' */
  readonly days?: DayRule | undefined;
  /** IANA name: the clocks that `cron` means, and the zone of dates without an offset. @default 'UTC' */
  readonly timezone?: string | undefined;
  /** No interval starts before it. */
  readonly startDate?: InstantInput | undefined;
  /** No interval starts after it; the last one may end after it. */
  readonly endDate?: InstantInput | undefined;
  /** Whether every interval since startDate is due, or only the latest complete one. @default false */
  readonly catchup?: boolean | undefined;
}

/** What {@link Timetable.dueIntervals} asks for. Instants are ISO texts with an offset. */
interface DueQuery {
  readonly now: string;
  /** The last interval that has run; the next one starts where it ends. */
  readonly lastInterval?: Interval | undefined;
  /** The most intervals to return. @default Infinity */
  readonly limit?: number | undefined;
}

/**
 * The data intervals of a schedule, as Airflow's `CronDataIntervalTimetable` has them, over the ticks of Temporal's
 * server. The run of `[t0, t1)` starts at t1; t0 and t1 are consecutive ticks. Intervals tile time, and each is a
 * function of cron, zone, startDate and nominal time alone.
 */
export interface Timetable {
  readonly cron: Cron;
  /** IANA name of the zone. */
  readonly timezone: string;
  /** As an ISO instant; undefined where none was given. */
  readonly startDate: string | undefined;
  readonly endDate: string | undefined;
  readonly catchup: boolean;
  /** The first interval from startDate on; undefined without startDate, null if there is none. */
  readonly firstInterval: Interval | null | undefined;
  /** The last interval; undefined without endDate, null if there is none. */
  readonly lastInterval: Interval | null | undefined;
  /** The first tick at or after the instant; null if there is none left. */
  align(at: string): string | null;
  /** The last tick at or before the instant; null where there was none yet. */
  tickBefore(at: string): string | null;
  /** The complete intervals that are due by `now`, in order. */
  dueIntervals(query: DueQuery): Interval[];
  /**
   * The interval whose run has this nominal time. A nominal time that is not a tick (the server was restarted in a
   * repeated hour, or a Schedule was triggered by hand) means the last tick before it. Null where the interval would
   * start before startDate or after endDate: such a run loads nothing.
   */
  intervalEndingAt(nominal: string): Interval | null;
  /** The last complete interval at `at`, as a manual run infers it; startDate and endDate don't bound it. */
  intervalBefore(at: string): Interval | null;
  /**
   * The range of a run that also covers the ticks skipped since the last completed one: from that one's end to the
   * nominal time's tick. Null where nothing is left to cover.
   */
  intervalSince(lastInterval: Interval, nominal: string): Interval | null;
  /** The intervals that lie wholly in the range, in order and lazily; bounded by startDate and endDate. */
  intervalsIn(range: Interval): Generator<Interval, void, undefined>;
}

/**
 * The timetable of a schedule.
 *
 * @example
 * makeTimetable({ cron: '@weekly', startDate: '2023-02-01', catchup: true }).dueIntervals({ now: '2023-02-12T00:00:00Z' })
 * // [{ start: '2023-02-05T00:00:00Z', end: '2023-02-12T00:00:00Z' }]
 * @throws TidemarkError `CRON_INVALID`, `ZONE_INVALID`, `INSTANT_INVALID`, and `INTERVAL_INVALID` where endDate lies
 * before startDate
 */
export function makeTimetable(options: TimetableOptions): Timetable {
  const cron = cronOf(options);
  const start = options.startDate === undefined ? undefined : parseInstant(options.startDate, cron.zone);
  const end = options.endDate === undefined ? undefined : parseInstant(options.endDate, cron.zone);
  if (start !== undefined && end !== undefined && end < start)
    throw new TidemarkError(
      'INTERVAL_INVALID',
      `endDate "${formatInstant(end)}" lies before startDate "${formatInstant(start)}"; give a later endDate, or none.`,
      { details: { startDate: formatInstant(start), endDate: formatInstant(end) } },
    );
  const lower = start === undefined ? undefined : tickAtOrAfter(cron, start);

  const lastBy = (at: number): Interval | null => {
    const [from, to] = lastTicks(cron, at, 2);
    return from === undefined || to === undefined ? null : intervalOf({ start: from, end: to });
  };
  const inBounds = (interval: Interval | null): Interval | null => {
    if (interval === null || lower === null) return null;
    const from = instantMs(interval.start);
    return (lower !== undefined && from < lower) || (end !== undefined && from > end) ? null : interval;
  };
  const lastTick = (at: number): number | null => lastTicks(cron, at, 1)[0] ?? null;

  /** Where the first due interval starts; null where none can be due. */
  const firstDue = (now: number, lastInterval: Interval | undefined): number | null => {
    let from = lower ?? null;
    if (options.catchup !== true) {
      const latest = lastBy(now);
      if (latest === null || lower === null) return null;
      from = Math.max(instantMs(latest.start), lower ?? Number.NEGATIVE_INFINITY);
    }
    if (lastInterval === undefined || from === null) return from;
    return Math.max(from, lastTick(instantMs(lastInterval.end)) ?? from);
  };

  return {
    cron,
    timezone: cron.zone.name,
    startDate: start === undefined ? undefined : formatInstant(start),
    endDate: end === undefined ? undefined : formatInstant(end),
    catchup: options.catchup ?? false,
    firstInterval: start === undefined ? undefined : firstTile(cron, start, end),
    lastInterval: end === undefined ? undefined : inBounds(lastStarting(cron, end)),
    align: (at) => formatTick(tickAtOrAfter(cron, instantMs(at))),
    tickBefore: (at) => formatTick(lastTick(instantMs(at))),
    dueIntervals({ now, lastInterval, limit = Number.POSITIVE_INFINITY }) {
      const due: Interval[] = [];
      const nowMs = instantMs(now);
      const from = firstDue(nowMs, lastInterval);
      if (from === null) return due;
      for (const span of tiles(cron, from, end)) {
        if (due.length >= limit || span.end > nowMs) break;
        due.push(intervalOf(span));
      }
      return due;
    },
    intervalEndingAt: (nominal) => inBounds(lastBy(instantMs(nominal))),
    intervalBefore: (at) => lastBy(instantMs(at)),
    intervalSince(lastInterval, nominal) {
      const latest = inBounds(lastBy(instantMs(nominal)));
      if (latest === null) return null;
      const covered = lastTick(instantMs(lastInterval.end)) ?? instantMs(latest.start);
      const from = Math.max(covered, lower ?? covered);
      const to = instantMs(latest.end);
      return from < to ? intervalOf({ start: from, end: to }) : null;
    },
    *intervalsIn(range) {
      if (lower === null) return;
      const from = Math.max(instantMs(range.start), lower ?? Number.NEGATIVE_INFINITY);
      const to = instantMs(range.end);
      for (const span of tiles(cron, from, end)) {
        if (span.end > to) return;
        yield intervalOf(span);
      }
    },
  };
}

function cronOf({ cron, every, timezone, days }: TimetableOptions): Cron {
  if ((cron === undefined) === (every === undefined))
    throw new TidemarkError(
      'CRON_INVALID',
      `A schedule needs either "cron" or "every"${cron === undefined ? '' : ', not both'}; give cron: "@daily" or every: "90m".`,
    );
  return parseCron(cron ?? `@every ${every}`, timezone, days);
}

/** The intervals that start at or after `from`, and not after `lastStart`. */
function* tiles(
  cron: Cron,
  from: number,
  lastStart = Number.POSITIVE_INFINITY,
): Generator<Span, void, undefined> {
  let start: number | undefined;
  for (const tick of ticksFrom(cron, from)) {
    if (start !== undefined) yield { start, end: tick };
    if (tick > lastStart) return;
    start = tick;
  }
}

function firstTile(cron: Cron, from: number, lastStart?: number): Interval | null {
  for (const span of tiles(cron, from, lastStart)) return intervalOf(span);
  return null;
}

/** The last interval that starts at or before the instant. */
function lastStarting(cron: Cron, at: number): Interval | null {
  const start = lastTicks(cron, at, 1)[0];
  return start === undefined ? null : firstTile(cron, start);
}

function formatTick(tick: number | null): string | null {
  return tick === null ? null : formatInstant(tick);
}
