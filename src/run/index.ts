export { anySignal } from './any-signal';
export { callHook } from './call-hook';
export { type Engine, type RunAccess, withDataset } from './engine';
export type { Entry, EntryConfig } from './entry';
export { type ComponentReport, executeAttempt, type WorkflowRun } from './execute-attempt';
export { executeRun, type LocalRun } from './execute-run';
export { previewEntry } from './preview-entry';
export { recordOutcomes } from './record-outcomes';
export { runHooks } from './run-hooks';
