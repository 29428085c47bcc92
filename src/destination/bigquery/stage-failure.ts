import { TidemarkError } from '../../errors';
import { isBigQueryFailure } from './failure';
import type { StagedFile } from './staging';

/** Names the row that a load job refused. @throws TidemarkError DESTINATION_REFUSED */
export function refuseStaged(error: unknown, staged: Pick<StagedFile, 'tableAt'>): void {
  if (!isBigQueryFailure(error, 'invalid')) return;
  const said = [error.message, ...error.errors];
  for (const message of said) {
    const [, byte] = /row starting at (?:position|location):? (\d+)/.exec(message) ?? [];
    const table = byte === undefined ? undefined : staged.tableAt(Number(byte));
    if (table === undefined) continue;
    throw new TidemarkError(
      'DESTINATION_REFUSED',
      `BigQuery refused a row of table "${table}": ${message}. Nothing was written.`,
      { cause: error, details: { table, jobId: error.jobId ?? null } },
    );
  }
}
