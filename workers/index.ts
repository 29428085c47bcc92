export { type CreateWorkerOptions, createWorker, type TidemarkWorker } from './create-worker';
export { BUNDLE_FILE, bundleWorkflows, workflowBundle, workflowsPath } from './workflow-code';
