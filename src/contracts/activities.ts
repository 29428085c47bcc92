import type { BackfillPage, PlanBackfillInput } from './backfill';
import type {
  LoadPlan,
  LoadResourceInput,
  LoadResourceResult,
  PlanIntervalInput,
  RecordOutcomeInput,
} from './load-interval';

/** The activities as workflows call them; `createActivities(deployment)` gives exactly these. */
export interface TidemarkActivities {
  /** Nominal time → interval, components and their load keys. Fixes the run's `now`. */
  tidemarkPlanInterval(input: PlanIntervalInput): Promise<LoadPlan>;
  /** Extracts, normalizes and commits one component. */
  tidemarkLoadResource(input: LoadResourceInput): Promise<LoadResourceResult>;
  /** Writes ledger rows of resources that ended without a load. */
  tidemarkRecordOutcome(input: RecordOutcomeInput): Promise<void>;
  /** One page of the intervals that a backfill runs. */
  tidemarkPlanBackfill(input: PlanBackfillInput): Promise<BackfillPage>;
}
