import type { Client, QueryResult as PgResult } from 'pg';
import type { TableChunk } from '../../normalize';
import type { ConnectionSettings } from '../../postgres-client';
import type { ActualColumn, ActualTables } from '../commit';
import type { ResultChunk } from '../result-column';
import type {
  AppendTarget,
  Dialect,
  EarlyStaging,
  Lookup,
  SqlConnection,
  SqlParam,
  SqlRow,
  StoredAccess,
} from '../sql';
import type { QueryResult } from '../types';
import { appendChunks, writtenType } from './append-chunks';
import { postgresDialect } from './dialect';
import { isLost, postgresError, queryError, TO_BEGIN, TO_LOCK } from './errors';
import { indexed } from './indexed';
import { beginAlone, beginReading, beginStaging, type CommitLimits, lockDataset } from './lock';
import { numberParameters } from './parameters';
import { refuseOtherThanReading } from './reading';
import { readingAtOnce } from './reading-at-once';
import { RECORD_INDEXES } from './record-indexes';
import { streamResult } from './stream';
import { paramValue, TYPES } from './values';

/** A table has 1,600 at the most. */
const MOST_COLUMNS = 1_598;

/** What was found of a dataset, and isn't looked for again. */
export interface KnownOfDataset {
  recordsAreIndexed: boolean;
}

interface Options {
  readonly dataset: string;
  readonly settings: ConnectionSettings;
  readonly limits: CommitLimits;
  /** Bytes from which the rows of a load are brought before the lock is taken. */
  readonly stagedFrom: number;
  /** What the connections of a dataset know together. */
  readonly known: KnownOfDataset;
  /** The connection isn't used again. */
  readonly drop: () => void;
}

/** A connection for one piece of work. Outside of a transaction it is in one that reads, so that the server writes values alike. */
export class PostgresConnection implements SqlConnection {
  readonly dialect: Dialect;
  readonly staging: EarlyStaging;
  readonly #client: Client;
  readonly #options: Options;
  #transaction: 'none' | 'read' | 'write' = 'none';

  constructor(client: Client, options: Options) {
    this.#client = client;
    this.#options = options;
    this.dialect = postgresDialect(options.dataset);
    this.staging = {
      pays: ({ bytes, widest }) => bytes >= options.stagedFrom && widest <= MOST_COLUMNS,
      begin: () => this.#beginStaging(),
      lock: () => this.#doing(TO_LOCK, () => lockDataset(client, options.dataset, options.limits)),
      columnType: writtenType,
    };
  }

