import type { PipelineRef, ResolvedPipeline } from '../config';
import { TidemarkError } from '../errors';
import { components, nodesOf, type PreparedSource, type ResourceDefinition, type Source } from '../source';
import type { EntryComponent, EntryResource } from './entry-component';

/** A source as far as listing goes: no secret, no connection. */
function listing(source: Source): PreparedSource {
  return {
    name: source.name,
    section: source.section,
    rootKey: false,
    maxTableNesting: undefined,
    schemaContract: undefined,
    resources: source.allResourceNames.map((name) => source.resource(name).definition),
    selected: source.resourceNames,
    http: {},
  };
}

function seenByPlan({ name, settings, incremental }: ResourceDefinition): EntryResource {
  return {
    name,
    replaces: settings.writeDisposition === 'replace',
    joins: Object.values(incremental).some(({ options }) => options.allowExternalSchedulers === true),
  };
}

/**
 * The components that an entry's sources load, in their order; with `resources` only those.
 *
 * @throws TidemarkError RESOURCE_UNKNOWN
 */
export function listComponents(
  entry: Pick<ResolvedPipeline<PipelineRef, Source>, 'name' | 'sources'>,
  resources?: readonly string[],
): EntryComponent[] {
  const sources = entry.sources().map(listing);
  const known = sources.flatMap(({ selected }) => selected);
  const unknown = resources?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TidemarkError(
      'RESOURCE_UNKNOWN',
      `The pipeline "${entry.name}" loads no resource "${unknown}"; it loads "${known.join('", "')}".`,
      { details: { pipeline: entry.name, resource: unknown, known } },
    );
  return sources.flatMap((source) => {
    const names =
      resources === undefined ? source.selected : source.selected.filter((name) => resources.includes(name));
    if (names.length === 0) return [];
    return components(source, names).map((component) => ({
      source: source.name,
      name: component.name,
      resources: nodesOf(component.root)
        .filter(({ loaded }) => loaded)
        .map(({ definition }) => seenByPlan(definition)),
    }));
  });
}
