import { DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { Connection } from '@duckdb/node-bindings';
import type { TableChunk } from '../../normalize/batch';
import type { ActualColumn, ActualTables, AppendTarget, Dialect, SqlParam, SqlRow, SqlSession } from '../sql';
import { ChunkWriter } from './chunk-writer';
import { duckdbDialect, quote } from './dialect';
import { duckdbError } from './errors';
import { changesTables, type KnownTables } from './known-tables';
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
  readonly #known: KnownTables;
  /** Whether its transaction has changed tables, which nobody else sees yet. */
  #changed = false;

  /** @param known what is known of the tables of the file, shared by all its sessions */
  static async open(handle: Connection, dataset: string, known: KnownTables): Promise<DuckdbSession> {
    known.catalog ??= await catalogOf(handle);
    return new DuckdbSession(handle, known.catalog, { dataset, known });
  }

  private constructor(
    handle: Connection,
    catalog: string,
    { dataset, known }: { readonly dataset: string; readonly known: KnownTables },
  ) {
    this.#handle = handle;
    this.#connection = new DuckDBConnection(handle);
    this.catalog = catalog;
    this.#dataset = dataset;
    this.#known = known;
    this.dialect = duckdbDialect(catalog, dataset);
  }

  async begin(): Promise<void> {
    await this.run('BEGIN TRANSACTION');
  }

  async commit(): Promise<void> {
    await this.run('COMMIT');
    this.#ended();
  }

  async rollback(): Promise<void> {
    await this.run('ROLLBACK');
    this.#ended();
  }

  #ended(): void {
    if (this.#changed) this.#known.changed();
    this.#changed = false;
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
    } finally {
      if (changesTables(sql)) {
        this.#changed = true;
        this.#known.changed();
      }
    }
  }

  async tables(): Promise<ActualTables> {
    if (this.#changed) return this.#readTables();
    const { version } = this.#known;
    const known = this.#known.of(this.#dataset);
    if (known !== undefined) return known;
    const tables = await this.#readTables();
    this.#known.keep(this.#dataset, tables, version);
    return tables;
  }

  async #readTables(): Promise<ActualTables> {
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

/** The name under which DuckDB knows the file, taken from its path. */
async function catalogOf(handle: Connection): Promise<string> {
  const reader = await new DuckDBConnection(handle).runAndReadAll('SELECT current_database()');
  return String(reader.getRows()[0]?.[0]);
}
