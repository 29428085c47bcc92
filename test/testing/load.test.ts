import { AssertionError } from 'node:assert';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { shop } from '../../examples/testing/shop';
import { order, startShop, TOKEN } from '../../examples/testing/shop-api';
import { Decimal, PlainDate, resource, Timestamp } from '../../src';
import { type Emulator, loadForTest, type TestLoad, testClock } from '../../src/testing';
import { temporaryFolder } from '../temporary-folder';

// a place of its own for temporary files: what is left in it is this test's
process.env['TMPDIR'] = temporaryFolder('load');
const leftOver = (): readonly string[] => readdirSync(tmpdir());

let api: Emulator;
const orders = [order(1, 1), order(2, 1), order(3, 2, { lines: [] }), order(4, 3)];
beforeAll(async () => {
  api = await startShop(orders);
});
afterAll(() => api.close());
const source = () => shop({ token: TOKEN, baseUrl: api.url });
const day = (from: number, to: number) => ({
  start: `2024-03-0${from}T00:00:00Z`,
  end: `2024-03-0${to}T00:00:00Z`,
});

/** Rows as one resource, with a list and a nested object. */
const items = (name: string, rows: readonly unknown[], primaryKey?: string) =>
  resource({
    name,
    ...(primaryKey === undefined ? {} : { primaryKey }),
    columns: { price: { dataType: 'decimal' }, raw: { dataType: 'json' }, day: { dataType: 'date' } },
    *extract() {
      yield rows;
    },
  });

