import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { BackfillProgress, RunProgress } from '../contracts';
import { TidemarkError } from '../errors';
import {
  awaitBackfill,
  awaitRun,
  type BackfillEnd,
  describeRun,
  listRuns,
  type RunEnd,
  type RunSummary,
  readBackfillProgress,
  readRunProgress,
} from '../temporal';

/** One run by its id: how far it is while it runs, and how it ended once it has. */
export interface RunDetail {
  readonly kind: 'load';
  readonly run: RunSummary;
  /** Each component with its attempt and rows; undefined once the run has ended, or where no worker answers. */
  readonly progress: RunProgress | undefined;
  /** Undefined while it runs. */
  readonly end: RunEnd | undefined;
}

/** One backfill or catch-up by its id, as {@link RunDetail}. */
export interface BackfillDetail {
  readonly kind: 'backfill';
  readonly run: RunSummary;
  readonly progress: BackfillProgress | undefined;
  readonly end: BackfillEnd | undefined;
}

/** What runs now. */
export interface RunningWork {
  readonly runs: readonly RunDetail[];
  readonly backfills: readonly BackfillDetail[];
}

/** Runs that are looked at: a deployment has as many at a time as `maxActiveRuns` and `parallel` of its pipelines. */
const MOST_RUNNING = 200;

/**
 * A run or backfill by its workflow id.
 *
 * @throws USAGE where Temporal knows none of that id
 */
export async function findRun(client: Client, workflowId: string, runId?: string): Promise<RunSummary> {
  try {
    return await describeRun(client, workflowId, runId);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new TidemarkError('USAGE', `There is no run "${workflowId}"; "tidemark status" lists the newest.`);
  }
}

/** How far a run is, or how it ended. */
export function detailOf(client: Client, run: RunSummary): Promise<RunDetail | BackfillDetail> {
  return run.kind === 'backfill' ? backfillDetail(client, run) : runDetail(client, run);
}

async function runDetail(client: Client, run: RunSummary): Promise<RunDetail> {
  const { workflowId, runId, closedAt } = run;
  if (closedAt === undefined)
    return {
      kind: 'load',
      run,
      progress: await readRunProgress(client, workflowId, runId),
      end: undefined,
    };
  return { kind: 'load', run, progress: undefined, end: await awaitRun({ client, workflowId, runId }) };
}

async function backfillDetail(client: Client, run: RunSummary): Promise<BackfillDetail> {
  const { workflowId, closedAt } = run;
  if (closedAt === undefined)
    return {
      kind: 'backfill',
      run,
      progress: await readBackfillProgress(client, workflowId),
      end: undefined,
    };
  return { kind: 'backfill', run, progress: undefined, end: await awaitBackfill({ client, workflowId }) };
}

/** The runs and backfills that are under way, each with its progress; of one pipeline, or of all. */
export async function runningWork(client: Client, pipeline?: string): Promise<RunningWork> {
  const running = await listRuns(client, { pipeline, running: true, limit: MOST_RUNNING });
  const ofKind = (kind: RunSummary['kind']): RunSummary[] => running.filter((run) => run.kind === kind);
  return {
    runs: await Promise.all(ofKind('load').map((run) => runDetail(client, run))),
    backfills: await Promise.all(ofKind('backfill').map((run) => backfillDetail(client, run))),
  };
}
