import type { LedgerRow } from '../ledger';
import { Timestamp } from '../value';
import type { LoadPackage, ResourceLoad } from './types';

/** The ledger row of a resource whose load commits. */
export function loadedRow(
  load: LoadPackage,
  resource: ResourceLoad,
  what: { readonly loadId: string | null; readonly rows: number; readonly at: bigint },
): LedgerRow {
  return {
    pipeline: load.pipeline,
    source: load.schema.name,
    resource: resource.resource,
    generation: resource.generation + (resource.fullRefresh === true ? 1 : 0),
    interval_start: resource.interval?.start ?? null,
    interval_end: resource.interval?.end ?? null,
    cursor_start: resource.covered?.start ?? null,
    cursor_end: resource.covered?.end ?? null,
    load_key: load.loadKey,
    load_id: what.loadId,
    rows: what.rows,
    status: 'loaded',
    error_code: null,
    error: null,
    workflow_id: load.attempt?.workflowId ?? null,
    run_id: load.attempt?.runId ?? null,
    attempt: load.attempt?.attempt ?? null,
    committed_at: new Timestamp(what.at).toString(),
  };
}
