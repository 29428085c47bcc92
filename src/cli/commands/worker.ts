import { later, type Register } from '../session/command';
import { listenAddress } from '../worker/ports';

/** `tidemark worker`: runs what is scheduled until it is stopped; loads stop at a page boundary, and go on elsewhere. */
export const registerWorker: Register = (program, run) => {
  program
    .command('worker')
    .description('run what is scheduled, until Ctrl-C')
    .option(
      '--health-port <[host:]port>',
      'answer GET /healthz and /readyz there; this machine only, unless it is 0.0.0.0:8080',
      listenAddress(0),
    )
    .option(
      '--metrics-port <[host:]port>',
      'answer Prometheus there, likewise: GET /metrics',
      listenAddress(1),
    )
    .action(run(later(async () => (await import('../actions/worker.js')).worker)));
};
