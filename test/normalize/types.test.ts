import { DateTime } from 'luxon';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../src/value';
import { columnsOf, loadPages } from './load-rows';

const data = (columns: string[]) => columns.filter((column) => !column.startsWith('_dlt'));
const strip = (rows: readonly Record<string, unknown>[] | undefined) =>
  (rows ?? []).map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !key.startsWith('_'))));

async function load(values: readonly unknown[], hints = {}) {
  const { result, tables } = await loadPages([values.map((v) => ({ v }))], hints);
  return { columns: data(columnsOf(result.schema, 'items')), rows: strip(tables.items), result };
}

describe('where tidemark decides otherwise than dlt', () => {
  test('an inferred bigint column that meets a fraction becomes double, with what it had', async () => {
    const { columns, rows, result } = await load([1, -(2 ** 40), 1.5, 3]);
    expect(columns).toEqual(['v:double']);
    expect(rows).toEqual([{ v: 1 }, { v: -(2 ** 40) }, { v: 1.5 }, { v: 3 }]);
    expect(result.schemaChanges).toContain('column items.v widened from bigint to double');
  });

  test('so it does in a later load, and batches that are closed are read in the wider type', async () => {
    const first = await loadPages([[{ v: 1 }]]);
    const rows = [...Array.from({ length: 5000 }, (_, v) => ({ v })), { v: 0.5 }];
    const second = await loadPages([rows], {}, { schema: first.result.schema });
    expect(columnsOf(second.result.schema, 'items')[0]).toBe('v:double');
    expect(strip(second.tables.items)).toEqual(rows);
  });

  test('where an integer beyond 2^53 is there, the fraction goes to the variant', async () => {
    const big = 9007199254740993n;
    const { columns, rows } = await load([big, 1.5]);
    expect(columns).toEqual(['v:bigint', 'v__v_double:double']);
    expect(rows).toEqual([{ v: big }, { v__v_double: 1.5 }]);
  });

  test('an integer that a double can’t hold goes to the variant of a double column', async () => {
    const { columns, rows } = await load([1.5, 9007199254740993n, 2n ** 60n]);
    expect(columns).toEqual(['v:double', 'v__v_bigint:bigint']);
    expect(rows).toEqual([{ v: 1.5 }, { v__v_bigint: 9007199254740993n }, { v: 2 ** 60 }]);
  });

  test('a column declared bigint keeps its type', async () => {
    const { columns } = await load([1, 1.5, 2n ** 64n], { columns: { v: { data_type: 'bigint' } } });
    expect(columns).toEqual(['v:bigint', 'v__v_double:double', 'v__v_wei:wei']);
  });

  test('integers beyond 64 bits are kept exactly, and a bigint column that meets one becomes wei', async () => {
    const { columns, rows } = await load([1, 2n ** 63n, -(2n ** 100n)]);
    expect(columns).toEqual(['v:wei']);
    expect(rows).toEqual([{ v: 1 }, { v: 2n ** 63n }, { v: -(2n ** 100n) }]);
  });

  test('an integer beyond what a database holds keeps its digits as text', async () => {
    const huge = 10n ** 40n;
    expect((await load([huge])).rows).toEqual([{ v: String(huge) }]);
    const { columns, rows } = await load([1, huge]);
    expect(columns).toEqual(['v:bigint', 'v__v_text:text']);
    expect(rows).toEqual([{ v: 1 }, { v__v_text: String(huge) }]);
  });

  test.each([
    ['a number into bool', [true, 1], ['v:bool', 'v__v_bigint:bigint']],
    ['a number into a timestamp', ['2024-01-01T00:00:00Z', 5], ['v:timestamp', 'v__v_bigint:bigint']],
    [
      'a timestamp into a date',
      [new PlainDate('2024-01-01'), new Timestamp(5n)],
      ['v:date', 'v__v_timestamp:timestamp'],
    ],
    ['text into bool', [true, 'yes', 'true'], ['v:bool', 'v__v_text:text']],
    ['text that is no number’s shortest form', [1, '0012', '7'], ['v:bigint', 'v__v_text:text']],
    ['text with a trailing zero', [1.5, '1.50', '1.25'], ['v:double', 'v__v_text:text']],
  ])('%s goes to the variant of an inferred column', async (_, values, expected) => {
    const { columns, rows } = await load(values);
    expect(columns).toEqual(expected);
    expect(Object.keys(rows[1] ?? {})[0]).toBe(expected[1]?.split(':')[0]);
    if (values.length > 2) expect(Object.keys(rows[2] ?? {})).toEqual(['v']);
  });

  test('a bool in a text column reads true or false', async () => {
    expect((await load(['x', true, false])).rows).toEqual([{ v: 'x' }, { v: 'true' }, { v: 'false' }]);
  });

  test('the variant for text is text where the value looks like a timestamp', async () => {
    const { columns, rows } = await load([1, '2024-01-01T00:00:00Z']);
    expect(columns).toEqual(['v:bigint', 'v__v_text:text']);
    expect(rows[1]).toEqual({ v__v_text: '2024-01-01T00:00:00Z' });
  });

  test('a variant whose name a source key took with another type gets a variant of its own', async () => {
    const { result } = await loadPages([[{ v: 1, v__v_text: 5 }, { v: 'x' }]]);
    expect(data(columnsOf(result.schema, 'items'))).toEqual([
      'v:bigint',
      'v__v_text:bigint',
      'v__v_text__v_text:text',
    ]);
  });
});

