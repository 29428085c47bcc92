import { DuckDBInstance } from '@duckdb/node-api';
import { duckdb, releaseIdleFiles } from '../../src/destination';
import { type LoadView, openClient, type TidemarkClient } from '../../src/operate';
import { temporaryFolder } from '../temporary-folder';
import { days, destinations, fileIn, HUGE, load, MARKUP, marketConfig } from './market';

const BOTH = ['orders', 'visits'];

/** Tables with their rows, as `orders 2`. */
const rowsOf = ({ tables }: LoadView): string[] => tables.map(({ table, rows }) => `${table} ${rows}`);

const seen = (day: number) => ({
  resources: { orders: { seen: { days: [day], huge: 'HUGE', who: MARKUP } } },
});

const parsed = (json: string | undefined): unknown =>
  json === undefined ? undefined : JSON.parse(json.replaceAll(String(HUGE), '"HUGE"'));

describe.each(destinations)('the loads of an interval, in %s', (name, destination) => {
  const folder = temporaryFolder(`loads-${name}`);
  let client: TidemarkClient;

  /** The loads of a resource in these days, newest first. */
  const loadsOf = async (resource: string, first: number, last = first): Promise<LoadView[]> =>
    (await client.loads('shop', days(first, last))).filter(({ resources }) => resources.includes(resource));

  beforeAll(async () => {
    client = await openClient(marketConfig(folder, await destination(folder)), { directory: folder });
    for (const day of [1, 2, 3]) await load(client, BOTH, days(day));
  });
  afterAll(() => client.close());

  test('are those that touch it, the newest first', async () => {
    const loads = await client.loads('shop', days(1, 2));
    expect(loads.flatMap(({ resources }) => resources).sort()).toEqual([...BOTH, ...BOTH].sort());
    expect(loads.map(({ loadId }) => loadId)).toEqual(
      loads
        .map(({ loadId }) => loadId)
        .sort()
        .reverse(),
    );
    expect(loads[0]!.committedAt > loads.at(-1)!.committedAt).toBe(true);
    expect(await client.loads('shop', days(9))).toEqual([]);
    await expect(client.loads('shp', days(1))).rejects.toMatchObject({ code: 'PIPELINE_UNKNOWN' });
  });

  test('have the rows that are there now, in tables of children and their children, too', async () => {
    expect((await loadsOf('orders', 1, 3)).map(rowsOf)).toEqual([
      ['orders 1'],
      ['orders 2', 'orders__items 1'],
      // one of two orders was changed on the second day
      ['orders 1', 'orders__items 1', 'orders__items__labels 2'],
    ]);
    expect((await loadsOf('visits', 2)).map(rowsOf)).toEqual([['visits 2', 'visits__pages 4']]);
    const [orders] = await client.intervals('shop', { resources: ['orders'], to: days(1).end });
    expect(orders?.rows).toMatchObject([{ rows: 2 }]);
  });

  test('tell the tables, columns and types that came with them', async () => {
    const [third, second, first] = await loadsOf('orders', 1, 3);
    expect(first?.schemaChanges).toEqual(
      ['orders', 'orders__items', 'orders__items__labels'].map((table) => ({
        kind: 'table',
        table,
        column: undefined,
        type: undefined,
      })),
    );
    expect(second?.schemaChanges).toEqual([
      { kind: 'column', table: 'orders', column: 'gift', type: 'bool' },
    ]);
    expect(third?.schemaChanges).toEqual([
      { kind: 'type', table: 'orders', column: 'amount', type: 'bigint → double' },
    ]);
    expect((await loadsOf('visits', 2, 3)).map(({ schemaChanges }) => schemaChanges)).toEqual([[], []]);
  });

  test('tell the state of their source before and after, with every digit', async () => {
    const states = (await loadsOf('orders', 1, 3)).map(({ state }) => [
      parsed(state?.before),
      parsed(state?.after),
    ]);
    expect(states).toEqual([
      [seen(2), seen(3)],
      [seen(1), seen(2)],
      [undefined, seen(1)],
    ]);
    expect((await loadsOf('visits', 1, 3)).map(({ state }) => state)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('of which nothing is left say so', async () => {
    await load(client, ['orders'], days(1));
    const [newest, first] = await loadsOf('orders', 1);
    expect(rowsOf(newest!)).toEqual(['orders 1', 'orders__items 1', 'orders__items__labels 2']);
    expect(rowsOf(first!)).toEqual(['orders 0']);
  });
});

describe('the loads of an interval, in a file', () => {
  const folder = temporaryFolder('loads-file');
  let client: TidemarkClient;

  beforeAll(async () => {
    const config = marketConfig(folder, duckdb({ path: fileIn(folder) }));
    client = await openClient(config, { directory: folder });
  });
  afterAll(() => client.close());

  test('are none before the first load', async () => {
    expect(await client.loads('shop', days(1))).toEqual([]);
  });

  test('are twenty at the most', async () => {
    for (let day = 5; day <= 26; day++) await load(client, ['visits'], days(day));
    const loads = await client.loads('shop', days(1, 30));
    expect(loads).toHaveLength(20);
    const [newest] = await client.loads('shop', days(26));
    expect(loads[0]).toEqual(newest);
    expect(new Set(loads.flatMap(rowsOf))).toEqual(new Set(['visits 2', 'visits__pages 4']));
  });

  test('are told without the tables that are gone, and against no version that cannot be read', async () => {
    await load(client, ['orders'], days(1));
    await client.config.pipelines[0]!.pipeline.close();
    releaseIdleFiles();
    const instance = await DuckDBInstance.create(fileIn(folder));
    const connection = await instance.connect();
    await connection.run('DROP TABLE shop_data.visits__pages');
    await connection.run(
      `UPDATE shop_data._dlt_version SET schema = '{"engine_version": 5}' WHERE version = 1`,
    );
    connection.closeSync();
    instance.closeSync();
    const [orders] = await client.loads('shop', days(1));
    expect(orders?.schemaChanges).toEqual([]);
    const [visits] = await client.loads('shop', days(5));
    expect(visits).toMatchObject({ tables: [{ table: 'visits', rows: 2 }], schemaChanges: [] });
    const [source] = (await client.history('shop')).sources;
    expect(source?.versions[0]?.version).toBe(1);
    expect(source?.tables.find(({ table }) => table === 'visits')?.since).toEqual(source?.versions[1]);
  });

  test('of a component with a state of its own tell that one', async () => {
    const [entry] = client.config.pipelines;
    const orders = entry!.sources()[0]!.withResources('orders');
    for (const day of [2, 3]) await entry!.pipeline.isolated('orders').run(orders, { interval: days(day) });
    const [third, second] = await client.loads('shop', days(2, 3));
    expect(parsed(second?.state?.before)).toBeUndefined();
    expect(parsed(second?.state?.after)).toEqual(seen(2));
    expect(parsed(third?.state?.before)).toEqual(seen(2));
  });
});
