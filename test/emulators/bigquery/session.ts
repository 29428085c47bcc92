import type { DuckDBConnection } from '@duckdb/node-api';
import { invalidQuery } from './api-error';
import { bytesOf, type StoredTable, shownTable, tableKey } from './catalog';
import { type Database, rowsOf, runSql } from './database';
import { informationSchema } from './information-schema';
import { type Parameters, parameterValue } from './parameters';
import type { DatasetReference } from './rest-types';
import { tokenize } from './sql/lexer';
import { type Environment, failure } from './sql/scope';
import type { Relation, Typed } from './sql/typed';
import { quoted, scalar, text } from './sql/types';
import type { Transaction } from './transactions';

/** Texts from this length on are given to DuckDB as parameters. */
const LONG_TEXT = 65_536;

const BILLED_LEAST = 10 * 2 ** 20;

interface SessionOptions {
  readonly database: Database;
  readonly sql: string;
  readonly parameters: Parameters;
  readonly defaultDataset: DatasetReference | undefined;
  readonly location: string;
  readonly maximumBytesBilled: number | undefined;
  readonly stopped: AbortSignal;
}

/** What a query's job has while it runs: its connection, variables, temporary tables, and its transaction. */
export class Session {
  readonly database: Database;
  readonly options: SessionOptions;
  #connection: DuckDBConnection | undefined;
  readonly #tables = new WeakMap<Relation, StoredTable>();
  readonly temporary = new Map<string, Relation>();
  readonly variables = new Map<string, Typed>();
  transaction: Transaction | undefined;
  /** Of the last one that was begun. */
  transactionId: string | undefined;
  /** What the transaction will have added to the estimates. */
  readonly added = new Map<StoredTable, number>();
  temporaryBefore: ReadonlyMap<string, Relation> = new Map();
  rowCount: number | undefined;
  /** What the last error within a block was. */
  error: string | undefined;
  readonly totals = { processed: 0, billed: 0, slotMs: 0 };

  constructor(options: SessionOptions) {
    this.options = options;
    this.database = options.database;
  }

  async connection(): Promise<DuckDBConnection> {
    this.#connection ??= await this.database.connect();
    return this.#connection;
  }

  interrupt(): void {
    this.#connection?.interrupt();
  }

  async rows(sql: string, binds?: Readonly<Record<string, string>>): ReturnType<typeof rowsOf> {
    return rowsOf(await this.connection(), sql, binds);
  }

  async run(sql: string, binds?: Readonly<Record<string, string>>): Promise<number> {
    return runSql(await this.connection(), sql, binds);
  }

  /** Ends it: an open transaction is rolled back, temporary tables go. */
  async close(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    if (this.transaction !== undefined) {
      await connection.run('ROLLBACK').catch(() => undefined);
      this.database.transactions.rollback(this.transaction);
      this.restoreTemporary();
      this.transaction = undefined;
    }
    const drops = [...this.temporary.values()].map(({ sql }) => `DROP TABLE IF EXISTS ${sql}`);
    if (drops.length > 0) await connection.run(drops.join('; '));
    await this.database.release(connection);
  }

  restoreTemporary(): void {
    this.temporary.clear();
    for (const [name, relation] of this.temporaryBefore) this.temporary.set(name, relation);
  }

  /** Where a table that isn't temporary is. @throws ApiError */
  place(names: readonly string[], at: number): { readonly dataset: string; readonly table: string } {
    const { defaultDataset } = this.options;
    const { projectId } = this.database.catalog;
    const [table = '', dataset = defaultDataset?.datasetId, project, ...more] = [...names].reverse();
    if (dataset === undefined)
      throw failure(
        this.environment().env,
        `Table "${table}" must be qualified with a dataset (e.g. dataset.table).`,
        at,
      );
    if ((project ?? projectId) !== projectId || more.length > 0)
      throw invalidQuery(
        `Access Denied: the fake has no other project than ${projectId}: ${names.join('.')}`,
      );
    return { dataset, table };
  }

  relationOf(table: StoredTable): Relation {
    const { projectId } = this.database.catalog;
    const relation: Relation = {
      sql: `main.${quoted(table.duckName)}`,
      columns: table.columns,
      key: tableKey(table),
      shown: shownTable(projectId, table),
    };
    this.#tables.set(relation, table);
    return relation;
  }

