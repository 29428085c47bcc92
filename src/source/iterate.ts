import { Timestamp } from '../value';
import { bindComponent, stateFor } from './bind-component';
import { components, nodesOf } from './components';
import { extractComponent } from './extract-component';
import type { PreparedSource } from './prepared-source';
import type { Log, ResourceDefinition, RunInfo } from './types';

/** Prepares the source that a resource belongs to. */
export type SourcePreparer = () => PreparedSource;

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A source that has only one resource, for a resource that belongs to none. */
const alone = (definition: ResourceDefinition): PreparedSource => ({
  name: definition.name,
  section: definition.name,
  rootKey: false,
  maxTableNesting: undefined,
  schemaContract: undefined,
  resources: [definition],
  selected: [definition.name],
  http: {},
});

/**
 * The pages of a resource without a pipeline: incrementals start at `initialValue`, state is empty, nothing is stored.
 */
export async function* iteratePages<Item>(
  definition: ResourceDefinition,
  host: SourcePreparer | undefined,
): AsyncGenerator<readonly Item[], void, void> {
  const owner = host?.() ?? alone(definition);
  const others = owner.resources.filter(({ name }) => name !== definition.name);
  const source = { ...owner, resources: [...others, definition], selected: [definition.name] };
  const [component] = components(source);
  const now = Timestamp.fromMillis(Date.now()).toString();
  const run: RunInfo = {
    pipeline: undefined,
    interval: undefined,
    now,
    mode: 'incremental',
    attempt: 1,
  };
  const stop = new AbortController();
  const incrementals = bindComponent({
    component: component!,
    stored: () => undefined,
    range: () => ({ mode: 'incremental', interval: null, now }),
    warn: () => {},
  });
  try {
    const pages = extractComponent({
      source,
      component: component!,
      incrementals,
      states: Object.fromEntries(
        nodesOf(component!.root).map(({ definition: one }) => [one.name, stateFor(one, undefined)]),
      ),
      sourceState: {},
      run,
      signal: stop.signal,
      log: silent,
    });
    for await (const { rows } of pages) yield rows as readonly Item[];
  } finally {
    stop.abort();
  }
}
