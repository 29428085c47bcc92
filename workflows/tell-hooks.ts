import { type ActivityOptions, CancellationScope, log, patched, proxyActivities } from '@temporalio/workflow';
import type { LoadPlan, ResourceOutcome, TidemarkActivities } from '../src/contracts';

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
  const { tidemarkRunHooks } = proxyActivities<TidemarkActivities>(HOOKS);
  try {
    await CancellationScope.nonCancellable(() =>
      tidemarkRunHooks({ version: 1, pipeline, kind, interval, now, outcomes, sources }),
    );
  } catch (error) {
    log.warn('the hooks could not be told how the run ended', { pipeline, error });
  }
}
