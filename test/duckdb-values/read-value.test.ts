import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Decimal, duckdb, PlainDate, PlainTime, pipeline, resource, Timestamp } from '../../src';
import { allRows } from '../../src/sources/duckdb-reader';

/** Values as SQL, and what they are in a row: the same whether a source reads them or a user queries the destination. */
const VALUES: readonly (readonly [sql: string, value: unknown])[] = [
  ['NULL::INTEGER', null],
  ['TRUE', true],
  ["'text'", 'text'],
  ["chr(65279) || 'id'", '\ufeffid'],
  ["chr(65279) || repeat('x', 20)", `\ufeff${'x'.repeat(20)}`],
  ['1::TINYINT', 1],
  ['4294967295::UINTEGER', 4_294_967_295],
  ['9007199254740991::BIGINT', 9_007_199_254_740_991],
  ['9007199254740993::BIGINT', 9_007_199_254_740_993n],
  ['18446744073709551615::UBIGINT', 18_446_744_073_709_551_615n],
  ['99999999999999999999999999999999999999::HUGEINT', 99_999_999_999_999_999_999_999_999_999_999_999_999n],
  ['0.5::FLOAT', 0.5],
  ['1.25::DOUBLE', 1.25],
  ['1.10::DECIMAL(5, 2)', new Decimal('1.10')],
  ['12::DECIMAL(5, 0)', 12],
  [
    '12345678901234567890123456789012345678::DECIMAL(38, 0)',
    12_345_678_901_234_567_890_123_456_789_012_345_678n,
  ],
  ["'\\x00\\xFF'::BLOB", Buffer.from([0, 255])],
  ["DATE '2024-02-29'", new PlainDate('2024-02-29')],
  ["DATE '12024-02-29'", '12024-02-29'],
  ["TIME '23:59:59.999999'", new PlainTime('23:59:59.999999')],
  ["TIME '24:00:00'", '24:00:00'],
  ["TIMESTAMP '2024-03-10 12:00:00.000001'", new Timestamp(1_710_072_000_000_001n)],
  ["TIMESTAMPTZ '2024-03-10 12:00:00.000001+00'", new Timestamp(1_710_072_000_000_001n)],
  ["'infinity'::TIMESTAMPTZ", 'infinity'],
  ["TIMESTAMP_S '2024-03-10 12:00:00'", new Timestamp(1_710_072_000_000_000n)],
  ["TIMESTAMP_MS '2024-03-10 12:00:00.001'", new Timestamp(1_710_072_000_001_000n)],
  ["TIMESTAMP_NS '1969-12-31 23:59:59.999999999'", new Timestamp(-1n)],
  ["INTERVAL '1 day 2 hours'", '1 day 02:00:00'],
  ["'00000000-0000-0000-0000-00000000000a'::UUID", '00000000-0000-0000-0000-00000000000a'],
  ["'ok'::ENUM ('ok')", 'ok'],
  ['[1, NULL, 9007199254740993]', [1, null, 9_007_199_254_740_993n]],
  ['[1, 2]::INTEGER[2]', [1, 2]],
  ["{'a': {'b': 1.10::DECIMAL(5, 2)}}", { a: { b: new Decimal('1.10') } }],
  ["MAP {'k': DATE '2024-02-29'}", { k: new PlainDate('2024-02-29') }],
  [
    "MAP {1: 'a', 2: 'b'}",
    [
      { key: 1, value: 'a' },
      { key: 2, value: 'b' },
    ],
  ],
  ['union_value(n := 9007199254740993)', 9_007_199_254_740_993n],
];

const select = `SELECT ${VALUES.map(([sql], at) => `${sql} AS v${at}`).join(', ')}`;
const expected = Object.fromEntries(VALUES.map(([, value], at) => [`v${at}`, value]));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidemark-values-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a source reads every type as it is', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    expect(await allRows(connection, { sql: select })).toEqual([expected]);
    expect(await allRows(connection, { sql: `SELECT '{"x": [1]}'::JSON AS doc` })).toEqual([
      { doc: { x: [1] } },
    ]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

test('a query of the destination gives the same values', async () => {
  await using target = pipeline({
    name: 'values',
    destination: duckdb({ path: path.join(folder, 'values.duckdb') }),
    dataset: 'data',
    workDir: path.join(folder, 'work'),
  });
  await target.run(resource({ name: 'any', extract: () => [[{ id: 1 }]] }));
  expect(await target.dataset().sql(select).toArray()).toEqual([expected]);
});