  /** The table of a relation, if it is one that is stored. */
  tableOf(relation: Relation): StoredTable | undefined {
    return this.#tables.get(relation);
  }

  /** What one statement is analyzed with, and what it turns out to need. */
  environment(): {
    readonly env: Environment;
    readonly binds: Record<string, string>;
    readonly read: Set<Relation>;
  } {
    const binds: Record<string, string> = {};
    const places = new Map<string, string>();
    const read = new Set<Relation>();
    const positions = new Map<number, number>();
    const { catalog } = this.database;
    const { location, parameters, sql } = this.options;
    const env: Environment = {
      sql,
      relation: (names, at) => {
        const temporary = names.length === 1 ? this.temporary.get(names[0]!) : undefined;
        if (temporary !== undefined) return temporary;
        const schema = names.findIndex((name) => name.toUpperCase() === 'INFORMATION_SCHEMA');
        if (schema >= 0) {
          const { dataset } = this.place([...names.slice(0, schema), 'x'], at);
          catalog.dataset(dataset, location);
          const view = informationSchema(catalog, dataset, names.slice(schema + 1).join('.'));
          if (view === undefined) throw failure(env, `The fake doesn't have ${names.join('.')}`, at);
          return view;
        }
        const { dataset, table } = this.place(names, at);
        return this.relationOf(catalog.table(dataset, table, location));
      },
      parameter: (name, at) => {
        // the same place in the text may be analyzed twice
        if (name === undefined && !positions.has(at)) positions.set(at, placeOfParameter(sql, at));
        return parameterValue(env, parameters, { name, at, place: positions.get(at) ?? 0 });
      },
      variable: (name) => this.variables.get(name.toLowerCase()),
      system: (name, at) => this.#system(env, name, at),
      bind(value) {
        // DuckDB's SQL ends at U+0000; but to prepare a statement takes it several times as long as to read a short text
        if (value.length < LONG_TEXT && !value.includes('\0')) return `CAST(${text(value)} AS VARCHAR)`;
        const known = places.get(value) ?? `gs_text_${places.size}`;
        places.set(value, known);
        binds[known] = value;
        return `CAST($${known} AS VARCHAR)`;
      },
      reads: (relation) => void read.add(relation),
    };
    return { env, binds, read };
  }

  #system(env: Environment, name: string, at: number): Typed {
    const { billed, processed, slotMs } = this.totals;
    const whole = (value: number | undefined): Typed =>
      value === undefined
        ? { sql: 'CAST(NULL AS BIGINT)', type: scalar('INT64') }
        : { sql: `CAST(${value} AS BIGINT)`, type: scalar('INT64'), constant: 'number', text: String(value) };
    switch (name) {
      case 'row_count':
        return whole(this.rowCount);
      case 'script.bytes_billed':
        return whole(billed);
      case 'script.bytes_processed':
        return whole(processed);
      case 'script.slot_ms':
        return whole(slotMs);
      case 'project_id':
        return { sql: env.bind(this.database.catalog.projectId), type: scalar('STRING') };
      case 'error.message':
        return this.error === undefined
          ? { sql: 'CAST(NULL AS VARCHAR)', type: scalar('STRING') }
          : { sql: env.bind(this.error), type: scalar('STRING') };
      default:
        throw failure(env, `System variable not found, or the fake doesn't have it: @@${name}`, at);
    }
  }

  /** Counts what a statement reads. @throws ApiError bytesBilledLimitExceeded before it runs */
  bill(read: ReadonlySet<Relation>): { readonly processed: number; readonly billed: number } {
    const keys = new Map([...read].map((relation) => [relation.key, relation]));
    const tables = [...keys.values()].flatMap((relation) => this.tableOf(relation) ?? []);
    const processed = tables.reduce((sum, table) => sum + bytesOf(table), 0);
    const billed = read.size === 0 ? 0 : Math.max(BILLED_LEAST, Math.ceil(processed / 2 ** 20) * 2 ** 20);
    return { processed, billed };
  }
}

/** The place among all `?` of a text. */
const placeOfParameter = (sql: string, at: number): number =>
  tokenize(sql).filter(({ key, start }) => key === '?' && start < at).length;
