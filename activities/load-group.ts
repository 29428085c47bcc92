import { Context } from '@temporalio/activity';
import { redact } from '../src/config';
import {
  type BegunLoad,
  type LoadGroupInput,
  type LoadGroupResult,
  type LoadPlan,
  loadInput,
  type PlanIntervalInput,
  type TryEnd,
} from '../src/contracts';
import { entryOf } from '../src/plan';
import { type Deployment, withDataset } from './deployment';
import { type FailureFacts, factsOf, failureDetails } from './failures';
import { type LoadActivity, withLoadActivity } from './load-activity';
import { type ComponentTry, tryComponent } from './try-component';

/**
 * `tidemarkLoadGroup`. It ends well whatever became of its loads: one that failed, was cancelled or was not begun is the
 * workflow's to go on with.
 */
export function loadGroupActivity(
  deployment: Deployment,
  plan: (input: PlanIntervalInput) => Promise<LoadPlan>,
): (input: LoadGroupInput) => Promise<LoadGroupResult> {
  return ({ plan: first, intervals }) =>
    withLoadActivity(deployment, first.run.pipeline, async (activity) => {
      const begun: (BegunLoad & { readonly planned: PlanIntervalInput })[] = [];
      for (const interval of intervals) {
        const planned = { ...first, run: { ...first.run, time: { kind: 'interval', interval } as const } };
        begun.push({ plan: await plan(planned), planned, ends: {} });
      }
      await claimAll(deployment, first.run.pipeline, begun);
      const loads: BegunLoad[] = [];
      for (const { plan: one, planned } of begun) {
        const ends = await tryComponents(deployment, { plan: one, planned, activity });
        loads.push({ plan: one, ends });
        if (activity.signal.aborted) break;
      }
      return { version: 1, loads };
    });
}

/** All at once: a transaction for each would cost more than to load an interval of few rows. */
async function claimAll(
  deployment: Deployment,
  pipeline: string,
  begun: readonly Pick<BegunLoad, 'plan'>[],
): Promise<void> {
  const { workflowId = '', runId = '' } = Context.current().info.workflowExecution ?? {};
  const keys = begun.flatMap(({ plan }) =>
    plan.components.flatMap(({ parts }) => parts.map(({ loadKey }) => loadKey)),
  );
  if (keys.length === 0) return;
  await withDataset(deployment, entryOf(deployment.config, pipeline).pipeline, (dataset) =>
    dataset.claim(keys.map((loadKey) => ({ loadKey, workflowId, runId, attempt: 1 }))),
  );
}

/** One after the other, up to the first that fails: what comes after it is for the trigger rule to say. */
async function tryComponents(
  deployment: Deployment,
  {
    plan,
    planned,
    activity,
  }: { readonly plan: LoadPlan; readonly planned: PlanIntervalInput; readonly activity: LoadActivity },
): Promise<Record<string, TryEnd>> {
  const ends: Record<string, TryEnd> = {};
  for (const component of plan.components) {
    const input = loadInput({ run: planned.run, plan, component, attempt: 1 });
    let end: ComponentTry;
    try {
      end = await tryComponent(deployment, input, activity);
    } catch (error) {
      if (activity.signal.aborted) return ends;
      end = { failure: factsOf(error) };
    }
    ends[component.name] = 'failure' in end ? failedTry(end.failure) : end;
    if ('failure' in end) return ends;
  }
  return ends;
}

function failedTry({ code, message, retryable, ...facts }: FailureFacts): TryEnd {
  return { failure: { ...failureDetails(facts), code, message: redact(message), retryable } };
}
