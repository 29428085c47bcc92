import type { StoredSchema } from '../../schema';
import {
  isStateChanged,
  nextState,
  type PipelineState,
  type ResourceStateChange,
  type StateUpdate,
  storedResource,
} from '../../state';
import type { CommitTarget, LoadPackage, ResourceLoad } from '../types';

function stateUpdate(
  load: LoadPackage,
  target: CommitTarget,
  stored: PipelineState | undefined,
): StateUpdate {
  const source = load.schema.name;
  return {
    pipeline: load.pipeline,
    dataset: target.dataset,
    destinationType: target.destinationType,
    source,
    sourceState: load.sourceState,
    resources: load.resources.map((resource) => stateChange(resource, stored, source)),
  };
}

/** Whether the load changes a cursor or custom state. */
export function changesState(
  load: LoadPackage,
  target: CommitTarget,
  stored: PipelineState | undefined,
): boolean {
  const update = stateUpdate(load, target, stored);
  if (stored !== undefined) return nextState(stored, update) !== stored;
  return (
    isStateChanged(load.sourceState) ||
    update.resources.some(({ cursors, custom }) => Object.keys(cursors).length > 0 || isStateChanged(custom))
  );
}

/** The state that is to be stored; the stored one if nothing changed, and no schema either. */
export function stateAfter(
  load: LoadPackage,
  target: CommitTarget,
  stored: PipelineState | undefined,
  { schema, newest }: { readonly schema: StoredSchema; readonly newest: StoredSchema | undefined },
): PipelineState {
  const update = stateUpdate(load, target, stored);
  const next = nextState(stored, update);
  if (next !== stored || schema.version_hash === newest?.version_hash) return next;
  // A dlt with a local folder reads a new schema only together with a state that differs.
  return nextState(stored, { ...update, marks: { [`schema ${schema.name}`]: schema.version_hash } });
}

function stateChange(
  resource: ResourceLoad,
  stored: PipelineState | undefined,
  source: string,
): ResourceStateChange {
  const kept = storedResource(stored, source, resource.resource).cursors;
  const reset =
    resource.fullRefresh === true ? Object.keys(kept).map((path) => [path, undefined] as const) : [];
  const moved = resource.cursors
    .filter((cursor) => cursor.after !== undefined)
    .map((cursor) => [cursor.path, cursor.after] as const);
  return {
    resource: resource.resource,
    cursors: Object.fromEntries([...reset, ...moved]),
    custom: resource.customState,
  };
}
