import type { Hints } from './shape';

/** What both sides load alike: a resource, and its rows run by run. */
export interface Case {
  readonly name: string;
  readonly resource?: string;
  readonly hints: Hints;
  readonly runs: readonly (readonly unknown[])[];
  /** Whether the ids of rows are made of what they hold. */
  readonly stableIds?: boolean;
  /** The only destination in which dlt has it. */
  readonly only?: 'postgres';
  /** Settings of dlt, as its environment has them. */
  readonly settings?: Readonly<Record<string, string>>;
}

const line = (sku: string, ...tags: readonly string[]): unknown => ({ sku, tags });

const merge = (strategy: 'delete-insert' | 'upsert' | 'insert-only'): Hints => ({
  write_disposition: { disposition: 'merge', strategy },
  primary_key: 'id',
});

const VALUES = {
  whole: 7,
  largest: { $bigint: '9223372036854775807' },
  real: 0.1,
  flag: true,
  words: 'grüße, 数量 😀',
  empty: '',
  moment: { $timestamp: '2024-02-29T23:59:59.123456Z' },
  early: { $timestamp: '1960-01-01T00:00:00Z' },
  last: { $timestamp: '9999-12-31T23:59:59.999999Z' },
  iso: '2024-02-29T23:59:59.123456+05:30',
  day: { $date: '0001-01-01' },
  clock: { $time: '12:30:45.5' },
  amount: { $decimal: '12345678901234567890.123456789' },
  bytes: { $bytes: 'AP8Q' },
};

const DECLARED = {
  small: { data_type: 'bigint', precision: 16 },
  medium: { data_type: 'bigint', precision: 32 },
  money: { data_type: 'decimal', precision: 10, scale: 2 },
  share: { data_type: 'decimal', precision: 38, scale: 12 },
  naive: { data_type: 'timestamp', timezone: false },
  coarse: { data_type: 'timestamp', precision: 3 },
  short: { data_type: 'text', precision: 20 },
  gas: { data_type: 'wei' },
  document: { data_type: 'json' },
  required: { data_type: 'text', nullable: false },
} as const;

const COERCED = {
  n: { data_type: 'bigint' },
  real: { data_type: 'double' },
  words: { data_type: 'text' },
  flag: { data_type: 'bool' },
  moment: { data_type: 'timestamp' },
  day: { data_type: 'date' },
  amount: { data_type: 'decimal' },
  document: { data_type: 'json' },
} as const;

const LONG = 'the_customer_who_pays_for_all_of_the_items_of_this_order_in_the_shop';
const LONG_LIST = 'LineItemsOfTheOrderWithAllThatTheCustomerAskedForInTheShopOfThisTown';

