import { randomUUID } from 'node:crypto';
import { TidemarkError } from '../../errors';
import { coverageOf, LEDGER_TABLE } from '../../ledger';
import { anySignal, quoteIdentifier } from '../../value';
import { claimAll, closeRun, EMPTY_SNAPSHOT, planServiceTables, snapshotOf } from '../commit';
import { failpoint } from '../failpoint';
import { loadWatch } from '../load-watch';
import type { CommitTarget, Dataset, DatasetRef, LoadPackage } from '../types';
import { prepareRecords } from './apply-schema';
import { refuseWhenCancelled, untilCancelled, type Waiting, waitingFor, waitingToTellOf } from './cancelling';
import { commitPackage } from './commit-package';
import { contentsOf } from './contents';
import { COPY_TABLE, refuseHalfCopied } from './copy-tables';
import type { CopyTarget } from './copy-target';
import { definitionsOf } from './definitions';
import type { ConnectOptions, SqlConnection, SqlDriver } from './driver';
import { dropResources } from './drop-resources';
import { broughtTables } from './early-rows';
import { editState } from './edit-state';
import { fixClock } from './fix-clock';
import { openStreams } from './open-streams';
import { planDrops } from './plan-drops';
import { receive } from './receive';
import { recordOnce } from './record-once';
import { withReruns } from './rerun';
import { storedReader } from './stored-reader';
import { storedWriter } from './stored-writer';
import { inTransaction, type SqlSession, sessionOf } from './transaction';
import { typesOf } from './types-of';
import type { Work } from './work';

/** What is looked at to read the ledger. */
const OF_LEDGER = [LEDGER_TABLE, COPY_TABLE];

const nowMicros = (): bigint => BigInt(Date.now()) * 1000n;

