import { bigqueryDialect } from '../../../src/destination/bigquery/dialect';
import { Texts } from '../../../src/destination/bigquery/parameters';
import type {
  ActualTables,
  AppendTarget,
  Dialect,
  QueryResult,
  SqlConnection,
  SqlParam,
  SqlRow,
  TableChunk,
} from '../../../src/destination/public';
import type { Scripting } from '../../../src/destination/sql/driver';
import type { SentQuery } from '../googlesql';
import { TwinScript } from './twin-script';
import { type Language, twinDialect, writtenIn } from './twin-sql';
import { bigqueryTables } from './twin-types';

/**
 * A connection to DuckDB of which everything is told that would be sent to BigQuery. Within a transaction to write it takes a
 * script, as BigQuery's does.
 */
export class TwinConnection implements SqlConnection {
  readonly dialect: Dialect;
  readonly #duckdb: Language;
  readonly #bigquery: Language;
  readonly #brought = new Map<string, string>();
  #script: TwinScript | undefined;

  constructor(
    readonly inner: SqlConnection,
    readonly dataset: string,
    readonly sent: (query: SentQuery) => void,
  ) {
    this.dialect = twinDialect(inner.dialect);
    this.#duckdb = { dialect: inner.dialect, brought: (field) => inner.dialect.quote(field) };
    this.#bigquery = {
      dialect: bigqueryDialect(dataset),
      brought: (field) => this.#brought.get(field) ?? field,
    };
  }

  get scripting(): Scripting | undefined {
    return this.#script;
  }

  async begin(mode: 'read' | 'write'): Promise<void> {
    await this.inner.begin(mode);
    if (mode === 'read') return;
    const { inner, dataset, sent } = this;
    const before = bigqueryTables(dataset, await inner.introspect());
    const languages = { duckdb: this.#duckdb, bigquery: this.#bigquery };
    this.#script = new TwinScript({ inner, dataset, sent, before, brought: this.#brought, ...languages });
  }

  async commit(): Promise<void> {
    if (this.#script?.isSettled === false) await this.#script.settle();
    this.#script = undefined;
    await this.inner.commit();
  }

  async rollback(): Promise<void> {
    this.#script = undefined;
    await this.inner.rollback();
  }

  async rows(sql: string, params: readonly SqlParam[] = []): Promise<readonly SqlRow[]> {
    await this.#script?.ran();
    await this.#tell(sql, params);
    return this.inner.rows(writtenIn(this.#duckdb, sql), params);
  }

  /** A statement without a script. */
  async run(sql: string, params: readonly SqlParam[] = []): Promise<number> {
    await this.#tell(sql, params);
    return this.inner.run(writtenIn(this.#duckdb, sql), params);
  }

  async #tell(sql: string, params: readonly SqlParam[]): Promise<void> {
    const texts = new Texts();
    const filled = texts.fill(writtenIn(this.#bigquery, sql), params);
    this.sent({
      sql: filled,
      parameters: texts.parameters.map(({ name }) => ({ name, type: 'STRING' })),
      tables: bigqueryTables(this.dataset, await this.inner.introspect()),
    });
  }

  introspect(): Promise<ActualTables> {
    return this.inner.introspect();
  }

  relations(): Promise<readonly string[]> {
    return this.inner.relations();
  }

  createDataset(): Promise<void> {
    return this.inner.createDataset();
  }

  bulkAppend(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number> {
    return this.inner.bulkAppend(target, chunks);
  }

  query(sql: string, params: readonly unknown[]): Promise<QueryResult> {
    return this.inner.query(sql, params);
  }
}
