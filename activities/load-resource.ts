import type { AttemptOutcome, LoadResourceInput, LoadResourceResult } from '../src/contracts';
import { attemptInActivity } from './attempt';
import type { Deployment } from './deployment';
import { applicationFailure } from './failures';
import { interrupted, withLoadActivity } from './load-activity';

/** `tidemarkLoadResource`. */
export function loadResourceActivity(
  deployment: Deployment,
): (input: LoadResourceInput) => Promise<LoadResourceResult> {
  return (input) =>
    withLoadActivity(deployment, input.task.name, async (activity) => {
      let outcome: AttemptOutcome;
      try {
        outcome = await attemptInActivity(deployment, input, activity);
      } catch (error) {
        throw activity.signal.aborted ? interrupted(activity.stopped()) : error;
      }
      if (outcome.status === 'failed') throw applicationFailure(outcome);
      return { version: 1, outcomes: outcome.status === 'loaded' ? outcome.outcomes : [] };
    });
}
