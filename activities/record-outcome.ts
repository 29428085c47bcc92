import type { RecordOutcomeInput, RecordOutcomeResult } from '../src/contracts';
import { entryOf } from '../src/plan';
import { recordOutcomes } from '../src/run';
import { type Deployment, workflowRun } from './deployment';

/** `tidemarkRecordOutcome`. */
export function recordOutcomeActivity(
  deployment: Deployment,
): (input: RecordOutcomeInput) => Promise<RecordOutcomeResult> {
  return async (input) => {
    const committed = await recordOutcomes({
      entry: entryOf(deployment.config, input.pipeline),
      input,
      workflow: workflowRun(),
      access: deployment,
    });
    return { version: 1, committed };
  };
}
