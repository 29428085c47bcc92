import { Timestamp } from '../value';
import { endClaim, isHolder } from './claims';
import { commitContext } from './commit-context';
import { writtenRows } from './counts';
import { applySchema, createServiceTables, fillRootIds } from './ddl';
import { failpoint } from './failpoint';
import { finalSchema } from './final-schema';
import { guardLoad, guardRootIds } from './guards';
import { drawLoadId, microsOfLoadId } from './load-id';
import { loadedRow } from './loaded-row';
import { planWork } from './plan-work';
import { rebase } from './rebase';
import type { ActualTables, SqlSession } from './sql';
import { changesState, stateAfter } from './state-after';
import { type StoredReader, storedReader } from './stored';
import type { CommitOutcome, CommitTarget, CommittedLoad, LoadPackage, ResourceLoad } from './types';
import { rowWriter } from './write-rows';

/**
 * Commits a load in one transaction, or nothing: the one place in which rows, schema, state and ledger come together.
 * Called with the dataset's commit lock held.
 */
export async function commitLoad(
  session: SqlSession,
  load: LoadPackage,
  target: CommitTarget,
): Promise<CommitOutcome> {
  await session.begin();
  try {
    failpoint('after-begin');
    const before = await session.tables();
    const reader = storedReader(session, before);
    const known = await committedBefore(load, reader);
    if (known !== undefined) {
      await session.rollback();
      return answered(known);
    }
    const outcome = await writeLoad({ session, load, target, before, reader });
    failpoint('before-commit');
    await session.commit();
    failpoint('after-commit');
    return outcome;
  } catch (error) {
    // What made the commit fail matters; a transaction that is beyond rolling back is gone anyway.
    await session.rollback().catch(() => undefined);
    throw error;
  }
}

/** A claimed key was not committed: claiming looks for that, and every commit of a key ends its claim. */
async function committedBefore(
  { loadKey, attempt }: LoadPackage,
  reader: StoredReader,
): Promise<CommittedLoad | undefined> {
  if (attempt !== undefined && isHolder(await reader.holderOf(loadKey), attempt)) return undefined;
  return reader.findLoad(loadKey);
}

interface Step {
  readonly session: SqlSession;
  readonly load: LoadPackage;
  readonly target: CommitTarget;
  readonly before: ActualTables;
  readonly reader: StoredReader;
}

async function writeLoad({ session, load, target, before, reader }: Step): Promise<CommitOutcome> {
  const state = await reader.newestState(load.pipeline);
  await guardLoad(load, reader, state);
  const newest = await reader.newestSchema(load.schema.name);
  const { schema: rebased, staged } = await rebase(session, load, newest, before);
  guardRootIds(load, rebased);
  const schema = finalSchema(load, rebased, newest);
  const loadId = drawLoadId(await reader.lastLoadId(), BigInt(Math.round(load.clock() * 1000)));
  const at = microsOfLoadId(loadId);
  const context = commitContext({
    session,
    load,
    schema,
    before,
    loadId,
    at,
    chunks: (table) => staged.chunks(table),
  });
  const works = [];
  for (const resource of load.resources)
    works.push({ resource, ...(await planWork(context, resource, reader)) });
  await createServiceTables(session, before);
  const writes =
    staged.tables.some((table) => table.rows > 0) ||
    works.some(({ tables, replaces }) => replaces && tables.length > 0) ||
    changesState(load, target, state);
  const next = writes ? stateAfter(load, target, state, { schema, newest }) : state;
  if (writes) {
    const rootless = await applySchema(session, schema, before);
    failpoint('after-ddl');
    await fillRootIds(session, schema, rootless);
    for (const { tables } of works) for (const table of tables) await table.remove();
    failpoint('after-delete');
    for (const { tables } of works) for (const table of tables) await table.insert();
    failpoint('after-insert');
  }
  const writer = rowWriter(session);
  const newSchemaVersion = writes && schema.version_hash !== newest?.version_hash;
  if (newSchemaVersion) await writer.schema({ schema, at });
  if (next !== undefined && next !== state) await writer.state({ loadId, state: next, at });
  failpoint('after-state');
  if (writes) await writer.load({ loadId, schema, at });
  const written = (resource: ResourceLoad): number =>
    resource.tables.reduce((sum, table) => sum + writtenRows(context.tally, table), 0);
  const committed = { loadId: writes ? loadId : null, at };
  for (const { resource, superseded } of works) {
    const of = { source: schema.name, resource: resource.resource };
    if (resource.fullRefresh === true) await writer.supersede(of);
    else if (superseded.length > 0) await writer.supersede({ ...of, loadKeys: superseded });
    await writer.ledger([loadedRow(load, resource, { ...committed, rows: written(resource) })]);
  }
  await endClaim(load.loadKey, { session, reader, writer });
  if ((await reader.datasetId()) === undefined) await writer.datasetId(at);
  const stored = writes ? schema : newest;
  return {
    status: 'loaded',
    loadId: writes ? loadId : undefined,
    committedAt: new Timestamp(at).toString(),
    rows: Object.fromEntries(load.resources.map((resource) => [resource.resource, written(resource)])),
    tables: Object.fromEntries(context.tally),
    schema: stored,
    schemaVersion: stored?.version,
    newSchemaVersion,
    state: next,
  };
}

function answered(known: CommittedLoad): CommitOutcome {
  return {
    status: 'skipped',
    loadId: known.loadId,
    committedAt: known.committedAt,
    rows: Object.fromEntries(known.rows.map((row) => [row.resource, row.rows])),
    tables: {},
    schema: undefined,
    schemaVersion: undefined,
    newSchemaVersion: false,
    state: undefined,
  };
}
