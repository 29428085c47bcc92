import type { HealthServer, TidemarkWorker } from '../../../workers';
import { catchUpAll } from '../../temporal';
import { checkSecrets } from '../check-secrets';
import type { Register } from '../command';
import { loadDeployment } from '../deployment';
import { wholeNumber } from '../options';
import { startWorker } from '../own-worker';
import { describeAccess, withTemporal } from '../session';
import { aborted } from '../wait-for';

interface WorkerOptions {
  readonly healthPort?: number;
  readonly metricsPort?: number;
}

/** `tidemark worker`: runs what is scheduled until it is stopped; loads stop at a page boundary, and go on elsewhere. */
export const registerWorker: Register = (program, run) => {
  program
    .command('worker')
    .description('run what is scheduled, until Ctrl-C')
    .option('--health-port <n>', 'answer GET /healthz and /readyz on this port', wholeNumber(0))
    .option('--metrics-port <n>', 'answer Prometheus on this port: GET /metrics', wholeNumber(1))
    .action(
      run<WorkerOptions>(async ({ context, options }) => {
        const { terminal, interrupted } = context;
        const { readinessOf, startHealthServer } = await import('../../../workers/index.js');
        const deployment = await loadDeployment(context, options);
        checkSecrets(deployment.config.pipelines);
        await withTemporal(context, deployment, async (access) => {
          let worker: TidemarkWorker | undefined;
          const { healthPort: port, metricsPort } = options;
          const health: HealthServer | undefined =
            port === undefined
              ? undefined
              : await startHealthServer({ port, readiness: readinessOf(() => worker, access.connection) });
          try {
            worker = await startWorker(
              { context, deployment, access },
              { failures: true, logLoads: true, ...(metricsPort !== undefined && { metricsPort }) },
            );
            terminal.err(describeAccess(access));
            terminal.err(`Working on task queue "${deployment.config.temporal.taskQueue}"; Ctrl-C stops.`);
            await catchUpAll({ client: access.client, config: deployment.config });
            await Promise.race([worker.ended, aborted(interrupted)]);
            terminal.err('Stopping: loads stop at their next page, and what commits ends.');
            await worker.stop();
          } finally {
            await health?.close();
          }
        });
      }),
    );
};
