import { existsSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { Decimal, PlainDate, PlainTime, Timestamp, transformer } from '../../src';
import { sqlite } from '../destination/sqlite';
import { freshPlace, gate, temporaryFolder } from './harness';
import { resource } from './sources';

const folder = temporaryFolder();

const orders = resource({
  name: 'orders',
  columns: {
    due: { dataType: 'date' },
    opens: { dataType: 'time' },
    price: { dataType: 'decimal', precision: 10, scale: 2 },
    raw: { dataType: 'binary' },
  },
  extract: () => [
    [
      {
        id: 1,
        total: 1.5,
        paid: true,
        at: '2024-01-02T03:04:05.000006Z',
        due: '2024-02-01',
        opens: '08:30:00',
        price: new Decimal('19.90'),
        raw: new Uint8Array([1, 2]),
        note: 'first',
        big: 2n ** 60n,
        tags: ['a', 'b'],
      },
      { id: 2, total: 2.5, paid: false },
    ],
  ],
});

describe('a dataset that was loaded', () => {
  const place = freshPlace(folder);
  const p = place.pipeline();
  beforeAll(async () => void (await p.run(orders)));
  afterAll(() => p.close());

  test('lists its tables, without those in which books are kept, and counts their rows', async () => {
    await using data = p.dataset();
    expect(data.name).toBe('data');
    expect(data.location).toBe(place.file);
    expect(await data.tables()).toEqual(['orders', 'orders__tags']);
    expect(await data.rowCounts()).toEqual({ orders: 2, orders__tags: 2 });
  });

  test.each(['DuckDB', 'another database'])(
    'lists views and tables of others by their own names: %s',
    async (kind) => {
      const lite = sqlite();
      const own = freshPlace(folder);
      const one = kind === 'DuckDB' ? own.pipeline() : own.pipeline({ destination: lite });
      await one.run([{ id: 1 }, { id: 2 }], { tableName: 'orders' });
      const others = [
        'CREATE VIEW data.first_orders AS SELECT * FROM orders WHERE id = 1',
        'CREATE TABLE data."Targets" (id INTEGER)',
      ];
      if (kind === 'DuckDB') {
        await one.close();
        const instance = await DuckDBInstance.create(own.file);
        const connection = await instance.connect();
        for (const sql of ['USE data', ...others]) await connection.run(sql);
        connection.closeSync();
        instance.closeSync();
      } else for (const sql of others) lite.outside('memory:shop/data', sql);
      await using data = own.pipeline(kind === 'DuckDB' ? {} : { destination: lite }).dataset();
      expect(await data.tables()).toEqual(['Targets', 'first_orders', 'orders']);
      expect(await data.rowCounts()).toEqual({ Targets: 0, first_orders: 1, orders: 2 });
    },
  );

  test('gives rows in types of their own', async () => {
    await using data = p.dataset();
    const [first, second] = await data.table('orders').toArray();
    expect(first).toMatchObject({
      id: 1,
      total: 1.5,
      paid: true,
      at: new Timestamp(1_704_164_645_000_006n),
      due: new PlainDate('2024-02-01'),
      opens: new PlainTime('08:30:00'),
      price: new Decimal('19.90'),
      raw: new Uint8Array([1, 2]),
      note: 'first',
      big: 2n ** 60n,
    });
    expect(second).toMatchObject({ id: 2, note: null, at: null, big: null });
  });

  test('gives rows one by one, typed, and stops where the reader stops', async () => {
    await using data = p.dataset();
    const seen: number[] = [];
    for await (const order of data.table<{ id: number; total: number }>('orders')) {
      seen.push(order.id * 2);
      break;
    }
    expect(seen).toEqual([2]);
    expect(await data.table('orders').count()).toBe(2);
  });

  test('gives columns in typed arrays, with the rows that have no value told by a bit each', async () => {
    await using data = p.dataset();
    const { length, columns, column } = await data.table('orders').toColumns();
    expect(length).toBe(2);
    expect(columns.map(({ name }) => name)).toContain('_dlt_id');
    expect(column('id')).toMatchObject({ type: 'BIGINT', values: BigInt64Array.of(1n, 2n), nullCount: 0 });
    expect(column('total')).toMatchObject({ type: 'DOUBLE', values: Float64Array.of(1.5, 2.5) });
    expect(column('paid').values).toEqual(Uint8Array.of(1, 0));
    expect(column('at').values[0]).toBe(1_704_164_645_000_006n);
    expect(column('due').values[0]).toBe(19_754);
    expect(column('opens').values[0]).toBe(30_600_000_000n);
    expect(column('due')).toMatchObject({ nullCount: 1, validity: Uint8Array.of(1) });
    expect(column('note').values).toEqual(['first', null]);
    const rows = await data.table('orders').toArray();
    for (const one of columns)
      for (const [at, row] of rows.entries()) expect(one.get(at)).toEqual(row[one.name]);
    expect(() => column('nope')).toThrow('There is no column "nope"; there are "due", "opens"');
    expect(() => column('id').get(2)).toThrow(RangeError);
  });

  test('answers SQL with parameters, without naming the dataset', async () => {
    await using data = p.dataset();
    const found = data.sql<{ id: number }>('SELECT id FROM orders WHERE total > ? AND "at" = ?;', [
      1,
      new Timestamp(1_704_164_645_000_006n),
    ]);
    expect(await found.toArray()).toEqual([{ id: 1 }]);
    expect(await found.count()).toBe(1);
    expect(
      await data.sql('SELECT value FROM orders__tags ORDER BY 1 -- all of them').limit(1).toArray(),
    ).toEqual([{ value: 'a' }]);
    expect(await data.table('orders').select('total', 'id').limit(1).toArray()).toEqual([
      { total: 1.5, id: 1 },
    ]);
  });

  test('has columns where it has no rows', async () => {
    await using data = p.dataset();
    const { length, columns } = await data.sql('SELECT id, note FROM orders WHERE id > 9').toColumns();
    expect([length, columns.map(({ values }) => values)]).toEqual([0, [new BigInt64Array(0), []]]);
  });

  test('can’t be changed by reading it', async () => {
    await using data = p.dataset();
    await expect(data.sql('DELETE FROM orders').toArray()).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('read-only'),
    });
    expect(await data.table('orders').count()).toBe(2);
  });

  test('names the tables that there are when it is asked for another', async () => {
    await using data = p.dataset();
    await expect(data.table('order').toArray()).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: 'There is no table "order": the dataset "data" has "orders", "orders__tags".',
    });
    await expect(data.table('orders').select('nope').toArray()).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('nope'),
    });
  });

  test('opens again after it was closed', async () => {
    const data = p.dataset();
    expect(await data.table('orders').count()).toBe(2);
    await data.close();
    expect(await data.table('orders').count()).toBe(2);
    await data.close();
    await data.close();
  });
});