/** A dataset in a SQL database. */
export function sqlDataset(driver: SqlDriver, ref: DatasetRef, destinationType: string): Dataset {
  const target: CommitTarget = { dataset: ref.dataset, destinationType };
  const names = driver.names ?? {
    quote: quoteIdentifier,
    table: (name: string) => `${quoteIdentifier(ref.dataset)}.${quoteIdentifier(name)}`,
  };
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  const closedError = (): TidemarkError =>
    new TidemarkError(
      'USAGE',
      `The dataset "${ref.dataset}" in "${driver.location}" is closed; open it again.`,
    );

  function whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (closing !== undefined) throw closedError();
    const done = work();
    running.add(done);
    const forget = (): void => void running.delete(done);
    done.then(forget, forget);
    return done;
  }

  const connected = <T>(
    work: (connection: SqlConnection) => Promise<T>,
    options?: ConnectOptions,
  ): Promise<T> => whileOpen(() => driver.connect(work, options));

  const streams = openStreams(connected, closedError);

  /** What other work has than that of a copy: half a copy is no dataset. */
  async function workOf(
    connection: SqlConnection,
    session: SqlSession,
    names?: readonly string[],
  ): Promise<Work> {
    const within = await copyWorkOf(connection, session, names);
    refuseHalfCopied(within.tables, ref.dataset, driver.location);
    return within;
  }

  async function copyWorkOf(
    connection: SqlConnection,
    session: SqlSession,
    names?: readonly string[],
  ): Promise<Work> {
    const tables = await session.introspect(names);
    const plain = { reader: storedReader(session, tables), writer: storedWriter(session, tables) };
    const access = connection.remembering?.(plain, tables) ?? plain;
    const { reader, writer } = access;
    return { reader, writer, session, tables, types: typesOf(driver, session) };
  }

  const copyTarget: CopyTarget = {
    dataset: ref.dataset,
    location: driver.location,
    kind: { destinationType },
    exists: () => driver.exists(),
    read: (work) =>
      connected((connection) =>
        inTransaction(connection, 'read', async (session) =>
          work(await copyWorkOf(connection, session), connection),
        ),
      ),
    write: (work, bulk) =>
      whileOpen(() =>
        driver.exclusive((connect) =>
          connect(
            (connection) =>
              inTransaction(connection, 'write', async (session) =>
                work(await copyWorkOf(connection, session)),
              ),
            { bulk },
          ),
        ),
      ),
  };

  function transact<T>(
    connection: SqlConnection,
    mode: 'read' | 'write',
    work: (within: Work) => Promise<T>,
  ): Promise<T> {
    return inTransaction(connection, mode, async (session) => work(await workOf(connection, session)));
  }

  /**
   * Reads without making anything: where there is no database, there is nothing to read. What one statement tells needs no
   * transaction.
   */
  async function reading<T>(
    nothing: T,
    work: (within: Work) => Promise<T>,
    names?: readonly string[],
  ): Promise<T> {
    if (!(await driver.exists())) return nothing;
    return connected(async (connection) => work(await workOf(connection, sessionOf(connection), names)));
  }

  function writing<T>(
    work: (within: Work) => Promise<T>,
    waiting: Waiting & Pick<ConnectOptions, 'asks'>,
  ): Promise<T> {
    const { signals, lockWaitMs, asks } = waiting;
    const refuse = (): void =>
      refuseWhenCancelled(signals, 'Cancelled while the dataset was waited for; nothing was written.');
    // what waits for its turn is work, too: the dataset isn't closed under it
    return whileOpen(() =>
      driver.exclusive((connect) =>
        connect(
          (connection) =>
            untilCancelled(connection, { signals, refuse }, (begun) =>
              transact(connection, 'write', (within) => {
                begun();
                return work(within);
              }),
            ),
          { lockWaitMs, asks },
        ),
      ),
    );
  }

  /** Writes beside a load: what a dataset must have is made first. @param work writes nothing that it has written already */
  function recording<T>(
    work: (within: Work) => Promise<T>,
    { waits = waitingFor, asks }: Recording = {},
  ): Promise<T> {
    return withReruns(driver, () =>
      writing(
        async (within) => {
          const { session, tables, types, reader, writer } = within;
          await prepareRecords(session, planServiceTables(tables, types));
          const done = await work(within);
          if ((await reader.datasetId()) === undefined) await writer.datasetId(nowMicros());
          return done;
        },
        { ...waits(ref), asks },
      ),
    );
  }

  async function bringEarly({ pipeline, loadKey, schema, staged, signal }: LoadPackage): Promise<void> {
    if (driver.bring === undefined) return;
    // what isn't a load as it should be is refused by its commit
    if (staged.tables.some(({ name, rows }) => rows > 0 && schema.tables[name] === undefined)) return;
    const tables = broughtTables(new Map(Object.entries(schema.tables)), staged);
    const signals = [signal, ref.signal].filter((one) => one !== undefined);
    const following = anySignal(signals);
    try {
      await driver.bring({ pipeline, loadKey, staged, tables, signal: following.signal });
    } finally {
      following.dispose();
    }
  }

  async function closeOnce(): Promise<void> {
    streams.end();
    await Promise.allSettled(running);
    await driver.close();
  }

  return {
    name: ref.dataset,
    location: driver.location,
    quote: (name) => names.quote(name),
    qualify: (table) => names.table(table),
    definesFirst: driver.capabilities.definesFirst,
    maxNameLength: driver.capabilities.maxNameLength,

    async snapshot(schemaName) {
      if (!(await driver.exists())) return EMPTY_SNAPSHOT;
      const facts = { pipeline: ref.pipeline, schemaName };
      return connected(
        (connection) =>
          transact(connection, 'read', async ({ reader, tables, types }) =>
            snapshotOf(await reader.facts(facts), tables, types),
          ),
        { asks: { facts } },
      );
    },

    findLoad: (loadKey) =>
      reading(undefined, async ({ reader }) => (await reader.findLoads([loadKey])).get(loadKey), OF_LEDGER),

    claim: (claims) =>
      recording(({ writer, reader }) => claimAll(claims, { writer, reader, at: nowMicros() }), {
        asks: { loadKeys: claims.map(({ loadKey }) => loadKey) },
      }),

    async revokeClaims(run) {
      if ((run.loadKeys ?? []).length === 0 && !(await driver.exists())) return;
      await recording(({ writer }) => closeRun(run, { writer, at: nowMicros() }), {
        waits: waitingToTellOf,
      });
    },

    async commit(load) {
      const begun = performance.now();
      const outcome = await whileOpen(() =>
        withReruns(driver, async () => {
          await bringEarly(load);
          load.onPhase?.('stage');
          return driver.exclusive((connect) => commitPackage(connect, load, { ref, target, workOf }));
        }),
      );
      await driver.release?.(load.staged);
      loadWatch()?.onCommit?.((performance.now() - begun) / 1000);
      failpoint('before-ack');
      return outcome;
    },

    async record(rows) {
      if (rows.length > 0) await recording((within) => recordOnce(rows, within), { waits: waitingToTellOf });
    },

    ledger: (filter = {}) => reading([], ({ reader }) => reader.ledger(filter), OF_LEDGER),

    async coverage({ source, resource, start, end }) {
      const rows = await reading([], ({ reader }) => reader.ledger({ source, resource }), OF_LEDGER);
      return coverageOf(rows, { start, end });
    },

    editState(edit) {
      const owner = { ...target, pipeline: ref.pipeline, key: randomUUID() };
      return recording((within) => editState(within, edit, owner));
    },

    async dropResources(drop) {
      if (!(await driver.exists())) throw nothingYet(driver);
      const place = { ...target, key: randomUUID(), dropsTables: driver.capabilities.definesFirst !== true };
      const report = await connected((connection) =>
        transact(connection, 'read', (within) => planDrops(within, drop, place)),
      );
      if (drop.dryRun === true) return report;
      await recording((within) => dropResources(within, drop, place));
      failpoint('after-commit');
      return { ...report, status: 'dropped' };
    },

    async fixClock(fix) {
      if (!(await driver.exists())) throw nothingYet(driver);
      return withReruns(driver, () => writing((within) => fixClock(within, fix), waitingFor(ref)));
    },

    definitions: (schema) =>
      connected(async (connection) => definitionsOf({ connection, driver, names, schema })),

    tables: () =>
      reading<ReadonlyMap<string, readonly string[]>>(
        new Map(),
        async ({ tables }) =>
          new Map([...tables].map(([name, columns]) => [name, columns.map((column) => column.name)])),
      ),

    async relations() {
      if (!(await driver.exists())) return [];
      return connected((connection) => connection.relations());
    },

    async query(sql, params = [], { files = false } = {}) {
      if (!(await driver.exists())) throw nothingYet(driver);
      return connected(
        (connection) => inTransaction(connection, 'read', () => connection.query(sql, params)),
        { files },
      );
    },

    async *stream(sql, params = [], { files = false } = {}) {
      if (!(await driver.exists())) throw nothingYet(driver);
      yield* streams.run({ sql, params, files });
    },

    async contents(use) {
      if (!(await driver.exists())) throw nothingYet(driver);
      return connected((connection) =>
        inTransaction(connection, 'read', async (session) => {
          const { tables } = await workOf(connection, session);
          const reader = storedReader(session, tables);
          const { dataset } = ref;
          const { location } = driver;
          return use(await contentsOf({ connection, session, tables, reader, dataset, location }));
        }),
      );
    },

    async receive(contents, options) {
      if (driver.capabilities.receives === false) throw receivesNothing(driver);
      return receive(contents, copyTarget, options);
    },

    close() {
      closing ??= closeOnce();
      return closing;
    },
  };
}

interface Recording extends Pick<ConnectOptions, 'asks'> {
  readonly waits?: typeof waitingFor | undefined;
}

function receivesNothing({ location }: SqlDriver): TidemarkError {
  return new TidemarkError(
    'DESTINATION_REFUSED',
    `No dataset can be copied into "${location}": it makes and drops no tables within a transaction. Load it there from the source, by a backfill; copying out of it works.`,
  );
}

function nothingYet({ location }: SqlDriver): TidemarkError {
  return new TidemarkError('QUERY_FAILED', `There is nothing at "${location}" yet; load something first.`);
}
