import { ledgerRow } from '../../ledger';
import { bumpVersion, type StoredSchema, VERSION_TABLE } from '../../schema';
import { type PipelineState, withResourceStates } from '../../state';
import { ownField, Timestamp } from '../../value';
import { drawLoadId, microsOfLoadId, type PlannedDrop } from '../commit';
import type { DropPart, ResourceDrop } from '../drop';
import { failpoint } from '../failpoint';
import { deleteAll, deleteTrees } from './delete-trees';
import { type DropPlace, isDropped, planOf, sourcesOf } from './plan-drops';
import type { SqlSession } from './transaction';
import type { Work } from './work';

/**
 * Drops what `planDrops` says, within a transaction. Where tables can't be dropped in one, they are emptied. A drop of a key
 * that is stored was made already.
 */
export async function dropResources(
  work: Work,
  drop: ResourceDrop,
  { key, dropsTables, ...target }: DropPlace & { readonly key: string },
): Promise<void> {
  const { reader, writer, session } = work;
  const { parts, clock } = drop;
  const keyOf = (resource: string): string => `drop:${key}:${resource}`;
  const loadKeys = parts.flatMap(({ resources }) => resources.map(keyOf));
  if (loadKeys.length === 0 || (await reader.ledger({ loadKeys })).length > 0) return;
  const plans = new Map<string, PlannedDrop>();
  for (const source of sourcesOf(parts)) {
    const plan = drop.tables ? await planOf(work, source, parts) : undefined;
    if (plan !== undefined) plans.set(source, plan);
  }
  await removeTables(session, [...plans.values()], dropsTables);
  let last: string | undefined;
  // a state that was written isn't read again before its load is there, or its script has run
  const states = new Map<string, PipelineState>();
  for (const source of sourcesOf(parts)) {
    const own = parts.filter((part) => part.source === source);
    const facts = await reader.facts({ pipeline: own[0]!.pipeline, schemaName: source });
    last ??= facts.lastLoadId;
    const loadId = drawLoadId(last, Timestamp.fromMillis(clock()).micros);
    last = loadId;
    const at = microsOfLoadId(loadId);
    const schema = await storeSchema(work, { plan: plans.get(source), newest: facts.schema, at });
    const isNew = schema !== facts.schema;
    let stores = isNew;
    for (const [pipeline, resources] of byPipeline(own)) {
      const stored = states.get(pipeline) ?? (await reader.state(pipeline));
      const gone = drop.state ? resources.map((resource) => [resource, undefined] as const) : [];
      // a dlt with a local folder reads a new schema only together with a state that differs
      const marks = isNew && schema !== undefined ? { [`schema ${source}`]: schema.version_hash } : undefined;
      const next = withResourceStates(
        stored,
        { ...target, pipeline, source, marks },
        Object.fromEntries(gone),
      );
      if (schema === undefined || next === stored) continue;
      states.set(pipeline, next);
      await writer.state({ loadId, state: next, at });
      stores = true;
    }
    failpoint('after-state');
    if (stores && schema !== undefined) await writer.load({ loadId, schema, at });
    for (const { pipeline, resources } of own) {
      for (const resource of resources) await writer.supersede({ source, resource });
      await writer.ledger(
        resources.map((resource) =>
          ledgerRow({
            pipeline,
            source,
            resource,
            generation: (ownField(facts.generations, resource) ?? 0) + 1,
            loadKey: keyOf(resource),
            loadId: stores ? loadId : null,
            status: 'reset',
            committedAt: new Timestamp(at).toString(),
          }),
        ),
      );
    }
  }
  // versions of schemas were written past the writer
  writer.rewritten();
  failpoint('before-commit');
}

/** The resources of each pipeline: its state is written once for a source. */
function byPipeline(parts: readonly DropPart[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { pipeline, resources } of parts)
    found.set(pipeline, [...(found.get(pipeline) ?? []), ...resources]);
  return found;
}

/** All of dlt's and tidemark's tables were made first. */
const ALL = { has: () => true };

/** Changes of tables first: DuckDB takes no others after rows were deleted. */
async function removeTables(
  session: SqlSession,
  plans: readonly PlannedDrop[],
  dropsTables: boolean,
): Promise<void> {
  const whole = plans.flatMap((plan) => plan.whole);
  if (dropsTables)
    for (const { tables } of whole)
      for (const { name } of tables) await session.run(`DROP TABLE ${session.dialect.table(name)}`);
  failpoint('after-ddl');
  if (!dropsTables) for (const tree of whole) await deleteAll(session, tree);
  for (const { tree, own } of plans.flatMap((plan) => plan.shared))
    await deleteTrees(session, tree, { where: own.map((rows) => isDropped(session.dialect, rows, ALL)) });
  failpoint('after-delete');
}

/** What the column of a version's hash ends with once a drop has made that version untrue. */
const DROPPED = ' dropped';

/**
 * Stores the schema without what is gone. dlt makes no table of a schema whose hash is stored, and a load that brings the tables back
 * may have one of those: so the hashes of all versions before are changed. What they were stays in their JSON.
 */
async function storeSchema(
  { session, writer }: Work,
  of: {
    readonly plan: PlannedDrop | undefined;
    readonly newest: StoredSchema | undefined;
    readonly at: bigint;
  },
): Promise<StoredSchema | undefined> {
  const { plan, newest, at } = of;
  if (plan === undefined || newest === undefined) return newest;
  const schema = bumpVersion(plan.schema);
  if (schema.version_hash === newest.version_hash) return newest;
  const { table, literal } = session.dialect;
  await session.run(
    `UPDATE ${table(VERSION_TABLE)} SET version_hash = version_hash || ${literal(DROPPED)}` +
      ` WHERE schema_name = ? AND version_hash NOT LIKE ${literal(`%${DROPPED}`)}`,
    [schema.name],
  );
  await writer.schema({ schema, at });
  return schema;
}
