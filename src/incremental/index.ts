export { type BindOptions, bindIncremental } from './bind';
export { parseCursorPath } from './cursor-path';
export {
  checkIncrementalOverride,
  type IncrementalDefinition,
  incremental,
  isIncrementalDefinition,
} from './definition';
export { incrementalChecks } from './option-checks';
export type {
  BoundIncremental,
  CursorEnvironment,
  CursorInputs,
  CursorState,
  CursorType,
  CursorValues,
  Incremental,
  IncrementalOptions,
  IncrementalOverride,
  LastValueFunction,
} from './types';
export { IncrementalUnboundError } from './unbound-error';
export { checkCursorUnit } from './unit-check';
