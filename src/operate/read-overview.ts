import { DAY_MS, makeInterval } from '../interval';
import type { GapCause, LedgerRow } from '../ledger';
import { timetableOf, zoneOf } from '../plan';
import type { Entry } from '../run';
import { listRuns, type RunSummary, type ScheduleStatus, type TemporalAccess } from '../temporal';
import type { Access } from './access';
import { countGaps, freshnessOf, rememberingCount } from './interval-counts';
import { type ResourceIntervals, type ResourceSummary, summaryOf } from './intervals';
import type { BackfillOverview, Overview, PipelineOverview, ScheduleOverview } from './overview';
import { scheduleText, scheduleWords } from './schedule-words';
import {
  type BackfillUnderWay,
  type EntryLedger,
  messageOf,
  readBackfills,
  readLedgers,
  readServer,
  type ServerStatus,
  scheduleStatus,
} from './status';

/** Runs under way that are counted: a deployment has as many at a time as `maxActiveRuns` and `parallel` of its pipelines. */
const MOST_RUNNING = 500;
const DAYS = 30;

/** What Temporal knows of one entry. */
interface EntryRuns {
  readonly backfills: readonly BackfillUnderWay[];
  readonly running: number;
  readonly lastRun: RunSummary | undefined;
}

interface ServerPart {
  readonly server: ServerStatus;
  /** In the order of the entries; none where there is no server. */
  readonly runs: readonly EntryRuns[];
  readonly error: string | undefined;
}

/**
 * Reads how entries stand, for a page, their order kept. What can't be reached hides nothing else: of Temporal it is told once, of a
 * dataset with its pipeline. Starts no server where there never was one.
 */
export async function readOverview(options: {
  readonly access: Access;
  readonly entries: readonly Entry[];
  readonly now: Date;
}): Promise<Overview> {
  const { access, entries, now } = options;
  const [{ server, runs, error }, ledgers] = await Promise.all([
    readServerPart(access, entries),
    readLedgers({ access, entries, now, tolerates: () => true }),
  ]);
  return {
    now: now.toISOString(),
    hasWorker: server.polled,
    temporalError: error,
    pipelines: entries.map((entry, index) =>
      overviewOf({
        entry,
        status: scheduleStatus(entry, server.schedules),
        runs: runs[index],
        ledger: ledgers[index]!,
        now,
      }),
    ),
  };
}

async function readServerPart(access: Access, entries: readonly Entry[]): Promise<ServerPart> {
  try {
    const temporal = await access.temporalIfAny();
    const server = await readServer(access, temporal);
    const runs =
      temporal === undefined
        ? []
        : await Promise.all(entries.map(({ name }) => readEntryRuns(temporal, name, server.polled)));
    return { server, runs, error: undefined };
  } catch (error) {
    return { server: { schedules: [], polled: false }, runs: [], error: messageOf(error) };
  }
}

async function readEntryRuns(
  { client }: Pick<TemporalAccess, 'client'>,
  pipeline: string,
  polled: boolean,
): Promise<EntryRuns> {
  const [backfills, running] = await Promise.all([
    readBackfills({ client }, pipeline, polled),
    listRuns(client, { pipeline, kind: 'load', running: true, limit: MOST_RUNNING }),
  ]);
  // those under way are listed first
  const newest = await listRuns(client, { pipeline, kind: 'load', limit: running.length + 1 });
  return {
    backfills,
    running: running.length,
    lastRun: newest.find(({ closedAt }) => closedAt !== undefined),
  };
}

function overviewOf(options: {
  readonly entry: Entry;
  readonly status: ScheduleStatus | undefined;
  readonly runs: EntryRuns | undefined;
  readonly ledger: EntryLedger;
  readonly now: Date;
}): PipelineOverview {
  const { entry, status, runs, ledger, now } = options;
  return {
    pipeline: entry.name,
    schedule: scheduleOverview(entry, status),
    lastRun: lastRunOf(runs?.lastRun),
    backfills: (runs?.backfills ?? []).map(backfillOverview),
    running: runs?.running ?? 0,
    ...ledgerOverview(entry, ledger.intervals, now),
    unread: ledger.unread,
  };
}