export const CASES: readonly Case[] = [
  {
    name: 'values',
    hints: { write_disposition: 'append' },
    runs: [
      [{ id: 1, ...VALUES }],
      [
        { id: 2, ...VALUES, largest: { $bigint: '-9223372036854775808' }, amount: { $decimal: '-0.5' } },
        { id: 3, words: 'a tab \t within', real: 1e300, flag: false, empty: null },
      ],
    ],
  },
  {
    name: 'declared types',
    hints: { write_disposition: 'append', columns: DECLARED },
    runs: [1, 2].map((id) => [
      {
        id,
        small: -32768,
        medium: 2147483647,
        money: { $decimal: '12345678.9' },
        share: { $decimal: '0.123456789012' },
        naive: { $timestamp: '2024-02-29T23:59:59.123456Z' },
        coarse: { $timestamp: '2024-02-29T23:59:59.123Z' },
        short: 'twenty characters ok',
        gas: { $bigint: '9007199254740993' },
        document: { b: [1, { c: 'é' }], a: null, n: 1.5 },
        required: 'there',
      },
    ]),
  },
  {
    name: 'values made what is declared',
    hints: { write_disposition: 'append', columns: COERCED },
    runs: [1, 2].map((id) => [
      {
        id,
        n: '12',
        real: '1.5',
        words: 5,
        flag: 'true',
        moment: 1700000000,
        day: '2024-01-01',
        amount: '1.10',
        document: 'text',
      },
    ]),
  },
  {
    name: 'names and texts',
    hints: { write_disposition: 'append' },
    runs: [1, 2].map((id) => [
      {
        id,
        order: "quote ' and \\ and \" and E'x'",
        User: 'tab\tline\nreturn\r',
        'Größe (cm)': '\\N',
        'a"b': '\u0001\u001f',
        'dotted.name': 'x'.repeat(100_000),
        CamelCaseName: 1,
        '100%': 2,
        _private: 3,
        trailing__: 4,
        ['n'.repeat(63)]: 5,
        select: { from: 6, 'where-to': 7 },
        table: [{ 'primary key': 8 }, null, 'scalar'],
        lists: [[1, [2]], []],
      },
    ]),
  },
  {
    name: 'JSON beyond the nesting',
    hints: { write_disposition: 'append', max_table_nesting: 0 },
    runs: [1, 2].map((id) => [{ id, lines: [{ sku: 'a', deep: { x: [1, 'zwei'] } }, null, 2.5] }]),
  },
  {
    name: 'variants and new columns, below too',
    hints: { write_disposition: 'append' },
    runs: [
      [{ id: 1, amount: 5, lines: [{ sku: 'a' }] }],
      [{ id: 2, amount: 'five', fresh: 1.5, lines: [{ sku: 3, extra: true }] }],
      [{ id: 3, amount: 6, fresh: 2, other: [{ x: 1 }], lines: [{ sku: 'c', extra: 'maybe' }] }],
    ],
  },
  {
    name: 'delete-insert, the newest of a key',
    hints: {
      ...merge('delete-insert'),
      columns: { rank: { dedup_sort: 'desc' }, gone: { hard_delete: true, data_type: 'bool' } },
    },
    runs: [
      [
        { id: 1, rank: 1, v: 'a', lines: [line('a', 'x', 'y')] },
        { id: 2, rank: 1, v: 'b', lines: [line('b', 'z')] },
        { id: 3, rank: 1, v: 'c', lines: [line('c')] },
      ],
      [
        { id: 1, rank: 2, v: 'new', lines: [line('d', 'w')] },
        { id: 1, rank: 1, v: 'old', lines: [line('e')] },
        { id: 2, rank: 3, gone: true },
      ],
      [{ id: 3, rank: 4, v: 'without lines' }],
    ],
  },
  {
    name: 'delete-insert by two keys',
    hints: { write_disposition: 'merge', primary_key: ['shop', 'id'], merge_key: 'day' },
    runs: [
      [
        { shop: 'a', id: 1, day: { $date: '2024-01-01' }, lines: [line('a', 'x')] },
        { shop: 'b', id: 1, day: { $date: '2024-01-01' } },
        { shop: 'a', id: 2, day: { $date: '2024-01-02' } },
      ],
      [{ shop: 'a', id: 3, day: { $date: '2024-01-01' }, lines: [line('b', 'y')] }],
    ],
  },
  {
    name: 'upsert',
    hints: { ...merge('upsert'), columns: { gone: { hard_delete: true, data_type: 'timestamp' } } },
    stableIds: true,
    runs: [
      [
        { id: 1, v: 'a', lines: [line('a', 'x', 'y'), line('b')] },
        { id: 2, v: 'b', lines: [line('c', 'z')] },
      ],
      [
        { id: 1, v: 'new', lines: [line('d', 'w')] },
        { id: 2, gone: { $timestamp: '2024-01-01T00:00:00Z' } },
        { id: 3, v: 'c', lines: [line('e')] },
      ],
    ],
  },
  {
    name: 'insert-only',
    hints: merge('insert-only'),
    stableIds: true,
    runs: [
      [
        { id: 1, v: 'a', lines: [line('a', 'x')] },
        { id: 2, v: 'b' },
      ],
      [
        { id: 1, v: 'not this', lines: [line('d', 'w')] },
        { id: 3, v: 'c', lines: [line('e', 'y')] },
      ],
    ],
  },
  {
    name: 'replace',
    hints: { write_disposition: 'replace' },
    runs: [[{ id: 1, lines: [line('a', 'x')] }], [{ id: 2, lines: [line('b', 'y'), line('c')] }]],
  },
  {
    name: 'replace, swapped in from staging',
    hints: { write_disposition: 'replace' },
    only: 'postgres',
    settings: { DESTINATION__REPLACE_STRATEGY: 'staging-optimized' },
    runs: [
      [{ id: 1, lines: [line('a', 'x')] }],
      [{ id: 2, fresh: 1, lines: [line('b', 'y'), line('c')] }],
      [{ id: 3, lines: [line('d')] }],
    ],
  },
  {
    name: 'long names, and a NUL',
    // DuckDB keeps a NUL and takes long names, for which dlt's files get names that are too long
    only: 'postgres',
    resource: `orders_of_${LONG}`,
    hints: { write_disposition: 'merge', primary_key: LONG },
    runs: [
      [{ [LONG]: 1, [LONG_LIST]: [{ [LONG]: 'a', [LONG_LIST]: ['x', 'y'] }], o: { [LONG]: 1 } }],
      [
        { [LONG]: 1, [LONG_LIST]: [{ [LONG]: 'b', [LONG_LIST]: ['z'] }], o: { [LONG]: 'text' } },
        { [LONG]: 2, [`${LONG}_too`]: 'a NUL \u0000 within' },
      ],
    ],
  },
  {
    name: 'scd2',
    hints: { write_disposition: { disposition: 'merge', strategy: 'scd2' } },
    stableIds: true,
    runs: [
      [
        { id: 1, v: 'a', lines: [line('a', 'x')] },
        { id: 2, v: 'b' },
      ],
      [
        { id: 1, v: 'new', lines: [line('b', 'y')] },
        { id: 2, v: 'b' },
        { id: 3, v: 'c' },
      ],
      [{ id: 1, v: 'a', lines: [line('a', 'x')] }],
    ],
  },
];
