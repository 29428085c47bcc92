import { CancelledFailure, Context } from '@temporalio/activity';
import type { MetricMeter } from '@temporalio/common';
import type { LoadFailureDetails, LoadHeartbeat, ResourceOutcome } from '../src/contracts';
import type { LoadRequest } from '../src/pipeline';
import type { Deployment } from './deployment';
import { applicationFailure } from './failures';
import { whileBeating } from './heartbeats';
import { stopAtPage } from './stop-at-page';

/** What loads need of the activity that they run in. */
export interface LoadActivity {
  /** Aborted by a cancel, and when the worker stops and a page is done. */
  readonly signal: AbortSignal;
  readonly meter: MetricMeter;
  /** To be called wherever a load can end. */
  atPage(): void;
  /** Whether it ends because its worker stops. */
  stopped(): boolean;
  /** What a load of a task reports: heartbeats show it. */
  watching(task: string): Pick<LoadRequest, 'onProgress' | 'onCheckpoint' | 'onWait'>;
}

/** Runs loads in the current activity, beating from its beginning to its end. */
export async function withLoadActivity<T>(
  { stopping }: Pick<Deployment, 'stopping'>,
  task: string,
  work: (activity: LoadActivity) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  const stop = stopAtPage(context.cancellationSignal, stopping);
  let now: LoadHeartbeat = { version: 1, task, resources: {} };
  const loading: LoadActivity = {
    signal: stop.signal,
    meter: context.metricMeter,
    atPage: stop.atPage,
    stopped: stop.stopped,
    watching(of) {
      now = { version: 1, task: of, resources: {} };
      return {
        onProgress({ resource, rows, pages, bytes }) {
          now = { ...now, resources: { ...now.resources, [resource]: { rows, pages, bytes } } };
          stop.atPage();
        },
        onCheckpoint(checkpoint) {
          now = { ...now, checkpoint };
        },
        onWait: stop.atPage,
      };
    },
  };
  context.heartbeat(now);
  try {
    return await whileBeating(
      () => work(loading),
      () => now,
    );
  } finally {
    stop.dispose();
  }
}

/** Whether an aborted load ended because its worker stops: that does not cancel it. */
export const endedByWorker = ({ stopped }: Pick<LoadActivity, 'stopped'>): boolean =>
  stopped() || Context.current().cancellationDetails?.workerShutdown === true;

/** What an aborted load ends with: a worker that stops does not cancel it. What it had committed is told with it. */
export function interrupted(
  activity: Pick<LoadActivity, 'stopped'>,
  outcomes: readonly ResourceOutcome[] = [],
): Error {
  const details: LoadFailureDetails = { version: 1, outcomes };
  return endedByWorker(activity)
    ? applicationFailure({
        code: 'WORKER_STOPPED',
        message: 'its worker was stopped',
        retryable: true,
        outcomes,
      })
    : new CancelledFailure('The load was cancelled before its commit; nothing of it was written.', [details]);
}
