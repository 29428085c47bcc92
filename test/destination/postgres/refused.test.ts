import { type Dataset, postgres } from '../../../src/destination';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, freshDataset, rowsOf, temporaryFolder } from '../harness';

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

describe('what Postgres refuses, or tidemark before it', () => {
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

  test('a user without the right to temporary tables is told which one it lacks', async () => {
    const database = await newDatabase();
    await server.sql("CREATE ROLE loader LOGIN PASSWORD 'of-the-loader'");
    await server.sql(`GRANT CREATE ON DATABASE ${database} TO loader`);
    await server.sql(`REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`);
    const dataset = await open(database, { user: 'loader', password: 'of-the-loader' });
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const text = 'x'.repeat(1000);
    const rows = Array.from({ length: 1100 }, (_, at) => ({ id: at + 2, text }));
    await expect(commit(dataset, { resources: [{ rows }] })).rejects.toMatchObject({
      code: 'DESTINATION_REFUSED',
      message: expect.stringMatching(/temporary tables.*Grant the user "loader" CREATE and TEMPORARY/),
    });
    expect(await ids(dataset)).toEqual([1]);
    await dataset.close();
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
});
