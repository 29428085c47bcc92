import { DefaultLogger } from '@temporalio/worker';
import { installRuntime, type ListenAddress } from '../../../workers';
import type { Terminal } from '../output/terminal';

/** What of the SDK's log is shown. */
export interface LogOptions {
  /** Whether failed loads are logged too: for a worker whose runs this command doesn't watch. */
  readonly failures: boolean;
  /** Where Prometheus is answered. @default nowhere */
  readonly metrics?: ListenAddress | undefined;
}

/** What the SDK logs of every load and run that fails: whoever watches the run sees its failure with its cause. */
const OF_FAILED_RUNS = new Set(['Activity failed', 'Workflow failed']);

/**
 * Sends what the SDK logs to the terminal, from warnings on: through the redaction, and not to the stream behind its
 * back. Before the first connection of a worker; what comes later in the process changes nothing.
 */
export function logToTerminal(terminal: Pick<Terminal, 'err'>, options: LogOptions): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const error = meta?.error instanceof Error ? `: ${meta.error.message}` : '';
    const [head = ''] = message.split(':');
    if (!options.failures && OF_FAILED_RUNS.has(head)) return;
    terminal.err(`${level.toLowerCase()} ${message}${message.includes(': ') ? '' : error}`);
  });
  installRuntime({ logger, metrics: options.metrics });
}
