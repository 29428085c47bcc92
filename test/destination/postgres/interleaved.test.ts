import type { Dataset } from '../../../src/destination';
import { makeDatasetReader } from '../../../src/pipeline/read-dataset';
import { overDriver } from '../../postgres/destinations';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, rowsOf, temporaryFolder } from '../harness';

let server: PostgresServer;
const folder = temporaryFolder();
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

/** A dataset of some thousand rows that may have so many connections. */
async function open(maxConnections: number): Promise<Dataset> {
  databases += 1;
  const database = `i${databases}`;
  await server.sql(`CREATE DATABASE ${database}`);
  const destination = overDriver(server, database, { maxConnections, stuckAfter: 100 });
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  const rows = Array.from({ length: 3000 }, (_, id) => ({ id }));
  await commit(dataset, { resources: [{ rows }] });
  return dataset;
}

const reading = (dataset: Dataset) =>
  makeDatasetReader({ name: 'data', location: dataset.location, open: async () => dataset });

const STUCK = {
  code: 'USAGE',
  message: expect.stringMatching(
    /connections? (is|are) held by results .* set "maxConnections" .* above \d\.$/,
  ),
  details: { maxConnections: expect.any(Number) },
};

test.each([1, 2])(
  'who asks between the rows of as many results as there are connections (%i) is told so, and the results go on',
  async (most) => {
    const dataset = await open(most);
    const data = reading(dataset);
    let rows = 0;
    const ask = async (depth: number): Promise<void> => {
      if (depth === most) {
        await expect(data.sql('SELECT 1 AS one').toArray()).rejects.toMatchObject(STUCK);
        return;
      }
      for await (const { id } of data.table<{ id: number }>('items')) {
        rows += 1;
        if (id === 1000) await ask(depth + 1);
      }
    };
    await ask(0);
    expect(rows).toBe(most * 3000);
    expect(await rowsOf(dataset, 'SELECT count(*)::int AS n FROM items')).toEqual([{ n: 3000 }]);
    await dataset.close();
  },
);

test('one connection more than results is enough', async () => {
  const dataset = await open(2);
  const data = reading(dataset);
  let asked = 0;
  for await (const { id } of data.table<{ id: number }>('items').limit(20))
    asked += await data.sql('SELECT 1 FROM items WHERE id = ?', [id]).count();
  expect(asked).toBe(20);
  await dataset.close();
});

test('readers by turns wait for each other, and each has all of its rows', async () => {
  const dataset = await open(1);
  const data = reading(dataset);
  const read = async (): Promise<number> => {
    let rows = 0;
    for await (const _ of data.table('items')) {
      rows += 1;
      if (rows % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return rows;
  };
  expect(await Promise.all([read(), read(), read()])).toEqual([3000, 3000, 3000]);
  await dataset.close();
});

test('who takes row after row goes on, for longer than one who takes none would be waited for', async () => {
  const dataset = await open(1);
  const data = reading(dataset);
  const begun = performance.now();
  const waits: Promise<number>[] = [];
  for await (const _ of data.table('items')) {
    if (waits.length === 0) waits.push(data.sql('SELECT 1 FROM items').count());
    if (performance.now() - begun < 500) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all(waits)).toEqual([3000]);
  await dataset.close();
});
