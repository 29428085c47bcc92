import { execFileSync } from 'node:child_process';
import { Client } from 'pg';
import { type Dataset, withLoadWatch } from '../../../src/destination';
import { type FailpointName, listening } from '../../../src/destination/failpoint';
import type { LedgerRow } from '../../../src/ledger';
import { overDriver } from '../../postgres/destinations';
import { type LossyProxy, startLossyProxy } from '../../postgres/lossy-proxy';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { ROOT } from '../../root';
import { commit, cursorAt, packageOf, rowsOf, SOURCE, temporaryFolder } from '../harness';
import { cutAllNow } from './cut-connections';
import { waitingForLock } from './dataset-lock';

let server: PostgresServer;
let proxy: LossyProxy;
const folder = temporaryFolder();
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startLossyProxy(server);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

async function newDatabase(): Promise<string> {
  databases += 1;
  await server.sql(`CREATE DATABASE i${databases}`);
  return `i${databases}`;
}

const ref = { pipeline: 'p', dataset: 'data', workDir: folder };
/** As many times as by default, at once. */
const AT_ONCE = { rerunAfter: [0, 0, 0] };
const WAYS = [
  ['with the lock held', AT_ONCE],
  ['before the lock', { ...AT_ONCE, stagedFrom: 0 }],
] as const;

const ids = async (dataset: Dataset): Promise<unknown[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: unknown }).id);

const keys = async (dataset: Dataset): Promise<unknown[]> =>
  (await dataset.ledger()).map(({ load_key, status }) => `${load_key} ${status}`);

/** Does something the first time that a commit comes to a point. */
function onceAt(point: FailpointName, what: () => void): { readonly listener: (at: FailpointName) => void } {
  let done = false;
  return {
    listener(at) {
      if (at !== point || done) return;
      done = true;
      what();
    },
  };
}

