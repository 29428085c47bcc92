import type { BackfillPage, PlanBackfillInput } from './backfill';
import type {
  LoadGroupInput,
  LoadGroupResult,
  LoadResourceInput,
  LoadResourceResult,
  PlanIntervalInput,
  RecordOutcomeInput,
  RecordOutcomeResult,
  RunHooksInput,
  RunPlan,
} from './load-interval';
import type { AskSlotInput, ClosedRunsInput, ClosedRunsResult } from './slots';

/** The activities as workflows call them; `createActivities(deployment)` gives exactly these. */
export interface TidemarkActivities {
  /** Plans a run: nominal time → interval, tasks and their load keys. Fixes the run's `now`. */
  tidemarkPlanInterval(input: PlanIntervalInput): Promise<RunPlan>;
  /** Makes one attempt of a task: extracts, normalizes and commits its components. */
  tidemarkLoadResource(input: LoadResourceInput): Promise<LoadResourceResult>;
  /** Makes the first attempts of neighbouring intervals, one after the other, each as `tidemarkLoadResource` does; never fails because one of them did. */
  tidemarkLoadGroup(input: LoadGroupInput): Promise<LoadGroupResult>;
  /** Writes ledger rows of resources that ended without a load; says which of them were committed all the same. */
  tidemarkRecordOutcome(input: RecordOutcomeInput): Promise<RecordOutcomeResult>;
  /** Calls the entry's hooks with how a run ended. Never fails. */
  tidemarkRunHooks(input: RunHooksInput): Promise<void>;
  /** One page of the intervals that a backfill runs. */
  tidemarkPlanBackfill(input: PlanBackfillInput): Promise<BackfillPage>;
  /** Asks for a slot of the pipeline on behalf of the run; the answer is a signal. */
  tidemarkAskSlot(input: AskSlotInput): Promise<void>;
  /** Of which of these workflow ids the server has no open run. */
  tidemarkClosedRuns(input: ClosedRunsInput): Promise<ClosedRunsResult>;
}
