import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decode, difference } from '../../src/conformance';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../src/value';
import { caseFiles, readCases } from './case-files';
import { runCase } from './run-case';

describe('comparing', () => {
  test.each([
    [1, 1n],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    [{ a: undefined }, {}],
    [new Timestamp(5n), new Timestamp(5n)],
    [Uint8Array.of(1), Uint8Array.of(1)],
    [2n ** 70n, 2n ** 70n],
    [new PlainTime('23:59:59.000500'), new PlainTime('23:59:59.0005')],
    [new PlainTime('10:00:00.000'), new PlainTime('10:00:00')],
  ])('%p equals %p', (actual, expected) => {
    expect(difference(actual, expected)).toBeUndefined();
  });

  test.each([
    [{ a: [1, 2] }, { a: [1, 3] }, 'a[1]: expected 3, got 2'],
    [{ a: [1] }, { a: [1, 2] }, 'a: expected 2 entries, got 1, first missing 2'],
    [[1, 2], [1], 'expected 1 entries, got 2, first too many 2'],
    [{ a: null }, {}, 'a: expected undefined, got null'],
    ['1', 1, 'expected 1, got "1"'],
    [true, 1, 'expected 1, got true'],
    [new PlainTime('10:00:00'), new PlainTime('10:00:00.1'), 'expected "10:00:00.1", got "10:00:00"'],
    [new Decimal('1.10'), new Decimal('1.1'), 'expected "1.1", got "1.10"'],
    [{}, [], 'expected [], got {}'],
    [2 ** 53, 2n ** 53n + 1n, 'expected "9007199254740993n", got 9007199254740992'],
  ])('%p differs from %p, and where is said', (actual, expected, text) => {
    expect(difference(actual, expected)).toBe(text);
  });
});

test('decoding gives the values that the tags mean', () => {
  expect(decode({ $timestamp: '2024-01-01T00:00:00.123456+01:00' })).toEqual(
    new Timestamp(1704063600123456n),
  );
  expect(decode([{ a: { $date: '2024-01-01' } }])).toEqual([{ a: new PlainDate('2024-01-01') }]);
  expect(decode({ $bigint: '9223372036854775808' })).toBe(2n ** 63n);
  expect(decode({ $bytes: 'AQI=' })).toEqual(Uint8Array.of(1, 2));
  expect(decode({ $price: '1', $date: 2 })).toEqual({ $price: '1', $date: 2 });
});

describe('a file of cases', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const kindsOf = (name: string, entries: unknown[]): string[] => {
    writeFileSync(path.join(folder, name), JSON.stringify(entries));
    return caseFiles(folder).flatMap((file) => readCases(file).map(({ kind }) => kind));
  };
  const cron = {
    id: 'c',
    input: { cron: '@daily', timezone: 'UTC', from: '', to: '' },
    expect: { ticks: [] },
  };
  const rows = { id: 'l', input: { resource: {}, runs: [] }, expect: { tables: {} } };

  test('is of the kind that its input looks like, whatever its name', () => {
    expect(kindsOf('hidden-7.json', [cron, { id: 'm', input: { cron: '', timezone: '', at: '' } }])).toEqual([
      'cron',
      'timetable',
    ]);
  });

  test('is of the kind that its name begins with, where the input fits two', () => {
    expect(kindsOf('load-2.json', [rows])).toEqual(['load']);
  });

  test('of a kind that nobody knows fails case by case, and says so', async () => {
    expect(kindsOf('graph.json', [{ id: 'g', input: {} }])).toEqual(['graph']);
    const [one] = readCases(path.join(folder, 'graph.json'));
    expect(await runCase(one!)).toBe('unknown kind "graph"');
  });

  test('that holds no list is refused', () => {
    expect(() => kindsOf('x.json', { cases: [] } as unknown as unknown[])).toThrow('not an array');
  });
});

test('a case that throws fails with what was thrown', async () => {
  const input = {
    cron: '61 * * * *',
    timezone: 'UTC',
    from: '2024-01-01T00:00:00Z',
    to: '2024-01-02T00:00:00Z',
  };
  expect(await runCase({ id: 'x', kind: 'cron', input, expect: {} })).toMatch(/^threw CRON_INVALID: /);
});

test.each(['2024-Sales.Report', '_2024_sales_report'])(
  'tables are found by the name that %s has in a destination, and a quoted field is a cursor',
  async (table) => {
    const columns = {
      seen_at: { data_type: 'time', nullable: true },
      odd_name: { data_type: 'bigint', nullable: true },
      _dlt_load_id: { data_type: 'text', nullable: false },
      _dlt_id: { data_type: 'text', nullable: false },
    };
    const at = (text: string) => ({ $time: text });
    const input = {
      resource: {
        name: '2024-Sales.Report',
        columns: { 'seen at': { data_type: 'time' } },
        incremental: { cursor_path: "'odd name'", initial_value: 2 },
      },
      runs: [{ rows: [1, 2, 3].map((value) => ({ 'seen at': at('10:00:00.000500'), 'odd name': value })) }],
    };
    const rows = [2, 3].map((value) => ({ seen_at: at('10:00:00.0005'), odd_name: value, _load: 0 }));
    const counts = { [table]: 2 };
    const expected = {
      tables: { [table]: { columns, rows } },
      runs: [{ normalized: counts, in_tables: counts, incremental_last_value: 3 }],
    };
    expect(await runCase({ id: 'x', kind: 'load', input, expect: expected })).toBeUndefined();
    const wrong = { ...expected, tables: { [table]: { columns, rows: rows.slice(1) } } };
    expect(await runCase({ id: 'x', kind: 'load', input, expect: wrong })).toMatch(/too many 1/);
  },
);
