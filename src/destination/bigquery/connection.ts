import type { LoadCost } from '../../contracts';
import type { TableChunk } from '../../normalize';
import type { ActualTables } from '../commit';
import { failpoint } from '../failpoint';
import type { ResultChunk } from '../result-column';
import {
  type AppendTarget,
  type Asks,
  type Dialect,
  rowChunk,
  type SqlConnection,
  type SqlParam,
  type SqlRow,
  type StoredAccess,
} from '../sql';
import type { QueryResult } from '../types';
import { bigqueryDialect } from './dialect';
import { queryError, told } from './errors';
import { isBigQueryFailure } from './failure';
import { resultPages } from './jobs';
import { type Opening, openDataset } from './opening';
import { positional, Texts } from './parameters';
import { refuseOtherThanReading } from './reading';
import { resultOf } from './results';
import { type Brought, type Failures, ScriptTransaction } from './script-transaction';
import { type JobSession, queryRows, runQuery } from './session';
import { STAGE_PREFIX } from './staging';
import { askedAtOnce } from './stored-access';
import { namedTables } from './table-columns';
import { listTables } from './table-list';

interface Options {
  readonly session: JobSession;
  readonly workDir: string;
  readonly asks: Asks | undefined;
  readonly brought: Brought;
  readonly failures: Failures;
}

/**
 * One piece of work with a dataset. There is no connection: each statement is a job. A transaction to write is written down and run
 * as one script, guarded by the version that was read first; one to read reads what is newest, statement by statement.
 */
export class BigQueryConnection implements SqlConnection {
  readonly dialect: Dialect;
  readonly #options: Options;
  #opening: Opening | undefined;
  #transaction: ScriptTransaction | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.dialect = bigqueryDialect(options.session.dataset);
  }

  get scripting(): ScriptTransaction | undefined {
    return this.#transaction;
  }

  async begin(mode: 'read' | 'write'): Promise<void> {
    if (mode === 'read') return;
    this.#opening = await this.#open();
    failpoint('after-read');
    const { session, workDir, brought, failures, asks } = this.#options;
    this.#transaction = new ScriptTransaction({
      session,
      workDir,
      brought,
      failures,
      opening: this.#opening,
      loadKey: asks?.load?.loadKey,
    });
  }

  async commit(): Promise<void> {
    const { scripting } = this;
    this.#transaction = undefined;
    await this.#doing('to commit', async () => scripting?.commit());
  }

  async rollback(): Promise<void> {
    this.#transaction = undefined;
  }

  /** A few tables are looked at one by one: that takes no job. */
  async introspect(names?: readonly string[]): Promise<ActualTables> {
    const { session } = this.#options;
    if (names !== undefined && this.#opening === undefined)
      return this.#doing('to read the dataset', () => namedTables(session, names));
    this.#opening ??= await this.#open();
    return this.#opening.tables;
  }

  async rows(sql: string, params: readonly SqlParam[] = []): Promise<readonly SqlRow[]> {
    const texts = new Texts();
    const filled = texts.fill(sql, params);
    const { rows } = await this.#doing('to read', () =>
      queryRows(this.#options.session, { sql: filled, parameters: texts.parameters, job: 'read' }),
    );
    return rows;
  }

  cost(): LoadCost {
    return this.#options.session.costs.sum;
  }

  /** Everything that writes is in a script. */
  run(sql: string): Promise<number> {
    throw new RangeError(`A statement outside of a script: ${sql}`);
  }

  bulkAppend(target: AppendTarget, chunks: AsyncIterable<TableChunk>): Promise<number> {
    void chunks;
    throw new RangeError(`Rows for "${target.table}" outside of a script.`);
  }

  async relations(): Promise<readonly string[]> {
    const { client, known, dataset } = this.#options.session;
    return this.#doing('to list tables', async () => {
      if (!(await known.exists(client))) return [];
      const tables = await listTables(client, dataset);
      return tables.map(({ name }) => name).filter((name) => !name.startsWith(STAGE_PREFIX));
    });
  }

  createDataset(): Promise<void> {
    const { client, known } = this.#options.session;
    return this.#doing('to make the dataset', () => known.create(client));
  }

  remembering(stored: StoredAccess): StoredAccess {
    const { asks } = this.#options;
    const opening = this.#opening;
    if (opening === undefined) return stored;
    return askedAtOnce(stored, {
      asks,
      opening,
      writes: this.scripting !== undefined,
      drawId: (id) => this.scripting?.drawId(id),
      cost: () => this.cost(),
    });
  }

  async query(sql: string, params: readonly unknown[]): Promise<QueryResult> {
    const chunks: ResultChunk[] = [];
    for await (const chunk of this.stream(sql, params)) chunks.push(chunk);
    const columns = chunks[0]?.columns().map(({ name, type }) => ({ name, type })) ?? [];
    return { columns, rows: chunks.flatMap((chunk) => [...chunk.toRows()]) };
  }

  async *stream(sql: string, params: readonly unknown[]): AsyncGenerator<ResultChunk, void, void> {
    const { session } = this.#options;
    try {
      const query = {
        ...positional(sql, params),
        parameterMode: 'POSITIONAL',
        inDataset: true,
        job: 'query',
      } as const;
      await refuseOtherThanReading(session, query);
      const { reference } = await runQuery(session, query);
      for await (const page of resultPages(session.client, reference)) yield rowChunk(resultOf(page));
    } catch (error) {
      throw queryError(error, session.client.place);
    }
  }

  #open(): Promise<Opening> {
    const { session, asks } = this.#options;
    return this.#doing('to read the dataset', async () => {
      try {
        return await openDataset(session, asks);
      } catch (error) {
        if (!isBigQueryFailure(error, 'notFound')) throw error;
        // dropped since it was seen
        session.known.forget();
        return openDataset(session, asks);
      }
    });
  }

  #doing<T>(what: string, work: () => Promise<T>): Promise<T> {
    return told(this.#options.session.client.place, what, work);
  }
}
