import { type Count, LaterNumber } from '../../../src/destination/commit';
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
import type {
  BroughtRows,
  BroughtTable,
  Limit,
  Scripting,
  SessionParam,
} from '../../../src/destination/sql/driver';
import { completeColumns, LOAD_ID } from '../../../src/schema';
import type { Column, SentQuery } from '../googlesql';
import { TwinParameters } from './twin-parameters';
import {
  bigqueryLanguage,
  bigqueryType,
  duckdbLanguage,
  type Language,
  marked,
  STAGE,
  twinDialect,
  writtenIn,
} from './twin-sql';

/**
 * A connection to DuckDB of which everything is told that would be sent to BigQuery. Within a transaction to write it takes a script,
 * as BigQuery's does, but runs each statement at once: its numbers are known, though nobody is told before the end.
 */
export class TwinConnection implements SqlConnection {
  readonly dialect: Dialect;
  readonly #duckdb: Language;
  readonly #bigquery: Language;
  #script: TwinScript | undefined;

  constructor(
    readonly inner: SqlConnection,
    readonly dataset: string,
    readonly sent: (query: SentQuery) => void,
  ) {
    this.dialect = twinDialect(inner.dialect);
    this.#duckdb = duckdbLanguage(inner.dialect);
    this.#bigquery = bigqueryLanguage(dataset);
  }

  get scripting(): Scripting | undefined {
    return this.#script;
  }

  async begin(mode: 'read' | 'write'): Promise<void> {
    await this.inner.begin(mode);
    if (mode === 'write') this.#script = new TwinScript(this, await this.stored());
  }

  async commit(): Promise<void> {
    await this.#script?.settle();
    this.#script = undefined;
    await this.inner.commit();
  }

  async rollback(): Promise<void> {
    this.#script = undefined;
    await this.inner.rollback();
  }

  async rows(sql: string, params: readonly SqlParam[] = []): Promise<readonly SqlRow[]> {
    const parameters = new TwinParameters();
    const written = parameters.inlined(this.inBigquery(sql), params);
    this.sent({ sql: written, parameters: parameters.sent, tables: await this.stored() });
    return this.inner.rows(this.inDuckdb(sql), params);
  }

  /** A statement of a transaction that isn't a script's. */
  async run(sql: string, params: readonly SqlParam[] = []): Promise<number> {
    const parameters = new TwinParameters();
    const written = parameters.inlined(this.inBigquery(sql), params);
    this.sent({ sql: written, parameters: parameters.sent, tables: await this.stored() });
    return this.inner.run(this.inDuckdb(sql), params);
  }

