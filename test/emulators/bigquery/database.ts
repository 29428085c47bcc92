import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { ApiError } from './api-error';
import { Catalog } from './catalog';
import { REFUSED, registerFunctions } from './sql/register';
import { quoted } from './sql/types';
import { Transactions } from './transactions';

/** The rows of the project, in DuckDB, with what is known of its tables. */
export interface Database {
  readonly catalog: Catalog;
  readonly transactions: Transactions;
  connect(): Promise<DuckDBConnection>;
  /** Takes a connection back, whose work has ended. */
  release(connection: DuckDBConnection): Promise<void>;
  /**
   * Runs a change of tables, one at a time, and keeps the catalog.
   * @param single that it is one statement, which needs no transaction
   */
  change<T>(work: (connection: DuckDBConnection) => Promise<T>, single?: boolean): Promise<T>;
  close(): Promise<void>;
}

/** @param file undefined for memory */
export async function openDatabase(projectId: string, file: string | undefined): Promise<Database> {
  const instance = await DuckDBInstance.create(file ?? ':memory:', { threads: '1' });
  const own = await newConnection();
  registerFunctions(own);
  const catalog = new Catalog(projectId);
  await own.run('CREATE TABLE IF NOT EXISTS gs_catalog (text VARCHAR)');
  const [stored] = (await own.runAndReadAll('SELECT text FROM gs_catalog')).getRows();
  if (stored !== undefined) catalog.fromText(String(stored[0]));
  for (const table of catalog.datasets().flatMap(({ tables }) => [...tables.values()])) {
    const [row] = (await own.runAndReadAll(`SELECT count(*) FROM main.${quoted(table.duckName)}`)).getRows();
    table.rows = Number(row?.[0]);
  }
  const idle: DuckDBConnection[] = [];
  let last: Promise<unknown> = Promise.resolve();

  async function newConnection(): Promise<DuckDBConnection> {
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return connection;
  }

  async function changed<T>(work: (connection: DuckDBConnection) => Promise<T>, single: boolean): Promise<T> {
    if (single && file === undefined) return work(own);
    await own.run('BEGIN TRANSACTION');
    try {
      const result = await work(own);
      if (file !== undefined) {
        await own.run('DELETE FROM gs_catalog');
        await own.run('INSERT INTO gs_catalog VALUES ($text)', { text: catalog.toText() });
      }
      await own.run('COMMIT');
      return result;
    } catch (error) {
      await own.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  return {
    catalog,
    transactions: new Transactions(),
    connect: async () => idle.pop() ?? newConnection(),
    async release(connection) {
      idle.push(connection);
    },
    change(work, single = false) {
      const done = last.then(() => retried(() => changed(work, single)));
      last = done.catch(() => undefined);
      return done;
    },
    async close() {
      await last;
      for (const connection of [...idle, own]) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Values of a result, a row each. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  binds: Readonly<Record<string, string>> = {},
): Promise<readonly (readonly DuckDBValue[])[]> {
  try {
    return (await connection.runAndReadAll(sql, used(sql, binds))).getRows();
  } catch (error) {
    throw queryError(error, sql);
  }
}

/** @returns how many rows were changed */
export async function runSql(
  connection: DuckDBConnection,
  sql: string,
  binds: Readonly<Record<string, string>> = {},
): Promise<number> {
  try {
    return (await connection.run(sql, used(sql, binds))).rowsChanged;
  } catch (error) {
    throw queryError(error, sql);
  }
}

/** DuckDB takes no parameter that its SQL doesn't name. */
const used = (sql: string, binds: Readonly<Record<string, string>>): Record<string, string> | undefined => {
  const all = Object.entries(binds).filter(([name]) => sql.includes(`$${name} AS`));
  return all.length === 0 ? undefined : Object.fromEntries(all);
};

/** DuckDB's error as BigQuery's: what it was refused for, or that it couldn't be done. */
function queryError(error: unknown, sql: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  const at = message.indexOf(REFUSED);
  if (at >= 0) return new ApiError('invalidQuery', message.slice(at + REFUSED.length));
  if (/INTERRUPT/i.test(message))
    return new ApiError('stopped', 'Job execution was cancelled: User requested cancellation');
  if (/^TransactionContext Error|Conflict on/i.test(message)) return new ConflictError(message);
  const required = /NOT NULL constraint failed: [^.]+\.(.+)$/m.exec(message);
  if (required !== null) return new ApiError('invalidQuery', `Required field ${required[1]} cannot be null`);
  return new ApiError('invalidQuery', `${message} (DuckDB's answer to: ${sql.slice(0, 2000)})`);
}

/** DuckDB found two transactions that changed one row, or a table that was altered meanwhile. */
export class ConflictError extends Error {}

/** Where BigQuery lets a statement wait for another one, DuckDB refuses it: it is done again. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConflictError) || left === 0) throw error;
      await new Promise(setImmediate);
    }
  }
}
