export { createWorker, type TidemarkWorker } from './create-worker';
export { type HealthServer, startHealthServer } from './health-server';
export type { ListenAddress } from './listen-address';
export { readinessOf } from './readiness';
export { installRuntime } from './runtime';
export { workerSettings } from './worker-settings';
export { bundleWorkflows, workflowBundle, workflowsPath } from './workflow-code';