describe.each(WAYS)('a commit whose rows are sent %s', (_way, options) => {
  test.each([
    ...('stagedFrom' in options ? (['after-stage'] as const) : []),
    'after-begin',
    'after-ddl',
    'after-delete',
    'after-insert',
    'after-state',
    'before-commit',
  ] as const)('is done again where its connection is lost %s, and writes everything once', async (point) => {
    const database = await newDatabase();
    const dataset = await overDriver(server, database, options).open(ref);
    const merged = { disposition: 'merge', primaryKey: ['id'], hints: { rootKey: true } } as const;
    await commit(dataset, { key: 'one', resources: [{ ...merged, rows: [{ id: 1, lines: [{ x: 1 }] }] }] });
    const load = await packageOf(dataset, {
      key: 'two',
      resources: [{ ...merged, rows: [1, 2].map((id) => ({ id, more: true, lines: [{ x: 2 }] })) }],
    });
    const { listener } = onceAt(point, () => cutAllNow(server, database));
    const told: unknown[] = [];
    const watch = { lockWaitMs: 0, onRerun: (error: unknown) => told.push(error) };
    const outcome = await withLoadWatch(watch, () => listening(listener, () => dataset.commit(load)));
    expect(outcome.status).toBe('loaded');
    expect(told).toMatchObject([{ code: 'DESTINATION_FAILED' }]);
    expect(await rowsOf(dataset, 'SELECT id, more FROM items ORDER BY id')).toEqual([
      { id: 1, more: true },
      { id: 2, more: true },
    ]);
    expect(await rowsOf(dataset, 'SELECT x FROM items__lines')).toEqual([{ x: 2 }, { x: 2 }]);
    expect(await keys(dataset)).toEqual(['one loaded', 'two loaded']);
    await dataset.close();
  });

  test('whose answer is lost is found by its load key, and writes nothing again', async () => {
    const dataset = await overDriver({ ...server, port: proxy.port }, await newDatabase(), options).open(ref);
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
    const load = await packageOf(dataset, { key: 'two', resources: [{ rows: [{ id: 2 }] }] });
    const told: unknown[] = [];
    proxy.loseCommit();
    const watch = { lockWaitMs: 0, onRerun: (error: unknown) => told.push(error) };
    const outcome = await withLoadWatch(watch, () => dataset.commit(load));
    expect(proxy.lost()).toBe(true);
    expect(told).toMatchObject([{ message: expect.stringMatching(/to commit: the connection was lost/) }]);
    expect(outcome).toMatchObject({ status: 'skipped', rows: { items: 1 } });
    expect(await rowsOf(dataset, 'SELECT id FROM items WHERE _dlt_load_id = ?', [outcome.loadId])).toEqual([
      { id: 2 },
    ]);
    expect(await ids(dataset)).toEqual([1, 2]);
    expect(await keys(dataset)).toEqual(['one loaded', 'two loaded']);
    await dataset.close();
  });

  test('that is ended for a deadlock is done again', async () => {
    const database = await newDatabase();
    const dataset = await overDriver(server, database, options).open(ref);
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
    const load = await packageOf(dataset, { key: 'two', resources: [{ rows: [{ id: 2 }] }] });
    const { host, port, user, password } = server;
    const other = new Client({ host, port, user, password, database });
    await other.connect();
    // the server ends whoever looks for a deadlock first
    await other.query(
      "SET deadlock_timeout = '10min'; BEGIN; LOCK TABLE data.items IN ACCESS EXCLUSIVE MODE",
    );
    const done = dataset.commit(load);
    await waitingForLock(server, database, 1);
    await other.query('SELECT 1 FROM data._tidemark_dataset FOR UPDATE');
    await other.query('COMMIT');
    await other.end();
    expect((await done).status).toBe('loaded');
    expect(server.log()).toContain('deadlock detected');
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });

  test('that stood still for longer than its connection may is done again', async () => {
    const database = await newDatabase();
    const dataset = await overDriver(server, database, { ...options, idleTimeout: 100 }).open(ref);
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
    const load = await packageOf(dataset, { key: 'two', resources: [{ rows: [{ id: 2 }] }] });
    const { listener } = onceAt('after-insert', () => standStillUntilCut(database));
    expect((await listening(listener, () => dataset.commit(load))).status).toBe('loaded');
    expect(server.log()).toContain('idle-in-transaction timeout');
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });

  test('whose connection leads to a server that only reads is done again over another one', async () => {
    const database = await newDatabase();
    const writable = await overDriver(server, database, options).open(ref);
    await commit(writable, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
    const load = await packageOf(writable, { key: 'two', resources: [{ rows: [{ id: 2 }] }] });
    await writable.close();
    // as after a failover, until the name leads to the new primary
    await server.sql(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    const dataset = await overDriver(server, database, options).open(ref);
    const told: unknown[] = [];
    const onRerun = (error: unknown): void => {
      told.push(error);
      if (told.length === 2) sqlNow(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
    };
    const outcome = await withLoadWatch({ lockWaitMs: 0, onRerun }, () => dataset.commit(load));
    expect(outcome.status).toBe('loaded');
    const readOnly = {
      code: 'DESTINATION_FAILED',
      message: expect.stringContaining('address of the primary'),
    };
    expect(told).toMatchObject([readOnly, readOnly]);
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });

  test('fails where it is interrupted each time, and leaves nothing', async () => {
    const database = await newDatabase();
    const dataset = await overDriver(server, database, options).open(ref);
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
    const load = await packageOf(dataset, { key: 'two', resources: [{ rows: [{ id: 2 }] }] });
    let times = 0;
    const cut = (at: FailpointName): void => {
      if (at !== 'after-insert') return;
      times += 1;
      cutAllNow(server, database);
    };
    await expect(listening(cut, () => dataset.commit(load))).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
    });
    expect(times).toBe(4);
    expect(await ids(dataset)).toEqual([1]);
    expect(await keys(dataset)).toEqual(['one loaded']);
    await dataset.close();
  });
});

/** Runs a statement as the superuser while this process stands still. */
function sqlNow(sql: string): void {
  const { host, port, user, password } = server;
  const script = `
    const { Client } = require('pg');
    const client = new Client(${JSON.stringify({ host, port, user, password, database: 'postgres' })});
    client.connect().then(() => client.query(${JSON.stringify(sql)})).then(() => client.end());`;
  execFileSync(process.execPath, ['-e', script], { cwd: ROOT });
}

/** This process does nothing until the server has ended what it had begun. */
function standStillUntilCut(database: string): void {
  const { host, port, user, password } = server;
  const script = `
    const { Client } = require('pg');
    const client = new Client(${JSON.stringify({ host, port, user, password, database: 'postgres' })});
    const open = () => client.query("SELECT 1 FROM pg_stat_activity WHERE datname = '${database}' AND state LIKE 'idle in%'")
      .then(({ rowCount }) => rowCount > 0 ? open() : client.end());
    client.connect().then(open);`;
  execFileSync(process.execPath, ['-e', script], { cwd: ROOT });
}

describe('what is written beside a load, where its answer is lost', () => {
  const openByProxy = async (): Promise<Dataset> =>
    overDriver({ ...server, port: proxy.port }, await newDatabase(), AT_ONCE).open(ref);

  test('the end of a run is in the ledger once', async () => {
    const dataset = await openByProxy();
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
    const [{ load_id: _, ...known }] = (await dataset.ledger()) as [LedgerRow];
    const failed: LedgerRow = {
      ...known,
      load_id: null,
      load_key: 'two',
      status: 'failed',
      committed_at: new Date().toISOString(),
    };
    proxy.loseCommit();
    await dataset.record([failed, { ...failed, resource: 'others' }]);
    expect(proxy.lost()).toBe(true);
    expect(await keys(dataset)).toEqual(['one loaded', 'two failed', 'two failed']);
    await dataset.close();
  });

  test('a reset raises the generation by one', async () => {
    const dataset = await openByProxy();
    const cursors = [{ path: 'id', column: 'id', before: undefined, after: cursorAt(1), range: undefined }];
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }], cursors }] });
    proxy.loseCommit();
    await dataset.editState({ source: SOURCE, resources: ['items'], clock: Date.now });
    expect(proxy.lost()).toBe(true);
    expect((await dataset.snapshot(SOURCE)).generations).toEqual({ items: 1 });
    expect((await dataset.ledger()).map(({ status }) => status)).toEqual(['superseded', 'reset']);
    await dataset.close();
  });

  test('a claim is had', async () => {
    const dataset = await openByProxy();
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
    const attempt = { workflowId: 'w', runId: 'r', attempt: 1 };
    proxy.loseCommit();
    expect(await dataset.claim([{ loadKey: 'two', ...attempt }])).toEqual(new Map());
    expect(proxy.lost()).toBe(true);
    const extra = { attempt };
    expect((await commit(dataset, { key: 'two', resources: [{ rows: [{ id: 2 }] }], extra })).status).toBe(
      'loaded',
    );
    await dataset.close();
  });
});
