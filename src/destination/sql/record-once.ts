import type { LedgerRow } from '../../ledger';
import type { StoredReader, StoredWriter } from '../commit';

/** Writes ledger rows of runs that ended without a load, within a transaction; those that are there already, once. */
export async function recordOnce(
  rows: readonly LedgerRow[],
  { reader, writer }: { readonly reader: StoredReader; readonly writer: StoredWriter },
): Promise<void> {
  const stored = await reader.ledger({ loadKeys: [...new Set(rows.map((row) => row.load_key))] });
  const missing = rows.filter((row) => !stored.some((known) => tellsTheSame(known, row)));
  if (missing.length > 0) await writer.ledger(missing);
}

/** Whether two rows are of one end: a run on Temporal tells each once, another run is told by its time. */
function tellsTheSame(a: LedgerRow, b: LedgerRow): boolean {
  const same = (keys: readonly (keyof LedgerRow)[]): boolean => keys.every((key) => a[key] === b[key]);
  if (!same(['load_key', 'source', 'resource', 'status', 'workflow_id', 'run_id', 'attempt'])) return false;
  return a.run_id !== null || Date.parse(a.committed_at) === Date.parse(b.committed_at);
}
