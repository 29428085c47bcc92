import type { LoadPlan, PlanIntervalInput } from '../src/contracts';
import { entryOf, listComponents, planRun } from '../src/plan';
import type { Deployment } from './deployment';

/** `tidemarkPlanInterval`. */
export function planIntervalActivity(
  deployment: Deployment,
): (input: PlanIntervalInput) => Promise<LoadPlan> {
  const { config, indexed = false, heartbeatTimeoutMs } = deployment;
  return async (input) => {
    const entry = entryOf(config, input.run.pipeline);
    return planRun({
      entry,
      components: listComponents(entry, input.run.resources),
      input,
      indexed,
      ...(heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs }),
    });
  };
}
