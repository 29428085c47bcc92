import { DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '@duckdb/node-bindings';
import type { TableChunk } from '../../normalize/batch';
import type { ActualColumn, ActualTables, AppendTarget, Dialect, SqlParam, SqlRow, SqlSession } from '../sql';
import { ChunkWriter } from './chunk-writer';
import { duckdbDialect, quote } from './dialect';
import { duckdbError } from './errors';
import { resultValue } from './values';

/** Chunks are written synchronously; after so many, timers and sockets get their turn. */
const CHUNKS_PER_TURN = 8;

/** The SQL session of one connection. Temporary tables live as long as it does. */
export class DuckdbSession implements SqlSession {
  readonly dialect: Dialect;
  readonly stagedRow = 'rowid';
  readonly #handle: Connection;
  readonly #connection: DuckDBConnection;
  readonly catalog: string;
  readonly #dataset: string;

  /** The name under which DuckDB knows the file, taken from its path. */
  static async catalogOf(handle: Connection): Promise<string> {
    const reader = await new DuckDBConnection(handle).runAndReadAll('SELECT current_database()');
    return String(reader.getRows()[0]?.[0]);
  }

  constructor(handle: Connection, catalog: string, dataset: string) {
    this.#handle = handle;
    this.#connection = new DuckDBConnection(handle);
    this.catalog = catalog;
    this.#dataset = dataset;
    this.dialect = duckdbDialect(catalog, dataset);
  }

  async begin(): Promise<void> {
    await this.run('BEGIN TRANSACTION');
  }

  async commit(): Promise<void> {
    await this.run('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.run('ROLLBACK');
  }

  async rows(sql: string, params: readonly SqlParam[] = []): Promise<readonly SqlRow[]> {
    try {
      const reader = await this.#connection.runAndReadAll(sql, [...params] as DuckDBValue[]);
      const names = reader.deduplicatedColumnNames();
      return reader
        .getRows()
        .map((row) => Object.fromEntries(row.map((value, index) => [names[index]!, resultValue(value)])));
    } catch (error) {
      throw duckdbError(error, 'to read');
    }
  }

  async run(sql: string, params: readonly SqlParam[] = []): Promise<number> {
    try {
      const result = await this.#connection.run(sql, [...params] as DuckDBValue[]);
      return result.rowsChanged;
    } catch (error) {
      throw duckdbError(error, 'to write');
    }
  }

  async tables(): Promise<ActualTables> {
    const rows = await this.rows(
      'SELECT c.table_name, c.column_name, c.data_type, c.is_nullable FROM duckdb_columns() c JOIN duckdb_tables() t' +
        ' USING (database_name, schema_name, table_name) WHERE database_name = ? AND schema_name = ? ORDER BY table_name, column_index',
      [this.catalog, this.#dataset],
    );
    const tables = new Map<string, ActualColumn[]>();
    for (const row of rows) {
      // DuckDB finds a name in any case, so that there can't be two that differ in nothing else.
      const table = String(row.table_name).toLowerCase();
      const column = {
        name: String(row.column_name).toLowerCase(),
        type: String(row.data_type),
        nullable: row.is_nullable === true,
      };
      const columns = tables.get(table);
      if (columns === undefined) tables.set(table, [column]);
      else columns.push(column);
    }
    return tables;
  }

  async hasDataset(): Promise<boolean> {
    const sql = 'SELECT 1 FROM duckdb_schemas() WHERE database_name = ? AND schema_name = ?';
    return (await this.rows(sql, [this.catalog, this.#dataset])).length > 0;
  }

  async createDataset(): Promise<void> {
    await this.run(`CREATE SCHEMA IF NOT EXISTS ${quote(this.catalog)}.${quote(this.#dataset)}`);
  }

  async stage(name: string, query: string, params: readonly SqlParam[] = []): Promise<string> {
    await this.run(`CREATE TEMP TABLE ${quote(name)} AS ${query}`, params);
    return quote(name);
  }

  async append(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number> {
    const [catalog, schema] = target.temporary ? ['temp', 'main'] : [this.catalog, this.#dataset];
    const name = target.temporary ? quote(target.table) : this.dialect.table(target.table);
    try {
      const writer = new ChunkWriter({
        connection: this.#handle,
        catalog,
        schema,
        table: target.table,
        columns: (await this.#connection.run(`SELECT * FROM ${name} LIMIT 0`))
          .columnNames()
          .map((column) => column.toLowerCase()),
        constants: target.constants,
      });
      let rows = 0;
      let written = 0;
      for await (const chunk of chunks) {
        writer.write(chunk);
        rows += chunk.rows;
        written += 1;
        if (written % CHUNKS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      writer.close();
      return rows;
    } catch (error) {
      throw duckdbError(error, `to append to table "${target.table}"`);
    }
  }
}
