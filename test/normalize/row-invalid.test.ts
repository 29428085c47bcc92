import { DateTime } from 'luxon';
import { Decimal, PlainDate } from '../../src/value';
import { loadPages } from './load-rows';

const deepList = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};
const deepObject = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
};
const circle: Record<string, unknown> = {};
circle.self = circle;

describe('a row that is nested too deeply', () => {
  test.each([
    ['lists', { v: deepList(3000) }, {}],
    ['objects', { v: deepObject(3000) }, {}],
    ['lists, 10,000 deep', { v: deepList(10_000) }, {}],
    ['JSON', { v: deepList(10_000) }, { maxTableNesting: 0 }],
    [
      'JSON in a declared column',
      { v: deepObject(3000) },
      { columns: { v: { data_type: 'json' as const } } },
    ],
    ['lists in a list', { v: [[1], deepList(3000)] }, {}],
    ['a value in itself', { v: circle }, {}],
    ['a value in itself, as JSON', { v: circle }, { maxTableNesting: 0 }],
  ])('%s: named with the resource, the row and the limit, and not retried', async (_, row, hints) => {
    await expect(loadPages([[{ id: 1 }], [row]], hints)).rejects.toMatchObject({
      code: 'ROW_INVALID',
      retryable: false,
      message: expect.stringMatching(
        /^Row 2 of resource "items" is nested more than 500 levels deep, at "v\./,
      ),
      details: { resource: 'items', row: 2, limit: 500 },
    });
  });

  test('at the limit is loaded', async () => {
    const { tables } = await loadPages([[{ v: deepObject(499) }, { w: deepList(498) }]]);
    expect(Object.values(tables.items?.[0] ?? {})).toContain(1);
    const leaves = Object.values(tables).flatMap((rows) => rows.filter(({ value }) => value === 1));
    expect(leaves).toHaveLength(1);
  });
});

describe('a value that can’t be stored', () => {
  class Sealed {
    readonly #kept = 1;
    get kept(): number {
      return this.#kept;
    }
  }
  const values: readonly (readonly [string, unknown, RegExp])[] = [
    ['Invalid Date', new Date('never'), /a date that is not valid/],
    ['an invalid DateTime', DateTime.invalid('never'), /a date that is not valid/],
    ['a forgotten promise', Promise.resolve(1), /a promise that was not awaited/],
    ['a RegExp', /x/, /an object of class "RegExp" without fields/],
    ['an Error', new TypeError('x'), /an error \("TypeError"\)/],
    ['a function', () => 1, /a function/],
    ['a symbol', Symbol('x'), /a symbol/],
    ['an object that hides what it has', new Sealed(), /an object of class "Sealed" without fields/],
    ['an ArrayBuffer', new ArrayBuffer(2), /class "ArrayBuffer"/],
  ];

  test.each(values)(
    '%s: named with the row, the column and the cure, wherever it stands',
    async (_, value, what) => {
      const refused = async (row: unknown, at: string, hints = {}): Promise<void> => {
        const error = await loadPages([[{ id: 1 }, row]], hints).catch((failure: unknown) => failure);
        expect(error).toMatchObject({ code: 'ROW_INVALID', retryable: false });
        const { message } = error as Error;
        expect(message).toMatch(what);
        expect(message).toMatch(/^Row 2 of resource "items" has/);
        expect(message).toContain(at);
        expect(message).toContain('map');
      };
      await refused({ id: 2, v: value }, 'in column "v"');
      await refused({ id: 2, v: { w: value } }, 'in column "v.w"');
      await refused({ id: 2, v: [1, value] }, 'in column "v.1"');
      await refused({ id: 2, v: [{ w: value }] }, 'in column "v.0.w"');
      await refused({ id: 2, v: { w: [value] } }, 'in column "v.w.0"', { maxTableNesting: 0 });
      await refused(value, 'has');
    },
  );

  test('what is data stays data: null, undefined, empty objects, maps, sets, NaN, objects with toJSON', async () => {
    const { tables } = await loadPages([
      [
        {
          a: null,
          b: undefined,
          c: {},
          d: [],
          e: new Map([['x', 1]]),
          f: new Set([2]),
          g: Number.NaN,
          h: new Decimal('1.5'),
        },
      ],
    ]);
    expect(tables.items).toMatchObject([{ e__x: 1, g: Number.NaN }]);
    expect(tables.items__f).toMatchObject([{ value: 2 }]);
  });

  test('NaN and the infinities in JSON are text, which JSON has', async () => {
    const { tables } = await loadPages([[{ v: { n: [Number.NaN, 1, -Infinity] } }]], { maxTableNesting: 0 });
    expect(tables.items).toMatchObject([{ v: { n: ['NaN', 1, '-Infinity'] } }]);
  });

  test('a day that its month does not have is no date', () => {
    expect(() => new PlainDate('2024-02-30')).toThrow(/not a calendar date/);
    expect(new PlainDate('2024-02-29').iso).toBe('2024-02-29');
  });
});

test('a text that begins with U+FEFF keeps it, short or long, in memory or on disk', async () => {
  const texts = ['\ufeff', '\ufeffid', `\ufeff${'x'.repeat(20)}`, `\ufeff${'é'.repeat(20)}`, 'a\ufeffb'];
  for (const budgetBytes of [1_000_000, 1]) {
    const { tables } = await loadPages(
      [texts.map((v) => ({ v, w: { j: [v] } }))],
      { maxTableNesting: 0 },
      { budgetBytes },
    );
    expect(tables.items?.map(({ v }) => v)).toEqual(texts);
    expect(tables.items?.map(({ w }) => w)).toEqual(texts.map((v) => ({ j: [v] })));
  }
});
