import type { CursorState } from '../incremental';
import { ownField, putField } from '../value';
import { hashState, STATE_ENGINE } from './codec';
import { mergeCustomState } from './merge-custom';
import { refuseSecrets } from './refuse-secrets';
import type { PipelineState, ResourceState, SourceState, StateChange, StateObject } from './types';

/** What a load does to the state of one resource. */
export interface ResourceStateChange {
  readonly resource: string;
  /** By cursor path; undefined removes that cursor. */
  readonly cursors: Readonly<Record<string, CursorState | undefined>>;
  readonly custom?: StateChange | undefined;
}

/** The pipeline and source that a state belongs to, and where it is stored. */
interface StateOwner {
  readonly pipeline: string;
  readonly dataset: string;
  readonly destinationType: string;
  readonly source: string;
}

/** What a load does to the pipeline's state. */
export interface StateUpdate extends StateOwner {
  readonly resources: readonly ResourceStateChange[];
  readonly sourceState?: StateChange | undefined;
  /** Put under `tidemark`: content that changes makes a dlt with a local folder read the state, and the schema, again. */
  readonly marks?: StateObject | undefined;
}

/**
 * The state after a load: the stored one with the load's changes, version and hash drawn. The same object if nothing
 * changed, so that no row needs to be written.
 * @throws TidemarkError STATE_CHANGED as {@link mergeCustomState}; STATE_INVALID for a change that holds a secret
 */
export function nextState(stored: PipelineState | undefined, update: StateUpdate): PipelineState {
  return revise(stored, update, (source) => nextSource(source, update));
}

/** The state with those of some resources put in place of what is stored; undefined removes one. */
export function withResourceStates(
  stored: PipelineState | undefined,
  owner: StateOwner & Pick<StateUpdate, 'marks'>,
  states: Readonly<Record<string, ResourceState | undefined>>,
): PipelineState {
  return revise(stored, owner, ({ resources, ...shared }): SourceState => {
    const next: Record<string, ResourceState> = { ...resources };
    for (const [resource, state] of Object.entries(states)) {
      if (state === undefined) delete next[resource];
      else putField(next, resource, state);
    }
    return Object.keys(next).length > 0 ? { ...shared, resources: next } : shared;
  });
}

function revise(
  stored: PipelineState | undefined,
  owner: StateOwner & Pick<StateUpdate, 'marks'>,
  change: (source: SourceState) => SourceState,
): PipelineState {
  const base = stored ?? emptyState(owner);
  const before = ownField(base.sources, owner.source);
  const source = change(before ?? {});
  const isKnown = Object.keys(source).length > 0 || before !== undefined;
  const next: PipelineState = {
    ...base,
    schema_names: base.schema_names.includes(owner.source)
      ? base.schema_names
      : [...base.schema_names, owner.source],
    default_schema_name: base.default_schema_name ?? owner.source,
    sources: isKnown ? { ...base.sources, [owner.source]: source } : base.sources,
    tidemark: owner.marks === undefined ? base.tidemark : { ...base.tidemark, ...owner.marks },
  };
  const hash = hashState(next);
  if (stored !== undefined && hash === hashState(stored)) return stored;
  return { ...next, _state_version: base._state_version + 1, _version_hash: hash };
}

function emptyState(update: StateOwner): PipelineState {
  return {
    _state_version: 0,
    _state_engine_version: STATE_ENGINE,
    _version_hash: '',
    pipeline_name: update.pipeline,
    dataset_name: update.dataset,
    schema_names: [],
    default_schema_name: null,
    destination_type: update.destinationType,
    destination_name: null,
  };
}

function nextSource(stored: SourceState, update: StateUpdate): SourceState {
  const { resources: storedResources, ...own } = stored;
  if (update.sourceState !== undefined) refuseSecrets(`source "${update.source}"`, update.sourceState.after);
  const shared =
    update.sourceState === undefined ? own : mergeCustomState(own as StateObject, update.sourceState);
  const resources: Record<string, ResourceState> = { ...storedResources };
  for (const change of update.resources) {
    const next = nextResource(ownField(resources, change.resource) ?? {}, change);
    if (Object.keys(next).length > 0) putField(resources, change.resource, next);
    else delete resources[change.resource];
  }
  return Object.keys(resources).length > 0 ? { ...shared, resources } : shared;
}

function nextResource(stored: ResourceState, change: ResourceStateChange): ResourceState {
  const { incremental, ...own } = stored;
  if (change.custom !== undefined) refuseSecrets(`resource "${change.resource}"`, change.custom.after);
  const custom = change.custom === undefined ? own : mergeCustomState(own as StateObject, change.custom);
  const cursors: Record<string, CursorState> = { ...incremental };
  for (const [path, cursor] of Object.entries(change.cursors)) {
    if (cursor === undefined) delete cursors[path];
    // What others keep beside the cursor stays.
    else putField(cursors, path, { ...ownField(cursors, path), ...cursor });
  }
  return Object.keys(cursors).length > 0 ? { ...custom, incremental: cursors } : custom;
}
