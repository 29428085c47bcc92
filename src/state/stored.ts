import type { CursorState } from '../incremental';
import { ownField } from '../value';
import type { PipelineState, StateObject } from './types';

/** What is stored of a resource. */
export interface StoredResource {
  readonly cursors: Readonly<Record<string, CursorState>>;
  /** Its own keys, without `incremental`. */
  readonly custom: StateObject;
}

/** The stored state of one resource; what isn't there is empty. */
export function storedResource(
  state: PipelineState | undefined,
  source: string,
  resource: string,
): StoredResource {
  const { resources } = ownField(state?.sources, source) ?? {};
  const { incremental = {}, ...custom } = ownField(resources, resource) ?? {};
  return { cursors: incremental, custom: custom as StateObject };
}

/** The stored keys that the source's resources share. */
export function storedSourceState(state: PipelineState | undefined, source: string): StateObject {
  const { resources: _, ...shared } = ownField(state?.sources, source) ?? {};
  return shared as StateObject;
}
