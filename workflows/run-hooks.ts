import { type ActivityOptions, CancellationScope, log, proxyActivities } from '@temporalio/workflow';
import type { LoadIntervalInput, RunHooksInput, RunKind, TidemarkActivities } from '../src/contracts';
import { readAttemptFailure } from './failures';

/**
 * The activity bounds each hook and its attempts itself, and never fails; what is bounded here is a worker that is lost
 * over it, and one that doesn't come back.
 */
const HOOKS: ActivityOptions = {
  startToCloseTimeout: '3 minutes',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', maximumAttempts: 2 },
};

/** Calls the hooks of the entry with how a run ended. Never throws. */
export async function runHooks(input: RunHooksInput): Promise<void> {
  const { tidemarkRunHooks } = proxyActivities<TidemarkActivities>(HOOKS);
  try {
    await CancellationScope.nonCancellable(() => tidemarkRunHooks(input));
  } catch (error) {
    log.warn('the hooks could not be called with how the run ended', { pipeline: input.pipeline, error });
  }
}

/** Calls them for a run that could not be planned, so that nobody knows whether there are any. Never throws. */
export async function runHooksOfUnplanned(
  input: LoadIntervalInput,
  kind: RunKind,
  cause: unknown,
): Promise<void> {
  const failure = readAttemptFailure(cause);
  if (failure.status === 'cancelled') return;
  const { message } = failure;
  await runHooks({
    version: 1,
    pipeline: input.pipeline,
    kind,
    interval: null,
    now: new Date().toISOString(),
    outcomes: [],
    sources: {},
    error: { code: failure.status === 'lost' ? 'WORKER_LOST' : failure.code, message },
  });
}