describe('values of every kind', () => {
  test('typed values come back as they went in', async () => {
    const instant = new Timestamp(1_704_067_200_123_456n);
    const row = {
      date: new PlainDate('2024-01-31'),
      time: new PlainTime('01:02:03.000004'),
      decimal: new Decimal('12.340000001'),
      bytes: new Uint8Array([0, 255]),
      instant,
      js: new Date(1_704_067_200_123),
      luxon: DateTime.fromMillis(1_704_067_200_123, { zone: 'Asia/Tokyo' }),
      far: new Timestamp(253_402_300_799_999_999n),
    };
    const { tables } = await loadPages([[row]]);
    expect(strip(tables.items)[0]).toEqual({
      ...row,
      js: new Timestamp(1_704_067_200_123_000n),
      luxon: new Timestamp(1_704_067_200_123_000n),
    });
  });

  test('nested values of a json column are plain JSON, integers with every digit', async () => {
    const d = {
      t: new Timestamp(1_500_000n),
      b: new Uint8Array([97]),
      n: 2n ** 70n,
      x: undefined,
      l: [new PlainDate('2024-01-01')],
      m: new Map([['k', 1]]),
    };
    const { tables } = await loadPages([[{ d }]], {
      maxTableNesting: 0,
      columns: { d: { data_type: 'text' } },
    });
    expect(tables.items?.[0]?.d).toBe(
      '{"t":"1970-01-01T00:00:01.500000+00:00","b":"YQ==","n":1180591620717411303424,"l":["2024-01-01"],"m":{"k":1}}',
    );
  });

  test('a decimal that the default column can’t hold stays text with its digits', async () => {
    const { columns, rows } = await load([new Decimal('0.1234567891')]);
    expect(columns).toEqual(['v:text']);
    expect(rows).toEqual([{ v: '0.1234567891' }]);
  });

  test('texts of twelve bytes, of thirteen, and of other scripts come back whole', async () => {
    const values = [
      '',
      'a'.repeat(12),
      'a'.repeat(13),
      'ééééé',
      'éééééé',
      'ééééééé',
      '日本語日本',
      '😀😀😀',
      '😀😀😀a',
      'a\u0000b',
      '\ud800',
    ];
    const { rows } = await load(values);
    expect(rows.map((row) => row.v)).toEqual([...values.slice(0, -1), '\ufffd']);
  });
});
