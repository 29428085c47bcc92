import type { Dataset, DropPart, ResourceDropReport } from '../destination';
import { resourcesOf } from '../destination';
import { namesAndGuess, TidemarkError } from '../errors';
import type { Entry } from '../run';
import { isSystemName, schemaNameOf } from '../schema';
import { ownField } from '../value';
import type { Access } from './access';
import { stateHolders } from './state';

/** What is dropped of a pipeline. */
export interface DropRequest {
  /** Of the config, or of the stored schema: one that was taken out of the config can be dropped, too. */
  readonly resources: readonly string[];
  /** Forgets their cursors and own values alone; rows stay. @default false */
  readonly stateOnly?: boolean | undefined;
  /** Drops their tables alone; cursors stay, so that the next run brings what is new. @default false */
  readonly tablesOnly?: boolean | undefined;
  /** Says what would go, and changes nothing. @default false */
  readonly dryRun?: boolean | undefined;
}

/**
 * Drops tables and state of resources, as {@link Dataset.dropResources} does.
 *
 * @throws USAGE where none or contradicting things are asked for; RESOURCE_UNKNOWN listing the names there are; QUERY_FAILED where
 * nothing was loaded yet
 */
export function dropResources(
  entry: Entry,
  request: DropRequest,
  access: Access,
): Promise<ResourceDropReport> {
  const { resources, stateOnly = false, tablesOnly = false, dryRun } = request;
  if (resources.length === 0)
    throw new TidemarkError('USAGE', 'Say which resources are to be dropped; none was named.');
  if (stateOnly && tablesOnly)
    throw new TidemarkError(
      'USAGE',
      'State alone and tables alone were both asked for; leave out both to drop the two.',
    );
  return access.withDataset(entry, async (dataset) => {
    const parts = await partsOf(entry, [...new Set(resources)], dataset);
    return dataset.dropResources({ parts, tables: !stateOnly, state: !tablesOnly, clock: Date.now, dryRun });
  });
}

/** Whose resources they are. @throws RESOURCE_UNKNOWN */
async function partsOf(entry: Entry, wanted: readonly string[], dataset: Dataset): Promise<DropPart[]> {
  const parts: DropPart[] = [];
  const known = new Set<string>();
  for (const { name } of entry.sources()) {
    const source = schemaNameOf(name);
    const holders = stateHolders(entry).filter((holder) => holder.source === name);
    for (const { pipeline, resources } of holders) {
      const own = resources.filter((resource) => wanted.includes(resource));
      for (const resource of resources) known.add(resource);
      if (own.length > 0) parts.push({ pipeline: pipeline.name, source, resources: own });
    }
    const configured = holders.flatMap(({ resources }) => resources);
    const stored = (await storedResources(dataset, source)).filter((one) => !configured.includes(one));
    for (const resource of stored) known.add(resource);
    for (const resource of stored.filter((one) => wanted.includes(one)))
      parts.push({ pipeline: formerHolder(entry, resource), source, resources: [resource] });
  }
  const unknown = wanted.find((resource) => !known.has(resource));
  if (unknown === undefined) return parts;
  const names = [...known];
  throw new TidemarkError(
    'RESOURCE_UNKNOWN',
    `Neither the config nor what is stored of pipeline "${entry.name}" has a resource "${unknown}"; there is ${namesAndGuess(unknown, names)}`,
    { details: { resource: unknown, resources: names } },
  );
}

/** Whoever kept the state of a resource that the config has no more. */
function formerHolder({ pipeline, decompose }: Entry, resource: string): string {
  return decompose.kind === 'parallel-isolated' ? pipeline.isolated(resource).name : pipeline.name;
}

/** Resources that have tables by the stored schema, or state. */
async function storedResources(dataset: Dataset, source: string): Promise<string[]> {
  const { schema, state } = await dataset.snapshot(source);
  const writers = Object.values(schema?.tables ?? {})
    .filter(({ name, parent }) => parent === undefined && !isSystemName(name))
    .flatMap(resourcesOf);
  const kept = Object.keys(ownField(state?.sources, source)?.resources ?? {});
  return [...new Set([...writers, ...kept])];
}
