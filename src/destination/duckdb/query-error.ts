import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { TidemarkError } from '../../errors';

/** What DuckDB says of a statement that would write, in a transaction that only reads. */
const WRITES = /transaction is launched in read-only mode|in read-only mode/i;

/** An error of a user's SQL. */
export function queryError(error: unknown): TidemarkError {
  const message = error instanceof Error ? error.message.trim() : String(error);
  const cure = WRITES.test(message)
    ? '. A query only reads: rows are written by running a pipeline, and whoever wants to change them by hand opens the file with DuckDB itself.'
    : REACHES_FILES.test(message)
      ? '. A query reaches no files unless it is told so: `--files`, or `sql(…, [], { files: true })`.'
      : '';
  return new TidemarkError('QUERY_FAILED', `The query failed: ${message}${cure}`, { cause: error });
}

const READ_ONLY_CURE =
  'A query only reads, and is one SELECT, EXPLAIN, DESCRIBE or SHOW: rows are written by running a pipeline, and whoever wants to change or copy them by hand opens the file with DuckDB itself.';
/** White space and comments. */
const SPACE = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)*`;
/** How statements begin that read. The rest isn't even prepared: to prepare an EXPORT makes its folder. */
const READS = new RegExp(
  `^${SPACE}(?:\\(|(?:SELECT|WITH|FROM|VALUES|TABLE|DESCRIBE|DESC|SHOW|SUMMARIZE)\\b)`,
  'i',
);
/** What runs what comes after it. */
const EXPLAIN = new RegExp(
  `^${SPACE}EXPLAIN\\b${SPACE}(?:ANALYZE\\b${SPACE})?(?:\\([A-Z_, ]*\\)${SPACE})?`,
  'i',
);
/** What DuckDB says where SQL would reach a file, and may not. */
const REACHES_FILES =
  /file system operations are disabled|disabled (by|through) configuration|enable_external_access/i;

/**
 * Refuses all but one statement that reads: what copies, attaches, installs or sets something does that in a transaction that
 * only reads, too.
 * @throws TidemarkError QUERY_FAILED
 */
export async function refuseOtherThanReading(connection: DuckDBConnection, sql: string): Promise<void> {
  await refuseSeveral(connection, sql);
  const explained = sql.replace(EXPLAIN, '');
  if (READS.test(explained) && (await isSelect(connection, explained))) return;
  throw new TidemarkError('QUERY_FAILED', `The query is not read-only. ${READ_ONLY_CURE}`);
}

async function isSelect(connection: DuckDBConnection, sql: string): Promise<boolean> {
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count === 0) return false;
    const prepared = await statements.prepare(0);
    const { statementType } = prepared;
    prepared.destroySync();
    return statementType === StatementType.SELECT;
  } catch (error) {
    throw queryError(error);
  }
}

/**
 * Refuses all but one statement: a second one could run outside of the transaction that only reads, once the first ended it.
 * @throws TidemarkError QUERY_FAILED
 */
async function refuseSeveral(connection: DuckDBConnection, sql: string): Promise<void> {
  const { count } = await connection.extractStatements(sql).catch((error: unknown) => {
    throw queryError(error);
  });
  if (count <= 1) return;
  throw new TidemarkError('QUERY_FAILED', `The query has ${count} statements; run them one by one.`, {
    details: { statements: count },
  });
}