/** What an assertion that fails says. */
function failure(assert: () => void): AssertionError {
  try {
    assert();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('loadForTest', () => {
  test('gives the tables of a source as plain rows, child tables nested, and leaves no file', async () => {
    const loaded = await loadForTest(source());
    expect(loaded.tables).toEqual(['orders', 'orders__lines']);
    expect(loaded.rows('orders')).toEqual(orders);
    expect(loaded.rows('orders__lines')).toEqual(orders.flatMap(({ lines }) => lines));
    expect(loaded.infos.map(({ resources }) => resources[0]?.rows)).toEqual([4]);
    expect(leftOver()).toEqual([]);
    expect(() => loaded.rows('order')).toThrow(/no table "order": there are "orders", "orders__lines"/);
  });

  test('loads an interval, or several runs into one dataset with something done between them', async () => {
    const one = await loadForTest(source(), { interval: day(2, 3) });
    one.expectRows('orders', [orders[2]!]);
    const changing = [...orders];
    await using other = await startShop(changing);
    const both = await loadForTest(shop({ token: TOKEN, baseUrl: other.url }), {
      runs: [
        {},
        {
          before: () => {
            changing.splice(0, 1, order(1, 4, { status: 'sent', lines: [] }));
          },
        },
      ],
    });
    expect(both.infos[1]?.resources[0]?.rows).toBe(1);
    both.expectRows('orders', [order(1, 4, { status: 'sent', lines: [] }), ...orders.slice(1)]);
  });

  test('an interval till now ends at the now that is given, or that a clock shows', async () => {
    const clock = testClock('2024-03-02T00:00:00Z');
    await using timed = await startShop(orders, clock);
    const interval = day(1, 1);
    const till = async (options: Parameters<typeof loadForTest>[1]) =>
      (await loadForTest(shop({ token: TOKEN, baseUrl: timed.url }), { interval, ...options }))
        .rows<{ id: number }>('orders')
        .map(({ id }) => id);
    expect(await till({ now: '2024-03-03' })).toEqual([1, 2, 3]);
    expect(await till({ now: clock })).toEqual([1, 2]);
    expect(await till({ runs: [{ now: clock, before: () => clock.advance('2d') }] })).toEqual([1, 2, 3, 4]);
  });

  test('a clock stands until it is set or moved on', () => {
    const clock = testClock(new Timestamp(1_709_251_200_000_000n));
    expect([clock.now(), clock.now()]).toEqual([1_709_251_200_000, 1_709_251_200_000]);
    clock.advance('90s');
    expect(clock.now()).toBe(Date.parse('2024-03-01T00:01:30Z'));
    clock.set(new Date('2024-02-29T00:00:00Z'));
    expect(testClock(clock).now()).toBe(Date.parse('2024-02-29'));
    for (const wrong of ['2024-02-30', new Date(Number.NaN), undefined, 5])
      expect(() => clock.set(wrong as never)).toThrow(/is not an instant/);
    expect(() => clock.advance('soon')).toThrow(/"soon"/);
  });

  test('refuses what is no source, an option that does not exist, and an instant that is none', async () => {
    await expect(loadForTest(shop as never)).rejects.toThrow(/Call the source function/);
    await expect(loadForTest(source(), { intervall: day(1, 2) } as never)).rejects.toThrow(/"intervall"/);
    await expect(loadForTest(source(), { runs: {} } as never)).rejects.toThrow(/"runs"|runs/);
    await expect(loadForTest(source(), { now: 'today' })).rejects.toThrow(/"today" is not an instant/);
  });

  test('a load that fails is thrown, and leaves no file', async () => {
    const wrong = shop({ token: 'another token', baseUrl: api.url });
    await expect(loadForTest(wrong)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    expect(leftOver()).toEqual([]);
  });
});

describe('expectRows', () => {
  let loaded: TestLoad;
  const rows = [
    { id: 1, title: 'one', tags: ['a', 'b'], user: { login: 'x' } },
    { id: 2, title: 'two', tags: [], user: { login: 'y' } },
    { id: 12345678901234567890n, title: 'big', price: new Decimal('1.50'), raw: { a: [1, null] } },
    { id: 3, at: new Timestamp(1_709_251_200_000_001n), day: new PlainDate('2024-03-01'), ok: false },
  ];
  beforeAll(async () => {
    loaded = await loadForTest(items('things', rows, 'id'));
  });
  const expected: Record<string, unknown>[] = [
    { id: 3, at: '2024-03-01T01:00:00.000001+01:00', day: '2024-03-01', ok: false, tags: [], title: null },
    { id: 12345678901234567890n, title: 'big', price: 1.5, raw: { a: [1, null] } },
    { id: 2n, title: 'two', user__login: 'y' },
    { id: 1, title: 'one', tags: ['a', 'b'], user__login: 'x', price: undefined },
  ];

  test('takes rows in any order, and values in any way of writing them', () => {
    loaded.expectRows('things', expected);
    loaded.expectRows('things', [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 12345678901234567890n }], {
      columns: ['id'],
    });
    loaded.expectRows('nothing', []);
    const titles = [{ title: 'big' }, { title: 'two' }, { title: null }, { title: 'one' }];
    loaded.expectRows('things', titles, { columns: ['title'] });
    expect(loaded.rows('things').find(({ id }) => id === 3)).toMatchObject({
      at: '2024-03-01T00:00:00.000001Z',
      day: '2024-03-01',
      title: null,
      tags: [],
    });
  });

  test('what fails names the row and the column', () => {
    const changed = expected.with(3, { ...expected[3]!, title: 'won', tags: ['a', 'c'] });
    const error = failure(() => loaded.expectRows('things', changed));
    expect(error.message).toBe(
      `The table "things" does not hold the expected rows:
  row id = 1: title: expected 'won', found 'one'
  row id = 1: tags[1]: expected 'c', found 'b'`,
    );
    expect(error.operator).toBe('expectRows');
    expect(error.actual).toHaveLength(4);
  });

  test('a missing row, one too many and one that stands there twice are told', () => {
    const error = failure(() =>
      loaded.expectRows('things', [...expected.slice(0, 3), { id: 7, title: 'seven' }]),
    );
    expect(error.message).toContain("missing: { id: 7, title: 'seven' }");
    expect(error.message).toContain('not expected: { id: 1,');
    const twice = failure(() => loaded.expectRows('things', [...expected, expected[0]!]));
    expect(twice.message).toContain('missing: { id: 3');
  });

  test('without a key rows are found by their content', async () => {
    const bare = await loadForTest(
      items('bare', [
        { a: 1, b: 'x', c: true },
        { a: 1, b: 'x', c: true },
        { a: 2, b: 'y', c: true },
      ]),
    );
    bare.expectRows('bare', [
      { a: 2, b: 'y', c: true },
      { a: 1, b: 'x', c: true },
      { a: 1, b: 'x', c: true },
    ]);
    const error = failure(() =>
      bare.expectRows('bare', [
        { a: 2, b: 'z', c: true },
        { a: 1, b: 'x', c: true },
        { a: 9, b: 'q', c: false },
      ]),
    );
    expect(error.message).toContain("row { a: 2, b: 'y', c: true }: b: expected 'z', found 'y'");
    expect(error.message).toContain("missing: { a: 9, b: 'q', c: false }");
    expect(error.message).toContain("not expected: { a: 1, b: 'x', c: true }");
  });

  test('a column or an option that does not exist is named with the likely one', () => {
    const rowWith = (row: Record<string, unknown>) => () => loaded.expectRows('things', [row]);
    expect(rowWith({ titel: 'one' })).toThrow(/"titel" is no column .* Did you mean "title"/);
    expect(rowWith({ user: { login: 'x' } })).toThrow(/An object became columns: write "user__login"/);
    expect(() => loaded.expectRows('things', [], { column: [] } as never)).toThrow(/"columns"/);
    expect(() => loaded.expectRows('thing', [])).toThrow(/no table "thing".* Did you mean "things"/);
    expect(() => loaded.expectRows('things', [], { by: ['idd'] })).toThrow(/"idd" is no column/);
    expect(failure(() => loaded.expectRows('thing', [{ id: 1 }])).message).toMatch(/there are "things"/);
  });
});