function scheduleOverview(
  { schedule }: Entry,
  status: ScheduleStatus | undefined,
): ScheduleOverview | undefined {
  if (schedule === undefined) return undefined;
  const { cron, timezone } = timetableOf(schedule);
  return {
    text: scheduleText(schedule),
    words: scheduleWords(cron),
    zone: timezone,
    startDate: schedule.startDate,
    endDate: schedule.endDate,
    catchup: schedule.catchup,
    deployed: status?.exists ?? false,
    paused: status?.paused ?? false,
    note: status?.note,
    nextTick: status?.nextTick?.toISOString(),
    lastTick: status?.lastTick?.toISOString(),
  };
}

function lastRunOf(run: RunSummary | undefined): PipelineOverview['lastRun'] {
  if (run === undefined) return undefined;
  const { workflowId, status, interval, startedAt, closedAt } = run;
  return {
    workflowId,
    status,
    // as the ledger writes them
    interval: interval && makeInterval(interval.start, interval.end),
    startedAt: startedAt.toISOString(),
    closedAt: closedAt?.toISOString(),
  };
}

function backfillOverview({ run, progress }: BackfillUnderWay): BackfillOverview {
  const { workflowId, interval, startedAt } = run;
  const range = interval ?? (progress && { start: progress.range.from, end: progress.range.to });
  return {
    workflowId,
    range: range && makeInterval(range.start, range.end),
    progress: progress && {
      phase: progress.phase,
      reason: progress.reason,
      parallel: progress.parallel,
      total: progress.total,
      loaded: progress.loaded,
      failed: progress.failed,
      cancelled: progress.cancelled,
      elsewhere: progress.elsewhere,
      rows: progress.rows,
      perMinute: progress.perMinute,
      etaMs: progress.etaMs,
    },
    startedAt: startedAt.toISOString(),
  };
}

/** What the ledger says of an entry; nothing where it could not be read. */
function ledgerOverview(
  entry: Entry,
  intervals: readonly ResourceIntervals[] | undefined,
  now: Date,
): Pick<PipelineOverview, 'freshness' | 'rowsPerDay' | 'gaps' | 'resources'> {
  if (intervals === undefined) return { freshness: undefined, rowsPerDay: [], gaps: [], resources: [] };
  const summaries = intervals.map((one) => summaryOf(one, entry));
  const rowsPerDay = countRows(
    entry,
    intervals.flatMap(({ rows }) => rows),
    now,
  );
  if (entry.schedule === undefined)
    return {
      freshness: undefined,
      rowsPerDay,
      gaps: [],
      resources: summaries.map((one) => resourceOverview(one, 0)),
    };
  const timetable = timetableOf(entry.schedule);
  const count = rememberingCount(entry.schedule);
  const gaps = summaries.map((summary) => countGaps(summary.gaps, count));
  return {
    freshness: freshnessOf(timetable, summaries, { now, count }),
    rowsPerDay,
    gaps: totalGaps(gaps),
    resources: summaries.map((summary, index) =>
      resourceOverview(
        summary,
        [...gaps[index]!.values()].reduce((sum, one) => sum + one, 0),
      ),
    ),
  };
}

function resourceOverview(summary: ResourceSummary, gaps: number): PipelineOverview['resources'][number] {
  const { resource, rows, loads, loadedUntil, reached } = summary;
  return { resource, rows, loads, loadedUntil, gaps, reached };
}

/** The most first. */
function totalGaps(found: readonly ReadonlyMap<GapCause, number>[]): PipelineOverview['gaps'] {
  const total = new Map<GapCause, number>();
  for (const gaps of found)
    for (const [cause, intervals] of gaps) total.set(cause, (total.get(cause) ?? 0) + intervals);
  return [...total]
    .filter(([, intervals]) => intervals > 0)
    .map(([cause, intervals]) => ({ cause, intervals }))
    .sort((a, b) => b.intervals - a.intervals);
}

/** Rows of loads that count, by the day on which they were committed, today's last. */
function countRows(entry: Entry, rows: readonly LedgerRow[], now: Date): PipelineOverview['rowsPerDay'] {
  const zone = zoneOf(entry);
  const dayOf = (ms: number): number => Math.floor((ms + zone.offsetAt(ms)) / DAY_MS);
  const first = dayOf(now.getTime()) - DAYS + 1;
  const counts = new Array<number>(DAYS).fill(0);
  for (const { status, committed_at, rows: written } of rows) {
    const index = dayOf(Date.parse(committed_at)) - first;
    if (status === 'loaded' && index >= 0 && index < DAYS) counts[index] = counts[index]! + written;
  }
  return counts.map((count, index) => ({
    day: new Date((first + index) * DAY_MS).toISOString().slice(0, 10),
    rows: count,
  }));
}
