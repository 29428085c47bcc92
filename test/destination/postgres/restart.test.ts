import { type Dataset, type LoadPackage, postgres, withLoadWatch } from '../../../src/destination';
import { inDatabase, overDriver } from '../../postgres/destinations';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, packageOf, rowsOf, temporaryFolder } from '../harness';

let server: PostgresServer;
const folder = temporaryFolder();
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

async function newDatabase(): Promise<string> {
  databases += 1;
  const name = `r${databases}`;
  await server.sql(`CREATE DATABASE ${name}`);
  await server.sql(`ALTER DATABASE ${name} SET synchronous_commit = on`);
  return name;
}

const ref = { pipeline: 'p', dataset: 'data', workDir: folder };

/** A load of several chunks that does something once, when half of its rows were read. */
function halfway(load: LoadPackage, what: () => Promise<void>): LoadPackage {
  const { staged } = load;
  let done = false;
  return {
    ...load,
    staged: {
      tables: staged.tables,
      bytes: staged.bytes,
      discard: () => staged.discard(),
      async *chunks(table) {
        for await (const chunk of staged.chunks(table)) {
          yield chunk;
          if (done) continue;
          done = true;
          await what();
        }
      },
    },
  };
}

async function expectOnce(dataset: Dataset): Promise<void> {
  const [row] = await rowsOf(
    dataset,
    'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids, sum(version)::int AS newest FROM items',
  );
  expect(row).toEqual({ rows: 4001, ids: 4001, newest: 4000 });
  expect((await dataset.ledger()).map(({ load_key, status }) => [load_key, status])).toEqual([
    ['one', 'loaded'],
    ['two', 'loaded'],
  ]);
}

const merged = { disposition: 'merge', primaryKey: ['id'], hints: { rootKey: true } } as const;
const rowsOfLoad = Array.from({ length: 4000 }, (_, at) => ({ id: at + 1, version: 1 }));

describe.each([
  ['with the lock held', undefined],
  ['before the lock', 0],
] as const)('a server that starts again while rows are sent %s', (_way, stagedFrom) => {
  test.each(['fast', 'crash'] as const)('(%s): they are sent again, and stored once', async (how) => {
    const dataset = await overDriver(server, await newDatabase(), { stagedFrom }).open(ref);
    await commit(dataset, {
      key: 'one',
      resources: [{ ...merged, rows: [0, 1].map((id) => ({ id, version: 0 })) }],
    });
    const load = await packageOf(dataset, { key: 'two', resources: [{ ...merged, rows: rowsOfLoad }] });
    expect((await dataset.commit(halfway(load, () => server.restart(how)))).status).toBe('loaded');
    await expectOnce(dataset);
    await dataset.close();
  });
});

test('a server that is not back yet is waited for', async () => {
  const dataset = await inDatabase(server, await newDatabase()).open(ref);
  await commit(dataset, {
    key: 'one',
    resources: [{ ...merged, rows: [0, 1].map((id) => ({ id, version: 0 })) }],
  });
  const load = await packageOf(dataset, { key: 'two', resources: [{ ...merged, rows: rowsOfLoad }] });
  let restarted: Promise<void> | undefined;
  let startAgain = (): void => {};
  const interruptions: unknown[] = [];
  // the first interruption is the crash, the second a server that isn't there
  const onRerun = (error: unknown): void => {
    if (interruptions.push(error) === 2) startAgain();
  };
  const goesDown = (): Promise<void> =>
    new Promise((isDown) => {
      restarted = server.restart('crash', () => {
        isDown();
        return new Promise((resolve) => {
          startAgain = resolve;
        });
      });
    });
  const outcome = await withLoadWatch({ lockWaitMs: 0, onRerun }, () =>
    dataset.commit(halfway(load, goesDown)),
  );
  await restarted;
  expect(outcome.status).toBe('loaded');
  expect(interruptions.length).toBeGreaterThan(1);
  await expectOnce(dataset);
  await dataset.close();
});

test('a server that does not come back fails the load as one to be tried again', async () => {
  const gone = await startPostgres();
  const { host, port, user, password, database } = gone;
  const dataset = await postgres({ host, port, user, password, database, sslMode: 'disable' }).open(ref);
  await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
  const load = await packageOf(dataset, { resources: [{ rows: [{ id: 2 }] }] });
  await gone.close();
  await expect(dataset.commit(load)).rejects.toMatchObject({
    code: 'DESTINATION_FAILED',
    retryable: true,
    message: expect.stringContaining('No connection to Postgres'),
  });
  await dataset.close();
});
