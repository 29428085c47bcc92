import { type BackfillProgress, scheduleId } from '../contracts';
import { TidemarkError } from '../errors';
import { redact } from '../redaction';
import type { Entry } from '../run';
import {
  isPolled,
  listRuns,
  type RunSummary,
  readBackfillProgress,
  type ScheduleStatus,
  scheduleStatuses,
  type TemporalAccess,
} from '../temporal';
import type { Access } from './access';
import { type ResourceIntervals, type ResourceSummary, readIntervals, summaryOf } from './intervals';

/** A run or backfill in an overview. */
export interface StatusRun extends RunSummary {
  /** Of a backfill that is under way, such as `paused`; undefined of all others, and where no worker answers. */
  readonly phase: BackfillProgress['phase'] | undefined;
  /** Why it is paused. */
  readonly reason: string | undefined;
}

/** How a pipeline stands, for one line of an overview. */
export interface PipelineStatus {
  readonly pipeline: string;
  /** Undefined where the entry has none and runs by hand. */
  readonly schedule: ScheduleStatus | undefined;
  /** Every backfill that is under way, then the five newest of the others. */
  readonly runs: readonly StatusRun[];
  /** What is loaded; undefined where another program holds the file, see {@link unread}. */
  readonly resources: readonly ResourceSummary[] | undefined;
  /** Why the ledger could not be read, naming the program that holds the file. */
  readonly unread: string | undefined;
}

const NEWEST = 5;
/** Backfills that are looked at: one at a time is usual, and hundreds are nobody's. */
const MOST_BACKFILLS = 200;
/** Who looks at an overview wants it now: what doesn't come in time is told as such. */
const FILE_WITHIN_MS = 2_000;
const QUERY_WITHIN_MS = 1_000;

/** Reads how entries stand, their order kept. Where there is no server yet, nothing is deployed and none is started. */
export async function readStatuses(options: {
  readonly access: Access;
  readonly entries: readonly Entry[];
  readonly now: Date;
}): Promise<PipelineStatus[]> {
  const { access, entries, now } = options;
  const temporal = await access.temporalIfAny();
  const server = await readServer(access, temporal);
  const runsOf = (entry: Entry): Promise<StatusRun[]> | StatusRun[] =>
    temporal === undefined ? [] : readRuns(temporal, entry.name, server.polled);
  const [runs, ledgers] = await Promise.all([
    Promise.all(entries.map(runsOf)),
    readLedgers({ access, entries, now, tolerates: isHeld }),
  ]);
  return entries.map((entry, index) => ({
    pipeline: entry.name,
    schedule: scheduleStatus(entry, server.schedules),
    runs: runs[index] ?? [],
    resources: ledgers[index]?.intervals?.map((intervals) => summaryOf(intervals, entry)),
    unread: ledgers[index]?.unread,
  }));
}

/** What a server says of a whole deployment; nothing where there is none. */
export interface ServerStatus {
  readonly schedules: readonly ScheduleStatus[];
  /** Whether a worker polls the deployment's task queue. */
  readonly polled: boolean;
}

export async function readServer(
  { deployment: { config } }: Access,
  temporal: TemporalAccess | undefined,
): Promise<ServerStatus> {
  if (temporal === undefined) return { schedules: [], polled: false };
  const [schedules, polled] = await Promise.all([
    scheduleStatuses(temporal.client, config),
    isPolled(temporal, config.temporal.taskQueue),
  ]);
  return { schedules, polled };
}

/** How the Schedule of an entry stands, be it in the config only. */
export function scheduleStatus(
  { name, schedule }: Entry,
  schedules: readonly ScheduleStatus[],
): ScheduleStatus | undefined {
  const found = schedules.find(({ pipeline }) => pipeline === name);
  if (found !== undefined || schedule === undefined) return found;
  return {
    pipeline: name,
    scheduleId: scheduleId(name),
    exists: false,
    paused: false,
    note: undefined,
    nextTick: undefined,
    lastTick: undefined,
  };
}

/** What the ledger of an entry says, or why it could not be read. */
export interface EntryLedger {
  readonly intervals: readonly ResourceIntervals[] | undefined;
  readonly unread: string | undefined;
}

const isHeld = (error: unknown): boolean =>
  error instanceof TidemarkError && error.code === 'DESTINATION_LOCKED';

/**
 * Reads the ledgers of entries one after the other: a dataset is opened for one use at a time. A file that another process holds is
 * waited for once, however many entries load into it.
 *
 * @param options.tolerates which errors are told as `unread`; others are thrown
 */
export async function readLedgers(options: {
  readonly access: Access;
  readonly entries: readonly Entry[];
  readonly now: Date;
  readonly tolerates: (error: unknown) => boolean;
}): Promise<EntryLedger[]> {
  const { access, entries, now, tolerates } = options;
  const found: EntryLedger[] = [];
  const held = new Set<string>();
  for (const entry of entries) {
    const place = placeOf(entry);
    try {
      const intervals = await access.withDataset(
        entry,
        (dataset) => readIntervals({ entry, dataset, query: {}, now }),
        held.has(place) ? 0 : FILE_WITHIN_MS,
      );
      found.push({ intervals, unread: undefined });
    } catch (error) {
      if (!tolerates(error)) throw error;
      if (isHeld(error)) held.add(place);
      found.push({ intervals: undefined, unread: messageOf(error) });
    }
  }
  return found;
}

/** Where its dataset is; nothing is connected to. */
function placeOf({ name, pipeline }: Entry): string {
  try {
    return pipeline.destination.describe(name);
  } catch {
    // what is missing of its config is told when it is opened
    return name;
  }
}

/** What an error says, for a page: no secret is in it. */
export const messageOf = (error: unknown): string =>
  redact(error instanceof Error ? error.message : String(error));

/** A backfill that is under way; its progress is undefined where no worker answers. */
export interface BackfillUnderWay {
  readonly run: RunSummary;
  readonly progress: BackfillProgress | undefined;
}

export async function readBackfills(
  { client }: Pick<TemporalAccess, 'client'>,
  pipeline: string,
  polled: boolean,
): Promise<BackfillUnderWay[]> {
  const running = await listRuns(client, {
    pipeline,
    kind: 'backfill',
    running: true,
    limit: MOST_BACKFILLS,
  });
  return Promise.all(
    running.map(async (run) => ({
      run,
      progress: polled ? await readBackfillProgress(client, run.workflowId, QUERY_WITHIN_MS) : undefined,
    })),
  );
}

async function readRuns(
  { client }: Pick<TemporalAccess, 'client'>,
  pipeline: string,
  polled: boolean,
): Promise<StatusRun[]> {
  const backfills = await readBackfills({ client }, pipeline, polled);
  const newest = await listRuns(client, { pipeline, limit: NEWEST + backfills.length });
  const told = new Set(backfills.map(({ run }) => run.runId));
  const others = newest.filter(({ runId }) => !told.has(runId)).slice(0, NEWEST);
  return [
    ...backfills.map(({ run, progress }) => ({ ...run, phase: progress?.phase, reason: progress?.reason })),
    ...others.map((run) => ({ ...run, phase: undefined, reason: undefined })),
  ];
}
