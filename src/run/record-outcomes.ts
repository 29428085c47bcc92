import { redact } from '../config';
import type { CommittedResource, RecordOutcomeInput } from '../contracts';
import type { CommittedLoad } from '../destination';
import { type LedgerRow, ledgerRow } from '../ledger';
import { schemaNameOf } from '../schema';
import { ownField } from '../value';
import { type RunAccess, withDataset } from './engine';
import type { Entry } from './entry';
import type { WorkflowRun } from './execute-attempt';

/**
 * Writes a ledger row for each resource that ended without a load. No attempt of the run can commit it afterwards; what one
 * had committed, unheard of, stays loaded.
 * @returns those that were committed
 */
export async function recordOutcomes(options: {
  readonly entry: Entry;
  readonly input: RecordOutcomeInput;
  readonly workflow?: WorkflowRun | undefined;
  readonly access: RunAccess;
}): Promise<CommittedResource[]> {
  const { entry, input, workflow, access } = options;
  const { pipeline, interval, entries } = input;
  return withDataset(access, entry.pipeline, async (dataset) => {
    const loadKeys = [...new Set(entries.map(({ loadKey }) => loadKey))];
    // before the rows, so that no attempt that comes back late commits what they say wasn't loaded
    if (workflow !== undefined) await dataset.revokeClaims({ ...workflow, loadKeys });
    const loads = new Map<string, CommittedLoad | undefined>();
    for (const loadKey of loadKeys) loads.set(loadKey, await dataset.findLoad(loadKey));
    const committed: CommittedResource[] = [];
    const rows: LedgerRow[] = [];
    for (const { source, resource, loadKey, attempt, status, error } of entries) {
      const load = loads.get(loadKey);
      if (load !== undefined) {
        const loaded = load.rows.find((row) => row.resource === resource);
        committed.push({ loadKey, resource, rows: loaded?.rows ?? 0, loadId: load.loadId ?? null });
        continue;
      }
      const schemaName = schemaNameOf(source);
      const { generations } = await dataset.snapshot(schemaName);
      rows.push(
        ledgerRow({
          pipeline,
          source: schemaName,
          resource,
          generation: ownField(generations, resource) ?? 0,
          interval,
          loadKey,
          status,
          error: error && { code: error.code, message: redact(error.message) },
          attempt: workflow && { ...workflow, attempt },
          committedAt: new Date().toISOString(),
        }),
      );
    }
    await dataset.record(rows);
    return committed;
  });
}
