import type { Client } from '@temporalio/client';
import type { LoadTimings, OutcomeStatus } from '../contracts';
import { TidemarkError } from '../errors';
import type { Interval } from '../interval';
import type { Entry } from '../run';
import { awaitRun, type RunTimes, readRunTimes } from '../temporal';
import type { Access } from './access';
import { intervalAt } from './interval-detail';
import { findRun } from './runs';

/** Where the time of a run went. Times are milliseconds. */
export interface RunTrace {
  readonly workflowId: string;
  readonly runId: string;
  readonly pipeline: string;
  readonly interval: Interval | null;
  readonly status: string;
  readonly startedAt: Date;
  /** Undefined while it runs. */
  readonly totalMs: number | undefined;
  /** Planning, with its wait for a worker. */
  readonly planMs: number;
  /** From its plan until it might load: a delay of the schedule, and a slot of the pipeline. */
  readonly queueMs: number;
  readonly attempts: readonly AttemptTrace[];
  /** Of each resource, once the run has ended. */
  readonly resources: readonly ResourceTrace[];
}

/** One attempt of a task; of several intervals that were loaded together, one activity with all of them. */
export interface AttemptTrace {
  readonly task: string;
  readonly attempt: number;
  readonly status: string;
  /** Waited before it: for the attempt before to be tried again. */
  readonly pausedMs: number;
  /** Waited for a worker that was free; undefined while it waits or runs. */
  readonly workerMs: number | undefined;
  /** From its start in a worker to its end; undefined while it runs. */
  readonly ranMs: number | undefined;
}

export interface ResourceTrace {
  readonly resource: string;
  readonly status: OutcomeStatus;
  readonly rows: number;
  /**
   * Of all that was committed together with it, told of the first of them; undefined for the others, for what failed, what an earlier
   * version loaded, and what was loaded with other intervals.
   */
  readonly timings: LoadTimings | undefined;
}

/**
 * Where the time of a run went, by its history and what its loads measured.
 *
 * @throws USAGE where Temporal has no such run any more, and for a backfill, which is many runs
 */
export async function traceRun(
  client: Client,
  of: { readonly workflowId: string; readonly runId?: string | undefined },
): Promise<RunTrace> {
  const run = await findRun(client, of.workflowId, of.runId);
  const { workflowId, runId, status, startedAt } = run;
  if (run.kind === 'backfill')
    throw new TidemarkError(
      'USAGE',
      `"${workflowId}" is a backfill, which is many runs; trace one of its intervals: tidemark trace PIPELINE DATE.`,
    );
  const times = await readRunTimes(client, { workflowId, runId });
  const end = run.closedAt === undefined ? undefined : await awaitRun({ client, workflowId, runId });
  const result = end?.result;
  return {
    workflowId,
    runId,
    pipeline: result?.pipeline ?? run.pipeline ?? workflowId,
    interval: result?.interval ?? null,
    status,
    startedAt,
    totalMs: times.closedAt === undefined ? undefined : times.closedAt - times.startedAt,
    ...waitsOf(times),
    resources: (result?.outcomes ?? []).map(({ resource, status: became, rows, timings }) => ({
      resource,
      status: became,
      rows,
      timings,
    })),
  };
}

const LOADS = ['tidemarkLoadResource', 'tidemarkLoadGroup'];

function waitsOf({ startedAt, activities }: RunTimes): Pick<RunTrace, 'planMs' | 'queueMs' | 'attempts'> {
  const plan = activities.find(({ activity }) => activity === 'tidemarkPlanInterval');
  const planned = plan?.closedAt ?? startedAt;
  const loads = activities.filter(({ activity }) => LOADS.includes(activity));
  const attempts = loads.map((load): AttemptTrace => {
    const { attempt = { task: 'several intervals', attempt: 1 }, status, scheduledAt, closedAt } = load;
    const before = loads.findLast(
      (other) => other.attempt?.task === attempt.task && other.attempt.attempt === attempt.attempt - 1,
    );
    return {
      ...attempt,
      status,
      pausedMs: before?.closedAt === undefined ? 0 : scheduledAt - before.closedAt,
      workerMs: load.startedAt === undefined ? undefined : load.startedAt - scheduledAt,
      ranMs: load.startedAt === undefined || closedAt === undefined ? undefined : closedAt - load.startedAt,
    };
  });
  const [first] = loads;
  return {
    planMs: planned - startedAt,
    queueMs: first === undefined ? 0 : Math.max(0, first.scheduledAt - planned),
    attempts,
  };
}

/**
 * The trace of the run that loaded the interval of a pipeline that a date lies in: the newest of which the ledger tells.
 *
 * @throws USAGE where there is no such interval, where no run on Temporal is known to have loaded it, or Temporal has it no more
 */
export async function traceInterval(entry: Entry, at: string, access: Access): Promise<RunTrace> {
  const { start: from, end: to } = intervalAt(entry, at);
  const rows = await access.withDataset(entry, (dataset) =>
    dataset.ledger({ pipeline: entry.name, from, to }),
  );
  const known = rows.findLast((row) => row.workflow_id !== null && row.run_id !== null);
  if (known === undefined)
    throw new TidemarkError(
      'USAGE',
      rows.length === 0
        ? `Nothing is known of the interval [${from}, ${to}) of "${entry.name}": no run has loaded it.`
        : `The interval [${from}, ${to}) of "${entry.name}" was loaded without Temporal, which keeps the times of runs; "tidemark run ${entry.name} --local --trace" shows them when it loads.`,
    );
  const client = await access.client();
  return traceRun(client, { workflowId: known.workflow_id!, runId: known.run_id! });
}
