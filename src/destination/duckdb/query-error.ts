import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '../../errors';

/** What DuckDB says of a statement that would write, in a transaction that only reads. */
const WRITES = /transaction is launched in read-only mode|in read-only mode/i;

/** An error of a user's SQL. */
export function queryError(error: unknown): TidemarkError {
  const message = error instanceof Error ? error.message.trim() : String(error);
  const cure = WRITES.test(message)
    ? '. A query only reads: rows are written by running a pipeline, and whoever wants to change them by hand opens the file with DuckDB itself.'
    : '';
  return new TidemarkError('QUERY_FAILED', `The query failed: ${message}${cure}`, { cause: error });
}

/**
 * Refuses all but one statement: a second one could run outside of the transaction that only reads, once the first ended it.
 * @throws TidemarkError QUERY_FAILED
 */
export async function refuseSeveral(connection: DuckDBConnection, sql: string): Promise<void> {
  const { count } = await connection.extractStatements(sql).catch((error: unknown) => {
    throw queryError(error);
  });
  if (count <= 1) return;
  throw new TidemarkError('QUERY_FAILED', `The query has ${count} statements; run them one by one.`, {
    details: { statements: count },
  });
}
