import {
  claimAll,
  closeRun,
  commitLoad,
  foreseeCommit,
  planServiceTables,
  type StoredReader,
  type StoredWriter,
  snapshotOf,
  type TypeRules,
} from '../../src/destination/commit';
import { editState } from '../../src/destination/sql/edit-state';
import type {
  Claim,
  ClosedRun,
  CommitOutcome,
  CommittedLoad,
  DatasetSnapshot,
  LoadPackage,
  StateEdit,
} from '../../src/destination/types';
import type { LedgerRow } from '../../src/ledger';
import { convertible } from '../../src/normalize';
import { type DataType, LOAD_ID } from '../../src/schema';
import { readerOf, type Statement, writerOf } from './books';
import { applyChanges, executePlan } from './execute-plan';
import type { Memory } from './memory';
import { type Connection, ConnectionLost, type Server } from './server';
import { Changes } from './store';
import { loadWithout, planWithout, readerWithout } from './without-rules';

export const PIPELINE = 'p';
const TARGET = { dataset: 'data', destinationType: 'simulation' };

const TYPES: TypeRules = {
  dataType: (actual) => actual as DataType,
  widenedType(actual, { data_type: wanted }) {
    if (wanted === undefined || wanted === actual || !convertible(actual as DataType, wanted))
      return undefined;
    return wanted;
  },
};

/** What the dataset needs of the process that opened it. */
export interface DatasetProcess {
  /** The process's own clock, in milliseconds. */
  readonly clock: () => number;
  readonly memory: Memory;
}

interface Work {
  readonly connection: Connection;
  readonly changes: Changes;
  readonly statement: Statement;
  readonly reader: StoredReader;
  readonly writer: StoredWriter;
}

/** A dataset on the virtual server, as `sql/dataset` is one on a real one. */
export class SimulatedDataset {
  readonly #server: Server;
  readonly #process: DatasetProcess;

  constructor(server: Server, process: DatasetProcess) {
    this.#server = server;
    this.#process = process;
  }

  get #micros(): bigint {
    return BigInt(Math.floor(this.#process.clock())) * 1000n;
  }

  async snapshot(schemaName: string): Promise<DatasetSnapshot> {
    await this.#server.scheduler.step('begins to read');
    const { version } = this.#server.store;
    const changes = new Changes(this.#server.store, true);
    const statement: Statement = async () => {};
    const access = { reader: readerOf(changes, statement), writer: writerOf(changes, statement) };
    const { reader } = this.#process.memory.reading(access, version);
    return snapshotOf(await reader.facts({ pipeline: PIPELINE, schemaName }), changes.tables(), TYPES);
  }

  async findLoad(loadKey: string): Promise<CommittedLoad | undefined> {
    const { scheduler, store, without } = this.#server;
    const statement: Statement = (label) => scheduler.step(label);
    const reader = readerWithout(readerOf(new Changes(store), statement), without);
    return (await reader.findLoads([loadKey])).get(loadKey);
  }

  claim(claims: readonly Claim[]): Promise<ReadonlyMap<string, CommittedLoad>> {
    return this.#recording(({ reader, writer }) =>
      claimAll(claims, {
        writer,
        reader: readerWithout(reader, this.#server.without),
        at: this.#micros,
      }),
    );
  }

  async revokeClaims(run: ClosedRun): Promise<void> {
    const { without } = this.#server;
    if (without === 'revoke') return;
    const closed = without === 'closed-key' ? { ...run, loadKeys: [] } : run;
    await this.#recording(({ writer }) => closeRun(closed, { writer, at: this.#micros }));
  }

  record(rows: readonly LedgerRow[]): Promise<void> {
    return this.#recording(({ writer }) => writer.ledger(rows));
  }

  editState(edit: Omit<StateEdit, 'clock'>, key: string): Promise<void> {
    const owner = { ...TARGET, pipeline: PIPELINE, key };
    return this.#recording((within) => editState(within, { ...edit, clock: this.#process.clock }, owner));
  }

  /** @param begun the step at which the load began */
  async commit(given: LoadPackage, begun: number): Promise<CommitOutcome> {
    const { without, begun: begins, scheduler } = this.#server;
    if (scheduler.random.chance(0.4)) {
      const answer = await this.#stageEarly(given);
      if (answer !== undefined) return answer;
    }
    return this.#writing(async ({ connection, changes, statement, reader: plain, writer }) => {
      const load = await loadWithout(given, without, plain);
      const reader = readerWithout(plain, without, load);
      return commitLoad(load, {
        ...TARGET,
        types: TYPES,
        tables: changes.tables(),
        stored: reader,
        data: {
          holdsBeyondDouble: async () => false,
          async loadsIn(table, from) {
            await statement('reads the loads of a table');
            const ids = changes.rows(table).map((row) => row[LOAD_ID] as string);
            return [...new Set(ids)].filter((id) => id >= from).sort();
          },
          async greatestOf(loadId, table, column) {
            await statement('reads the greatest cursor of a load');
            if (without === 'held-ends') return undefined;
            const own = changes.rows(table).filter((row) => row[LOAD_ID] === loadId);
            return own.length === 0 ? undefined : Math.max(...own.map((row) => Number(row[column])));
          },
        },
        async execute(plan) {
          if (without === 'lock-first') await connection.lock();
          begins.set(plan.loadId, begun);
          const to = { changes, statement, writer: without === 'claim-end' ? keepingClaims(writer) : writer };
          return executePlan(to, planWithout(plan, without));
        },
      });
    });
  }

  /** Brings the rows before the lock is taken, unless it is plain by then what becomes of the load. */
  async #stageEarly(load: LoadPackage): Promise<CommitOutcome | undefined> {
    const { scheduler, store, without } = this.#server;
    const plain = readerOf(new Changes(store), (label) => scheduler.step(label));
    const hiding = await loadWithout(load, without, plain);
    const stored = readerWithout(plain, without, hiding);
    const answer = await foreseeCommit(hiding, { stored, types: TYPES });
    if (answer === undefined) await scheduler.step('stages before the lock');
    return answer;
  }

  /** Writes beside a load: what a dataset must have is made first. */
  #recording<T>(work: (within: Work) => Promise<T>): Promise<T> {
    return this.#writing(async (within) => {
      const { changes, reader, writer } = within;
      await applyChanges(within, planServiceTables(changes.tables(), TYPES));
      const done = await work(within);
      if ((await reader.datasetId()) === undefined) await writer.datasetId(this.#micros);
      return done;
    });
  }

  async #writing<T>(work: (within: Work) => Promise<T>): Promise<T> {
    const { store } = this.#server;
    const connection = this.#server.connect();
    await connection.begin();
    const { changes } = connection;
    const statement: Statement = (label) => connection.statement(label);
    const plain = { reader: readerOf(changes, statement), writer: writerOf(changes, statement) };
    const recollection = this.#process.memory.writing(plain, store.version);
    let done: T;
    try {
      done = await work({ connection, changes, statement, ...recollection.access });
      await connection.commit();
    } catch (error) {
      recollection.failed(error instanceof ConnectionLost);
      await connection.rollback();
      throw error;
    }
    recollection.committed(connection.committedVersion);
    return done;
  }
}

const keepingClaims = (writer: StoredWriter): StoredWriter => ({ ...writer, dropClaim: async () => {} });
