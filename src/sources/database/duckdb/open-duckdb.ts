import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { isTidemarkError, TidemarkError } from '../../../errors';
import { allRows, streamRows } from '../../duckdb-reader';
import type { Database, NestedValues, TableName, TableRow, TableShape } from '../types';
import { unknownTable } from '../unknown-table';
import { connectionClosed, connectionOpened, isHeldElsewhere } from './held-files';
import { cursorTypesOf, hintOf } from './type-map';

const COLUMNS = `
  SELECT column_name AS name, data_type AS type, is_nullable AS nullable FROM duckdb_columns()
  WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2 ORDER BY column_index`;

const PRIMARY_KEY = `
  SELECT unnest(constraint_column_names) AS name FROM duckdb_constraints()
  WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2 AND constraint_type = 'PRIMARY KEY'`;

const TABLES = `
  SELECT table_name AS name FROM information_schema.tables
  WHERE table_catalog = current_database() AND table_schema = $1 ORDER BY 1`;

const SCHEMAS = `
  SELECT schema_name AS name FROM information_schema.schemata
  WHERE catalog_name = current_database() AND schema_name NOT IN ('information_schema', 'pg_catalog') ORDER BY 1`;

/** Errors of DuckDB that the same statement meets again. */
const LASTING =
  /^(Constraint|Conversion|Binder|Catalog|Parser|Invalid Input|Out of Range|Not implemented|Permission)/;

/**
 * A DuckDB file, opened for reading only, in one transaction, so that all that is read is of one moment.
 *
 * @throws SOURCE_NOT_FOUND where there is no such file, SOURCE_UNREACHABLE where another program writes to it,
 * SOURCE_REFUSED where it is not a DuckDB database
 */
export async function openDuckdb(
  file: string,
  { nested, signal }: { readonly nested: NestedValues; readonly signal: AbortSignal },
): Promise<Database> {
  const at = path.resolve(file);
  if (!existsSync(at))
    throw new TidemarkError('SOURCE_NOT_FOUND', `There is no DuckDB file "${at}". Check "path".`, {
      details: { path: at },
    });
  const real = realpathSync(at);
  if (isHeldElsewhere(real)) throw heldError('This program', at);
  connectionOpened(real);
  const instance = await DuckDBInstance.fromCache(at, { access_mode: 'READ_ONLY' }).catch(
    (error: unknown) => {
      connectionClosed(real);
      throw openFailure(error, at);
    },
  );
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  const failing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw readFailure(error, at);
    }
  };
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
    connectionClosed(real);
  };
  try {
    await failing(() => connection.run("SET TimeZone = 'UTC'; BEGIN TRANSACTION READ ONLY"));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    describe: (name) => failing(() => describeTable(connection, name, nested)),
    async *pages({ sql, params }) {
      const rows = streamRows(connection, { sql, params: [...params] });
      for (;;) {
        const page = await failing(() => rows.next());
        if (page.done === true) return;
        yield page.value as TableRow[];
      }
    },
    close,
  };
}

async function describeTable(
  connection: DuckDBConnection,
  { schema, table }: TableName,
  nested: NestedValues,
): Promise<TableShape> {
  const columns = await allRows(connection, { sql: COLUMNS, params: [schema, table] });
  if (columns.length === 0) {
    const names = async (sql: string, params: readonly string[]): Promise<readonly string[]> =>
      (await allRows(connection, { sql, params })).map(({ name }) => String(name));
    throw await unknownTable(
      { schema, table },
      { schemas: () => names(SCHEMAS, []), tables: () => names(TABLES, [schema]) },
    );
  }
  const key = await allRows(connection, { sql: PRIMARY_KEY, params: [schema, table] });
  return {
    columns: columns.map(({ name, type, nullable }) => ({
      name: String(name),
      type: String(type),
      nullable: nullable === true,
      hint: hintOf(String(type), nested),
      cursorTypes: cursorTypesOf(String(type)),
    })),
    primaryKey: key.map(({ name }) => String(name)),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.trim() : String(error));

function openFailure(error: unknown, file: string): TidemarkError {
  const message = messageOf(error);
  const held = /Conflicting lock is held in (.*?) ?\(PID (\d+)\)/.exec(message);
  if (held !== null || /set lock|being used by another process/i.test(message))
    return heldError(held === null ? 'Another program' : `${held[1]} (PID ${held[2]})`, file, error);
  return new TidemarkError('SOURCE_REFUSED', `"${file}" cannot be read as a DuckDB database: ${message}`, {
    cause: error,
    details: { path: file },
  });
}

const heldError = (holder: string, file: string, cause?: unknown): TidemarkError =>
  new TidemarkError(
    'SOURCE_UNREACHABLE',
    `${holder} has the DuckDB file "${file}" open for writing; it can be read when it is closed there. Read a copy, or load when nothing writes to it.`,
    { cause, details: { path: file } },
  );

function readFailure(error: unknown, file: string): unknown {
  if (isTidemarkError(error)) return error;
  const message = messageOf(error);
  const code = LASTING.test(message) ? 'SOURCE_REFUSED' : 'EXTRACT_FAILED';
  return new TidemarkError(code, `The DuckDB file "${file}" refused a statement: ${message}`, {
    cause: error,
    details: { path: file },
  });
}
