import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { prometheusMetrics } from '../../../workers';
import type { Terminal } from '../output/terminal';

let installed = false;

/** What of the SDK's log is shown. */
export interface LogOptions {
  /** Whether failed loads are logged too: for a worker whose runs this command doesn't watch. */
  readonly failures: boolean;
  /** Where Prometheus is answered. @default nowhere */
  readonly metricsPort?: number | undefined;
}

/** What the SDK logs of every load and run that fails: whoever watches the run sees its failure with its cause. */
const OF_FAILED_RUNS = new Set(['Activity failed', 'Workflow failed']);

/**
 * Sends what the SDK logs to the terminal, from warnings on: through the redaction, and not to the stream behind its
 * back. Once per process, before the first connection of a worker.
 */
export function logToTerminal(terminal: Pick<Terminal, 'err'>, options: LogOptions): void {
  if (installed) return;
  installed = true;
  const { failures, metricsPort } = options;
  Runtime.install({
    // the command has signal handlers of its own
    shutdownSignals: [],
    // the core warns of queries that a run outlived, as progress queries often are
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
      ...(metricsPort !== undefined && { metrics: prometheusMetrics(metricsPort) }),
    },
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      const error = meta?.error instanceof Error ? `: ${meta.error.message}` : '';
      const [head = ''] = message.split(':');
      if (!failures && OF_FAILED_RUNS.has(head)) return;
      terminal.err(`${level.toLowerCase()} ${message}${message.includes(': ') ? '' : error}`);
    }),
  });
}
