import type { CommitPlan, StoredReader } from '../../src/destination/commit';
import type { LoadPackage } from '../../src/destination/types';
import { storedCursor } from '../../src/state';
import type { Rule } from './rules';

/** What is read of a dataset, as if a rule weren't there. */
export function readerWithout(reader: StoredReader, rule: Rule | undefined, load?: LoadPackage): StoredReader {
  switch (rule) {
    case 'look-up':
      return { ...reader, findLoads: async () => new Map() };
    case 'claim':
      if (load?.attempt === undefined) return reader;
      return { ...reader, holdersOf: async () => new Map([[load.loadKey, load.attempt!]]) };
    case 'load-id':
      return { ...reader, facts: async (of) => ({ ...(await reader.facts(of)), lastLoadId: undefined }) };
    case 'generation':
      if (load === undefined) return reader;
      return {
        ...reader,
        async facts(of) {
          const generations = Object.fromEntries(
            load.resources.map(({ resource, generation }) => [resource, generation]),
          );
          return { ...(await reader.facts(of)), generations };
        },
      };
    case 'earlier-loads':
      return { ...reader, ledger: async () => [] };
    default:
      return reader;
  }
}

/** A load that hides from its guards what they compare. */
export async function loadWithout(
  load: LoadPackage,
  rule: Rule | undefined,
  reader: StoredReader,
): Promise<LoadPackage> {
  if (rule === 'intruder') return { ...load, baseLoadId: '9999999999.999999' };
  if (rule !== 'cursor') return load;
  const state = await reader.state(load.pipeline);
  const resources = load.resources.map((resource) => ({
    ...resource,
    cursors: resource.cursors.map((cursor) => ({
      ...cursor,
      before: storedCursor(state, load.schema.name, resource.resource, cursor.path),
    })),
  }));
  return { ...load, resources };
}

/** A plan in which old may overwrite new. */
export function planWithout(plan: CommitPlan, rule: Rule | undefined, load: LoadPackage): CommitPlan {
  const off =
    rule === 'stale' || (rule === 'stale-live' && load.resources.every(({ stateless }) => !stateless));
  if (!off || plan.writes.kind === 'nothing') return plan;
  const trees = plan.writes.trees.map((tree) =>
    tree.insertion?.how === 'merge'
      ? { ...tree, insertion: { ...tree.insertion, stale: undefined, newerStay: undefined } }
      : tree,
  );
  return { ...plan, writes: { ...plan.writes, trees } };
}
