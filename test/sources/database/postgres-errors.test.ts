import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { redact } from '../../../src';
import { postgresTables } from '../../../src/sources/database';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { makeTarget, type Target } from '../target';

let server: PostgresServer;
let into: Target;
beforeAll(async () => {
  server = await startPostgres();
  await server.sql(
    'CREATE TABLE orders (id int PRIMARY KEY, updated_at timestamptz NOT NULL, total numeric, place point)',
  );
  await server.sql('CREATE TABLE logs (line text, at timestamptz NOT NULL)');
  await server.sql("CREATE ROLE stranger LOGIN PASSWORD 'stranger-password'");
});
afterAll(() => server.close());
beforeEach(() => {
  into = makeTarget('copy');
});
afterEach(() => into.close());

type Input = NonNullable<Parameters<typeof postgresTables>[0]>;
const orders = { name: 'orders', cursor: 'updated_at' };

const failure = async (
  input: Partial<Input>,
): Promise<{ code: string; message: string; retryable: boolean }> => {
  const source = postgresTables({ connection: server.url, tables: [orders], ...input });
  const { error } = await into.load(source, { incremental: true });
  expect(error).toBeDefined();
  return error as never;
};
const connection = (more: object) => ({
  host: server.host,
  port: server.port,
  user: server.user,
  database: server.database,
  password: server.password,
  ...more,
});

describe('errors of a Postgres source say what is wrong and what to do', () => {
  test('an unknown table: the nearest', async () => {
    const error = await failure({ tables: [{ name: 'order', cursor: 'updated_at' }] });
    expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND', retryable: false });
    expect(error.message).toContain(
      'There is no table "order" in the schema "public"; it has "logs", "orders". Did you mean "orders"?',
    );
  });

  test('an unknown schema: those that there are', async () => {
    const error = await failure({ schema: 'publik' });
    expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(error.message).toContain('Did you mean "public"?');
  });

  test.each([
    ['cursor', { name: 'orders', cursor: 'update_at' }, 'updated_at'],
    ['column', { ...orders, columns: ['totl'] }, 'total'],
    ['primary key', { ...orders, primaryKey: 'idd' }, 'id'],
  ])('an unknown column as %s: the nearest', async (as, table, nearest) => {
    const error = await failure({ tables: [table] });
    expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND', retryable: false });
    expect(error.message).toContain(`named as ${as}`);
    expect(error.message).toContain(`Did you mean "${nearest}"?`);
  });

  test('a cursor of another type: the one to declare', async () => {
    const error = await failure({ tables: [{ name: 'orders', cursor: 'id' }] });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).toContain("Declare cursorType: 'integer' or 'unix' or 'unixMs'");
    expect((await failure({ tables: [{ name: 'orders', cursor: 'place' }] })).message).toContain(
      'Choose another column',
    );
  });

  test('a merge without any key', async () => {
    const error = await failure({ tables: [{ name: 'logs', cursor: 'at' }] });
    expect(error).toMatchObject({ code: 'PRIMARY_KEY_REQUIRED' });
    expect(error.message).toContain("writeDisposition: 'append'");
  });

  test.each([
    ['in a URL', (password: string) => `postgresql://tidemark:${password}@127.0.0.1:${server.port}/postgres`],
    ['given alone', (password: string) => connection({ password })],
  ])('a wrong password %s is never shown', async (_, make) => {
    const error = await failure({ connection: make('a-wrong-password') });
    expect(error).toMatchObject({ code: 'SOURCE_UNAUTHORIZED', retryable: false });
    expect(error.message).toContain('"connection.password"');
    const shown = [error.message, JSON.stringify(error), String((error as { stack?: string }).stack)].join(
      '\n',
    );
    expect(shown).not.toContain('a-wrong-password');
    expect(redact('a-wrong-password')).toBe('[secret]');
  });

  test('no password where one is wanted', async () => {
    const error = await failure({ connection: connection({ password: undefined }) });
    expect(error).toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
  });

  test('a database that is not there', async () => {
    expect(await failure({ connection: connection({ database: 'nowhere' }) })).toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  test('nobody at the port: may be tried again', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    const { port } = listener.address() as AddressInfo;
    await new Promise((resolve) => listener.close(resolve));
    const error = await failure({ connection: connection({ port }) });
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE', retryable: true });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  test('a server without encryption where it is required', async () => {
    const error = await failure({ connection: connection({ sslMode: 'require' }) });
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED', retryable: false });
    expect(error.message).toMatch(/does not support SSL.*"connection.sslMode"/);
  });

  test('a table that the user may not read: what to grant', async () => {
    const error = await failure({
      connection: connection({ user: 'stranger', password: 'stranger-password' }),
    });
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED', retryable: false });
    expect(error.message).toContain('SELECT');
  });

  test('a condition that is no SQL: what the server says', async () => {
    const error = await failure({ tables: [{ ...orders, where: 'totall > 1' }] });
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED', retryable: false });
    expect(error.message).toContain('totall');
  });

  test('a connection that is cut while it reads: may be tried again', async () => {
    await server.sql(
      'INSERT INTO orders (id, updated_at) SELECT n, now() FROM generate_series(1, 3000) AS n',
    );
    const source = postgresTables({ connection: server.url, tables: [{ ...orders, pageRows: 100 }] });
    const reading = source.resources[0]!.pages();
    expect((await reading.next()).value).toHaveLength(100);
    await server.sql(
      "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'tidemark'",
    );
    await expect(reading.next()).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', retryable: true });
  });

  test('a load that is cancelled lets go of its connection, and the server of the statement', async () => {
    await server.sql('CREATE VIEW slow AS SELECT 1 AS id, pg_sleep(600)::text AS never');
    const stop = new AbortController();
    const source = postgresTables({ connection: server.url, tables: ['slow'] });
    const loading = into.load(source, { signal: stop.signal });
    const busy = async (): Promise<number> =>
      (
        await server.sql(
          "SELECT 1 FROM pg_stat_activity WHERE application_name = 'tidemark' AND query LIKE '%\"slow\"%' AND state = 'active'",
        )
      ).length;
    while ((await busy()) === 0);
    stop.abort();
    await expect(loading).rejects.toMatchObject({ code: 'CANCELLED' });
    // the server notices within seconds that nobody waits for its answer
    while ((await busy()) > 0);
  });

  test.each(['mysql://a@b/c', 'nonsense', 'postgresql://a@b/c?sslmode=maybe'])(
    'the URL "%s"',
    async (url) => {
      expect(await failure({ connection: url })).toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );

  test.each(['postgresql://u:50%of-it@b/c', 'postgresql://50%@b/c', 'postgresql://u:secret-word@b/50%'])(
    'the URL "%s", whose % stands for nothing, says so and shows nothing of it',
    async (url) => {
      const { code, message } = (await failure({ connection: url })) as { code: string; message: string };
      expect(code).toBe('CONFIG_INVALID');
      expect(message).toContain('must be percent-encoded');
      expect(message).not.toMatch(/50%|secret-word/);
    },
  );

  test('listing needs neither a connection nor a secret', () => {
    expect(postgresTables({ tables: ['a', { name: 'b', as: 'c' }] }).resourceNames).toEqual(['a', 'c']);
  });
});
