import { openClient, type RowsView, type TidemarkClient } from '../../src/operate';
import { registerSecretValue } from '../../src/redaction';
import { temporaryFolder } from '../temporary-folder';
import { BUSY_DAY, days, destinations, HUGE, load, MARKUP, marketConfig, type Script } from './market';

const SECRET = 'sk-live-4f9a8b7c6d5e4f3a2b1c';
/** A character of two units lies across the end of what is shown. */
const LONG = `${'x'.repeat(1_999)}😀${'y'.repeat(20_000)}`;
const BYTES = new Uint8Array([0, 1, 254, 255]);

/** Rows as objects of the columns that the source has. */
const records = ({ columns, rows }: RowsView): Record<string, string | null>[] =>
  rows.map((row) =>
    Object.fromEntries(
      columns.flatMap(({ name }, at) => (name.startsWith('_dlt') ? [] : [[name, row[at] ?? null]])),
    ),
  );

describe.each(destinations)('the rows of a load, in %s', (name, destination) => {
  const folder = temporaryFolder(`rows-${name}`);
  const script: Script = {};
  let client: TidemarkClient;

  /** The first rows that the newest load of a resource has in a table. */
  const rowsOf = async (resource: string, table: string, day = 1): Promise<RowsView> => {
    const loads = await client.loads('shop', days(day));
    const { loadId } = loads.find(({ resources }) => resources.includes(resource))!;
    return client.loadRows('shop', { loadId, table });
  };

  beforeAll(async () => {
    client = await openClient(marketConfig(folder, await destination(folder), script), { directory: folder });
    await load(client, ['orders', 'visits'], days(1));
    await load(client, ['orders'], days(2));
    await load(client, ['visits'], days(BUSY_DAY));
  });
  afterAll(() => client.close());

  test('are only its own, by primary key, with every digit and text as it is', async () => {
    const view = await rowsOf('orders', 'orders');
    expect(view).toMatchObject({ table: 'orders', more: false });
    expect(view.columns).toEqual(
      expect.arrayContaining([
        { name: 'id', type: 'bigint' },
        { name: 'at', type: 'timestamp' },
        { name: 'who', type: 'text' },
      ]),
    );
    expect(records(view)).toEqual([
      { id: '1', at: '2024-01-01T06:00:00Z', size: String(HUGE), amount: '1', who: MARKUP, gift: null },
    ]);
    expect(records(await rowsOf('orders', 'orders', 2)).map(({ id, gift }) => [id, gift])).toEqual([
      ['2', 'true'],
      ['3', 'false'],
    ]);
  });

  test('of children are found by the rows above them', async () => {
    expect(records(await rowsOf('orders', 'orders__items'))).toEqual([{ sku: 'a' }]);
    expect(records(await rowsOf('orders', 'orders__items__labels'))).toEqual([
      { value: 'x' },
      { value: 'y' },
    ]);
    expect(records(await rowsOf('orders', 'orders__items__labels', 2))).toEqual([]);
  });

  test('are a hundred at the most, in the same order each time', async () => {
    const view = await rowsOf('visits', 'visits', BUSY_DAY);
    expect({ rows: view.rows.length, more: view.more }).toEqual({ rows: 100, more: true });
    expect(await rowsOf('visits', 'visits', BUSY_DAY)).toEqual(view);
    const pages = records(await rowsOf('visits', 'visits__pages', BUSY_DAY)).map(({ url }) => url);
    expect(pages.slice(0, 4)).toEqual(['/', '/?', '/', '/?']);
  });

  test('of every type are texts; long ones are cut, and secrets cut out', async () => {
    registerSecretValue(SECRET);
    script.things = [
      {
        id: 1,
        bytes: BYTES,
        wei: 12_345_678_901_234_567_890_123n,
        price: '12345678901.123456789',
        fields: { a: 'x "q", y', n: HUGE },
        day: '2024-02-29',
        text: LONG,
        secret: `Bearer ${SECRET}`,
        late: `${'x'.repeat(1_990)}${SECRET}`,
        yes: true,
        ratio: 0.1,
        moment: '2024-01-02T03:04:05.678901Z',
      },
      { id: 2 },
    ];
    await load(client, ['things'], days(5));
    const [full, empty] = records(await rowsOf('things', 'things', 5));
    expect(full).toEqual({
      id: '1',
      bytes: 'AAH+/w==',
      wei: '12345678901234567890123',
      price: '12345678901.123456789',
      fields: `{"a":"x \\"q\\", y","n":${HUGE}}`,
      day: '2024-02-29',
      text: `${'x'.repeat(1_999)}…`,
      secret: 'Bearer [secret]',
      late: `${'x'.repeat(1_990)}[secret]`,
      yes: 'true',
      ratio: '0.1',
      moment: '2024-01-02T03:04:05.678901Z',
    });
    expect(new Set(Object.entries(empty!).map(([key, value]) => (key === 'id' ? '2' : value)))).toEqual(
      new Set(['2', null]),
    );
    const view = await rowsOf('things', 'things', 5);
    expect(view.columns).toContainEqual({ name: 'price', type: 'decimal(20,9)' });
  });

  test.each([
    'order',
    'orders"; DROP TABLE orders; --',
    "orders' OR '1'='1",
    'shop_data.orders',
    'constructor',
    '__proto__',
    '_dlt_pipeline_state',
    '_tidemark_intervals',
    '',
  ])('of a table %p, which is none of the pipeline, are refused', async (table) => {
    const refused = client.loadRows('shop', { loadId: '1', table });
    await expect(refused).rejects.toMatchObject({ code: 'USAGE' });
    await expect(refused).rejects.toThrow(`Pipeline "shop" has no table "${table}"; it has "orders", `);
  });

  test('of a load that there is not are none, whatever its id', async () => {
    for (const loadId of ['', "' OR '1'='1", `" OR 1=1 -- ?`])
      expect(await client.loadRows('shop', { loadId, table: 'orders__items' })).toMatchObject({ rows: [] });
  });
});

describe('where nothing was loaded', () => {
  const folder = temporaryFolder('rows-nothing');

  test('there is no table', async () => {
    const destination = await destinations[0]![1](folder);
    await using client = await openClient(marketConfig(folder, destination), { directory: folder });
    await expect(client.loadRows('shop', { loadId: '1', table: 'orders' })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'Pipeline "shop" has no table "orders"; nothing was loaded yet.',
    });
  });
});
