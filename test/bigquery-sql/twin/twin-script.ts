import { createGuard, EXTRA_COLUMNS, guardStatement } from '../../../src/destination/bigquery/guard';
import { schemaStatements } from '../../../src/destination/bigquery/schema-statements';
import { Script } from '../../../src/destination/bigquery/script';
import { type Count, DATASET_TABLE, LaterNumber, type SchemaChange } from '../../../src/destination/commit';
import type { SqlConnection, SqlParam, TableChunk } from '../../../src/destination/public';
import { applyChanges } from '../../../src/destination/sql/apply-schema';
import type {
  BroughtRows,
  BroughtTable,
  Limit,
  Scripting,
  SessionParam,
} from '../../../src/destination/sql/driver';
import { sessionOf } from '../../../src/destination/sql/transaction';
import type { StagedTables } from '../../../src/normalize';
import { completeColumns, LOAD_ID } from '../../../src/schema';
import type { Column, SentQuery, StoredTable } from '../googlesql';
import { type Language, markBrought, writtenIn } from './twin-sql';
import { bigqueryType } from './twin-types';

/** The table that the rows of a load are brought to. */
export const STAGE = '_tidemark_stage_1';

/** The id that a dataset gets with its first load. */
const DRAWN = { id: 'an-id', at: '2026-01-01T00:00:00Z' };

interface Twins {
  readonly inner: SqlConnection;
  readonly dataset: string;
  readonly duckdb: Language;
  readonly bigquery: Language;
  readonly sent: (query: SentQuery) => void;
  /** Queries of the rows that were brought, by their fields. */
  readonly brought: Map<string, string>;
  /** What the dataset had when the transaction began. */
  readonly before: readonly StoredTable[];
}

/**
 * A script for BigQuery, of which DuckDB runs each statement at once: its numbers are known, though nobody is told before it is
 * settled.
 */
export class TwinScript implements Scripting {
  readonly #script = new Script();
  readonly #changes: SchemaChange[] = [];
  readonly #stage: Column[] = [];
  readonly #numbers = new Map<string, number>();
  #running: Promise<unknown> = Promise.resolve();
  isSettled = false;

  constructor(readonly twins: Twins) {}

  loads(): void {}

  stage(sql: string, params: readonly SqlParam[] = []): void {
    const { inner, duckdb, bigquery } = this.twins;
    this.#script.stage(writtenIn(bigquery, sql), params);
    this.#then(() => inner.run(writtenIn(duckdb, sql), params));
  }

  run(sql: string, params: readonly SessionParam[] = []): LaterNumber {
    const { inner, duckdb, bigquery } = this.twins;
    const number = this.#script.run(writtenIn(bigquery, sql), params);
    this.#then(async () => {
      const values = params.map((param) => (param instanceof LaterNumber ? this.#valueOf(param) : param));
      this.#numbers.set(number.expression, await inner.run(writtenIn(duckdb, sql), values));
    });
    return number;
  }

