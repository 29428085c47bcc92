import type { DuckDBPreparedStatement, DuckDBResultReader, DuckDBValue } from '@duckdb/node-api';
import type { TableChunk } from '../../normalize';
import { putField } from '../../value';
import type { ActualColumn, ActualTables } from '../commit';
import type { ResultChunk } from '../result-column';
import type { AppendTarget, Dialect, SqlConnection, SqlParam, SqlRow, StoredAccess } from '../sql';
import type { QueryResult } from '../types';
import { ChunkWriter } from './chunk-writer';
import { duckdbDialect, quote } from './dialect';
import { duckdbError, hasCommitted, isFatal } from './errors';
import { SessionFacts } from './known-facts';
import type { KnownFile } from './known-file';
import { changesTables } from './known-tables';
import type { Link } from './link';
import { queryError, refuseOtherThanReading } from './query-error';
import { rememberingStored } from './remembering';
import { streamResult } from './stream';
import { paramValue, resultValue } from './values';

/** Chunks are written synchronously; after so many, timers and sockets get their turn. */
const CHUNKS_PER_TURN = 8;

/** What can't be prepared once for all times: it changes tables, or what a connection keeps. */
const NOT_KEPT = /^\s*(CREATE|ALTER|DROP|USE|SET|RESET) /i;
const STAGES = /^\s*CREATE TEMP/i;

const BEGIN = { read: 'BEGIN TRANSACTION READ ONLY', write: 'BEGIN TRANSACTION' } as const;

/** A connection for one piece of work. A transaction begins with its first statement. */
export class DuckdbConnection implements SqlConnection {
  readonly dialect: Dialect;
  readonly #catalog: string;
  readonly #facts: SessionFacts;
  readonly #link: Link;
  readonly #dataset: string;
  readonly #file: KnownFile;
  /** The transaction that was asked for, and whether DuckDB has begun one. */
  #transaction: 'none' | keyof typeof BEGIN | 'open' = 'none';
  /** Whether its transaction has changed tables, which nobody else sees yet. */
  #changed = false;

  /** @param known what is known of the file, shared by all its connections */
  static async open(link: Link, dataset: string, known: KnownFile): Promise<DuckdbConnection> {
    known.catalog ??= await catalogOf(link);
    return new DuckdbConnection(link, known.catalog, { dataset, known });
  }

  private constructor(
    link: Link,
    catalog: string,
    { dataset, known }: { readonly dataset: string; readonly known: KnownFile },
  ) {
    this.#link = link;
    this.#catalog = catalog;
    this.#dataset = dataset;
    this.#file = known;
    this.#facts = new SessionFacts(known.factsOf(dataset));
    this.dialect = dialectOf(known, catalog, dataset);
  }

  async begin(mode: 'read' | 'write'): Promise<void> {
    this.#transaction = mode;
    this.#facts.begun();
  }

  async commit(): Promise<void> {
    await this.#end('COMMIT');
  }

  async rollback(): Promise<void> {
    await this.#end('ROLLBACK');
  }

  remembering(stored: StoredAccess): StoredAccess {
    return rememberingStored(stored, this.#facts);
  }

  /** @throws TidemarkError DATASET_MISMATCH if the file isn't at its path any more, before or after the commit */
  async #end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const begun = this.#transaction === 'open';
    const commits = begun && how === 'COMMIT';
    if (commits) this.#file.place.refuseReplaced();
    this.#transaction = 'none';
    let end: 'committed' | 'rolled back' | 'unknown' = how === 'COMMIT' ? 'committed' : 'rolled back';
    try {
      if (commits) await this.#commit();
      else if (begun) await this.#execute(how);
      if (commits) {
        this.#file.place.refuseReplaced();
        this.#file.place.committed();
      }
    } catch (error) {
      if (how === 'COMMIT') end = 'unknown';
      throw this.#failed(error, 'to write');
    } finally {
      this.#facts.ended(end);
      if (this.#changed) this.#file.tables.changed();
      this.#changed = false;
    }
  }

  async #commit(): Promise<void> {
    await this.#link.beforeCommit?.();
    try {
      await this.#execute('COMMIT');
    } catch (error) {
      if (!hasCommitted(error)) throw error;
      this.#failed(error, 'to write');
    }
  }

