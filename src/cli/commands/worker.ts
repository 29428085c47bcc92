import { createServer, type Server } from 'node:http';
import { checkSecrets } from '../check-secrets';
import type { Register } from '../command';
import { loadDeployment } from '../deployment';
import { wholeNumber } from '../options';
import { startWorker } from '../own-worker';
import { resumeCatchUps } from '../resume-catch-up';
import { describeAccess, withTemporal } from '../session';
import { aborted } from '../wait-for';

interface WorkerOptions {
  readonly healthPort?: number;
}

/** `tidemark worker`: runs what is scheduled until it is stopped; a load under way may end first. */
export const registerWorker: Register = (program, run) => {
  program
    .command('worker')
    .description('run what is scheduled, until Ctrl-C')
    .option('--health-port <n>', 'answer 200 on this port while the worker runs', wholeNumber(0))
    .action(
      run<WorkerOptions>(async ({ context, options }) => {
        const { terminal, interrupted } = context;
        const deployment = await loadDeployment(context, options);
        checkSecrets(deployment.config.pipelines);
        await withTemporal(context, deployment, async (access) => {
          const worker = await startWorker({ context, deployment, access }, { failures: true });
          const health =
            options.healthPort === undefined ? undefined : await answerHealth(options.healthPort);
          terminal.err(describeAccess(access));
          terminal.err(`Working on task queue "${deployment.config.temporal.taskQueue}"; Ctrl-C stops.`);
          await resumeCatchUps(access, deployment);
          await Promise.race([worker.ended, aborted(interrupted)]);
          health?.close();
          terminal.err('Stopping: what is under way may end first.');
          await worker.stop();
        });
      }),
    );
};

function answerHealth(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
    });
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}
