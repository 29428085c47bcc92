export { type CreateWorkerOptions, createWorker, type TidemarkWorker } from './create-worker';
export { type HealthServer, type Readiness, startHealthServer } from './health-server';
export { prometheusMetrics } from './prometheus';
export { readinessOf } from './readiness';
export { workerSettings } from './worker-settings';
export { bundleWorkflows, workflowBundle, workflowsPath } from './workflow-code';
