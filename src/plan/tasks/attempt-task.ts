import type { AttemptOutcome, PlannedTask, ResourceOutcome } from '../../contracts';
import { outcomeWithoutLoad, resourcesOf } from './outcomes';

/** A lost worker is not a failed attempt; one that is lost three times over the same load is likely killed by it. */
const LOSSES_ALLOWED = 3;
/** Waiting for a rate limit is not a failed attempt, but a source that never lets us in must not be asked for ever. */
const RATE_LIMIT_WAITS_ALLOWED = 50;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/** How a task ended, after all of its attempts. */
export interface TaskOutcome {
  readonly outcomes: readonly ResourceOutcome[];
  /** How often it was started; 0 where the trigger rule left it out. */
  readonly attempts: number;
}

/** Told whenever an attempt starts or fails. */
export type TaskWatch = (change: {
  readonly phase: 'loading' | 'retrying';
  readonly attempt: number;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** `retrying`: how many attempts there will be at most, as far as is known now. */
  readonly of?: number | undefined;
  /** `retrying`: how long it waits before the next one. */
  readonly waitMs?: number | undefined;
}) => void;

interface AttemptTaskOptions {
  readonly task: PlannedTask;
  /** Makes one attempt. Never throws. */
  attempt(attempt: number): Promise<AttemptOutcome>;
  /** @throws where the run is cancelled meanwhile */
  sleep(ms: number): Promise<void>;
  readonly watch?: TaskWatch | undefined;
  /** How its first attempt ended, if that was made before. */
  readonly first?: AttemptOutcome | undefined;
  /** Attempts that may be under way still, of which nobody knows the end. @default 0 */
  readonly lost?: number | undefined;
}

/** An outcome of each resource of a task: what is known of it, else that it ended without a load. */
function outcomesOf(
  task: PlannedTask,
  known: readonly ResourceOutcome[],
  status: 'cancelled' | 'failed',
  error?: { readonly code: string; readonly message: string },
): ResourceOutcome[] {
  return resourcesOf(task).map(
    (resource) =>
      known.find((outcome) => outcome.resource === resource) ?? outcomeWithoutLoad(resource, status, error),
  );
}

/**
 * Attempts a task until it is loaded or given up: `retries` more times after a failure of the source or destination; none
 * is counted where a worker was lost (up to three times) or the source asked for patience. What an attempt committed stays
 * loaded, however the task ends. Never throws: the outcomes say it.
 */
export async function attemptTask(options: AttemptTaskOptions): Promise<TaskOutcome> {
  const { task, watch, first, lost = 0 } = options;
  let failures = 0;
  let losses = 0;
  let waits = 0;
  const committed: ResourceOutcome[] = [];
  for (let attempt = 1 + lost; ; attempt += 1) {
    watch?.({ phase: 'loading', attempt });
    const made = attempt === 1 && first !== undefined ? first : await options.attempt(attempt);
    const ended = (outcomes: readonly ResourceOutcome[]): TaskOutcome => ({ outcomes, attempts: attempt });
    committed.push(...(made.outcomes ?? []).filter(({ status }) => status === 'loaded'));
    switch (made.status) {
      case 'loaded':
        return ended(made.outcomes);
      case 'cancelled':
        return ended(outcomesOf(task, committed, 'cancelled'));
      case 'lost': {
        losses += 1;
        const message = `Loading was given up after ${losses} workers were lost over it; the last time ${made.message}.`;
        if (losses >= LOSSES_ALLOWED)
          return ended(outcomesOf(task, committed, 'failed', { code: 'WORKER_LOST', message }));
        watch?.({ phase: 'retrying', attempt, error: { code: 'WORKER_LOST', message: made.message } });
        continue;
      }
      case 'failed':
        break;
    }
    const { code, message, retryable, retryAfterMs } = made;
    const waiting = retryAfterMs !== undefined && waits < RATE_LIMIT_WAITS_ALLOWED;
    if (!retryable || (!waiting && failures >= task.retry.retries))
      return ended(outcomesOf(task, [...committed, ...(made.outcomes ?? [])], 'failed', { code, message }));
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** failures, LONGEST_BACKOFF_MS);
    if (waiting) waits += 1;
    else failures += 1;
    const waitMs = Math.max(retryAfterMs ?? 0, backoff);
    const of = attempt + 1 + task.retry.retries - failures;
    watch?.({ phase: 'retrying', attempt, error: { code, message }, of, waitMs });
    try {
      await options.sleep(waitMs);
    } catch {
      return ended(outcomesOf(task, committed, 'cancelled'));
    }
  }
}
