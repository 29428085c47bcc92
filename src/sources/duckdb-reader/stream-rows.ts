import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { valueReader } from './row-values';

interface RowQuery {
  readonly sql: string;
  readonly params?: readonly DuckDBValue[];
}

export type RowObject = Record<string, unknown>;

/** The rows of a query as DuckDB makes them, in pages of up to 2,048: memory is bounded by the page. */
export async function* streamRows(
  connection: DuckDBConnection,
  { sql, params = [] }: RowQuery,
): AsyncGenerator<RowObject[], void, void> {
  const result = await connection.stream(sql, [...params]);
  const names = result.deduplicatedColumnNames();
  const readers = result.columnTypes().map(valueReader);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const rows: RowObject[] = Array.from({ length: chunk.rowCount }, () => ({}));
    names.forEach((name, index) => {
      const vector = chunk.getColumnVector(index);
      const read = readers[index]!;
      for (let at = 0; at < rows.length; at++) rows[at]![name] = read(vector.getItem(at));
    });
    yield rows;
  }
}

/** All rows of a query that gives few. */
export async function allRows(connection: DuckDBConnection, query: RowQuery): Promise<RowObject[]> {
  const rows: RowObject[] = [];
  for await (const page of streamRows(connection, query)) rows.push(...page);
  return rows;
}
