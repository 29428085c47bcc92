import { type Dataset, postgres } from '../../../src/destination';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, rowsOf, temporaryFolder } from '../harness';

const folder = temporaryFolder();
let server: PostgresServer;
let dataset: Dataset;

beforeAll(async () => {
  server = await startPostgres();
  const { host, port, user, password } = server;
  await server.sql('CREATE DATABASE streamed');
  const place = {
    host,
    port,
    user,
    password,
    database: 'streamed',
    sslMode: 'disable',
    maxConnections: 2,
  } as const;
  dataset = await postgres(place).open({ pipeline: 'p', dataset: 'data', workDir: folder });
  await commit(dataset, { resources: [{ rows: [{ id: 1, name: 'é' }, { id: 2 }] }] });
});
afterAll(async () => {
  await dataset.close();
  await server.close();
});

const read = async (sql: string, params: readonly unknown[] = []) => {
  const chunks = [];
  for await (const chunk of dataset.stream(sql, params)) chunks.push(chunk);
  return chunks;
};

describe('a stream of Postgres', () => {
  test('comes in chunks, whose rows are those of a query', async () => {
    const chunks = await read('SELECT i::bigint AS i, NULL AS n FROM generate_series(1, ?::int) i', [5000]);
    expect(chunks.map(({ rows }) => rows)).toEqual([2048, 2048, 904]);
    expect(chunks.flatMap((chunk) => chunk.toRows()).map(({ i }) => i)).toEqual(
      Array.from({ length: 5000 }, (_, at) => at + 1),
    );
    expect(chunks[2]!.columns()[0]).toMatchObject({ name: 'i', type: 'bigint', rows: 904 });
  });

  test('of as many rows as a chunk has ends with it', async () => {
    const chunks = await read('SELECT i FROM generate_series(1, 2048) i');
    expect(chunks.map(({ rows }) => rows)).toEqual([2048]);
  });

  test('of no rows has one chunk with the columns', async () => {
    const chunks = await read('SELECT id, name FROM items WHERE id > 9');
    expect(chunks.map(({ rows }) => rows)).toEqual([0]);
    expect(chunks[0]!.columns().map(({ name, type }) => [name, type])).toEqual([
      ['id', 'bigint'],
      ['name', 'character varying'],
    ]);
  });

  test('has each column, also of one name', async () => {
    expect(await rowsOf(dataset, 'SELECT 1 AS a, 2 AS a, 3 AS a')).toEqual([{ a: 1, 'a:1': 2, 'a:2': 3 }]);
  });

  test('that is not read to its end gives its connection back', async () => {
    for (let round = 0; round < 5; round += 1) {
      const stream = dataset.stream('SELECT i FROM generate_series(1, 100000) i');
      await stream.next();
      await stream.return();
    }
    expect(await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('of rows that the server never has all at once is bounded in memory', async () => {
    const stream = dataset.stream("SELECT repeat('x', 10000) AS x FROM generate_series(1, 1000000)");
    const { value } = await stream.next();
    expect(value).toMatchObject({ rows: 2048 });
    await stream.return();
  });

  test('fails where a later row fails, in words of the query', async () => {
    const stream = dataset.stream('SELECT 1 / (i - 3000) AS x FROM generate_series(1, 5000) i');
    expect((await stream.next()).value).toMatchObject({ rows: 2048 });
    await expect(stream.next()).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: 'The query failed: division by zero',
    });
    expect(await rowsOf(dataset, 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  test('whose connection is cut fails, and the next one has a new connection', async () => {
    const stream = dataset.stream('SELECT i FROM generate_series(1, 100000) i');
    await stream.next();
    await server.sql(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'streamed'",
    );
    const rest = (async () => {
      for await (const _ of stream);
    })();
    await expect(rest).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
    });
    expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM items')).toEqual([{ n: 2 }]);
  });
});
