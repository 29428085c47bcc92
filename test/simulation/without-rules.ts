import type { CommitPlan, StoredReader } from '../../src/destination/commit';
import type { LoadPackage } from '../../src/destination/types';
import { type PipelineState, storedCursor } from '../../src/state';
import type { Rule } from './rules';

/** What is read of a dataset, as if a rule weren't there. */
export function readerWithout(
  reader: StoredReader,
  rule: Rule | undefined,
  load?: LoadPackage,
): StoredReader {
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
    case 'rebase':
      return { ...reader, facts: async (of) => ({ ...(await reader.facts(of)), schema: undefined }) };
    case 'known-rows':
      return {
        ...reader,
        async facts(of) {
          const facts = await reader.facts(of);
          return { ...facts, state: facts.state && withoutHashes(facts.state) };
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
  if (rule === 'known-rows') return knowingNothing(load);
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
export function planWithout(plan: CommitPlan, rule: Rule | undefined): CommitPlan {
  if (rule !== 'stale' || plan.writes.kind === 'nothing') return plan;
  const trees = plan.writes.trees.map((tree) =>
    tree.insertion?.how === 'merge'
      ? { ...tree, insertion: { ...tree.insertion, stale: undefined, newerStay: undefined } }
      : tree,
  );
  return { ...plan, writes: { ...plan.writes, trees } };
}

/** A load whose cursors have forgotten which of their rows are stored. */
function knowingNothing(load: LoadPackage): LoadPackage {
  const resources = load.resources.map((resource) => ({
    ...resource,
    cursors: resource.cursors.map(({ before, ...cursor }) => ({
      ...cursor,
      before: before && { ...before, unique_hashes: [] },
    })),
  }));
  return { ...load, resources };
}

/** The state of such cursors. */
function withoutHashes(state: PipelineState): PipelineState {
  const forget = (key: string, value: unknown): unknown => (key === 'unique_hashes' ? [] : value);
  return JSON.parse(JSON.stringify(state, forget)) as PipelineState;
}
