import type { LoadResourceInput } from '../src/contracts';
import { entryOf } from '../src/plan';
import { type EndedAttempt, executeAttempt } from '../src/run';
import { type Deployment, workflowRun } from './deployment';
import type { LoadActivity } from './load-activity';
import { activityLog, attemptLog } from './load-log';
import { loadMetrics } from './load-metrics';
import { rateBudgets } from './rate-budgets';

/**
 * Makes one attempt of a planned task in the current activity, with its log lines, metrics and heartbeats. What ended the
 * activity before a commit (see {@link LoadActivity}) is told as a cancel.
 */
export async function attemptInActivity(
  deployment: Deployment,
  input: LoadResourceInput,
  activity: LoadActivity,
): Promise<EndedAttempt> {
  const { signal } = activity;
  const log = activityLog(input);
  const lines = attemptLog(log, deployment.logLoads ?? false);
  const metrics = loadMetrics(activity.meter, { pipeline: input.pipeline, task: input.task.name });
  lines.started();
  try {
    const outcome = await executeAttempt({
      entry: entryOf(deployment.config, input.pipeline),
      input,
      workflow: workflowRun(),
      signal,
      access: deployment,
      watch: {
        ...activity.watching(input.task.name),
        log,
        rateBudgets: rateBudgets(),
        beforeComponent: () => activity.atPage(),
        onComponent: metrics.ended,
        onCommit: metrics.committed,
      },
    });
    if (outcome.status === 'cancelled') {
      const status = activity.stopped() ? 'stopped' : 'cancelled';
      metrics.aborted(status);
      lines.aborted(status);
    } else lines.ended(outcome);
    return outcome;
  } catch (error) {
    metrics.aborted('failed');
    lines.aborted('failed', error);
    throw error;
  }
}
