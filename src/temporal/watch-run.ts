import { setTimeout as delay } from 'node:timers/promises';
import {
  ApplicationFailure,
  CancelledFailure,
  type Client,
  defaultPayloadConverter,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  type BackfillProgress,
  type LoadHeartbeat,
  type LoadIntervalResult,
  QUERIES,
  RESULT_MEMO_KEY,
  type RunProgress,
} from '../contracts';
import type { BackfillEnd, RunEnd } from './types';

const POLL_MS = 400;
const QUERY_WITHIN_MS = 5_000;

export interface WatchOptions<P> {
  readonly client: Client;
  readonly workflowId: string;
  readonly runId?: string | undefined;
  /** Called about twice a second, whenever a worker answers. */
  readonly onProgress?: ((progress: P) => void) | undefined;
  /** Aborting it ends the watching, never the run. */
  readonly signal?: AbortSignal | undefined;
}

interface End<R> {
  readonly workflowId: string;
  readonly status: RunEnd['status'];
  readonly result: R | undefined;
  readonly error: RunEnd['error'];
}

/** How a workflow ended, read from what its handle rejected with. The details of our failures are the result itself. */
async function readEnd<R>(handle: WorkflowHandle, error: unknown): Promise<End<R>> {
  if (!(error instanceof WorkflowFailedError)) throw error;
  const { cause } = error;
  const { workflowId } = handle;
  const failed = (status: RunEnd['status'], code: string, message: string, result?: R): End<R> => ({
    workflowId,
    status,
    result,
    error: { code, message },
  });
  if (cause instanceof CancelledFailure) {
    const { memo } = await handle.describe();
    return failed(
      'cancelled',
      'CANCELLED',
      'The run was cancelled.',
      memo?.[RESULT_MEMO_KEY] as R | undefined,
    );
  }
  if (cause instanceof ApplicationFailure)
    return failed('failed', cause.type ?? 'RUN_FAILED', cause.message, cause.details?.[0] as R | undefined);
  if (cause instanceof TerminatedFailure)
    return failed('terminated', 'TERMINATED', 'The run was terminated.');
  if (cause instanceof TimeoutFailure)
    return failed('timedOut', 'TIMED_OUT', 'The run took longer than it may.');
  // an activity outside the attempts of a load, such as the plan: its own cause is what a user needs
  const inner = cause?.cause instanceof ApplicationFailure ? cause.cause : undefined;
  return failed('failed', inner?.type ?? 'RUN_FAILED', inner?.message ?? cause?.message ?? error.message);
}

/** Waits for the end while asking for progress; undefined if the signal ended the watching first. */
async function watch<P, R>(
  options: WatchOptions<P>,
  readProgress: (handle: WorkflowHandle) => Promise<P | undefined>,
): Promise<End<R> | undefined> {
  const { client, workflowId, runId, onProgress, signal } = options;
  const handle = client.workflow.getHandle(workflowId, runId);
  let ended = false;
  const end = handle.result().then(
    (result): End<R> => ({ workflowId, status: 'completed', result: result as R, error: undefined }),
    (error: unknown) => readEnd<R>(handle, error),
  );
  const finished = end.finally(() => {
    ended = true;
  });
  finished.catch(() => undefined);
  const aborted = new Promise<undefined>((resolve) => {
    if (signal?.aborted) resolve(undefined);
    const onAbort = (): void => resolve(undefined);
    signal?.addEventListener('abort', onAbort, { once: true });
    // a program may watch many runs with one signal
    const letGo = (): void => signal?.removeEventListener('abort', onAbort);
    finished.then(letGo, letGo);
  });
  const poll = async (): Promise<void> => {
    while (!ended && !signal?.aborted) {
      const progress = await readProgress(handle).catch(() => undefined);
      if (progress !== undefined && !ended && !signal?.aborted) onProgress?.(progress);
      await Promise.race([finished, delay(POLL_MS), aborted]);
    }
  };
  const polling = onProgress === undefined ? Promise.resolve() : poll();
  polling.catch(() => undefined);
  return Promise.race([finished, aborted]);
}

/** Rows that loads under way have extracted, by task, as their heartbeats say. */
async function liveRows(handle: WorkflowHandle): Promise<ReadonlyMap<string, number>> {
  const { raw } = await handle.describe();
  const rows = new Map<string, number>();
  for (const { heartbeatDetails } of raw.pendingActivities ?? []) {
    const [payload] = heartbeatDetails?.payloads ?? [];
    if (payload === undefined) continue;
    const heartbeat = defaultPayloadConverter.fromPayload<LoadHeartbeat | null>(payload);
    // what isn't a load beats without saying anything
    if (heartbeat === null) continue;
    const sum = Object.values(heartbeat.resources).reduce((total, resource) => total + resource.rows, 0);
    rows.set(heartbeat.task, sum);
  }
  return rows;
}

/** Progress of a run, with the rows that loads under way have extracted so far. */
async function runProgressOf(client: Client, handle: WorkflowHandle): Promise<RunProgress> {
  const progress = await client.withDeadline(Date.now() + QUERY_WITHIN_MS, () =>
    handle.query<RunProgress>(QUERIES.runProgress),
  );
  if (!progress.tasks.some(({ phase }) => phase === 'loading')) return progress;
  const rows = await liveRows(handle);
  return {
    ...progress,
    tasks: progress.tasks.map((task) => ({
      ...task,
      rows: task.phase === 'loading' ? (rows.get(task.name) ?? task.rows) : task.rows,
    })),
  };
}

/**
 * Waits until a run has ended; undefined if `signal` ended the waiting first. A failed run is a value, not an error.
 */
export function awaitRun(options: WatchOptions<RunProgress>): Promise<RunEnd | undefined> {
  return watch<RunProgress, LoadIntervalResult>(options, (handle) => runProgressOf(options.client, handle));
}

/** As {@link awaitRun}, for a backfill or catch-up; it is followed through continue-as-new. */
export function awaitBackfill(options: WatchOptions<BackfillProgress>): Promise<BackfillEnd | undefined> {
  const { client, workflowId } = options;
  return watch<BackfillProgress, BackfillProgress>(options, () => readBackfillProgress(client, workflowId));
}

/** Progress of a run; undefined where no worker answers. */
export async function readRunProgress(
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<RunProgress | undefined> {
  return runProgressOf(client, client.workflow.getHandle(workflowId, runId)).catch(() => undefined);
}

/** Progress of a backfill; undefined where no worker answers within the time. */
export async function readBackfillProgress(
  client: Client,
  workflowId: string,
  withinMs = QUERY_WITHIN_MS,
): Promise<BackfillProgress | undefined> {
  try {
    return await client.withDeadline(Date.now() + withinMs, () =>
      client.workflow.getHandle(workflowId).query<BackfillProgress>(QUERIES.backfillProgress),
    );
  } catch {
    return undefined;
  }
}
