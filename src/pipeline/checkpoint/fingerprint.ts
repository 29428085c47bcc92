import type { DatasetSnapshot } from '../../destination';
import { schemaNameOf } from '../../schema';
import { nodesOf } from '../../source';
import { encodeTyped, type StateObject } from '../../state';
import { canonicalJson, ownField, sha3 } from '../../value';
import type { ComponentLoad } from '../component-load';
import type { ResourceRun } from '../resource-run';

/**
 * What the pages of a load depend on: resources and their arguments, ranges and where they start, generations, and the
 * states that the load began with. A checkpoint of anything else would mix two extractions.
 */
export function fingerprintOf(
  load: ComponentLoad,
  begun: {
    readonly runs: readonly ResourceRun[];
    readonly snapshot: DatasetSnapshot;
    readonly sourceState: StateObject;
  },
): string {
  const { request, source, component, pipeline } = load;
  const nodes = new Map(nodesOf(component.root).map((node) => [node.definition.name, node]));
  const resources = begun.runs.map(
    ({ name, definition, disposition, fullRefresh, stored, incrementals }) => ({
      name,
      children: nodes.get(name)!.children.map((child) => child.definition.name),
      loaded: nodes.get(name)!.loaded,
      params: definition.boundParams,
      overrides: definition.overrides,
      limit: [String(definition.limit.pages), String(definition.limit.rows)],
      disposition,
      fullRefresh,
      custom: stored.custom,
      generation: ownField(begun.snapshot.generations, name) ?? 0,
      incrementals: Object.values(incrementals).map(({ cursor, func, exact }) => {
        const { initialValue, startValue, endValue } = exact;
        return { cursor, func, initialValue, startValue, endValue };
      }),
    }),
  );
  const asked = {
    pipeline,
    source: schemaNameOf(source.name),
    baseUrl: source.http.baseUrl,
    mode: request.range.mode,
    interval: request.range.interval,
    resources,
    sourceState: begun.sourceState,
  };
  return sha3(canonicalJson(encodeTyped(asked)));
}
