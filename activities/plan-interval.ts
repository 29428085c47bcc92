import type { PlanIntervalInput, RunPlan } from '../src/contracts';
import { checkBindings, entryOf, listComponents, planRun } from '../src/plan';
import type { Deployment } from './deployment';

/** `tidemarkPlanInterval`. */
export function planIntervalActivity(deployment: Deployment): (input: PlanIntervalInput) => Promise<RunPlan> {
  const { config, indexed = false, heartbeatTimeoutMs } = deployment;
  return async (input) => {
    const entry = entryOf(config, input.run.pipeline);
    checkBindings(entry, input.run.bind);
    const components = listComponents(entry, input.run.resources);
    return planRun({ entry, components, input, indexed, heartbeatTimeoutMs });
  };
}
