import { DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api';
import type { Connection } from '@duckdb/node-bindings';

/** Statements that a connection keeps prepared; a load has about thirty of them. */
const STATEMENTS_KEPT = 64;

/** A connection with the statements that it has prepared: to parse and plan one takes longer than to run it. */
export class Link {
  readonly handle: Connection;
  readonly connection: DuckDBConnection;
  /** Whether nothing is left on it that the next one would find: a temporary table, a default schema, a transaction. */
  reusable = true;
  /** Done before a transaction commits, while its work has the connection. */
  beforeCommit: (() => Promise<void>) | undefined;
  readonly #statements = new Map<string, DuckDBPreparedStatement>();

  constructor(handle: Connection) {
    this.handle = handle;
    this.connection = new DuckDBConnection(handle);
  }

  /** Runs work with a prepared statement, which nobody else has meanwhile. */
  async withStatement<T>(sql: string, work: (statement: DuckDBPreparedStatement) => Promise<T>): Promise<T> {
    const statement = this.#statements.get(sql) ?? (await this.connection.prepare(sql));
    this.#statements.delete(sql);
    let done: T;
    try {
      done = await work(statement);
    } catch (error) {
      statement.destroySync();
      throw error;
    }
    this.#keep(sql, statement);
    return done;
  }

  #keep(sql: string, statement: DuckDBPreparedStatement): void {
    if (this.#statements.has(sql)) {
      statement.destroySync();
      return;
    }
    this.#statements.set(sql, statement);
    if (this.#statements.size <= STATEMENTS_KEPT) return;
    const [oldest, least] = this.#statements.entries().next().value!;
    this.#statements.delete(oldest);
    least.destroySync();
  }

  close(): void {
    this.connection.disconnectSync();
  }
}
