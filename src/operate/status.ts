import { type BackfillProgress, scheduleId } from '../contracts';
import { TidemarkError } from '../errors';
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
import { type ResourceSummary, readIntervals, summaryOf } from './intervals';

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
  const [schedules, polled] = await Promise.all([
    temporal === undefined ? [] : scheduleStatuses(temporal.client, access.deployment.config),
    temporal === undefined ? false : isPolled(temporal, access.deployment.config.temporal.taskQueue),
  ]);
  const runsOf = (entry: Entry): Promise<StatusRun[]> | StatusRun[] =>
    temporal === undefined ? [] : readRuns(temporal, entry.name, polled);
  const [runs, ledgers] = await Promise.all([
    Promise.all(entries.map(runsOf)),
    readLedgers(access, entries, now),
  ]);
  return entries.map((entry, index) => ({
    pipeline: entry.name,
    schedule: schedules.find(({ pipeline }) => pipeline === entry.name) ?? undeployed(entry),
    runs: runs[index] ?? [],
    ...ledgers[index]!,
  }));
}

/** A Schedule that is in the config only. */
function undeployed({ name, schedule }: Entry): ScheduleStatus | undefined {
  if (schedule === undefined) return undefined;
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

type Ledger = Pick<PipelineStatus, 'resources' | 'unread'>;

/** One after the other: a dataset is opened for one use at a time. */
async function readLedgers(access: Access, entries: readonly Entry[], now: Date): Promise<Ledger[]> {
  const found: Ledger[] = [];
  for (const entry of entries) {
    try {
      const resources = await access.withDataset(
        entry,
        (dataset) => readIntervals({ entry, dataset, query: {}, now }),
        FILE_WITHIN_MS,
      );
      found.push({ resources: resources.map(summaryOf), unread: undefined });
    } catch (error) {
      if (!(error instanceof TidemarkError && error.code === 'DESTINATION_LOCKED')) throw error;
      found.push({ resources: undefined, unread: error.message });
    }
  }
  return found;
}

async function readRuns(
  { client }: Pick<TemporalAccess, 'client'>,
  pipeline: string,
  polled: boolean,
): Promise<StatusRun[]> {
  const backfills = await listRuns(client, {
    pipeline,
    kind: 'backfill',
    running: true,
    limit: MOST_BACKFILLS,
  });
  const newest = await listRuns(client, { pipeline, limit: NEWEST + backfills.length });
  const told = new Set(backfills.map(({ runId }) => runId));
  const others = newest.filter(({ runId }) => !told.has(runId)).slice(0, NEWEST);
  const underWay = await Promise.all(
    backfills.map(async (run): Promise<StatusRun> => {
      const progress = polled
        ? await readBackfillProgress(client, run.workflowId, QUERY_WITHIN_MS)
        : undefined;
      return { ...run, phase: progress?.phase, reason: progress?.reason };
    }),
  );
  return [...underWay, ...others.map((run) => ({ ...run, phase: undefined, reason: undefined }))];
}
