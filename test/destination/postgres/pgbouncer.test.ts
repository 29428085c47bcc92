import type { Dataset } from '../../../src/destination';
import { overDriver } from '../../postgres/destinations';
import { type Pgbouncer, pgbouncerProgram, startPgbouncer } from '../../postgres/pgbouncer';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, packageOf, type Resource, rowsOf, temporaryFolder } from '../harness';

const program = pgbouncerProgram();
// without an installed pgbouncer there is nothing to ask
const withBouncer = program === undefined ? describe.skip : describe;

let server: PostgresServer;
let bouncer: Pgbouncer;
const folder = temporaryFolder();
let databases = 0;

const ref = { pipeline: 'p', dataset: 'data', workDir: folder };

async function newDatabase(): Promise<string> {
  databases += 1;
  await server.sql(`CREATE DATABASE b${databases}`);
  return `b${databases}`;
}

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

withBouncer('pgbouncer in transaction mode', () => {
  beforeAll(async () => {
    bouncer = await startPgbouncer(program!, server, { mode: 'transaction', connections: 3 });
  });
  afterAll(() => bouncer.close());

  const MERGE: Partial<Resource> = { disposition: 'merge', primaryKey: ['id'], hints: { rootKey: true } };
  const VERSIONS: Partial<Resource> = { disposition: 'merge', strategy: 'scd2', hints: { scd2: {} } };

  describe.each([
    ['with the lock held', undefined],
    ['before the lock', 0],
  ] as const)('rows that are sent %s', (_way, stagedFrom) => {
    const open = (database: string): Promise<Dataset> =>
      overDriver({ ...server, port: bouncer.port }, database, { stagedFrom, rerunAfter: [] }).open(ref);

    test.each([
      ['appended', {}, 9],
      ['merged', MERGE, 5],
      ['kept as versions', VERSIONS, 9],
    ] as const)('are %s by loads that come at once over fewer connections', async (_how, how, stored) => {
      const database = await newDatabase();
      const datasets = await Promise.all(Array.from({ length: 8 }, () => open(database)));
      const [first] = datasets as [Dataset];
      await commit(first, { resources: [{ ...how, rows: [{ id: 0, lines: [{ x: 0 }] }] }] });
      const loads = await Promise.all(
        datasets.map((dataset, at) =>
          packageOf(dataset, {
            resources: [{ ...how, rows: [{ id: 1 + (at % 4), by: at, lines: [{ x: at }] }] }],
          }),
        ),
      );
      const outcomes = await Promise.all(datasets.map((dataset, at) => dataset.commit(loads[at]!)));
      expect(outcomes.map(({ status }) => status)).toEqual(Array(8).fill('loaded'));
      expect(await rowsOf(first, 'SELECT count(*)::int AS n FROM items')).toEqual([{ n: stored }]);
      expect(await rowsOf(first, 'SELECT count(*)::int AS n FROM items__lines')).toEqual([{ n: stored }]);
      const used = await server.sql(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
        [database],
      );
      expect(used[0]?.['n']).toBeLessThanOrEqual(3);
      for (const dataset of datasets) await dataset.close();
    });

    test('leave nothing on the connections that others get', async () => {
      const database = await newDatabase();
      const dataset = await open(database);
      for (const how of [{}, MERGE, VERSIONS])
        await commit(dataset, {
          resources: [{ ...how, name: `r${Object.keys(how).length}`, rows: [{ id: 1 }] }],
        });
      expect(
        await rowsOf(
          dataset,
          "SELECT (SELECT count(*)::int FROM pg_class WHERE relpersistence = 't') AS tables," +
            " (SELECT count(*)::int FROM pg_prepared_statements) AS statements, (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks",
        ),
      ).toEqual([{ tables: 0, statements: 0, locks: 0 }]);
      await dataset.close();
    });
  });
});

withBouncer('pgbouncer in statement mode', () => {
  test('is refused with the reason', async () => {
    const strict = await startPgbouncer(program!, server, { mode: 'statement', connections: 3 });
    const dataset = await overDriver({ ...server, port: strict.port }, await newDatabase(), {}).open(ref);
    const error: unknown = await dataset.snapshot('shop').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'DESTINATION_REFUSED',
      message: expect.stringMatching(/pool_mode/),
    });
    await dataset.close();
    await strict.close();
  });
});
