export { hashState, parseState, serializeState } from './codec';
export { sameCursor, storedCursor } from './cursor';
export { isStateChanged, mergeCustomState, refuseSameChange } from './merge-custom';
export {
  nextState,
  type ResourceStateChange,
  type StateOwner,
  type StateUpdate,
  withResourceStates,
} from './next-state';
export { decodeTyped, encodeTyped } from './typed-value';
export type {
  PipelineState,
  ResourceState,
  SourceState,
  StateChange,
  StateObject,
  StateValue,
} from './types';
