import type { BackfillPage, PlanBackfillInput } from './backfill';
import type {
  LoadGroupInput,
  LoadGroupResult,
  LoadPlan,
  LoadResourceInput,
  LoadResourceResult,
  PlanIntervalInput,
  RecordOutcomeInput,
  RunHooksInput,
} from './load-interval';
import type { AskSlotInput, ClosedRunsInput, ClosedRunsResult } from './slots';

/** The activities as workflows call them; `createActivities(deployment)` gives exactly these. */
export interface TidemarkActivities {
  /** Nominal time → interval, components and their load keys. Fixes the run's `now`. */
  tidemarkPlanInterval(input: PlanIntervalInput): Promise<LoadPlan>;
  /** Extracts, normalizes and commits one component. */
  tidemarkLoadResource(input: LoadResourceInput): Promise<LoadResourceResult>;
  /** Loads neighbouring intervals one after the other, each as `tidemarkLoadResource` does; never fails because one of them did. */
  tidemarkLoadGroup(input: LoadGroupInput): Promise<LoadGroupResult>;
  /** Writes ledger rows of resources that ended without a load. */
  tidemarkRecordOutcome(input: RecordOutcomeInput): Promise<void>;
  /** Tells the entry's hooks how a run ended. Never fails. */
  tidemarkRunHooks(input: RunHooksInput): Promise<void>;
  /** One page of the intervals that a backfill runs. */
  tidemarkPlanBackfill(input: PlanBackfillInput): Promise<BackfillPage>;
  /** Asks for a slot of the pipeline on behalf of the run; the answer is a signal. */
  tidemarkAskSlot(input: AskSlotInput): Promise<void>;
  /** Of which of these workflow ids the server has no open run. */
  tidemarkClosedRuns(input: ClosedRunsInput): Promise<ClosedRunsResult>;
}
