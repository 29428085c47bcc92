import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { StagedTables } from '../../normalize';
import { type Count, DATASET_TABLE, type LaterNumber, type SchemaChange } from '../commit';
import { failpoint } from '../failpoint';
import type { BroughtRows, BroughtTable, Limit, Scripting, SessionParam, SqlParam } from '../sql';
import { costOf } from './costs';
import { bigqueryError } from './errors';
import { isBigQueryFailure } from './failure';
import { type DrawnId, type Guard, guardStatement, VERSION_COLUMN } from './guard';
import { resultPages, runJob } from './jobs';
import { resultOf } from './results';
import { schemaStatements } from './schema-statements';
import { Script, valuesOf } from './script';
import { type JobSession, labelsOf, runQuery } from './session';
import { refuseStaged } from './stage-failure';
import { STAGE_PREFIX, type StagedFile, stageFile } from './staging';

/** Rows that wait in a table are gone with it after a day, if they weren't taken. */
const STAGED_FOR_MS = 24 * 3600 * 1000;

/** What was brought of which rows: a transaction that is done again doesn't bring them again. */
export type Brought = WeakMap<StagedTables, StagedPlace>;

interface StagedPlace {
  readonly stage: string;
  readonly rows: ReadonlyMap<string, BroughtRows>;
}

interface Options {
  readonly session: JobSession;
  readonly workDir: string;
  readonly guard: Guard;
  /** Whether `_tidemark_dataset` is there. */
  readonly guarded: boolean;
  /** Job ids are drawn from it. @default of nothing: they are this transaction's alone */
  readonly loadKey: string | undefined;
  readonly brought: Brought;
}

/**
 * A transaction that is run as one script, once its tables and its rows are there. Up to the script nothing of it can be seen but
 * tables and columns without rows.
 */
export class ScriptTransaction implements Scripting {
  readonly #options: Options;
  readonly #script = new Script();
  readonly #key: string;
  readonly #changes: SchemaChange[] = [];
  readonly #stages: string[] = [];
  #drawn: DrawnId = { id: '', at: new Date().toISOString() };
  #drew = false;
  #settled = false;

  constructor(options: Options) {
    this.#options = options;
    this.#key = options.loadKey ?? randomUUID();
  }

  run(sql: string, params?: readonly SessionParam[]): LaterNumber {
    return this.#script.run(sql, params);
  }

  number(sql: string, params?: readonly SqlParam[]): LaterNumber {
    return this.#script.number(sql, params);
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
    this.#drew = true;
  }

  bring(staged: StagedTables, tables: readonly BroughtTable[]): Promise<ReadonlyMap<string, BroughtRows>> {
    return this.#doing('to bring rows', () => this.#bring(staged, tables));
  }

  async #bring(
    staged: StagedTables,
    tables: readonly BroughtTable[],
  ): Promise<ReadonlyMap<string, BroughtRows>> {
    if (tables.length === 0) return new Map();
    const { workDir, brought } = this.#options;
    const known = brought.get(staged);
    const place = known ?? (await this.#stage(await stageFile(tables, workDir)));
    brought.set(staged, place);
    this.#stages.push(place.stage);
    failpoint('after-stage');
    return place.rows;
  }

  /** Loads a file into a table of its own. The name of both is drawn from what is in it, so that who does it again finds it done. */
  async #stage(staged: StagedFile): Promise<StagedPlace> {
    const { session } = this.#options;
    const { client, known, dataset, costs } = session;
    const id = digestOf(this.#key, staged.digest);
    const stage = `${STAGE_PREFIX}${id}`;
    const tableReference = { projectId: client.place.projectId, datasetId: dataset, tableId: stage };
    try {
      await known.create(client);
      await makeStage(session, {
        tableReference,
        schema: staged.schema,
        expirationTime: String(Date.now() + STAGED_FOR_MS),
      });
      const { job } = await runJob(client, {
        id: `tidemark_stage_${id}`,
        location: await known.location(client),
        file: staged.file,
        configuration: {
          labels: labelsOf(session, 'stage'),
          load: {
            destinationTable: tableReference,
            sourceFormat: 'NEWLINE_DELIMITED_JSON',
            schema: staged.schema,
            createDisposition: 'CREATE_NEVER',
            writeDisposition: 'WRITE_EMPTY',
          },
        },
      });
      costs.add(costOf(job));
    } catch (error) {
      refuseStaged(error, staged);
      throw error;
    } finally {
      await rm(staged.file, { force: true });
    }
    return { stage, rows: staged.rowsIn(dataset, stage) };
  }

  settle(): Promise<(count: Count) => number> {
    this.#settled = true;
    return this.#doing('to commit', () => this.#settle());
  }

  async #settle(): Promise<(count: Count) => number> {
    await this.#define();
    if (this.#script.isEmpty && !this.#drew) return valuesOf({});
    const values = await this.#commit();
    await this.#dropStages();
    return values;
  }

  /** Runs what wasn't run yet. */
  async commit(): Promise<void> {
    if (!this.#settled) await this.settle();
  }

  async #define(): Promise<void> {
    const { session, guarded } = this.#options;
    const { client, known, dataset } = session;
    const makesGuard = this.#changes.some(
      (one) => one.change === 'create-table' && one.table === DATASET_TABLE,
    );
    if (!guarded && !makesGuard && (!this.#script.isEmpty || this.#drew))
      throw new RangeError(
        `The dataset "${dataset}" has no table "${DATASET_TABLE}", which guards its commits.`,
      );
    if (this.#changes.length === 0) return;
    await known.create(client);
    const statements = schemaStatements(this.#changes, {
      dataset,
      extra: { [DATASET_TABLE]: [VERSION_COLUMN] },
    });
    if (statements.length === 0) return;
    await runQuery(session, { sql: `${statements.join(';\n')};`, job: 'define' });
    failpoint('after-ddl');
  }

  async #commit(): Promise<(count: Count) => number> {
    const { session, guard } = this.#options;
    const { client, dataset } = session;
    const { sql, parameters } = this.#script.text(guardStatement(dataset, guard, this.#drawn));
    const id = `tidemark_commit_${digestOf(this.#key, sql, JSON.stringify(parameters))}`;
    failpoint('before-commit');
    try {
      const { reference } = await runQuery(session, { sql, parameters, id, job: 'commit' });
      for await (const page of resultPages(client, reference)) {
        const [row] = resultOf(page).rows;
        if (row !== undefined) return valuesOf(row);
      }
      return valuesOf({});
    } catch (error) {
      if (isBigQueryFailure(error)) this.#script.refuse(error.message);
      throw error;
    }
  }

  async #doing<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw bigqueryError(error, this.#options.session.client.place, what);
    }
  }

  /** Rows that were taken needn't wait for their table to end; if this fails, they do. */
  async #dropStages(): Promise<void> {
    const { client, dataset } = this.#options.session;
    for (const stage of this.#stages)
      await client
        .call({ method: 'DELETE', path: `datasets/${encodeURIComponent(dataset)}/tables/${stage}` })
        .catch(() => undefined);
  }
}

async function makeStage({ client, dataset }: JobSession, table: unknown): Promise<void> {
  try {
    await client.call({
      method: 'POST',
      path: `datasets/${encodeURIComponent(dataset)}/tables`,
      body: table,
    });
  } catch (error) {
    // made by a request whose answer was lost, or by an attempt that ended
    if (!isBigQueryFailure(error) || error.status !== 409) throw error;
  }
}

const DIGEST_LENGTH = 40;

function digestOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, DIGEST_LENGTH);
}
