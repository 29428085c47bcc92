import { hostname } from 'node:os';
import type { TidemarkActivities } from '../src/contracts';
import { engineAtHome } from '../src/run';
import { askHome } from './dataset-home';
import type { Deployment } from './deployment';
import { withFailures } from './failures';
import { withHeartbeats } from './heartbeats';
import { loadGroupActivity } from './load-group';
import { loadResourceActivity } from './load-resource';
import { planBackfillActivity } from './plan-backfill';
import { planIntervalActivity } from './plan-interval';
import { recordOutcomeActivity } from './record-outcome';
import { runHooksActivity } from './run-hooks';
import { askSlot, closedRuns } from './slots';

export type { Deployment } from './deployment';
export { METRICS } from './load-metrics';

/** What takes moments and has nothing to say meanwhile. */
const inShort = <I, O>(activity: (input: I) => Promise<O>): ((input: I) => Promise<O>) =>
  withFailures(withHeartbeats(activity));

/** The activities of a deployment, by the names under which tidemark's workflows call them. */
export function createActivities(given: Deployment): TidemarkActivities {
  const { host = hostname(), engine = engineAtHome({ ask: askHome, host }) } = given;
  const deployment = { ...given, engine };
  const planInterval = planIntervalActivity(deployment);
  return {
    tidemarkPlanInterval: inShort(planInterval),
    tidemarkRunHooks: inShort(runHooksActivity(deployment)),
    tidemarkLoadResource: withFailures(loadResourceActivity(deployment)),
    tidemarkLoadGroup: withFailures(loadGroupActivity(deployment, planInterval)),
    tidemarkRecordOutcome: inShort(recordOutcomeActivity(deployment)),
    tidemarkPlanBackfill: inShort(planBackfillActivity(deployment)),
    tidemarkAskSlot: inShort(askSlot),
    tidemarkClosedRuns: inShort(closedRuns),
  };
}
