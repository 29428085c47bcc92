import type { TidemarkActivities } from '../src/contracts';
import type { Deployment } from './deployment';
import { withFailures } from './failures';
import { loadGroupActivity } from './load-group';
import { loadResourceActivity } from './load-resource';
import { planBackfillActivity } from './plan-backfill';
import { planIntervalActivity } from './plan-interval';
import { recordOutcomeActivity } from './record-outcome';
import { runHooksActivity } from './run-hooks';
import { askSlot, closedRuns } from './slots';

export type { Deployment } from './deployment';
export { METRICS } from './load-metrics';

/** The activities of a deployment, by the names under which tidemark's workflows call them. */
export function createActivities(deployment: Deployment): TidemarkActivities {
  const planInterval = planIntervalActivity(deployment);
  return {
    tidemarkPlanInterval: withFailures(planInterval),
    tidemarkRunHooks: withFailures(runHooksActivity(deployment)),
    tidemarkLoadResource: withFailures(loadResourceActivity(deployment)),
    tidemarkLoadGroup: withFailures(loadGroupActivity(deployment, planInterval)),
    tidemarkRecordOutcome: withFailures(recordOutcomeActivity(deployment)),
    tidemarkPlanBackfill: withFailures(planBackfillActivity(deployment)),
    tidemarkAskSlot: withFailures(askSlot),
    tidemarkClosedRuns: withFailures(closedRuns),
  };
}
