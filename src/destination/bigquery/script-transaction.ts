import { randomUUID } from 'node:crypto';
import type { StagedTables } from '../../normalize';
import { type Count, DATASET_TABLE, type LaterNumber, type SchemaChange } from '../commit';
import { failpoint } from '../failpoint';
import type { BroughtRows, BroughtTable, Limit, Scripting, SessionParam, SqlParam } from '../sql';
import { digestOf } from './digest-of';
import { told } from './errors';
import { BigQueryFailure, isBigQueryFailure, isConflict, isPassing, isStageGone, movedBy } from './failure';
import { createGuard, type DrawnId, EXTRA_COLUMNS, guardStatement } from './guard';
import { resultPages } from './jobs';
import { type Opening, openDataset } from './opening';
import { resultOf } from './results';
import { schemaStatements } from './schema-statements';
import { Script, type ScriptText, valuesOf } from './script';
import { type JobSession, runQuery } from './session';
import { dropStage, type StagedPlace, stageRows } from './stage-rows';

/** What was brought of which rows: a transaction that is done again doesn't bring them again. */
export type Brought = WeakMap<StagedTables, StagedPlace>;

interface Options {
  readonly session: JobSession;
  readonly workDir: string;
  /** What it is planned from. */
  readonly opening: Opening;
  /** Job ids are drawn from it. @default of nothing: they are this transaction's alone */
  readonly loadKey: string | undefined;
  readonly brought: Brought;
  readonly failures: Failures;
}

/** How often the transactions of a load failed in a row, by its key. */
export type Failures = Map<string, number>;

/** Failures that are laid to what others did, one after the other: others may always be at work. */
const MOST_FAILURES = 5;

/**
 * A transaction that is run as one script, once its tables and its rows are there. Up to the script nothing of it can be seen but
 * tables and columns without rows.
 */
export class ScriptTransaction implements Scripting {
  readonly #options: Options;
  readonly #script = new Script();
  readonly #key: string;
  readonly #changes: SchemaChange[] = [];
  readonly #taken = new Map<StagedTables, StagedPlace>();
  #session: JobSession;
  #drawn: DrawnId | undefined;
  #settled = false;

  constructor(options: Options) {
    this.#options = options;
    this.#session = options.session;
    this.#key = options.loadKey ?? randomUUID();
  }

  /** The id of the load that is committed: its jobs are known by it. */
  loads(loadId: string): void {
    this.#session = { ...this.#session, labels: { ...this.#session.labels, tidemark_load_id: loadId } };
  }

  run(sql: string, params?: readonly SessionParam[]): LaterNumber {
    return this.#script.run(sql, params);
  }

  stage(sql: string, params?: readonly SqlParam[]): void {
    this.#script.stage(sql, params);
  }

  number(sql: string, params?: readonly SqlParam[]): LaterNumber {
    return this.#script.number(sql, params);
  }

  onlyIf<T>(count: LaterNumber, work: () => Promise<T>): Promise<T> {
    return this.#script.onlyIf(count, work);
  }

  atMost(count: LaterNumber, limit: Limit): void {
    this.#script.atMost(count, limit);
  }

  define(changes: readonly SchemaChange[]): void {
    this.#changes.push(...changes);
  }

  /** The id that the dataset gets with this transaction. */
  drawId(id: DrawnId): void {
    this.#drawn = id;
  }

