export { hashState, parseState, serializeState } from './codec';
export { sameCursor, storedCursor } from './cursor';
export { isStateChanged, mergeCustomState, refuseSameChange } from './merge-custom';
export { nextState, type ResourceStateChange, type StateUpdate, withResourceStates } from './next-state';
export { encodeTyped } from './typed-value';
export type { PipelineState, SourceState, StateChange, StateObject, StateValue } from './types';
