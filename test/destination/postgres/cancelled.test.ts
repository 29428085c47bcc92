import type { Client } from 'pg';
import { pipeline, resource } from '../../../src';
import { resolveConfig } from '../../../src/config';
import { type Dataset, postgres, withLoadWatch } from '../../../src/destination';
import { executeRun } from '../../../src/run';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { one, RUN, shop } from '../../run/local-shop';
import { silent } from '../../silent-log';
import { commit, packageOf, rowsOf, temporaryFolder } from '../harness';
import { holdingLock, waitingForLock } from './dataset-lock';

let server: PostgresServer;
const folder = temporaryFolder();
let database: string;
let databases = 0;
/** Another program that has the dataset's lock: nothing of what is cancelled may wait for its end. */
let other: Client;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

const connection = () => {
  const { host, port, user, password } = server;
  return { host, port, user, password, database };
};
const destination = (options: { readonly maxConnections?: number } = {}) =>
  postgres({ ...connection(), sslMode: 'disable', ...options });

const open = (signal?: AbortSignal, options = {}): Promise<Dataset> =>
  destination(options).open({ pipeline: 'shop', dataset: 'data', workDir: folder, signal });

beforeEach(async () => {
  databases += 1;
  database = `c${databases}`;
  await server.sql(`CREATE DATABASE ${database}`);
  const dataset = await open();
  await commit(dataset, { key: 'first', resources: [{ rows: [{ id: 1 }] }] });
  await dataset.close();
  other = await holdingLock(server, database);
});

/** Ledger rows and claims, once the other one is gone. */
async function written(): Promise<{ readonly ledger: unknown[]; readonly claims: unknown[] }> {
  await other.query('ROLLBACK');
  const [ledger, claims] = await Promise.all(
    [
      "SELECT resource || ' ' || status AS row FROM data._tidemark_intervals WHERE load_key <> 'first' ORDER BY 1",
      'SELECT load_key AS row FROM data._tidemark_claims',
    ].map(async (sql) => (await other.query(sql)).rows.map(({ row }) => row as unknown)),
  );
  await other.end();
  return { ledger: ledger!, claims: claims! };
}

const CLAIM = { loadKey: 'k', workflowId: 'w', runId: 'r', attempt: 1 };
const CANCELLED = { code: 'CANCELLED' };
const failureOf = (done: Promise<unknown>): Promise<unknown> =>
  done.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('while another program has the lock of a dataset', () => {
  test.each([
    [
      'a commit',
      async (dataset: Dataset) => {
        const load = await packageOf(dataset, { resources: [{ rows: [{ id: 2 }] }] });
        return () => dataset.commit(load);
      },
    ],
    ['a claim', async (dataset: Dataset) => () => dataset.claim([CLAIM])],
  ])('%s that is cancelled before it has a connection is refused', async (_what, prepare) => {
    const cancelling = new AbortController();
    const dataset = await open(cancelling.signal, { maxConnections: 1 });
    const begin = await prepare(dataset);
    const stream = dataset.stream('SELECT i FROM generate_series(1, 10000) i');
    // the only connection
    await stream.next();
    const done = failureOf(begin());
    cancelling.abort();
    await stream.return();
    expect(await done).toMatchObject(CANCELLED);
    await dataset.close();
    expect(await written()).toEqual({ ledger: [], claims: [] });
  });

  test('a claim that is cancelled ends, by the signal of its dataset or of its load', async () => {
    for (const [at, by] of (['dataset', 'load'] as const).entries()) {
      const cancelling = new AbortController();
      const { signal } = cancelling;
      const dataset = await open(by === 'dataset' ? signal : undefined);
      const watch = { lockWaitMs: 60_000, signal: by === 'load' ? signal : undefined };
      const done = failureOf(withLoadWatch(watch, () => dataset.claim([CLAIM])));
      await waitingForLock(server, database, at + 1);
      cancelling.abort();
      expect(await done).toMatchObject(CANCELLED);
      await dataset.close();
    }
    expect(await written()).toEqual({ ledger: [], claims: [] });
  });

  test('the end of a load is recorded no more where its recording is cancelled', async () => {
    const cancelling = new AbortController();
    const dataset = await open(cancelling.signal);
    const [row] = await dataset.ledger();
    const failed = { ...row!, load_id: null, load_key: 'k', status: 'failed' } as const;
    const done = failureOf(dataset.record([failed]));
    await waitingForLock(server, database, 1);
    cancelling.abort();
    expect(await done).toMatchObject(CANCELLED);
    await dataset.close();
    expect(await written()).toEqual({ ledger: [], claims: [] });
  });

  test('pipeline.run that is cancelled ends, and says that its end could not be recorded', async () => {
    const cancelling = new AbortController();
    const warnings: string[] = [];
    const log = { ...silent, warn: (message: string) => void warnings.push(message) };
    await using p = pipeline({ name: 'shop', destination: destination(), dataset: 'data', workDir: folder });
    const done = failureOf(p.run([{ id: 2 }], { tableName: 'items', log, signal: cancelling.signal }));
    await waitingForLock(server, database, 1);
    cancelling.abort();
    expect(await done).toMatchObject(CANCELLED);
    expect(warnings).toEqual(['the end of a load could not be written into the ledger']);
    expect((await written()).ledger).toEqual([]);
  });

  test('run --local that is cancelled ends', async () => {
    const cancelling = new AbortController();
    const errors: string[] = [];
    const log = { ...silent, error: (message: string) => void errors.push(message) };
    await using p = pipeline({ name: 'shop', destination: destination(), dataset: 'data', workDir: folder });
    const source = shop(one('items', () => [[{ id: 2 }]]));
    const { pipelines } = resolveConfig({ pipelines: [{ retries: 0, pipeline: p, source: () => source }] });
    const running = executeRun({ entry: pipelines[0]!, run: RUN, signal: cancelling.signal, log });
    await waitingForLock(server, database, 1);
    cancelling.abort();
    const { result } = await running;
    expect(result.outcomes).toMatchObject([{ resource: 'items', status: 'cancelled' }]);
    expect(errors).toEqual(['resources that ended without a load could not be written into the ledger']);
    expect((await written()).ledger).toEqual([]);
  });
});

test('the end of a load that was cancelled is recorded where nobody has the lock', async () => {
  await other.query('ROLLBACK; BEGIN');
  const cancelling = new AbortController();
  await using p = pipeline({ name: 'shop', destination: destination(), dataset: 'data', workDir: folder });
  const endless = resource({
    name: 'items',
    async *extract() {
      yield [{ id: 2 }];
      cancelling.abort();
      await new Promise(() => {});
    },
  });
  expect(await failureOf(p.run(shop(endless), { signal: cancelling.signal }))).toMatchObject(CANCELLED);
  const { ledger } = await written();
  expect(ledger).toEqual(['items cancelled']);
  const dataset = await open();
  expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id: 1 }]);
  await dataset.close();
});
