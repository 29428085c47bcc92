import { type LedgerRow, ledgerRow } from '../ledger';
import { Timestamp } from '../value';
import type { LoadPackage, ResourceLoad } from './types';

/** The ledger row of a resource whose load commits. */
export function loadedRow(
  load: LoadPackage,
  resource: ResourceLoad,
  what: { readonly loadId: string | null; readonly rows: number; readonly at: bigint },
): LedgerRow {
  return ledgerRow({
    pipeline: load.pipeline,
    source: load.schema.name,
    resource: resource.resource,
    generation: resource.generation + (resource.fullRefresh === true ? 1 : 0),
    interval: resource.interval,
    covered: resource.covered,
    loadKey: load.loadKey,
    loadId: what.loadId,
    rows: what.rows,
    status: 'loaded',
    attempt: load.attempt,
    committedAt: new Timestamp(what.at).toString(),
  });
}
