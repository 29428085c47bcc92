import type { Client, FieldDef, QueryResult as PgResult } from 'pg';
import type Cursor from 'pg-cursor';
import { loadPackage } from '../../optional-package';
import { unlessLost, watchConnection } from '../../postgres-client';
import type { ResultChunk } from '../result-column';
import { rowChunk } from '../sql';
import { TYPES, typeName } from './values';

/** As many rows as a chunk of DuckDB has. */
const CHUNK_ROWS = 2048;

interface Part {
  readonly rows: readonly (readonly unknown[])[];
  readonly fields: readonly FieldDef[];
}

const read = (cursor: Cursor<readonly unknown[]>): Promise<Part> =>
  new Promise((resolve, reject) => {
    cursor.read(CHUNK_ROWS, (error: Error | null | undefined, rows, result: PgResult) => {
      if (error) reject(error);
      else resolve({ rows, fields: result.fields });
    });
  });

/**
 * Runs one statement and gives its result in chunks: memory is bounded by the chunk. At least one comes, so that the columns are
 * known. To be read within the connection's transaction.
 */
export async function* streamResult(
  client: Client,
  sql: string,
  values: readonly unknown[],
): AsyncGenerator<ResultChunk, void, void> {
  watchConnection(client);
  const PgCursor = loadPackage<typeof Cursor>('Postgres', 'pg-cursor');
  const cursor = client.query(
    new PgCursor<readonly unknown[]>(sql, [...values], { rowMode: 'array', types: TYPES }),
  );
  try {
    for (let first = true; ; first = false) {
      const part = await unlessLost(client, read(cursor));
      if (first || part.rows.length > 0) yield chunkOf(part);
      if (part.rows.length < CHUNK_ROWS) return;
    }
  } finally {
    await unlessLost(client, cursor.close()).catch(() => undefined);
  }
}

/** The names of columns, each once: a name that comes again is told by a number. */
function columnsOf(fields: readonly FieldDef[]): { readonly name: string; readonly type: string }[] {
  const taken = new Set<string>();
  return fields.map((field) => {
    let name = field.name;
    for (let again = 1; taken.has(name); again += 1) name = `${field.name}:${again}`;
    taken.add(name);
    return { name, type: typeName(field.dataTypeID) };
  });
}

function chunkOf({ rows, fields }: Part): ResultChunk {
  const columns = columnsOf(fields);
  return rowChunk({
    columns,
    rows: rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))),
  });
}
