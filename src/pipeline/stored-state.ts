import type { DatasetSnapshot } from '../destination';
import type { CursorState } from '../incremental';
import type { StateObject } from '../state';

/** What a resource finds stored when its load begins. */
export interface StoredResource {
  readonly cursors: Readonly<Record<string, CursorState>>;
  /** Its own keys, without `incremental`. */
  readonly custom: StateObject;
}

const { hasOwn } = Object;

/** The state of one resource in a snapshot; what isn't there is empty. */
export function storedResource(snapshot: DatasetSnapshot, source: string, resource: string): StoredResource {
  const resources = snapshot.state?.sources?.[source]?.resources ?? {};
  const { incremental = {}, ...custom } = hasOwn(resources, resource) ? resources[resource]! : {};
  return { cursors: incremental, custom: custom as StateObject };
}

/** The keys that the source's resources share. */
export function storedSourceState(snapshot: DatasetSnapshot, source: string): StateObject {
  const { resources: _, ...shared } = snapshot.state?.sources?.[source] ?? {};
  return shared as StateObject;
}
