import { failpoint } from '../failpoint';
import { type LaterCounts, writtenRows } from './counts';
import type { CommitPlan } from './plan';
import type { StoredWriter } from './stored';

/** Writes what a dataset keeps about a load: the last part of a plan, after its rows. @param counts what became of the rows */
export async function writeRecords(
  writer: StoredWriter,
  { records, loadKey, loadId, at }: CommitPlan,
  counts: LaterCounts,
): Promise<void> {
  if (records.schema !== undefined) await writer.schema({ schema: records.schema, at });
  if (records.state !== undefined) await writer.state({ loadId, state: records.state, at });
  failpoint('after-state');
  if (records.load !== undefined) await writer.load({ loadId, schema: records.load, at });
  for (const { superseded } of records.resources)
    if (superseded !== undefined) await writer.supersede(superseded);
  await writer.ledger(
    records.resources.map(({ row, tables }) => ({ ...row, rows: writtenRows(counts, tables) })),
  );
  if (records.endsClaim) await writer.dropClaim(loadKey);
  if (records.drawsDatasetId) await writer.datasetId(at);
}
