import type {
  AttemptOutcome,
  FirstAttempts,
  LoadGroupInput,
  LoadGroupResult,
  LoadIntervalInput,
  PlanIntervalInput,
  RunPlan,
} from '../src/contracts';
import { failureOf } from '../src/pipeline';
import { attemptInput, entryOf } from '../src/plan';
import { withDataset } from '../src/run';
import { attemptInActivity } from './attempt';
import { type Deployment, workflowRun } from './deployment';
import { endedByWorker, interrupted, type LoadActivity, withLoadActivity } from './load-activity';

/**
 * `tidemarkLoadGroup`. It ends well whatever became of its loads: one that failed, was cancelled or was not begun is the
 * workflow's to go on with.
 */
export function loadGroupActivity(
  deployment: Deployment,
  planInterval: (input: PlanIntervalInput) => Promise<RunPlan>,
): (input: LoadGroupInput) => Promise<LoadGroupResult> {
  return ({ plan: first, intervals }) =>
    withLoadActivity(deployment, first.run.pipeline, async (activity) => {
      const planned: { readonly plan: RunPlan; readonly run: LoadIntervalInput }[] = [];
      for (const interval of intervals) {
        const run: LoadIntervalInput = { ...first.run, time: { kind: 'interval', interval } };
        planned.push({ run, plan: await planInterval({ ...first, run }) });
      }
      const plans = planned.map(({ plan }) => plan);
      const { signal } = activity;
      try {
        await claimAll({ ...deployment, signal }, first.run.pipeline, plans);
      } catch (error) {
        throw signal.aborted ? interrupted(activity) : error;
      }
      const loads: FirstAttempts[] = [];
      for (const { plan, run } of planned) {
        loads.push({ plan, attempts: await attemptTasks(deployment, { plan, run, activity }) });
        if (activity.signal.aborted) break;
      }
      return { version: 1, loads };
    });
}

/** All at once: a transaction for each would cost more than to load an interval of few rows. */
async function claimAll(
  { config, ...access }: Deployment & Pick<LoadActivity, 'signal'>,
  pipeline: string,
  plans: readonly RunPlan[],
): Promise<void> {
  const { workflowId = '', runId = '' } = workflowRun() ?? {};
  const keys = plans.flatMap(({ tasks }) =>
    tasks.flatMap(({ components }) => components.map(({ loadKey }) => loadKey)),
  );
  if (keys.length === 0) return;
  await withDataset(access, entryOf(config, pipeline).pipeline, (dataset) =>
    dataset.claim(keys.map((loadKey) => ({ loadKey, workflowId, runId, attempt: 1 }))),
  );
}

/** One after the other, up to the first that fails: what comes after it is for the trigger rule to say. */
async function attemptTasks(
  deployment: Deployment,
  options: { readonly plan: RunPlan; readonly run: LoadIntervalInput; readonly activity: LoadActivity },
): Promise<Record<string, AttemptOutcome>> {
  const { plan, run, activity } = options;
  const attempts: Record<string, AttemptOutcome> = {};
  for (const task of plan.tasks) {
    let outcome: AttemptOutcome;
    try {
      outcome = await attemptInActivity(deployment, attemptInput({ run, plan, task, attempt: 1 }), activity);
    } catch (error) {
      outcome = { status: 'failed', ...failureOf(error) };
    }
    // as if it had not begun, where nothing was committed, or another worker makes the attempt again
    const isEnd = outcome.status !== 'cancelled' || (outcome.outcomes ?? []).length > 0;
    if (!isEnd || (outcome.status === 'cancelled' && endedByWorker(activity))) return attempts;
    attempts[task.name] = outcome;
    if (outcome.status !== 'loaded') return attempts;
  }
  return attempts;
}
