import { listComponents, partByReach } from '../plan';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';

/** A resource of an entry, as its ledger rows name it. */
export interface EntryResource {
  /** The source's name in the ledger. */
  readonly source: string;
  readonly resource: string;
  /** Whether a data interval reaches it: a backfill loads it. */
  readonly reached: boolean;
}

/** What an entry loads, in the order of its sources. */
export function entryResources(entry: Entry): EntryResource[] {
  const reached = new Set(
    partByReach(listComponents(entry)).reached.flatMap(({ source, resources }) =>
      resources.map(({ name }) => `${source}\n${name}`),
    ),
  );
  return entry.sources().flatMap(({ name, resourceNames }) =>
    resourceNames.map((resource) => ({
      source: schemaNameOf(name),
      resource,
      reached: reached.has(`${name}\n${resource}`),
    })),
  );
}
