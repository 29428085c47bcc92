import { Context } from '@temporalio/activity';
import type { RunHooksInput } from '../src/contracts';
import { entryOf } from '../src/plan';
import { runHooks } from '../src/run';
import { type Deployment, workflowRun } from './deployment';

/** `tidemarkRunHooks`. */
export function runHooksActivity(
  deployment: Deployment,
  options: { readonly againAfterMs?: number } = {},
): (input: RunHooksInput) => Promise<void> {
  return async (input) =>
    runHooks({
      entry: entryOf(deployment.config, input.pipeline),
      input,
      workflow: workflowRun(),
      signal: Context.current().cancellationSignal,
      access: deployment,
      againAfterMs: options.againAfterMs,
    });
}
