import { CancellationScope, log, proxyActivities } from '@temporalio/workflow';
import type {
  LoadIntervalInput,
  RunHooksInput,
  RunKind,
  RunPlan,
  TidemarkActivities,
} from '../src/contracts';
import { aliveBy, HOOKS } from './activity-profiles';
import { readAttemptFailure } from './failures';

/** Calls the hooks of the entry with how a run ended. Never throws. */
export async function runHooks(input: RunHooksInput, plan: Pick<RunPlan, 'tasks'>): Promise<void> {
  const { tidemarkRunHooks } = proxyActivities<TidemarkActivities>({ ...HOOKS, ...aliveBy(plan) });
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
  const told: RunHooksInput = {
    version: 1,
    pipeline: input.pipeline,
    kind,
    interval: null,
    now: new Date().toISOString(),
    outcomes: [],
    sources: {},
    error: { code: failure.status === 'lost' ? 'WORKER_LOST' : failure.code, message },
  };
  await runHooks(told, { tasks: [] });
}