  number(sql: string, params: readonly SqlParam[] = []): LaterNumber {
    const { inner, duckdb, bigquery } = this.twins;
    const number = this.#script.number(writtenIn(bigquery, sql), params);
    this.#then(async () => {
      const [row] = await inner.rows(writtenIn(duckdb, sql), params);
      this.#numbers.set(number.expression, Number(Object.values(row ?? {})[0]));
    });
    return number;
  }

  define(changes: readonly SchemaChange[]): void {
    this.#changes.push(...changes);
    this.#then(() => applyChanges(sessionOf(this.twins.inner), changes));
  }

  atMost(count: LaterNumber, limit: Limit): void {
    this.#script.atMost(count, limit);
    this.#then(async () => {
      if (this.#valueOf(count) > limit.most) limit.refuse(this.#valueOf(count));
    });
  }

  async bring(
    _staged: StagedTables,
    tables: readonly BroughtTable[],
  ): Promise<ReadonlyMap<string, BroughtRows>> {
    await this.#running;
    const brought = new Map<string, BroughtRows>();
    for (const [at, table] of tables.entries())
      brought.set(table.table.name, await this.#bringOne(`r${at}`, table));
    return brought;
  }

  async settle(): Promise<(count: Count) => number> {
    await this.#running;
    this.#send();
    this.isSettled = true;
    return (count) => (count instanceof LaterNumber ? this.#valueOf(count) : count);
  }

  /** Both scripts, if there is something in them: changes of tables have no transaction. */
  #send(): void {
    const { dataset, before, sent } = this.twins;
    const changes = this.#changes
      .filter((change) => change.change !== 'create-table' || change.table !== DATASET_TABLE)
      .map((change) =>
        change.change === 'widen-column' ? { ...change, type: bigqueryType(change.type) } : change,
      );
    const made = schemaStatements(changes, { dataset, extra: EXTRA_COLUMNS });
    const isGuarded = before.some(({ table }) => table === DATASET_TABLE);
    const statements = isGuarded ? made : [createGuard(dataset), ...made];
    const guard = guardStatement(dataset, { version: 7n, hasId: true }, DRAWN);
    const { sql, parameters } = this.#script.text(guard);
    const named = parameters.map(({ name }) => ({ name, type: 'STRING' }));
    const stage = { dataset, table: STAGE, columns: this.#stage };
    // one query, so that the tables are known that the first of the two makes
    const declaration = sql.slice(0, sql.indexOf('\n') + 1);
    const rest = sql.slice(declaration.length);
    sent({
      sql: `${declaration}${statements.map((statement) => `${statement};\n`).join('')}${rest}`,
      parameters: named,
      tables: [...before, stage],
    });
  }

  /** When DuckDB has run what was written. */
  async ran(): Promise<void> {
    await this.#running;
  }

  #then(work: () => Promise<unknown>): void {
    this.#running = this.#running.then(work);
    // whoever settles the script is told
    this.#running.catch(() => undefined);
  }

  #valueOf(number: LaterNumber): number {
    return number.valueIn((name) => this.#numbers.get(name) ?? Number.NaN);
  }

  async #bringOne(field: string, { table, numbers, chunks }: BroughtTable): Promise<BroughtRows> {
    const { inner } = this.twins;
    const { quote, columnType } = inner.dialect;
    const columns: (readonly [string, string])[] = [
      ...numbers.map((number) => [number, 'BIGINT'] as const),
      ...completeColumns(table)
        .filter((column) => column.name !== LOAD_ID)
        .map((column) => [column.name, columnType(column)] as const),
    ];
    const types = columns.map(([name, type]) => ({ name, type: bigqueryType(type) }));
    const fields = types.map(({ name, type }) => ({ name, type: type === 'JSON' ? 'STRING' : type }));
    this.#stage.push({ name: field, type: 'RECORD', fields });
    this.twins.brought.set(field, broughtRows(this.twins, field, types));
    const nulls = columns.map(([name, type]) => `CAST(NULL AS ${type}) AS ${quote(name)}`);
    await inner.run(`CREATE TEMP TABLE ${quote(field)} AS SELECT ${nulls.join(', ')} LIMIT 0`);
    const filled = new Set<string>();
    await inner.bulkAppend({ table: field, temporary: true, constants: {} }, noting(chunks, filled));
    for (const number of numbers) filled.delete(number);
    return { from: markBrought(field), columns: filled };
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

/** The rows of one field of the staging table; JSON waits there as a text. */
function broughtRows(
  { bigquery: { dialect } }: Twins,
  field: string,
  columns: readonly { readonly name: string; readonly type: string }[],
): string {
  const values = columns.map(({ name, type }) => {
    const value = `${field}.${dialect.quote(name)}`;
    return type === 'JSON'
      ? `PARSE_JSON(${value}, wide_number_mode => 'round') AS ${dialect.quote(name)}`
      : value;
  });
  return `(SELECT ${values.join(', ')} FROM ${dialect.table(STAGE)} WHERE ${field} IS NOT NULL)`;
}
