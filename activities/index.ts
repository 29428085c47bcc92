import type { TidemarkActivities } from '../src/contracts';
import type { Deployment } from './deployment';
import { withFailures } from './failures';
import { loadResourceActivity } from './load-resource';
import { planBackfillActivity } from './plan-backfill';
import { planIntervalActivity } from './plan-interval';
import { recordOutcomeActivity } from './record-outcome';

export type { Deployment, Engine, WorkerConfig, WorkerEntry } from './deployment';
export { listComponents } from './list-components';

/** The activities of a deployment, by the names under which tidemark's workflows call them. */
export function createActivities(deployment: Deployment): TidemarkActivities {
  return {
    tidemarkPlanInterval: withFailures(planIntervalActivity(deployment)),
    tidemarkLoadResource: withFailures(loadResourceActivity(deployment)),
    tidemarkRecordOutcome: withFailures(recordOutcomeActivity(deployment)),
    tidemarkPlanBackfill: withFailures(planBackfillActivity(deployment)),
  };
}
