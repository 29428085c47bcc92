import { environmentVariable } from '../config';
import type { DatasetSnapshot } from '../destination';
import type { BoundIncremental, CursorEnvironment } from '../incremental';
import { schemaNameOf } from '../schema';
import {
  bindComponent,
  nodesOf,
  type ResourceDefinition,
  type State,
  stateFor,
  type WriteDisposition,
} from '../source';
import { type StoredResource, storedResource } from '../state';
import type { ComponentLoad } from './component-load';
import type { LoadRequest } from './load-request';

/** A resource during a run: what was stored, what applies, what the author's code changes. */
export interface ResourceRun {
  readonly name: string;
  readonly definition: ResourceDefinition;
  /** False for a parent that is extracted for its transformers only: its state is kept, its rows aren't. */
  readonly loaded: boolean;
  /** Of this run. */
  readonly disposition: WriteDisposition;
  /** A replace of a resource that appends or merges otherwise: its history is superseded. */
  readonly fullRefresh: boolean;
  readonly stored: StoredResource;
  readonly incrementals: Readonly<Record<string, BoundIncremental>>;
  /** What `extract` changes in place. */
  readonly state: State;
  readonly warnings: readonly string[];
  pages: number;
}

/** Where a first run of mode `incremental` starts: where the ledger's unbroken coverage from the aligned startDate ends. */
export async function findFirstStarts(load: ComponentLoad): Promise<ReadonlyMap<string, string>> {
  const { request, component, dataset } = load;
  const { mode, start, now } = request.range;
  const starts = new Map<string, string>();
  if (mode !== 'incremental' || start === undefined) return starts;
  const source = schemaNameOf(request.source.name);
  for (const { definition } of nodesOf(component.root)) {
    const { name } = definition;
    const { covered } = await dataset.coverage({
      source,
      resource: name,
      start,
      end: now,
    });
    const first = covered[0];
    const unbroken = first !== undefined && Date.parse(first.start) <= Date.parse(start);
    starts.set(name, unbroken ? first.end : start);
  }
  return starts;
}

/** What a resource does in this run: a full refresh and the run's own disposition come before the resource's. */
const dispositionIn =
  ({ fullRefresh, writeDisposition }: LoadRequest) =>
  ({ settings }: ResourceDefinition): WriteDisposition =>
    (fullRefresh === true ? 'replace' : writeDisposition) ?? settings.writeDisposition ?? 'append';

/**
 * Whether the load neither goes on from what an earlier one stored nor replaces it: it has incrementals, and each of them
 * an end. Any number of such loads may go on at once. Without any, state of the author's own may be what it goes on from.
 */
export function isStateless({ request, component }: ComponentLoad): boolean {
  const dispositionOf = dispositionIn(request);
  const bound = bindComponent({
    component,
    stored: () => undefined,
    range: () => request.range,
    env: cursorEnvironment(),
    warn: () => {},
  });
  const incrementals = [...bound.values()].flatMap((one) => Object.values(one));
  const replaces = nodesOf(component.root).some(({ definition }) => isReplace(dispositionOf(definition)));
  return incrementals.length > 0 && incrementals.every(({ stateless }) => stateless) && !replaces;
}

/** Bounds from the environment, as dlt names them, for runs that no scheduler drives. */
function cursorEnvironment(): CursorEnvironment {
  return {
    DLT_START_VALUE: environmentVariable('DLT_START_VALUE'),
    DLT_END_VALUE: environmentVariable('DLT_END_VALUE'),
  };
}

const isReplace = (disposition: WriteDisposition | undefined): boolean => disposition === 'replace';

/** Prepares every resource of a component: binds its incrementals and copies its state. A replace starts without either. */
export function beginResources(
  load: ComponentLoad,
  snapshot: DatasetSnapshot,
  firstStarts: ReadonlyMap<string, string>,
): readonly ResourceRun[] {
  const { request, component } = load;
  const { range } = request;
  const source = schemaNameOf(request.source.name);
  const dispositionOf = dispositionIn(request);
  const definitions = new Map(nodesOf(component.root).map(({ definition }) => [definition.name, definition]));
  const warnings = new Map<string, string[]>([...definitions.keys()].map((name) => [name, []]));
  const bound = bindComponent({
    component,
    stored: (name) =>
      isReplace(dispositionOf(definitions.get(name)!))
        ? {}
        : storedResource(snapshot.state, source, name).cursors,
    range: (name) => ({ ...range, start: firstStarts.get(name) ?? range.start }),
    env: cursorEnvironment(),
    warn: (resource, message) => warnings.get(resource)!.push(message),
  });
  return nodesOf(component.root).map(({ definition, loaded }) => {
    const { name } = definition;
    const stored = storedResource(snapshot.state, source, name);
    const disposition = dispositionOf(definition);
    const fresh = isReplace(disposition);
    return {
      name,
      definition,
      loaded,
      disposition,
      fullRefresh: fresh && !isReplace(definition.settings.writeDisposition),
      stored,
      incrementals: bound.get(name) ?? {},
      state: stateFor(definition, fresh ? undefined : (stored.custom as State)),
      warnings: warnings.get(name)!,
      pages: 0,
    };
  });
}
