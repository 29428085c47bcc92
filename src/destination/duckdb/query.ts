import { DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '@duckdb/node-bindings';
import { TidemarkError } from '../../errors/index';
import type { QueryResult } from '../types';
import { quote } from './dialect';
import type { DuckdbSession } from './session';
import { paramValue, resultValue } from './values';

/** Runs a user's SQL with the dataset as the default schema. @throws TidemarkError QUERY_FAILED */
export async function runQuery(
  handle: Connection,
  session: DuckdbSession,
  query: { readonly dataset: string; readonly sql: string; readonly params: readonly unknown[] },
): Promise<QueryResult> {
  const connection = new DuckDBConnection(handle);
  if (await session.hasDataset()) await session.run(`USE ${quote(session.catalog)}.${quote(query.dataset)}`);
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
    const message = error instanceof Error ? error.message.trim() : String(error);
    throw new TidemarkError('QUERY_FAILED', `The query failed: ${message}`, { cause: error });
  }
}
