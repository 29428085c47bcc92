import {
  DefaultLogger,
  IllegalStateError,
  type Logger,
  makeTelemetryFilterString,
  Runtime,
} from '@temporalio/worker';
import type { ListenAddress } from './listen-address';
import { prometheusMetrics } from './prometheus';

/** How the SDK's runtime of this process logs and is measured. */
interface RuntimeSettings {
  /**
   * Gets what the SDK logs. @default errors go to stderr: that an activity or workflow failed is known to Temporal and to
   * who waits for it
   */
  readonly logger?: Logger | undefined;
  /** Where Prometheus is answered. @default nowhere */
  readonly metrics?: ListenAddress | undefined;
}

let installed = false;

/**
 * Installs the SDK's runtime, before the first connection of a worker. There is one per process: what was installed
 * before, here or by somebody else, stays with its own logger and metrics.
 */
export function installRuntime(settings: RuntimeSettings = {}): void {
  if (installed) return;
  installed = true;
  const { logger = new DefaultLogger('ERROR'), metrics } = settings;
  // the core warns of queries that a run outlived, as progress queries often are
  const logging = { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} };
  try {
    Runtime.install({
      logger,
      telemetryOptions:
        metrics === undefined ? { logging } : { logging, metrics: prometheusMetrics(metrics) },
      // whoever made the worker stops it, and drains it first
      shutdownSignals: [],
    });
  } catch (error) {
    // somebody else's, and theirs to decide
    if (!(error instanceof IllegalStateError)) throw error;
  }
}