  async #beginStaging(): Promise<void> {
    await this.#doing(TO_BEGIN, () => beginStaging(this.#client, this.#options.limits));
    this.#transaction = 'write';
  }

  async begin(mode: 'read' | 'write'): Promise<void> {
    const { dataset, limits } = this.#options;
    await this.#doing(TO_BEGIN, async () => {
      if (mode === 'write') await beginAlone(this.#client, dataset, limits);
      else await beginReading(this.#client, limits);
    });
    this.#transaction = mode;
  }

  async commit(): Promise<void> {
    await this.#doing('to commit', () => this.#client.query('COMMIT'));
    this.#transaction = 'none';
  }

  async rollback(): Promise<void> {
    this.#transaction = 'none';
    await this.#doing('to roll back', () => this.#client.query('ROLLBACK'));
  }

  abort(): void {
    this.#options.drop();
    void this.#client.end().catch(() => {});
  }

  /** Ends what reading without a transaction has begun. */
  async release(): Promise<void> {
    if (this.#transaction === 'none') return;
    await this.rollback().catch(() => undefined);
  }

  async rows(sql: string, params: readonly SqlParam[] = []): Promise<readonly SqlRow[]> {
    return this.#doing('to read', async () => (await this.#query<SqlRow>(sql, params)).rows);
  }

  async run(sql: string, params: readonly SqlParam[] = []): Promise<number> {
    return this.#doing('to write', async () => (await this.#query(sql, params)).rowCount ?? 0);
  }

  async #query<R extends SqlRow>(sql: string, params: readonly unknown[]): Promise<PgResult<R>> {
    if (this.#transaction === 'none') await this.begin('read');
    return this.#client.query<R>({
      text: numberParameters(sql),
      values: params.map(paramValue),
      types: TYPES,
    });
  }

  async introspect(): Promise<ActualTables> {
    const rows = await this.rows(
      'SELECT c.relname AS name, a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable' +
        ' FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace' +
        ' JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped' +
        " WHERE n.nspname = ? AND c.relkind IN ('r', 'p') ORDER BY c.relname, a.attnum",
      [this.#options.dataset],
    );
    const tables = new Map<string, ActualColumn[]>();
    for (const { name, column, type, nullable } of rows) {
      const columns = tables.get(String(name)) ?? [];
      columns.push({ name: String(column), type: String(type), nullable: nullable === true });
      tables.set(String(name), columns);
    }
    return tables;
  }

  async relations(): Promise<readonly string[]> {
    const found = await this.rows('SELECT table_name FROM information_schema.tables WHERE table_schema = ?', [
      this.#options.dataset,
    ]);
    return found.map(({ table_name }) => String(table_name));
  }

  async createDataset(): Promise<void> {
    this.#options.known.recordsAreIndexed = false;
    await this.run(`CREATE SCHEMA IF NOT EXISTS ${this.dialect.quote(this.#options.dataset)}`);
  }

  async bulkAppend(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number> {
    const name = target.temporary ? this.dialect.quote(target.table) : this.dialect.table(target.table);
    let failed: { readonly error: unknown } | undefined;
    const rows = told(chunks, (error) => {
      failed = { error };
    });
    try {
      return await this.#doing(`to append to table "${target.table}"`, async () => {
        const { fields } = await this.#query(`SELECT * FROM ${name} LIMIT 0`, []);
        const columns = new Map(fields.map((field) => [field.name, field.dataTypeID]));
        return appendChunks(this.#client, { name, columns, constants: target.constants }, rows);
      });
    } catch (error) {
      // what fails in this process is no failure of the server
      throw failed === undefined ? error : failed.error;
    }
  }

  async index(lookups: readonly Lookup[]): Promise<void> {
    if (lookups.length === 0) return;
    const there = await this.#indexed([...new Set(lookups.map(({ table }) => table))]);
    const made = new Set<string>();
    for (const { table, columns } of lookups) {
      const place = `${table}\n${columns[0]!.name}`;
      if (there.has(place)) continue;
      there.add(place);
      made.add(table);
      await this.run(`CREATE INDEX ON ${this.dialect.table(table)} ${indexed(columns)}`);
    }
    // until autovacuum comes, the server would take keys for values that repeat, and read whole tables to find a few rows
    for (const table of made) await this.run(`ANALYZE ${this.dialect.table(table)}`);
  }

  async indexRecords(): Promise<void> {
    const { dataset, known } = this.#options;
    if (known.recordsAreIndexed) return;
    // who isn't a table's owner can't index it, and does without
    const rows = await this.rows(
      'SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace' +
        " WHERE n.nspname = ? AND (c.relkind = 'i' OR (c.relkind = 'r' AND pg_catalog.pg_has_role(c.relowner, 'USAGE')))",
      [dataset],
    );
    const there = new Set(rows.map(({ name }) => String(name)));
    const missing = RECORD_INDEXES.filter(({ name, table }) => there.has(table) && !there.has(name));
    const { quote, table: qualified } = this.dialect;
    for (const { name, table, on } of missing)
      await this.run(`CREATE INDEX ${quote(name)} ON ${qualified(table)} ${on}`);
    // what this transaction has made may be rolled back
    known.recordsAreIndexed = missing.length === 0;
  }

  /** First columns of the indexes of tables. */
  async #indexed(tables: readonly string[]): Promise<Set<string>> {
    const rows = await this.rows(
      'SELECT t.relname AS name, a.attname AS "column" FROM pg_catalog.pg_index i' +
        ' JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace' +
        ' JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]' +
        ` WHERE i.indpred IS NULL AND n.nspname = ? AND t.relname IN (${tables.map(() => '?').join(', ')})`,
      [this.#options.dataset, ...tables],
    );
    return new Set(rows.map(({ name, column }) => `${String(name)}\n${String(column)}`));
  }

  remembering(stored: StoredAccess, tables: ActualTables): StoredAccess {
    const { dialect } = this;
    return readingAtOnce(stored, { tables, dialect, rows: (sql, params) => this.rows(sql, params) });
  }

  async query(sql: string, params: readonly unknown[]): Promise<QueryResult> {
    const chunks: ResultChunk[] = [];
    for await (const chunk of this.stream(sql, params)) chunks.push(chunk);
    const columns = chunks[0]!.columns().map(({ name, type }) => ({ name, type }));
    return { columns, rows: chunks.flatMap((chunk) => chunk.toRows()) };
  }

  async *stream(sql: string, params: readonly unknown[]): AsyncGenerator<ResultChunk, void, void> {
    refuseOtherThanReading(sql);
    await this.run(`SET LOCAL search_path = ${this.dialect.quote(this.#options.dataset)}`);
    try {
      const text = params.length === 0 ? sql : numberParameters(sql);
      yield* streamResult(this.#client, text, params.map(paramValue));
    } catch (error) {
      if (!isLost(error)) throw queryError(error);
      this.#options.drop();
      throw postgresError(error, this.#options.settings, 'to read');
    }
  }

  async #doing<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // after an error nobody knows what the connection is left with
      this.#options.drop();
      throw postgresError(error, this.#options.settings, what);
    }
  }
}

/** Chunks, telling what fails in bringing them. */
async function* told(
  chunks: AsyncIterable<TableChunk>,
  onError: (error: unknown) => void,
): AsyncGenerator<TableChunk, void, void> {
  try {
    yield* chunks;
  } catch (error) {
    onError(error);
    throw error;
  }
}