  bring(staged: StagedTables, tables: readonly BroughtTable[]): Promise<ReadonlyMap<string, BroughtRows>> {
    return this.#doing('to bring rows', async () => {
      if (tables.length === 0) return new Map();
      const { workDir, brought } = this.#options;
      const place =
        brought.get(staged) ?? (await stageRows(tables, { session: this.#session, workDir, key: this.#key }));
      brought.set(staged, place);
      this.#session.costs.add(place.cost);
      this.#taken.set(staged, place);
      failpoint('after-stage');
      return place.rows;
    });
  }

  settle(wanted: readonly Count[]): Promise<(count: Count) => number> {
    this.#settled = true;
    const { dataset } = this.#session;
    return this.#doing('to commit', async () => {
      const writes = !this.#script.isEmpty || this.#drawn !== undefined;
      this.#script.refuseTooManyTables();
      const { guard } = this.#options.opening;
      const script = this.#script.text(guardStatement(dataset, guard, this.#drawn), wanted);
      await this.#define(writes);
      if (!writes) return valuesOf({});
      const values = await this.#commit(script);
      failpoint('after-script');
      this.#options.failures.delete(this.#failsAs);
      for (const [staged, { stage }] of this.#taken) {
        this.#options.brought.delete(staged);
        await dropStage(this.#session, stage);
      }
      return values;
    });
  }

  /** Runs what wasn't run yet. */
  async commit(): Promise<void> {
    if (!this.#settled) await this.settle([]);
  }

  async #define(writes: boolean): Promise<void> {
    const { client, known, dataset } = this.#session;
    // the table of the guard is made with its row
    const changes = this.#changes.filter(
      (one) => one.change !== 'create-table' || one.table !== DATASET_TABLE,
    );
    const made = schemaStatements(changes, { dataset, extra: EXTRA_COLUMNS });
    const statements =
      writes && !this.#options.opening.tables.has(DATASET_TABLE) ? [createGuard(dataset), ...made] : made;
    if (statements.length === 0) return;
    await known.create(client);
    try {
      await runQuery(this.#session, { sql: `${statements.join(';\n')};`, job: 'define' });
    } catch (error) {
      throw isBigQueryFailure(error) ? await this.#orMoved(error) : error;
    }
    failpoint('after-ddl');
  }

  async #commit({ sql, parameters }: ScriptText): Promise<(count: Count) => number> {
    const { client } = this.#session;
    const id = `tidemark_commit_${digestOf(this.#key, sql, JSON.stringify(parameters))}`;
    failpoint('before-commit');
    try {
      const { reference } = await runQuery(this.#session, { sql, parameters, id, job: 'commit' });
      for await (const page of resultPages(client, reference)) {
        const [row] = resultOf(page).rows;
        if (row !== undefined) return valuesOf(row);
      }
      throw new BigQueryFailure('the script that committed has no result', { reason: 'unreachable' });
    } catch (error) {
      if (!isBigQueryFailure(error)) throw error;
      this.#script.refuse(error.message);
      if (isStageGone(error)) for (const staged of this.#taken.keys()) this.#options.brought.delete(staged);
      throw await this.#orMoved(error);
    }
  }

  get #failsAs(): string {
    return this.#options.loadKey ?? '';
  }

  /**
   * What failed may have been planned from what is there no more, as when another one makes a table in another form, or changes one in
   * the middle of this script. Google has many words for that: so it is asked what is there now.
   */
  async #orMoved(failure: BigQueryFailure): Promise<BigQueryFailure> {
    if (isConflict(failure) || isStageGone(failure) || isPassing(failure)) return failure;
    const { failures, opening } = this.#options;
    const times = (failures.get(this.#failsAs) ?? 0) + 1;
    failures.set(this.#failsAs, times);
    if (times > MOST_FAILURES) return failure;
    const now = await openDataset(this.#session, undefined).catch(() => undefined);
    return now === undefined || isSame(now, opening) ? failure : movedBy(failure);
  }

  #doing<T>(what: string, work: () => Promise<T>): Promise<T> {
    return told(this.#session.client.place, what, work);
  }
}

/** Whether the version and all columns are what they were. */
function isSame(a: Opening, b: Opening): boolean {
  const text = ({ guard, tables }: Opening): string =>
    JSON.stringify([
      String(guard.version),
      guard.datasetId,
      [...tables].sort(([x], [y]) => (x < y ? -1 : 1)),
    ]);
  return text(a) === text(b);
}
