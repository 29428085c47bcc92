import { ledgerRow } from '../../ledger';
import type { StoredSchema } from '../../schema';
import { Timestamp } from '../../value';
import type { LoadPackage } from '../types';
import type { CommitBasis } from './basis';
import { finalSchema } from './final-schema';
import { guardLoad, guardRootIds } from './guards';
import { drawLoadId, microsOfLoadId } from './load-id';
import type { CommitPlan, ResourceRecord, RowWrites } from './plan';
import { type PlannedTrees, planTrees } from './plan-trees';
import { planSchemaChanges, planServiceTables, rootIdFills } from './schema-changes';
import { changesState, stateAfter } from './state-after';

/**
 * Plans the commit of a load from what is stored: what a commit does is decided here, and nowhere else.
 * @throws TidemarkError DATASET_MISMATCH, CLAIM_LOST, STATE_CHANGED, GENERATION_CHANGED, INTERVAL_OVERLAP, REPLACE_REFUSED,
 * PRIMARY_KEY_REQUIRED, CLOCK_SKEW
 */
export function planCommit(load: LoadPackage, basis: CommitBasis): CommitPlan {
  const { facts, holder, rebased } = basis;
  guardLoad(load, facts, holder);
  guardRootIds(load, rebased.schema);
  const schema = finalSchema(load, rebased.schema, facts.schema);
  const loadId = drawLoadId(facts.lastLoadId, Timestamp.fromMillis(load.clock()).micros);
  const at = microsOfLoadId(loadId);
  // before slices are refused: custom state that can't be merged makes the load start over, and then nothing stands in its way
  const movesState = changesState(load, basis, facts.state);
  const trees = planTrees({ load, basis, schema, at });
  const writes = rebased.staged.tables.some(({ rows }) => rows > 0) || trees.replaces || movesState;
  const plan = {
    loadKey: load.loadKey,
    loadId,
    at,
    service: planServiceTables(basis.tables, basis.types),
    endsClaim: holder !== undefined,
    trees,
  };
  return writes ? writing(load, basis, { ...plan, schema }) : writingNothing(load, basis, plan);
}

interface Begun extends Pick<CommitPlan, 'loadKey' | 'loadId' | 'at' | 'service'> {
  readonly endsClaim: boolean;
  readonly trees: PlannedTrees;
}

/** A load that brought nothing and changes nothing: its ledger rows alone. */
function writingNothing(load: LoadPackage, { facts }: CommitBasis, begun: Begun): CommitPlan {
  const { endsClaim, trees, ...plan } = begun;
  return {
    ...plan,
    writes: { kind: 'nothing' },
    records: {
      schema: undefined,
      state: undefined,
      load: undefined,
      resources: recordsOf(load, { loadId: null, at: begun.at, trees }),
      endsClaim,
      drawsDatasetId: facts.datasetId === undefined,
    },
    after: { schema: facts.schema, state: facts.state },
  };
}

function writing(
  load: LoadPackage,
  basis: CommitBasis,
  begun: Begun & { readonly schema: StoredSchema },
): CommitPlan {
  const { schema, trees, endsClaim, ...plan } = begun;
  const { facts } = basis;
  const state = stateAfter(load, basis, facts.state, { schema, newest: facts.schema });
  const changes = planSchemaChanges(schema, basis.tables, basis.types);
  const writes: RowWrites = {
    kind: 'rows',
    changes,
    rootIds: rootIdFills(schema, changes),
    trees: trees.trees,
    staged: basis.rebased.staged,
  };
  return {
    ...plan,
    writes,
    records: {
      schema: schema.version_hash === facts.schema?.version_hash ? undefined : schema,
      state: state === facts.state ? undefined : state,
      load: schema,
      resources: recordsOf(load, { loadId: begun.loadId, at: begun.at, trees }),
      endsClaim,
      drawsDatasetId: facts.datasetId === undefined,
    },
    after: { schema, state },
  };
}

interface Recorded {
  readonly loadId: string | null;
  readonly at: bigint;
  readonly trees: PlannedTrees;
}

/** What the ledger gets of each resource. */
function recordsOf(load: LoadPackage, { loadId, at, trees }: Recorded): readonly ResourceRecord[] {
  return load.resources.map((resource) => {
    const fullRefresh = resource.fullRefresh === true;
    const of = { source: load.schema.name, resource: resource.resource };
    const loadKeys = trees.superseded.get(resource.resource) ?? [];
    const row = ledgerRow({
      pipeline: load.pipeline,
      ...of,
      generation: resource.generation + (fullRefresh ? 1 : 0),
      interval: resource.interval,
      covered: resource.covered,
      loadKey: load.loadKey,
      loadId,
      status: 'loaded',
      attempt: load.attempt,
      committedAt: new Timestamp(at).toString(),
    });
    const some = loadKeys.length === 0 ? undefined : { ...of, loadKeys };
    return { superseded: fullRefresh ? of : some, row, tables: resource.tables };
  });
}
