import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

let tried = false;

/**
 * Keeps the SDK's runtime to errors: that an activity or workflow failed is told by Temporal and by who waits for it, in
 * our own words. The runtime is one per process: one that is installed already, with its own logger and metrics, stays.
 */
export function quietRuntime(): void {
  if (tried) return;
  tried = true;
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
      // whoever made the worker stops it, and drains it first
      shutdownSignals: [],
    });
  } catch {
    // somebody else's, and theirs to decide
  }
}
