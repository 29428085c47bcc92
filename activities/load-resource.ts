import type { LoadResourceInput, LoadResourceResult } from '../src/contracts';
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
      const end = await attemptInActivity(deployment, input, activity);
      if (end.status === 'cancelled') throw interrupted(activity, end.outcomes);
      if (end.status === 'failed') throw applicationFailure(end);
      return { version: 1, outcomes: end.outcomes };
    });
}