  async rows(sql: string, params: readonly SqlParam[] = []): Promise<readonly SqlRow[]> {
    try {
      await this.#beginIfWanted();
      return await this.#link.withStatement(sql, async (statement) =>
        rowsOf(await bound(statement, params).runAndReadAll()),
      );
    } catch (error) {
      throw this.#failed(error, 'to read');
    }
  }

  async run(sql: string, params: readonly SqlParam[] = []): Promise<number> {
    try {
      await this.#beginIfWanted();
      return await this.#execute(sql, params);
    } catch (error) {
      throw this.#failed(error, 'to write');
    } finally {
      if (changesTables(sql)) {
        this.#changed = true;
        this.#file.tables.changed();
      }
    }
  }

  async #beginIfWanted(): Promise<void> {
    if (this.#transaction === 'none' || this.#transaction === 'open') return;
    await this.#execute(BEGIN[this.#transaction]);
    this.#transaction = 'open';
  }

  async #execute(sql: string, params: readonly SqlParam[] = []): Promise<number> {
    if (STAGES.test(sql)) this.#link.reusable = false;
    if (NOT_KEPT.test(sql))
      return (await this.#link.connection.run(sql, [...params] as DuckDBValue[])).rowsChanged;
    return this.#link.withStatement(
      sql,
      async (statement) => (await bound(statement, params).run()).rowsChanged,
    );
  }

  /** After an error nobody knows what the connection is left with. */
  #failed(error: unknown, what: string): unknown {
    this.#link.reusable = false;
    if (isFatal(error)) this.#file.isSpent = true;
    return duckdbError(error, what);
  }

  async introspect(): Promise<ActualTables> {
    if (this.#changed) return this.#readTables();
    const { version } = this.#file.tables;
    const known = this.#file.tables.of(this.#dataset);
    if (known !== undefined) return known;
    const tables = await this.#readTables();
    this.#file.tables.keep(this.#dataset, tables, version);
    return tables;
  }

  async #readTables(): Promise<ActualTables> {
    const rows = await this.rows(
      'SELECT c.table_name, c.column_name, c.data_type, c.is_nullable FROM duckdb_columns() c JOIN duckdb_tables() t' +
        ' USING (database_name, schema_name, table_name) WHERE database_name = ? AND schema_name = ? ORDER BY table_name, column_index',
      [this.#catalog, this.#dataset],
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

  async relations(): Promise<readonly string[]> {
    const found = await this.rows(
      'SELECT table_name FROM information_schema.tables WHERE table_catalog = ? AND table_schema = ?',
      [this.#catalog, this.#dataset],
    );
    return found.map(({ table_name }) => String(table_name));
  }

  async createDataset(): Promise<void> {
    await this.run(`CREATE SCHEMA IF NOT EXISTS ${quote(this.#catalog)}.${quote(this.#dataset)}`);
  }

  async bulkAppend(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number> {
    const [catalog, schema] = target.temporary ? ['temp', 'main'] : [this.#catalog, this.#dataset];
    const name = target.temporary ? quote(target.table) : this.dialect.table(target.table);
    try {
      await this.#beginIfWanted();
      const writer = new ChunkWriter({
        connection: this.#link.handle,
        catalog,
        schema,
        table: target.table,
        columns: (await this.#link.connection.run(`SELECT * FROM ${name} LIMIT 0`))
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
      throw this.#failed(error, `to append to table "${target.table}"`);
    }
  }

  async query(sql: string, params: readonly unknown[]): Promise<QueryResult> {
    const { connection } = this.#link;
    await this.#beginQuery(sql);
    try {
      const reader = await connection.runAndReadAll(sql, params.map(paramValue) as DuckDBValue[]);
      const types = reader.columnTypes();
      return {
        columns: reader
          .deduplicatedColumnNames()
          .map((name, index) => ({ name, type: String(types[index]) })),
        rows: rowsOf(reader),
      };
    } catch (error) {
      throw queryError(error);
    }
  }

  async *stream(sql: string, params: readonly unknown[]): AsyncGenerator<ResultChunk, void, void> {
    await this.#beginQuery(sql);
    yield* streamResult(this.#link.connection, sql, params);
  }

  /** Before a user's SQL: the dataset becomes the default schema, which stays with the connection. */
  async #beginQuery(sql: string): Promise<void> {
    this.#link.reusable = false;
    const found = await this.rows(
      'SELECT 1 FROM duckdb_schemas() WHERE database_name = ? AND schema_name = ?',
      [this.#catalog, this.#dataset],
    );
    if (found.length > 0) await this.run(`USE ${quote(this.#catalog)}.${quote(this.#dataset)}`);
    await refuseOtherThanReading(this.#link.connection, sql);
  }
}

function bound(statement: DuckDBPreparedStatement, params: readonly SqlParam[]): DuckDBPreparedStatement {
  statement.bind([...params] as DuckDBValue[]);
  return statement;
}

/** The rows of a whole result, their values as ours. */
function rowsOf(reader: DuckDBResultReader): SqlRow[] {
  const names = reader.deduplicatedColumnNames();
  return reader.getRows().map((values) => {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1)
      putField(row, names[index]!, resultValue(values[index]));
    return row;
  });
}

/** The name under which DuckDB knows the file, taken from its path. */
async function catalogOf({ connection }: Link): Promise<string> {
  const reader = await connection.runAndReadAll('SELECT current_database()');
  return String(reader.getRows()[0]?.[0]);
}

/** Dialects by dataset, for as long as the file is open: a small load has several connections. */
const dialects = new WeakMap<KnownFile, Map<string, Dialect>>();

function dialectOf(known: KnownFile, catalog: string, dataset: string): Dialect {
  const ofFile = dialects.get(known) ?? new Map<string, Dialect>();
  dialects.set(known, ofFile);
  const dialect = ofFile.get(dataset) ?? duckdbDialect(catalog, dataset);
  ofFile.set(dataset, dialect);
  return dialect;
}
