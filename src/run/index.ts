export { anySignal } from './any-signal';
export { callHook } from './call-hook';
export { type Engine, type RunAccess, withDataset } from './engine';
export type { Entry, EntryConfig } from './entry';
export {
  type AttemptOptions,
  type AttemptWatch,
  type ComponentEnd,
  executeAttempt,
  type WorkflowRun,
} from './execute-attempt';
export { executeRun, type LocalRun, type LocalRunOptions } from './execute-run';
export { previewEntry } from './preview-entry';
export { recordOutcomes } from './record-outcomes';
export { type HookEvent, runHooks } from './run-hooks';
