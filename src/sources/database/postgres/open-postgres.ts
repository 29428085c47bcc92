import type { Client, CustomTypesConfig } from 'pg';
import type Cursor from 'pg-cursor';
import { loadPackage } from '../../../optional-package';
import {
  type ArrayTypes,
  type ConnectionSettings,
  connectToPostgres,
  unlessLost,
  valueParsers,
  watchConnection,
} from '../../../postgres-client';
import type { Database, NestedValues, Statement, TableRow } from '../types';
import { describeTable } from './catalogue';
import { sourceError } from './postgres-errors';

/** What a page is to hold at most, as text of the server. */
const PAGE_CHARACTERS = 8 << 20;
/** The first page, before it is known how wide rows are. */
const FIRST_ROWS = 200;

/**
 * Everything below sees the database as it is at the first statement; values are written the same by every server; a
 * server that checks its connections ends a statement whose client is gone.
 */
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601';
  SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 3;
  SET LOCAL idle_in_transaction_session_timeout = 0;
  SELECT set_config(name, '2000', true) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'`;

/**
 * A connection in one transaction that only reads, so that all it reads is of one moment. Closing it ends the transaction;
 * when `signal` is aborted, the connection is cut.
 *
 * @throws SOURCE_UNREACHABLE, SOURCE_UNAUTHORIZED, SOURCE_NOT_FOUND
 */
export async function openPostgres(
  settings: ConnectionSettings,
  { nested, signal }: { readonly nested: NestedValues; readonly signal: AbortSignal },
): Promise<Database> {
  const failing = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw sourceError(error, settings, doing);
    }
  };
  signal.throwIfAborted();
  const client = await failing('the connection', () => connectToPostgres(settings));
  watchConnection(client);
  const cut = (): void => void client.end().catch(() => {});
  signal.addEventListener('abort', cut, { once: true });
  let arrays: ArrayTypes = new Map();
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', cut);
    await client.end().catch(() => {});
  };
  try {
    await failing('a transaction', () => client.query(BEGIN));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async describe(name) {
      const shape = await failing('reading the catalogue', () => describeTable(client, name, nested));
      arrays = shape.arrays;
      return shape;
    },
    pages: (statement, pageRows) =>
      readPages({ client, statement, pageRows, parserOf: valueParsers(nested, arrays), failing }),
    close,
  };
}

async function* readPages(read: {
  readonly client: Client;
  readonly statement: Statement;
  readonly pageRows: number;
  readonly parserOf: ReturnType<typeof valueParsers>;
  readonly failing: <T>(doing: string, work: () => Promise<T>) => Promise<T>;
}): AsyncGenerator<TableRow[], void, void> {
  const { client, statement, pageRows, parserOf, failing } = read;
  let characters = 0;
  const getTypeParser = (oid: number) => {
    const parse = parserOf(oid);
    return (text: string): unknown => {
      characters += text.length;
      return parse(text);
    };
  };
  const PgCursor = loadPackage<typeof Cursor>('Postgres', 'pg-cursor');
  const cursor = client.query(
    new PgCursor<TableRow>(statement.sql, [...statement.params], {
      types: { getTypeParser: getTypeParser as CustomTypesConfig['getTypeParser'] },
    }),
  );
  let wanted = Math.min(FIRST_ROWS, pageRows);
  try {
    for (;;) {
      characters = 0;
      const rows = await failing('a statement', () => unlessLost(client, cursor.read(wanted)));
      if (rows.length > 0) yield rows;
      if (rows.length < wanted) return;
      const width = Math.max(characters / rows.length, 1);
      wanted = Math.max(1, Math.min(pageRows, Math.floor(PAGE_CHARACTERS / width)));
    }
  } finally {
    await unlessLost(client, cursor.close()).catch(() => {});
  }
}
