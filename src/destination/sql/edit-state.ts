import { ledgerRow } from '../../ledger';
import { withResourceStates } from '../../state';
import { ownField, Timestamp } from '../../value';
import { drawLoadId, microsOfLoadId, type StoredReader, type StoredWriter } from '../commit';
import type { CommitTarget, StateEdit } from '../types';

/** Whose state is edited, and where. */
interface Owner extends CommitTarget {
  readonly pipeline: string;
  /** Tells this edit from others. */
  readonly key: string;
}

/**
 * Resets or sets state by hand, within a transaction: a load that began before it commits nothing any more. An edit of a key that
 * is stored was made already.
 */
export async function editState(
  { reader, writer }: { readonly reader: StoredReader; readonly writer: StoredWriter },
  { source, resources, set, clock }: StateEdit,
  owner: Owner,
): Promise<void> {
  const { pipeline, key, ...target } = owner;
  const keyOf = (resource: string): string => `reset:${key}:${resource}`;
  if (resources.length === 0) return;
  if ((await reader.ledger({ loadKeys: resources.map(keyOf) })).length > 0) return;
  const { state, generations, schema, lastLoadId } = await reader.facts({ pipeline, schemaName: source });
  const loadId = drawLoadId(lastLoadId, Timestamp.fromMillis(clock()).micros);
  const at = microsOfLoadId(loadId);
  const states = Object.fromEntries(resources.map((resource) => [resource, ownField(set, resource)]));
  const next = withResourceStates(state, { ...target, pipeline, source }, states);
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
        loadKey: keyOf(resource),
        loadId: stores ? loadId : null,
        status: 'reset',
        committedAt: new Timestamp(at).toString(),
      }),
    ),
  );
}
