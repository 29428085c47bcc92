import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { prometheusMetrics } from '../../workers';
import type { Terminal } from './output/terminal';

let installed = false;

/** What the SDK says of every load and run that fails: whoever watches the run is told of it in a better form. */
const TOLD_OTHERWISE = new Set(['Activity failed', 'Workflow failed']);

/**
 * Sends what the SDK logs to the terminal, from warnings on: through the redaction, and not to the stream behind its
 * back. Once per process, before the first connection of a worker.
 *
 * @param options.failures whether failed loads are logged too: for a worker whose runs nobody watches here
 * @param options.metricsPort where Prometheus is answered
 */
export function quietRuntime(
  terminal: Pick<Terminal, 'err'>,
  options: { readonly failures: boolean; readonly metricsPort?: number },
): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    // the command has signal handlers of its own
    shutdownSignals: [],
    // the core warns of queries that a run outlived, as progress queries often are
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
      ...(options.metricsPort !== undefined && { metrics: prometheusMetrics(options.metricsPort) }),
    },
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      const error = meta?.error instanceof Error ? `: ${meta.error.message}` : '';
      const [head = ''] = message.split(':');
      if (!options.failures && TOLD_OTHERWISE.has(head)) return;
      terminal.err(`${level.toLowerCase()} ${message}${message.includes(': ') ? '' : error}`);
    }),
  });
}
