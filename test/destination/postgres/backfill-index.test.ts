import { Client } from 'pg';
import { postgres } from '../../../src/destination';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, slice, temporaryFolder } from '../harness';

let server: PostgresServer;
const folder = temporaryFolder();

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

/** Loads an interval of 100 seconds into a resource that appends and has a key. */
async function append(interval: number, rows: number): Promise<unknown> {
  const { host, port, user, password, database } = server;
  const dataset = await postgres({ host, port, user, password, database, sslMode: 'disable' }).open({
    pipeline: 'p',
    dataset: 'data',
    workDir: folder,
  });
  const at = interval * 100;
  const outcome = await commit(dataset, {
    resources: [
      {
        ...slice(at, at + 100),
        primaryKey: ['id'],
        rows: Array.from({ length: rows }, (_, row) => ({ id: at * 10_000_000 + row, ts: at })),
      },
    ],
  });
  await dataset.close();
  return outcome.status === 'loaded' ? outcome.rows['items'] : outcome.status;
}

/** A query of another connection, when those of loads have told what they have counted. */
async function ask(sql: string): Promise<readonly unknown[]> {
  for (let open = 1; open > 0; ) {
    const [row] = await server.sql(
      "SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = 'tidemark'",
    );
    open = Number(row?.['open']);
  }
  const { host, port, user, password, database } = server;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  await client.end();
  return rows.flat();
}

const indexes = (): Promise<readonly unknown[]> =>
  ask(
    "SELECT substring(indexdef from 'USING.*') FROM pg_indexes WHERE schemaname = 'data' AND tablename = 'items'",
  );

const read = async (): Promise<number> =>
  Number((await ask("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'items'"))[0]);

test('intervals of a backfill find rows that are stored by an index, however many there are', async () => {
  expect(await append(0, 300_000)).toBe(300_000);
  expect(await indexes()).toEqual([]);
  expect(await append(1, 10)).toBe(10);
  expect(await indexes()).toEqual(['USING btree (id)']);
  const before = await read();
  expect(await append(2, 10)).toBe(10);
  expect(await append(2, 10)).toBe(0);
  expect((await read()) - before).toBe(0);
  expect(await indexes()).toEqual(['USING btree (id)']);
});
