export { hashState, parseState, serializeState } from './codec';
export { sameCursor, storedCursor } from './cursor';
export { isStateChanged, mergeCustomState, refuseSameChange } from './merge-custom';
export { nextState, type ResourceStateChange, type StateUpdate, withResourceStates } from './next-state';
export { type StoredResource, storedResource, storedSourceState } from './stored';
export { encodeTyped } from './typed-value';
export type { PipelineState, SourceState, StateChange, StateObject, StateValue } from './types';
