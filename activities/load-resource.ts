import type { LoadResourceInput, LoadResourceResult } from '../src/contracts';
import type { Deployment } from './deployment';
import { applicationFailure } from './failures';
import { interrupted, withLoadActivity } from './load-activity';
import { type ComponentTry, tryComponent } from './try-component';

/** `tidemarkLoadResource`. */
export function loadResourceActivity(
  deployment: Deployment,
): (input: LoadResourceInput) => Promise<LoadResourceResult> {
  return (input) =>
    withLoadActivity(deployment, input.component, async (activity) => {
      let end: ComponentTry;
      try {
        end = await tryComponent(deployment, input, activity);
      } catch (error) {
        throw activity.signal.aborted ? interrupted(activity.stopped()) : error;
      }
      if ('failure' in end) throw applicationFailure(end.failure);
      return { version: 1, outcomes: end.outcomes };
    });
}