describe('while it is read', () => {
  const many = (from: number) =>
    resource({
      name: 'many',
      extract: () => [
        Array.from({ length: 10_000 }, (_, at) => ({ n: from + at, odd: at % 2 === 1 ? at : null })),
      ],
    });

  test('a load commits, and the reader has the rows as they were when it began', async () => {
    const p = freshPlace(folder).pipeline();
    await p.run(many(0));
    await using data = p.dataset();
    let rows = 0;
    for await (const _ of data.table('many')) {
      rows += 1;
      if (rows === 1) await p.run(many(10_000));
    }
    expect(rows).toBe(10_000);
    expect(await data.table('many').count()).toBe(20_000);
    await p.close();
  });

  test('parts of it are put together as they came', async () => {
    const p = freshPlace(folder).pipeline();
    await p.run(many(0));
    await using data = p.dataset();
    const lengths: number[] = [];
    for await (const { length, column } of data.sql('SELECT n, odd FROM many WHERE n % 3 = 0').batches()) {
      lengths.push(length);
      expect(column('n').values).toHaveLength(length);
    }
    expect(lengths.length).toBeGreaterThan(1);
    const { length, column } = await data
      .sql('SELECT n, odd FROM many WHERE n % 3 = 0 ORDER BY n')
      .toColumns();
    expect(length).toBe(lengths.reduce((sum, one) => sum + one, 0));
    expect(column('odd').nullCount).toBe(1667);
    for (const row of [0, 1, 2047, 2048, 3333]) {
      const n = row * 3;
      expect([column('n').get(row), column('odd').get(row)]).toEqual([n, n % 2 === 1 ? n : null]);
    }
    await p.close();
  });

  test('closing the pipeline ends a reader that would go on, and says so', async () => {
    const p = freshPlace(folder).pipeline();
    await p.run(many(0));
    const reading = gate();
    const closed = gate();
    const rows = (async () => {
      let seen = 0;
      for await (const _ of p.dataset().table('many')) {
        seen += 1;
        if (seen > 1) continue;
        reading.open();
        await closed.opened;
      }
      return seen;
    })();
    await reading.opened;
    await p.close();
    closed.open();
    await expect(rows).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('is closed'),
    });
  });
});

test('before the first load a dataset has no tables, and looking creates nothing', async () => {
  const place = freshPlace(folder);
  const data = place.pipeline().dataset();
  expect(await data.tables()).toEqual([]);
  expect(await data.rowCounts()).toEqual({});
  await expect(data.table('orders').toArray()).rejects.toThrow(
    'There is no table "orders": the dataset "data" has no tables yet.',
  );
  await data.close();
  expect(existsSync(place.file)).toBe(false);
});

test('what a transformer loaded is a table like any other', async () => {
  const p = freshPlace(folder).pipeline();
  const doubled = transformer({
    name: 'Doubled Totals',
    from: orders,
    extract: ({ items }) => [items.map(({ id, total }) => ({ id, total: total * 2 }))],
  });
  await p.run(doubled);
  await using data = p.dataset();
  expect(await data.table('doubled_totals').select('id', 'total').toArray()).toEqual([
    { id: 1, total: 3 },
    { id: 2, total: 5 },
  ]);
});
