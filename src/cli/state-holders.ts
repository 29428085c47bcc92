import type { Pipeline } from '../pipeline';
import { listComponents } from '../plan';
import type { Entry } from '../run';

/** A pipeline that keeps state of an entry, and the resources of a source whose state that is. */
export interface StateHolder {
  readonly pipeline: Pipeline;
  readonly source: string;
  readonly resources: readonly string[];
}

/** Who keeps the state of an entry: its pipeline, or with `parallel-isolated` one for each component. */
export function stateHolders(entry: Entry): readonly StateHolder[] {
  if (entry.decompose.kind !== 'parallel-isolated')
    return entry.sources().map(({ name, resourceNames }) => ({
      ...{ pipeline: entry.pipeline, source: name, resources: resourceNames },
    }));
  return listComponents(entry).map(({ name, source, resources }) => ({
    pipeline: entry.pipeline.isolated(name),
    source,
    resources: resources.map((resource) => resource.name),
  }));
}
