import type { DatasetSnapshot } from '../destination';
import type { CursorState } from '../incremental';
import type { StateObject } from '../state';
import { ownField } from '../value';

/** What a resource finds stored when its load begins. */
export interface StoredResource {
  readonly cursors: Readonly<Record<string, CursorState>>;
  /** Its own keys, without `incremental`. */
  readonly custom: StateObject;
}

/** The state of one resource in a snapshot; what isn't there is empty. */
export function storedResource(snapshot: DatasetSnapshot, source: string, resource: string): StoredResource {
  const resources = ownField(snapshot.state?.sources, source)?.resources;
  const { incremental = {}, ...custom } = ownField(resources, resource) ?? {};
  return { cursors: incremental, custom: custom as StateObject };
}

/** The keys that the source's resources share. */
export function storedSourceState(snapshot: DatasetSnapshot, source: string): StateObject {
  const { resources: _, ...shared } = ownField(snapshot.state?.sources, source) ?? {};
  return shared as StateObject;
}
