import { duckdb } from '../../src';
import { openClient, type TidemarkClient } from '../../src/operate';
import { temporaryFolder } from '../temporary-folder';
import { days, destinations, fileIn, load, marketConfig, type Script } from './market';
import { shopConfig } from './shop';

const count = async (client: TidemarkClient, table: string): Promise<number> =>
  Number((await client.query('shop', `SELECT count(*) AS n FROM ${table}`)).rows[0]!['n']);

describe.each(destinations)('a drop, in %s', (name, destination) => {
  const folder = temporaryFolder(`drop-${name}`);
  const script: Script = { lastDay: 2 };
  let client: TidemarkClient;

  beforeAll(async () => {
    client = await openClient(marketConfig(folder, await destination(folder), script), { directory: folder });
    await load(client, ['orders', 'visits'], days(1));
    await load(client, ['orders', 'visits'], days(2));
    await load(client, ['orders']);
  });
  afterAll(() => client.close());

  test('is planned first: tables with rows, cursors, what is loaded', async () => {
    const plan = await client.drop('shop', { resources: ['orders'], dryRun: true });
    const fate = name === 'bigquery' ? 'emptied' : 'dropped';
    expect(plan).toEqual({
      status: 'planned',
      dataset: 'shop_data',
      tables: [
        { source: 'market', table: 'orders', fate, rows: 3 },
        { source: 'market', table: 'orders__items', fate, rows: 2 },
        { source: 'market', table: 'orders__items__labels', fate, rows: 2 },
      ],
      resources: [
        {
          pipeline: 'shop',
          source: 'market',
          resource: 'orders',
          cursors: [{ cursor: 'at', lastValue: '2024-01-02T06:00:00Z' }],
          keepsMore: true,
          loads: 3,
          covered: { start: days(1).start, end: days(2).end },
        },
      ],
    });
    expect(await count(client, 'orders')).toBe(3);
  });

  test('takes them, leaves what others loaded, and what it took is missing', async () => {
    const visits = await count(client, 'visits');
    expect(await client.drop('shop', { resources: ['orders'] })).toMatchObject({ status: 'dropped' });
    const { tables } = (await client.history('shop')).sources[0]!;
    expect(tables.map(({ table }) => table)).toEqual(['visits', 'visits__pages']);
    expect(await count(client, 'visits')).toBe(visits);
    const [orders, others] = await client.intervals('shop', {
      from: days(1).start,
      to: days(2).end,
    });
    expect([...new Set(orders!.gaps.map(({ cause }) => cause))]).toEqual(['superseded']);
    expect(orders!.gaps[0]!.start).toBe(days(1).start);
    expect(orders!.gaps.at(-1)!.end).toBe(days(2).end);
    expect(others!.gaps).toEqual([]);
    expect(await client.state('shop', { resources: ['orders'] })).toMatchObject([{ resources: {} }]);
  });

  test('the next run makes the tables anew, from the beginning', async () => {
    await load(client, ['orders']);
    expect(await count(client, 'orders')).toBe(3);
    expect(await client.state('shop', { resources: ['orders'] })).toMatchObject([
      { resources: { orders: { incremental: { at: { last_value: '2024-01-02T06:00:00Z' } } } } },
    ]);
    const { tables } = (await client.history('shop')).sources[0]!;
    expect(tables.map(({ table }) => table)).toContain('orders__items__labels');
  });

  test('refuses what nobody knows, and what contradicts itself', async () => {
    await expect(client.drop('shop', { resources: ['order'] })).rejects.toMatchObject({
      code: 'RESOURCE_UNKNOWN',
      message: expect.stringContaining('Did you mean "orders"?'),
    });
    await expect(client.drop('shop', { resources: [] })).rejects.toMatchObject({ code: 'USAGE' });
    const both = { resources: ['orders'], stateOnly: true, tablesOnly: true };
    await expect(client.drop('shop', both)).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('a drop of', () => {
  const under = temporaryFolder('drop-under-way');
  const former = temporaryFolder('drop-former');
  const empty = temporaryFolder('drop-nothing');

  test('a resource that the config has no more takes what is stored of it', async () => {
    const config = marketConfig(former, duckdb({ path: fileIn(former) }));
    const [entry] = config.pipelines;
    const before = await openClient(config, { directory: former });
    await load(before, ['orders', 'visits'], days(1));
    await before.close();
    const whole = before.entry('shop').sources()[0]!;
    const less = { ...config, pipelines: [{ ...entry!, source: () => whole.withResources('orders') }] };
    await using client = await openClient(less, { directory: former });
    expect((await client.drop('shop', { resources: ['visits'] })).tables).toMatchObject([
      { table: 'visits', rows: 2 },
      { table: 'visits__pages', rows: 4 },
    ]);
    await expect(client.drop('shop', { resources: ['visits'] })).rejects.toMatchObject({
      code: 'RESOURCE_UNKNOWN',
    });
  });

  test('a resource that is being loaded makes that load start over, once', async () => {
    let begun = (): void => undefined;
    let goOn = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const asked: string[] = [];
    const config = shopConfig(under, {
      day(day) {
        asked.push(day);
        if (day !== '2024-01-02') return undefined;
        begun();
        return held;
      },
    });
    await using client = await openClient(config, { directory: under });
    await load(client, ['orders'], days(1));
    const loading = load(client, ['orders'], days(2));
    await started;
    await client.drop('shop', { resources: ['orders'] });
    goOn();
    await loading;
    expect(asked).toEqual(['2024-01-01', '2024-01-02', '2024-01-02']);
    const { rows } = await client.query('shop', 'SELECT id FROM orders ORDER BY id');
    expect(rows).toEqual([{ id: '2024-01-02-1' }, { id: '2024-01-02-2' }]);
    const intervals = await client.intervals('shop', { resources: ['orders'] });
    const ledger = intervals[0]!.rows;
    expect(ledger.map(({ status, generation }) => [status, generation])).toEqual([
      ['superseded', 0],
      ['loaded', 1],
      ['reset', 1],
    ]);
  });

  test('a pipeline that never loaded says so, and makes nothing', async () => {
    const config = shopConfig(empty, { day: () => undefined });
    await using client = await openClient(config, { directory: empty });
    await expect(client.drop('shop', { resources: ['orders'] })).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('load something first'),
    });
  });
});
