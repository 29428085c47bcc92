import { march } from '../target';
import { into, makeOrders, server, source } from './shop';

const orders = { name: 'orders', cursor: 'updated_at' };

describe('Postgres tables', () => {
  test('daily runs go on from the last value, and rows that changed replace their old selves', async () => {
    await makeOrders();
    expect(await into.loaded(source(orders), { incremental: true })).toEqual({ orders: 1000 });
    expect(await into.loaded(source(orders), { incremental: true })).toEqual({ orders: 0 });
    await server.sql("UPDATE shop.orders SET status = 'paid', updated_at = '2024-03-20Z' WHERE id < 10");
    await server.sql("INSERT INTO shop.orders VALUES (5000, 'open', 1, '2024-03-20T00:00:00.000001Z')");
    expect(await into.loaded(source(orders), { incremental: true })).toEqual({ orders: 11 });
    expect(
      await into.query('SELECT status, count(*) AS n FROM orders GROUP BY status ORDER BY status'),
    ).toEqual([
      { status: 'open', n: 991 },
      { status: 'paid', n: 10 },
    ]);
  });

  test('a range in parallel chunks, in any order, with one again, gives exactly the rows of the table', async () => {
    await makeOrders();
    const starts = [7, 1, 9, 3, 5];
    await Promise.all(
      starts.map((day) => into.loaded(source(orders), { interval: [march(day), march(day + 2)] })),
    );
    await into.loaded(source(orders), { interval: [march(3), march(5)] });
    const [there] = await server.sql(
      'SELECT count(*)::int AS n, sum(id)::int AS ids, sum(total)::text AS total, min(updated_at)::text AS first FROM shop.orders',
    );
    const [here] = await into.query(
      "SELECT count(*)::INT AS n, sum(id)::INT AS ids, sum(total)::TEXT AS total FROM orders WHERE updated_at < '2024-03-12T00:00:00Z'",
    );
    expect(here).toEqual({ n: there?.n, ids: there?.ids, total: there?.total });
  });

  test('an interval starts inclusive and ends exclusive, to the microsecond', async () => {
    await server.sql('CREATE TABLE shop.ticks (id int PRIMARY KEY, at timestamptz NOT NULL)');
    await server.sql(`INSERT INTO shop.ticks VALUES (1, '2024-02-29T23:59:59.999999Z'), (2, '2024-03-01Z'),
      (3, '2024-03-01T23:59:59.999999Z'), (4, '2024-03-02Z'), (5, '2024-03-02T00:00:00.000001Z')`);
    await into.loaded(source({ name: 'ticks', cursor: 'at' }), { interval: [march(1), march(2)] });
    expect(await into.query('SELECT id FROM ticks ORDER BY id')).toEqual([{ id: 2 }, { id: 3 }]);
  });

  test('a stateful run sees rows within the millisecond of the last one', async () => {
    await server.sql('CREATE TABLE shop.ticks (id int PRIMARY KEY, at timestamptz NOT NULL)');
    await server.sql("INSERT INTO shop.ticks VALUES (1, '2024-03-01T00:00:00.000100Z')");
    const ticks = source({ name: 'ticks', cursor: 'at', writeDisposition: 'append' });
    await into.loaded(ticks, { incremental: true });
    await server.sql(
      "INSERT INTO shop.ticks VALUES (2, '2024-03-01T00:00:00.000200Z'), (3, '2024-03-01T00:00:00.000100Z')",
    );
    expect(await into.loaded(ticks, { incremental: true })).toEqual({ ticks: 2 });
    expect(await into.loaded(ticks, { incremental: true })).toEqual({ ticks: 0 });
  });

  test('a table without a cursor is replaced, and its key is the catalogue’s, in its order', async () => {
    await server.sql('CREATE TABLE shop.stock (site text, item int, n int, PRIMARY KEY (item, site))');
    await server.sql("INSERT INTO shop.stock VALUES ('a', 1, 5), ('b', 1, 6), ('a', 2, 7)");
    await into.loaded(source('stock'), { incremental: true });
    await server.sql("DELETE FROM shop.stock WHERE site = 'b'");
    await into.loaded(source('stock'), { incremental: true });
    expect(await into.query('SELECT site, item, n FROM stock ORDER BY item')).toEqual([
      { site: 'a', item: 1, n: 5 },
      { site: 'a', item: 2, n: 7 },
    ]);
    const [{ schema }] = (await into.query(
      'SELECT schema FROM _dlt_version ORDER BY inserted_at DESC LIMIT 1',
    )) as [{ schema: string }];
    const { columns } = JSON.parse(schema).tables.stock;
    expect([columns.item.primary_key, columns.site.primary_key, columns.n.primary_key]).toEqual([
      true,
      true,
      undefined,
    ]);
  });

  test('columns are chosen, with cursor and key; a condition of the user applies', async () => {
    await makeOrders();
    const some = source({ ...orders, columns: ['status'], where: 'id % 2 = 0 OR id = 1' });
    expect(await into.loaded(some, { interval: [march(1), march(2)] })).toEqual({ orders: 51 });
    const [row] = await into.query('SELECT * FROM orders LIMIT 1');
    expect(Object.keys(row!).filter((name) => !name.startsWith('_dlt'))).toEqual([
      'id',
      'status',
      'updated_at',
    ]);
  });

  test('a run may be bound to a range of its own', async () => {
    await makeOrders();
    const range = { initialValue: '2024-03-02T00:00:00Z', endValue: '2024-03-03T00:00:00Z' };
    const bound = source(orders).bind({ orders: { incremental: { cursor: range } } });
    expect(await into.loaded(bound)).toEqual({ orders: 100 });
  });

  test('a load reads one state of the table, and never much of it at once', async () => {
    await server.sql('CREATE TABLE shop.wide (id int PRIMARY KEY, at timestamptz NOT NULL, filler text)');
    await server.sql(
      "INSERT INTO shop.wide SELECT n, timestamptz '2024-03-01Z' + n * interval '1 s', repeat('x', 20000) FROM generate_series(1, 2000) AS n",
    );
    const pages: number[] = [];
    const wide = source({ name: 'wide', cursor: 'at' });
    for await (const page of wide.resource('wide').pages()) {
      pages.push(page.length);
      // another transaction changes the table while it is read
      if (pages.length === 1) await server.sql('DELETE FROM shop.wide WHERE id > 1000');
    }
    expect(pages.reduce((sum, rows) => sum + rows, 0)).toBe(2000);
    expect(Math.max(...pages.slice(1)) * 20_000).toBeLessThan(10 << 20);
  });
});
