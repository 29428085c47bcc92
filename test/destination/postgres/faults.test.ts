import { Client } from 'pg';
import { type Dataset, postgres } from '../../../src/destination';
import { listening } from '../../../src/destination/failpoint';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, freshDataset, packageOf, rowsOf, temporaryFolder } from '../harness';
import { cutAll, cutAllNow } from './cut-connections';

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

const open = (database: string, options = {}): Promise<Dataset> =>
  postgres({ ...connectionTo(database), sslMode: 'disable', ...options }).open({
    pipeline: 'p',
    dataset: 'data',
    workDir: folder,
  });

const ids = async (dataset: Dataset): Promise<unknown[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: unknown }).id);

describe('a Postgres that fails while it is loaded into', () => {
  test.each(['after-ddl', 'after-delete', 'after-insert', 'after-state', 'before-commit'] as const)(
    'a connection that is lost %s leaves nothing, and the load can be tried again',
    async (point) => {
      const database = await newDatabase();
      const dataset = await open(database);
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
    const other = new Client(connectionTo(database));
    await other.connect();
    await other.query('BEGIN; SELECT 1 FROM data._tidemark_dataset FOR UPDATE');
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

  test('a wrong password, a missing database and an unreachable server are told, without the password', async () => {
    const connection = connectionTo('postgres');
    const refused = [
      [{ ...connection, password: 'wrong-password' }, 'DESTINATION_REFUSED', /refused the user "tidemark"/],
      [{ ...connection, database: 'nowhere' }, 'DESTINATION_REFUSED', /There is no database/],
      [{ ...connection, port: 1 }, 'DESTINATION_FAILED', /No connection to Postgres/],
    ] as const;
    for (const [options, code, message] of refused) {
      const dataset = await postgres(options).open({ pipeline: 'p', dataset: 'data', workDir: folder });
      const error: unknown = await dataset.snapshot('shop').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
      expect(JSON.stringify(error) + String(error)).not.toContain('wrong-password');
      await dataset.close();
    }
  });

  test('a name of 63 characters that has more bytes is refused before anything is written', async () => {
    const dataset = await open(await newDatabase());
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    // digits of any script are kept in a name
    const [long, longer] = [`${'n'.repeat(62)}٣`, `٣${'n'.repeat(80)}`];
    for (const rows of [
      [{ id: 2, [long]: 1 }],
      [{ id: 2, [longer]: 1 }],
      [{ id: 2, [long.slice(7)]: [{ x: 1 }] }],
    ])
      await expect(commit(dataset, { resources: [{ rows }] })).rejects.toMatchObject({
        code: 'IDENTIFIER_INVALID',
        message: expect.stringMatching(/n+.* has 64 bytes.*takes 63.*Rename the field/),
      });
    expect(await ids(dataset)).toEqual([1]);
    await commit(dataset, { resources: [{ rows: [{ id: 2, [long.slice(1)]: 1 }] }] });
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });

  test('a copy of names that a load would shorten is refused, all of them listed', async () => {
    const source = await freshDataset(folder);
    const target = await open(await newDatabase());
    const long = 'n'.repeat(64);
    await commit(source, { resources: [{ rows: [{ id: 1, [long]: 2, ['l'.repeat(60)]: [{ x: 1 }] }] }] });
    await expect(
      source.contents((contents) => target.receive(contents, { clock: Date.now })),
    ).rejects.toMatchObject({
      code: 'IDENTIFIER_INVALID',
      details: { names: [`column "items.${long}"`, `table "items__${'l'.repeat(60)}"`] },
    });
    expect([...(await target.tables()).keys()]).toEqual([]);
    await source.close();
    await target.close();
  });

  test('a merge makes the indexes that it needs once, an append none', async () => {
    const dataset = await open(await newDatabase());
    const indexes = async (): Promise<unknown[]> =>
      (
        await rowsOf(
          dataset,
          "SELECT tablename || ' ' || substring(indexdef from 'USING.*') AS made FROM pg_indexes WHERE schemaname = 'data' ORDER BY 1",
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
