import { type ActivityOptions, CancellationScope, log, patched, proxyActivities } from '@temporalio/workflow';
import type {
  LoadIntervalInput,
  LoadPlan,
  ResourceOutcome,
  RunHooksInput,
  RunKind,
  TidemarkActivities,
} from '../src/contracts';
import { readTryFailure } from './failures';

/**
 * The activity bounds each hook and its tries itself, and never fails; what is bounded here is a worker that is lost over
 * it, and one that doesn't come back.
 */
const HOOKS: ActivityOptions = {
  startToCloseTimeout: '3 minutes',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', maximumAttempts: 2 },
};

/** Tells the hooks of the entry how the run ended; a cancelled run is nobody's success or failure. Never throws. */
export async function tellHooks(plan: LoadPlan, outcomes: readonly ResourceOutcome[]): Promise<void> {
  if (plan.hooks !== true || !patched('tidemark-hooks')) return;
  if (outcomes.some(({ status }) => status === 'cancelled')) return;
  const { pipeline, kind, interval, now } = plan;
  const sources = Object.fromEntries(
    plan.components.flatMap(({ source, parts }) =>
      parts.flatMap(({ resources }) => resources.map((resource) => [resource, source] as const)),
    ),
  );
  await tell({ version: 1, pipeline, kind, interval, now, outcomes, sources });
}

/** Tells them of a run that could not be planned, so that nobody knows whether there are any. Never throws. */
export async function tellOfUnplanned(
  input: LoadIntervalInput,
  kind: RunKind,
  cause: unknown,
): Promise<void> {
  const failure = readTryFailure(cause);
  if (failure.kind === 'cancelled' || !patched('tidemark-hooks-unplanned')) return;
  const code = failure.kind === 'lost' ? 'WORKER_LOST' : failure.code;
  await tell({
    ...{ version: 1, pipeline: input.pipeline, kind, interval: null, now: new Date().toISOString() },
    ...{ outcomes: [], sources: {}, error: { code, message: failure.message } },
  });
}

async function tell(input: RunHooksInput): Promise<void> {
  const { tidemarkRunHooks } = proxyActivities<TidemarkActivities>(HOOKS);
  try {
    await CancellationScope.nonCancellable(() => tidemarkRunHooks(input));
  } catch (error) {
    log.warn('the hooks could not be told how the run ended', { pipeline: input.pipeline, error });
  }
}
