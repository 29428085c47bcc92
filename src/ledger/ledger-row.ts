import type { Interval } from '../interval';
import type { LedgerRow, LedgerStatus } from './types';

/** The outcome of a resource in a run, of which {@link ledgerRow} makes a row; what is left out is null there. */
interface LedgerEntry {
  readonly pipeline: string;
  readonly source: string;
  readonly resource: string;
  readonly generation: number;
  readonly loadKey: string;
  readonly status: LedgerStatus;
  /** ISO text in UTC. */
  readonly committedAt: string;
  /** The data interval of the run. */
  readonly interval?: Interval | null | undefined;
  /** The time range that was really covered. */
  readonly covered?: Interval | undefined;
  /** The load id that its rows carry. */
  readonly loadId?: string | null | undefined;
  /** @default 0 */
  readonly rows?: number | undefined;
  /** Redacted by the caller. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** The run on Temporal that it belongs to. */
  readonly attempt?:
    | {
        readonly workflowId?: string | undefined;
        readonly runId?: string | undefined;
        readonly attempt?: number | undefined;
      }
    | undefined;
}

/** The row of an entry. */
export function ledgerRow(entry: LedgerEntry): LedgerRow {
  const { interval, covered, error, attempt } = entry;
  return {
    pipeline: entry.pipeline,
    source: entry.source,
    resource: entry.resource,
    generation: entry.generation,
    interval_start: interval?.start ?? null,
    interval_end: interval?.end ?? null,
    cursor_start: covered?.start ?? null,
    cursor_end: covered?.end ?? null,
    load_key: entry.loadKey,
    load_id: entry.loadId ?? null,
    rows: entry.rows ?? 0,
    status: entry.status,
    error_code: error?.code ?? null,
    error: error?.message ?? null,
    workflow_id: attempt?.workflowId ?? null,
    run_id: attempt?.runId ?? null,
    attempt: attempt?.attempt ?? null,
    committed_at: entry.committedAt,
  };
}
