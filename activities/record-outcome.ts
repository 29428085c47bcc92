import { activityInfo } from '@temporalio/activity';
import { redact } from '../src/config';
import type { RecordOutcomeInput } from '../src/contracts';
import { type LedgerRow, ledgerRow } from '../src/ledger';
import { entryOf } from '../src/plan';
import { schemaNameOf } from '../src/schema';
import { type Deployment, withDataset } from './deployment';

/** `tidemarkRecordOutcome`. */
export function recordOutcomeActivity(deployment: Deployment): (input: RecordOutcomeInput) => Promise<void> {
  return async ({ pipeline, interval, entries }) => {
    const entry = entryOf(deployment.config, pipeline);
    const { workflowExecution } = activityInfo();
    await withDataset(deployment, entry.pipeline, async (dataset) => {
      const { workflowId, runId } = workflowExecution ?? {};
      const loadKeys = [...new Set(entries.map(({ loadKey }) => loadKey))];
      // before the rows, so that no attempt that comes back late commits what they say wasn't loaded
      if (workflowId !== undefined && runId !== undefined)
        await dataset.revokeClaims({ workflowId, runId, loadKeys });
      const rows: LedgerRow[] = [];
      for (const { source, resource, loadKey, attempt, status, error } of entries) {
        const schemaName = schemaNameOf(source);
        const { generations } = await dataset.snapshot(schemaName);
        rows.push(
          ledgerRow({
            pipeline,
            source: schemaName,
            resource,
            generation: generations[resource] ?? 0,
            interval,
            loadKey,
            status,
            error: error && { code: error.code, message: redact(error.message) },
            attempt: { workflowId, runId, attempt },
            committedAt: new Date().toISOString(),
          }),
        );
      }
      await dataset.record(rows);
    });
  };
}
