import { Client } from 'pg';
import { Secret } from '../../../src/config';
import { type Dataset, postgres } from '../../../src/destination';
import { listening } from '../../../src/destination/failpoint';
import { postgresDriver } from '../../../src/destination/postgres/driver';
import { connectionSettings } from '../../../src/postgres-client';
import { overDriver } from '../../postgres/destinations';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, packageOf, rowsOf, temporaryFolder } from '../harness';
import { cutAll, cutAllNow } from './cut-connections';
import { holdingLock } from './dataset-lock';

let server: PostgresServer;
const folder = temporaryFolder();
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

const connectionTo = (database: string) => {
  const { host, port, user, password } = server;
  return { host, port, user, password, database };
};

async function newDatabase(): Promise<string> {
  databases += 1;
  await server.sql(`CREATE DATABASE f${databases}`);
  return `f${databases}`;
}

const ref = { pipeline: 'p', dataset: 'data', workDir: folder };

const open = (database: string, options = {}): Promise<Dataset> =>
  postgres({ ...connectionTo(database), sslMode: 'disable', ...options }).open(ref);

const ids = async (dataset: Dataset): Promise<unknown[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: unknown }).id);

describe('a Postgres that fails while it is loaded into', () => {
  test.each(['after-ddl', 'after-delete', 'after-insert', 'after-state', 'before-commit'] as const)(
    'a connection that is lost %s leaves nothing, and the load can be tried again',
    async (point) => {
      const database = await newDatabase();
      const dataset = await overDriver(server, database, { rerunAfter: [] }).open(ref);
      await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 1 }] }] });
      const load = await packageOf(dataset, { key: 'two', resources: [{ rows: [{ id: 2, more: true }] }] });
      const failed = listening(
        (at) => {
          if (at === point) cutAllNow(server, database);
        },
        () => dataset.commit(load),
      );
      await expect(failed).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
      expect(await ids(dataset)).toEqual([1]);
      expect((await dataset.ledger()).map(({ load_key }) => load_key)).toEqual(['one']);
      expect((await dataset.tables()).get('items')).not.toContain('more');
      expect((await dataset.commit(load)).status).toBe('loaded');
      expect(await ids(dataset)).toEqual([1, 2]);
      await dataset.close();
    },
  );

  test('connections that were closed while nobody used them are replaced', async () => {
    const database = await newDatabase();
    const dataset = await open(database);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    await cutAll(server, database);
    await commit(dataset, { resources: [{ rows: [{ id: 2 }] }] });
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });
});

