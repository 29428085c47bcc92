import { ledgerRow } from '../ledger';
import { withResourceStates } from '../state';
import { Timestamp } from '../value';
import { createServiceTables } from './ddl';
import { drawLoadId, microsOfLoadId } from './load-id';
import type { SqlSession } from './sql';
import { storedReader } from './stored';
import type { CommitTarget, StateEdit } from './types';
import { rowWriter } from './write-rows';

/** Resets or sets state by hand, in one transaction: a load that began before it commits nothing any more. */
export async function applyStateEdit(
  session: SqlSession,
  pipeline: string,
  edit: StateEdit,
  target: CommitTarget,
): Promise<void> {
  await session.begin();
  try {
    const before = await session.tables();
    const reader = storedReader(session, before);
    const stored = await reader.newestState(pipeline);
    const generations = await reader.generations(edit.source);
    const schema = await reader.newestSchema(edit.source);
    const loadId = drawLoadId(await reader.lastLoadId(), BigInt(Math.round(edit.clock() * 1000)));
    const at = microsOfLoadId(loadId);
    await createServiceTables(session, before);
    const writer = rowWriter(session);
    const states = Object.fromEntries(edit.resources.map((resource) => [resource, edit.set?.[resource]]));
    const next = withResourceStates(stored, { pipeline, ...target, source: edit.source }, states);
    if (next !== stored && schema !== undefined) {
      await writer.state({ loadId, state: next, at });
      await writer.load({ loadId, schema, at });
    }
    for (const resource of edit.resources) await writer.supersede({ source: edit.source, resource });
    await writer.ledger(
      edit.resources.map((resource) =>
        ledgerRow({
          pipeline,
          source: edit.source,
          resource,
          generation: (generations[resource] ?? 0) + 1,
          loadKey: `reset:${loadId}:${resource}`,
          loadId: next !== stored && schema !== undefined ? loadId : null,
          status: 'reset',
          committedAt: new Timestamp(at).toString(),
        }),
      ),
    );
    if ((await reader.datasetId()) === undefined) await writer.datasetId(at);
    await session.commit();
  } catch (error) {
    await session.rollback().catch(() => undefined);
    throw error;
  }
}
