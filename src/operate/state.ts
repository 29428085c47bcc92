import { TidemarkError } from '../errors';
import { bindIncremental, type CursorState, type IncrementalDefinition } from '../incremental';
import { parseInstant } from '../interval';
import type { Pipeline } from '../pipeline';
import { listComponents, zoneOf } from '../plan';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';
import { ownField, Timestamp } from '../value';
import type { Access } from './access';
import { checkResources, resourceNames } from './deployment';

/** A pipeline that keeps state of an entry, and the resources of a source whose state that is. */
export interface StateHolder {
  readonly pipeline: Pipeline;
  readonly source: string;
  readonly resources: readonly string[];
}

/** What one holder has stored of its source. */
export interface StoredState {
  /** Whose state it is: with `parallel-isolated` not the entry's own name. */
  readonly pipeline: string;
  readonly source: string;
  /** What the source's resources share. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** Cursors and own values of each resource that has any. */
  readonly resources: Readonly<Record<string, unknown>>;
}

/** A cursor that is to be set by hand. */
export interface SetCursor {
  readonly resource: string;
  /** Which cursor, by its path; needed where the resource has several. */
  readonly cursor?: string | undefined;
  /** As a person writes it: a number, a date or time (without an offset in the schedule's zone), or text. */
  readonly value: string;
}

/** A cursor that was set. */
export interface CursorSet {
  readonly resource: string;
  readonly cursor: string;
  /** The value in the cursor's own type, as it is stored. */
  readonly lastValue: unknown;
}

/** Who keeps the state of an entry: its pipeline, or with `parallel-isolated` one for each component. */
export function stateHolders(entry: Entry): readonly StateHolder[] {
  const { pipeline } = entry;
  if (entry.decompose.kind !== 'parallel-isolated')
    return entry
      .sources()
      .map(({ name, resourceNames: resources }) => ({ pipeline, source: name, resources }));
  return listComponents(entry).map(({ name, source, resources }) => ({
    pipeline: pipeline.isolated(name),
    source,
    resources: resources.map((resource) => resource.name),
  }));
}

/**
 * The stored state of each holder; with `resources` only theirs, and nothing of what is shared.
 *
 * @throws RESOURCE_UNKNOWN
 */
export async function readStates(
  entry: Entry,
  resources: readonly string[] | undefined,
  access: Access,
): Promise<StoredState[]> {
  checkResources(entry, resources);
  const states: StoredState[] = [];
  for (const holder of stateHolders(entry)) {
    const { pipeline, source } = holder;
    const schema = schemaNameOf(source);
    const { state } = await access.withDataset(holder, (dataset) => dataset.snapshot(schema));
    const { resources: stored = {}, ...shared } = ownField(state?.sources, schema) ?? {};
    const wanted = Object.entries(stored).filter(([name]) => resources?.includes(name) ?? true);
    states.push({
      pipeline: pipeline.name,
      source,
      shared: resources === undefined ? shared : {},
      resources: Object.fromEntries(wanted),
    });
  }
  return states;
}

/**
 * Forgets the state of resources: their rows stay, their next run begins anew.
 *
 * @param resources of which; undefined means every resource of the entry
 * @returns the names of the resources whose state was forgotten
 * @throws RESOURCE_UNKNOWN
 */
export async function resetState(
  entry: Entry,
  resources: readonly string[] | undefined,
  access: Access,
): Promise<readonly string[]> {
  checkResources(entry, resources);
  const wanted = resources ?? resourceNames(entry);
  for (const holder of stateHolders(entry)) {
    const own = holder.resources.filter((name) => wanted.includes(name));
    if (own.length === 0) continue;
    const edit = { source: schemaNameOf(holder.source), resources: own, clock: Date.now };
    await access.withDataset(holder, (dataset) => dataset.editState(edit));
  }
  return wanted;
}

/**
 * Sets a cursor: the resource's next run goes on from this value. Rows that are loaded stay.
 *
 * @throws RESOURCE_UNKNOWN; USAGE where it isn't clear which cursor is meant, for what can't be a value of its type, and
 * where nothing of the source was loaded yet
 */
export async function setCursor(entry: Entry, request: SetCursor, access: Access): Promise<CursorSet> {
  const { resource } = request;
  checkResources(entry, [resource]);
  const holder = stateHolders(entry).find(({ resources }) => resources.includes(resource))!;
  const definition = cursorOf(entry, resource, request.cursor);
  const { cursor } = definition.options;
  const value = typedValue(entry, definition, request.value);
  const schema = schemaNameOf(holder.source);
  await access.withDataset(holder, async (dataset) => {
    const snapshot = await dataset.snapshot(schema);
    if (snapshot.schema === undefined)
      throw new TidemarkError(
        'USAGE',
        `Nothing was loaded of "${holder.source}" yet, so there is no state to set. Give the cursor "${cursor}" an initialValue instead.`,
      );
    const stored = ownField(ownField(snapshot.state?.sources, schema)?.resources, resource) ?? {};
    const cursors = (stored['incremental'] ?? {}) as Readonly<Record<string, CursorState>>;
    const initial = ownField(cursors, cursor)?.initial_value ?? value;
    const next = { initial_value: initial, last_value: value, unique_hashes: [] };
    const state = { ...stored, incremental: { ...cursors, [cursor]: next } };
    await dataset.editState({
      source: schema,
      resources: [resource],
      set: { [resource]: state },
      clock: Date.now,
    });
  });
  return { resource, cursor, lastValue: value };
}

/** @throws USAGE where it isn't clear which cursor is meant */
function cursorOf(entry: Entry, resource: string, wanted: string | undefined): IncrementalDefinition {
  const source = entry.sources().find(({ resourceNames: names }) => names.includes(resource));
  const all = Object.values(source?.resource(resource).definition.incremental ?? {});
  const found = all.filter(({ options }) => wanted === undefined || options.cursor === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = all.map(({ options }) => `"${options.cursor}"`).join(', ');
  const problem =
    all.length === 0
      ? `The resource "${resource}" has no cursor to set.`
      : wanted === undefined
        ? `The resource "${resource}" has several cursors; name one with --cursor: ${names}.`
        : `The resource "${resource}" has no cursor "${wanted}"; it has ${names}.`;
  throw new TidemarkError('USAGE', problem);
}

/** @throws USAGE for what can't be a value of the cursor's type */
function typedValue(entry: Entry, definition: IncrementalDefinition, text: string): unknown {
  const { type, cursor } = definition.options;
  const isNumber = /^-?\d+(\.\d+)?$/.test(text) && type !== 'text' && type !== 'iso';
  const value = isNumber ? Number(text) : (instantOf(entry, text) ?? text);
  try {
    return bindIncremental({
      definition,
      name: cursor,
      stored: undefined,
      range: { mode: 'incremental', interval: null, now: new Date().toISOString() },
      override: { initialValue: value, endValue: null },
      resourceKey: undefined,
      warn: () => {},
    }).exact.initialValue;
  } catch (cause) {
    throw new TidemarkError(
      'USAGE',
      `"${text}" can't be a value of the cursor "${cursor}": ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function instantOf(entry: Entry, text: string): Timestamp | undefined {
  if (!/^\d{4}-\d{2}/.test(text)) return undefined;
  try {
    return Timestamp.fromMillis(parseInstant(text, zoneOf(entry)));
  } catch {
    return undefined;
  }
}
