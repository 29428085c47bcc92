import type { DuckDBValue } from '@duckdb/node-api';
import type { QueryResult } from '../types';
import { quote } from './dialect';
import type { Link } from './link';
import { queryError, refuseSeveral } from './query-error';
import type { DuckdbSession } from './session';
import { paramValue, resultValue } from './values';

/**
 * Runs a user's SQL in a transaction that only reads, with the dataset as the default schema.
 * @throws TidemarkError QUERY_FAILED
 */
export async function runQuery(
  link: Link,
  session: DuckdbSession,
  query: { readonly dataset: string; readonly sql: string; readonly params: readonly unknown[] },
): Promise<QueryResult> {
  const { connection } = link;
  // The default schema stays with it.
  link.reusable = false;
  if (await session.hasDataset()) await session.run(`USE ${quote(session.catalog)}.${quote(query.dataset)}`);
  await refuseSeveral(connection, query.sql);
  await session.beginReading();
  try {
    const reader = await connection.runAndReadAll(query.sql, query.params.map(paramValue) as DuckDBValue[]);
    const names = reader.deduplicatedColumnNames();
    const types = reader.columnTypes();
    return {
      columns: names.map((name, index) => ({ name, type: String(types[index]) })),
      rows: reader
        .getRows()
        .map((row) => Object.fromEntries(row.map((value, index) => [names[index]!, resultValue(value)]))),
    };
  } catch (error) {
    throw queryError(error);
  } finally {
    await session.rollback().catch(() => undefined);
  }
}