describe('a Postgres that others use', () => {
  test('a dataset that is held is waited for so long as lockTimeout says, and nothing is written', async () => {
    const database = await newDatabase();
    const dataset = await open(database, { lockTimeout: 1 });
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const other = await holdingLock(server, database);
    const load = await packageOf(dataset, { resources: [{ rows: [{ id: 2 }] }] });
    await expect(dataset.commit(load)).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
      message: expect.stringContaining('lockTimeout'),
    });
    await other.query('ROLLBACK');
    await other.end();
    expect((await dataset.commit(load)).status).toBe('loaded');
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });

  test.each([
    ['the server has for all', "SET statement_timeout = '3s'", {}],
    ['the option sets', 'RESET statement_timeout', { statementTimeout: 3 }],
  ])('a timeout of statements that %s ends no wait for another commit', async (_who, setting, options) => {
    const database = await newDatabase();
    const first = await open(database);
    await commit(first, { resources: [{ rows: [{ id: 1 }] }] });
    await first.close();
    const other = await holdingLock(server, database);
    await server.sql(`ALTER DATABASE ${database} ${setting}`);
    const dataset = await open(database, options);
    const done = packageOf(dataset, { resources: [{ rows: [{ id: 2 }] }] }).then((load) =>
      dataset.commit(load),
    );
    let over = false;
    const end = (): void => {
      over = true;
    };
    done.then(end, end);
    for (let waited = false; !waited && !over; ) {
      const rows = await server.sql(
        "SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock' AND now() - query_start > '3.5s'",
        [database],
      );
      waited = rows.length > 0;
    }
    expect(over).toBe(false);
    await other.end();
    expect((await done).status).toBe('loaded');
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });

  test('a statement of a commit or a query that takes too long is ended, and told', async () => {
    const database = await newDatabase();
    const dataset = await open(database, { statementTimeout: 1 });
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const other = new Client(connectionTo(database));
    await other.connect();
    await other.query('BEGIN; LOCK TABLE data.items IN ACCESS EXCLUSIVE MODE');
    const load = await packageOf(dataset, { resources: [{ rows: [{ id: 2 }] }] });
    await expect(dataset.commit(load)).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
      message: expect.stringContaining('Set "statementTimeout" higher'),
    });
    await expect(dataset.query('SELECT * FROM items')).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('statement timeout'),
    });
    await other.end();
    expect((await dataset.commit(load)).status).toBe('loaded');
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });

  test('eight datasets opened apart make their first commits at once: every row is there, load ids ascend', async () => {
    const database = await newDatabase();
    const opened = await Promise.all(Array.from({ length: 8 }, () => open(database, { maxConnections: 1 })));
    const loads = await Promise.all(
      opened.map((dataset, id) =>
        packageOf(dataset, { resources: [{ rows: [{ id, [`only_${id}`]: id }] }] }),
      ),
    );
    const outcomes = await Promise.all(opened.map((dataset, at) => dataset.commit(loads[at]!)));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(8).fill('loaded'));
    const [dataset] = opened as [Dataset];
    expect(await ids(dataset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(outcomes.map(({ loadId }) => loadId)).size).toBe(8);
    const stored = (await dataset.ledger()).map(({ load_id }) => load_id);
    expect(stored).toEqual([...stored].sort());
    for (const one of opened) await one.close();
  });

  test('a merge makes the indexes that it needs once, an append none', async () => {
    const dataset = await open(await newDatabase());
    const indexes = async (): Promise<unknown[]> =>
      (
        await rowsOf(
          dataset,
          "SELECT tablename || ' ' || substring(indexdef from 'USING.*') AS made FROM pg_indexes WHERE schemaname = 'data' AND left(tablename, 1) <> '_' ORDER BY 1",
        )
      ).map((row) => (row as { made: string }).made);
    await commit(dataset, { resources: [{ rows: [{ id: 1, lines: [{ x: 1 }] }] }] });
    expect(await indexes()).toEqual([]);
    for (const id of [2, 3])
      await commit(dataset, {
        resources: [
          {
            name: 'merged',
            disposition: 'merge',
            primaryKey: ['id'],
            hints: { rootKey: true },
            rows: [{ id, lines: [{ x: 1 }] }],
          },
        ],
      });
    expect(await indexes()).toEqual([
      'merged USING btree (_dlt_id)',
      'merged USING btree (id)',
      'merged__lines USING btree (_dlt_parent_id)',
    ]);
    await dataset.close();
  });

  test.each(['write', 'read'] as const)(
    'a host that vanishes in a transaction to %s is noticed within a minute',
    async (mode) => {
      const { host, port, user } = server;
      const password = new Secret(server.password, { key: 'password' });
      const driver = postgresDriver({
        settings: connectionSettings({
          host,
          port,
          user,
          password,
          database: await newDatabase(),
          sslMode: 'disable',
        }),
        dataset: 'data',
        limits: { lockTimeout: 1000, idleTimeout: 1000 },
        maxConnections: 1,
      });
      const [idle, interval, count] = await driver.connect(async (connection) => {
        await connection.begin(mode);
        const shown: number[] = [];
        // what the system says of the connection, not what was set
        for (const name of ['idle', 'interval', 'count'])
          shown.push(
            ...Object.values((await connection.rows(`SHOW tcp_keepalives_${name}`))[0]!).map(Number),
          );
        await connection.rollback();
        return shown;
      });
      expect(idle! + interval! * count!).toBeLessThanOrEqual(60);
      await driver.close();
    },
  );

  test('few rows are merged into many without reading all of them, at once after the first merge', async () => {
    const database = await newDatabase();
    const merge = async (from: number, count: number): Promise<void> => {
      const dataset = await open(database);
      await commit(dataset, {
        resources: [
          {
            disposition: 'merge',
            primaryKey: ['id'],
            hints: { rootKey: true },
            rows: Array.from({ length: count }, (_, at) => ({
              id: from + at,
              lines: [{ x: at }, { x: at }],
            })),
          },
        ],
      });
      await dataset.close();
      // what a connection has counted is told when it ends
      for (let open = 1; open > 0; ) {
        const [row] = await server.sql(
          'SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = $1',
          [database],
        );
        open = Number(row?.['open']);
      }
    };
    const read = async (): Promise<number> => {
      const client = new Client(connectionTo(database));
      await client.connect();
      const { rows } = await client.query(
        "SELECT sum(seq_tup_read)::int AS read FROM pg_stat_user_tables WHERE schemaname = 'data' AND relname LIKE 'items%'",
      );
      await client.end();
      return rows[0].read;
    };
    await merge(0, 200_000);
    const before = await read();
    await merge(15_000, 10);
    expect((await read()) - before).toBe(0);
  });

  test('NUL is left out of text and JSON, as dlt leaves it out', async () => {
    const dataset = await open(await newDatabase());
    await commit(dataset, {
      resources: [
        {
          rows: [{ id: 1, short: 'a\0b', long: `${'x'.repeat(20)}\0y`, odd: { t: 'a\0b', s: '\\u0000' } }],
          hints: { columns: { odd: { data_type: 'json' } } },
        },
      ],
    });
    const [row] = (await rowsOf(dataset, 'SELECT short, long, odd FROM items')) as [
      { short: string; long: string; odd: string },
    ];
    expect(row).toMatchObject({ short: 'ab', long: `${'x'.repeat(20)}y` });
    expect(JSON.parse(row.odd)).toEqual({ t: 'ab', s: '\\u0000' });
    await dataset.close();
  });
});
