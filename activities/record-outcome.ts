import type { RecordOutcomeInput } from '../src/contracts';
import { entryOf } from '../src/plan';
import { recordOutcomes } from '../src/run';
import { type Deployment, workflowRun } from './deployment';

/** `tidemarkRecordOutcome`. */
export function recordOutcomeActivity(deployment: Deployment): (input: RecordOutcomeInput) => Promise<void> {
  return async (input) =>
    recordOutcomes({
      entry: entryOf(deployment.config, input.pipeline),
      input,
      workflow: workflowRun(),
      access: deployment,
    });
}
