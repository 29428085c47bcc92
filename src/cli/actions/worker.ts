import type { HealthServer, ListenAddress, TidemarkWorker } from '../../../workers';
import { TidemarkError } from '../../errors';
import { clientOf, describeAccess, loadDeployment, unlessLost } from '../session/client';
import type { Action } from '../session/command';
import { aborted } from '../session/interruption';
import { startWorker } from '../worker/own-worker';
import { checkFree } from '../worker/ports';

interface WorkerOptions {
  readonly healthPort?: ListenAddress;
  readonly metricsPort?: ListenAddress;
}

export const worker: Action<WorkerOptions> = async ({ context, options }) => {
  const { terminal, interrupted } = context;
  const { healthPort, metricsPort } = options;
  const { readinessOf, startHealthServer } = await import('../../../workers/index.js');
  const deployment = await loadDeployment(context, options);
  await using client = clientOf(context, deployment);
  const missing = client.missingSecrets();
  if (missing.length > 0) throw new TidemarkError('SECRET_MISSING', missing.join('\n'));
  await checkFree({ '--health-port': healthPort, '--metrics-port': metricsPort });
  const access = await client.temporal();
  let worker: TidemarkWorker | undefined;
  const readiness = readinessOf(() => worker, access.connection);
  const health: HealthServer | undefined =
    healthPort === undefined ? undefined : await startHealthServer({ ...healthPort, readiness });
  try {
    worker = await startWorker(
      { context, deployment, access },
      { failures: true, logLoads: true, metrics: metricsPort },
    );
    terminal.err(describeAccess(access));
    terminal.err(`Working on task queue "${deployment.config.temporal.taskQueue}"; Ctrl-C stops.`);
    await client.catchUp();
    await unlessLost(access, Promise.race([worker.ended, aborted(interrupted)]));
    terminal.err('Stopping: loads stop at their next page, and what commits ends.');
    await worker.stop();
  } finally {
    await health?.close();
  }
};
