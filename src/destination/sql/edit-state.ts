import { ledgerRow } from '../../ledger';
import { withResourceStates } from '../../state';
import { ownField, Timestamp } from '../../value';
import { drawLoadId, microsOfLoadId, type StoredReader, type StoredWriter } from '../commit';
import type { CommitTarget, StateEdit } from '../types';

/**
 * Resets or sets state by hand, within a transaction: a load that began before it commits nothing any more.
 * @param owner whose state it is, and where
 */
export async function editState(
  { reader, writer }: { readonly reader: StoredReader; readonly writer: StoredWriter },
  { source, resources, set, clock }: StateEdit,
  owner: CommitTarget & { readonly pipeline: string },
): Promise<void> {
  const { pipeline } = owner;
  const { state, generations, schema, lastLoadId } = await reader.facts({ pipeline, schemaName: source });
  const loadId = drawLoadId(lastLoadId, Timestamp.fromMillis(clock()).micros);
  const at = microsOfLoadId(loadId);
  const states = Object.fromEntries(resources.map((resource) => [resource, ownField(set, resource)]));
  const next = withResourceStates(state, { ...owner, source }, states);
  const stores = next !== state && schema !== undefined;
  if (stores) {
    await writer.state({ loadId, state: next, at });
    await writer.load({ loadId, schema, at });
  }
  for (const resource of resources) await writer.supersede({ source, resource });
  await writer.ledger(
    resources.map((resource) =>
      ledgerRow({
        pipeline,
        source,
        resource,
        generation: (ownField(generations, resource) ?? 0) + 1,
        loadKey: `reset:${loadId}:${resource}`,
        loadId: stores ? loadId : null,
        status: 'reset',
        committedAt: new Timestamp(at).toString(),
      }),
    ),
  );
}
