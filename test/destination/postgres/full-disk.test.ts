import type { Dataset } from '../../../src/destination';
import { overDriver } from '../../postgres/destinations';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { smallDisk } from '../../postgres/small-disk';
import { commit, packageOf, rowsOf, temporaryFolder } from '../harness';

/** Room for a database that is empty, and little more. */
const MEGABYTES = 20;
const disk = smallDisk(MEGABYTES);

let server: PostgresServer;
const folder = temporaryFolder();

beforeAll(async () => {
  server = await startPostgres();
  if (disk !== undefined) await server.sql(`CREATE TABLESPACE small LOCATION '${disk.folder}'`);
});
afterAll(async () => {
  await server.close();
  disk?.close();
});

const idsOf = async (dataset: Dataset): Promise<unknown[]> =>
  rowsOf(dataset, 'SELECT count(*)::int AS rows, max(id)::int AS last FROM items');

// without the right to mount there is no disk to fill
const onDisk = disk === undefined ? test.skip : test;

describe.each([
  ['with the lock held', undefined],
  ['before the lock', 0],
] as const)('a disk that is full while rows are sent %s', (_way, stagedFrom) => {
  onDisk('fails the load, leaves nothing, and is no hindrance once there is room', async () => {
    disk!.grow(MEGABYTES);
    const database = stagedFrom === undefined ? 'locked' : 'early';
    await server.sql(`CREATE DATABASE ${database} TABLESPACE small`);
    const dataset = await overDriver(server, database, { stagedFrom }).open({
      pipeline: 'p',
      dataset: 'data',
      workDir: folder,
    });
    await commit(dataset, { key: 'one', resources: [{ rows: [{ id: 0 }] }] });
    const text = 'x'.repeat(1000);
    const rows = Array.from({ length: 20_000 }, (_, at) => ({ id: at + 1, text, more: true }));
    const load = await packageOf(dataset, { key: 'two', resources: [{ rows }] });
    await expect(dataset.commit(load)).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
      retryable: true,
      message: expect.stringMatching(/No space left on device/),
    });
    expect(await idsOf(dataset)).toEqual([{ rows: 1, last: 0 }]);
    expect((await dataset.ledger()).map(({ load_key }) => load_key)).toEqual(['one']);
    expect((await dataset.tables()).get('items')).not.toContain('more');
    disk!.grow(400);
    expect((await dataset.commit(load)).status).toBe('loaded');
    expect(await idsOf(dataset)).toEqual([{ rows: 20_001, last: 20_000 }]);
    await dataset.close();
    await server.sql(`DROP DATABASE ${database}`);
  });
});