  inBigquery(sql: string): string {
    return writtenIn(this.#bigquery, sql);
  }

  inDuckdb(sql: string): string {
    return writtenIn(this.#duckdb, sql);
  }

  /** The dataset's tables as BigQuery has them. */
  async stored(): Promise<NonNullable<SentQuery['tables']>> {
    return [...(await this.inner.introspect())].map(([table, columns]) => ({
      dataset: this.dataset,
      table,
      columns: columns.map(({ name, type }) => ({ name, type: bigqueryType(type) })),
    }));
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

type Tables = NonNullable<SentQuery['tables']>;

class TwinScript implements Scripting {
  readonly #connection: TwinConnection;
  readonly #before: Tables;
  readonly #parameters = new TwinParameters();
  readonly #changes: string[] = [];
  readonly #statements: string[] = [];
  readonly #stage: Column[] = [];
  readonly #numbers = new Map<string, number>();
  /** The script is planned without waiting; DuckDB runs it in its order. */
  #running: Promise<unknown> = Promise.resolve();

  constructor(connection: TwinConnection, before: Tables) {
    this.#connection = connection;
    this.#before = before;
  }

  run(sql: string, params: readonly SessionParam[] = []): LaterNumber {
    const number = `n${this.#numbers.size}`;
    this.#numbers.set(number, Number.NaN);
    this.#statements.push(this.#inlined(sql, params), `SET ${number} = @@row_count`);
    this.#then(async () => {
      const values = params.map((param) => (param instanceof LaterNumber ? this.#valueOf(param) : param));
      this.#numbers.set(number, await this.#connection.inner.run(this.#connection.inDuckdb(sql), values));
    });
    return new LaterNumber(number);
  }

  number(sql: string, params: readonly SqlParam[] = []): LaterNumber {
    const number = `n${this.#numbers.size}`;
    this.#numbers.set(number, Number.NaN);
    this.#statements.push(`SET ${number} = (${this.#inlined(sql, params)})`);
    this.#then(async () => {
      const [row] = await this.#connection.inner.rows(this.#connection.inDuckdb(sql), params);
      this.#numbers.set(number, Number(Object.values(row ?? {})[0]));
    });
    return new LaterNumber(number);
  }

  define(sql: string): void {
    const written = this.#connection.inBigquery(sql);
    this.#changes.push(
      written.replace(
        /(ALTER COLUMN \S+) TYPE (.*)$/,
        (_all, column, type) => `${column} SET DATA TYPE ${bigqueryType(type)}`,
      ),
    );
    this.#then(() => this.#connection.inner.run(this.#connection.inDuckdb(sql)));
  }

  atMost(count: LaterNumber, limit: Limit): void {
    this.#statements.push(
      `IF ${count.expression} > ${limit.most} THEN RAISE USING MESSAGE = FORMAT('tidemark:check:%d', ${count.expression}); END IF`,
    );
    this.#then(async () => {
      const value = this.#valueOf(count);
      if (value > limit.most) limit.refuse(value);
    });
  }

  async bring(tables: readonly BroughtTable[]): Promise<ReadonlyMap<string, BroughtRows>> {
    await this.#running;
    const brought = new Map<string, BroughtRows>();
    for (const [at, table] of tables.entries())
      brought.set(table.table.name, await this.#bringOne(`r${at}`, table));
    return brought;
  }

  async settle(): Promise<(count: Count) => number> {
    await this.#running;
    this.#send();
    return (count) => (typeof count === 'number' ? count : this.#valueOf(count));
  }

  #send(): void {
    const stage = { dataset: this.#connection.dataset, table: STAGE, columns: this.#stage };
    const tables = [...this.#before, stage];
    const numbers = [...this.#numbers.keys()];
    const script = [
      ...this.#changes,
      ...(numbers.length === 0 ? [] : [`DECLARE ${numbers.join(', ')} INT64 DEFAULT 0`]),
      'BEGIN TRANSACTION',
      ...this.#statements,
      'COMMIT TRANSACTION',
      `SELECT ${[...numbers, '@@script.bytes_billed AS bytes_billed'].join(', ')}`,
    ];
    // variables are declared first, and tables changed before the transaction: two scripts in one
    const declared = script.findIndex((statement) => statement.startsWith('DECLARE'));
    if (declared > 0) script.unshift(...script.splice(declared, 1));
    this.#connection.sent({ sql: `${script.join(';\n')};`, parameters: this.#parameters.sent, tables });
    this.#statements.length = 0;
    this.#changes.length = 0;
  }

  #inlined(sql: string, params: readonly SessionParam[]): string {
    return this.#parameters.inlined(this.#connection.inBigquery(sql), params);
  }

  #then(work: () => Promise<unknown>): void {
    this.#running = this.#running.then(work);
    // whoever settles the script is told
    this.#running.catch(() => undefined);
  }

  /** What an expression of numbers comes to: sums, differences and least ones. */
  #valueOf({ expression }: LaterNumber): number {
    let rest = expression.replace(/n\d+/g, (number) => String(this.#numbers.get(number)));
    for (let before = ''; before !== rest; ) {
      before = rest;
      rest = rest
        .replace(/least\((-?\d+), (-?\d+)\)/g, (_all, a, b) => String(Math.min(Number(a), Number(b))))
        .replace(/\((-?\d+) ([+-]) (-?\d+)\)/g, (_all, a, sign, b) =>
          String(sign === '+' ? Number(a) + Number(b) : Number(a) - Number(b)),
        );
    }
    return Number(rest);
  }

  async #bringOne(name: string, { table, numbers, chunks }: BroughtTable): Promise<BroughtRows> {
    const { inner } = this.#connection;
    const columns: (readonly [string, string])[] = [
      ...numbers.map((number) => [number, 'BIGINT'] as const),
      ...completeColumns(table)
        .filter((column) => column.name !== LOAD_ID)
        .map((column) => [column.name, inner.dialect.columnType(column)] as const),
    ];
    this.#stage.push({
      name,
      type: 'RECORD',
      fields: columns.map(([column, type]) => ({ name: column, type: bigqueryType(type) })),
    });
    const nulls = columns.map(([column, type]) => `CAST(NULL AS ${type}) AS ${inner.dialect.quote(column)}`);
    await inner.run(`CREATE TEMP TABLE ${inner.dialect.quote(name)} AS SELECT ${nulls.join(', ')} LIMIT 0`);
    const filled = new Set<string>();
    await inner.bulkAppend({ table: name, temporary: true, constants: {} }, noting(chunks, filled));
    for (const number of numbers) filled.delete(number);
    return { from: marked('brought', name), columns: filled };
  }
}

async function* noting(
  chunks: AsyncIterable<TableChunk>,
  filled: Set<string>,
): AsyncGenerator<TableChunk, void, void> {
  for await (const chunk of chunks) {
    for (const { name } of chunk.columns) filled.add(name);
    yield chunk;
  }
}
