import { jsonLines } from '../../../src/destination/bigquery/json-lines';
import { encodeColumn, type TableChunk } from '../../../src/normalize';
import type { DataType } from '../../../src/schema';

/** A chunk of one column. */
function chunkOf(type: DataType, values: readonly unknown[]): TableChunk {
  const stored = values as (string | undefined)[];
  const column = encodeColumn('v', { type, values: stored }, values.length);
  return { table: 'items', rows: values.length, columns: column === undefined ? [] : [column] };
}

const linesOf = (type: DataType, values: readonly unknown[]): unknown[] =>
  [...jsonLines(chunkOf(type, values), 'r0')].map((line) => (JSON.parse(line) as { r0: object }).r0);

describe('rows as lines of JSON', () => {
  test('a value that is null is left out', () => {
    expect(linesOf('text', ['a', undefined])).toEqual([{ v: 'a' }, {}]);
  });

  test.each<[DataType, unknown, unknown]>([
    ['bigint', 5, 5],
    ['bigint', 9007199254740993n, '9007199254740993'],
    ['double', 0.1, 0.1],
    ['double', Number.NaN, 'NaN'],
    ['double', -Infinity, '-Infinity'],
    ['bool', true, true],
    ['text', 'ü"\n', 'ü"\n'],
    ['json', '{"a":[1,2]}', '{"a":[1,2]}'],
    ['timestamp', 1_700_000_000_123_456, '2023-11-14T22:13:20.123456Z'],
    ['date', 19_000, '2022-01-08'],
    ['date', -1, '1969-12-31'],
    ['time', 3_723_000_001, '01:02:03.000001'],
    ['decimal', '1.10', '1.10'],
    [
      'wei',
      '115792089237316195423570985008687907853269984665640564039457',
      '115792089237316195423570985008687907853269984665640564039457',
    ],
    ['binary', new Uint8Array([0, 255]), 'AP8='],
  ])('%s %p is %p', (type, value, expected) => {
    expect(linesOf(type, [value])).toEqual([{ v: expected }]);
  });

  test('a value of more than 10 MB is refused by the names of its column and table', () => {
    expect(() => linesOf('text', ['x', 'y'.repeat(10 * 1024 * 1024 + 1)])).toThrow(
      /column "v" of table "items" \(row 1 of its chunk\) has 10485763 bytes, and BigQuery takes 10 MB of a value/,
    );
  });

  test.each(['18446744073709551616', '-9223372036854775809', '[1,{"a":12345678901234567890123}]'])(
    'a whole number that JSON in BigQuery would round is refused: %s',
    (text) => {
      expect(() => linesOf('json', [text])).toThrow(/would be rounded/);
    },
  );

  test('half of a surrogate pair in JSON is no character, and becomes U+FFFD', () => {
    expect(linesOf('json', ['{"a":"\\ud83d","b":"\\ud83d\\ude00","c":"\\\\ud83d"}'])).toEqual([
      { v: '{"a":"\\ufffd","b":"\\ud83d\\ude00","c":"\\\\ud83d"}' },
    ]);
  });

  test.each<[DataType, number]>([
    ['date', 3_000_000],
    ['date', -800_000],
    ['timestamp', 2.6e17],
    ['timestamp', -7e16],
  ])('a %s beyond the years that BigQuery has is refused: %p', (type, value) => {
    expect(() => linesOf(type, [value])).toThrow(/column "v" of table "items".*beyond the years 1 to 9999/);
  });

  test('minus zero stays', () => {
    expect([...jsonLines(chunkOf('double', [-0]), 'r0')]).toEqual(['{"r0":{"v":-0.0}}']);
  });

  test('digits within a text or a key of JSON are no number', () => {
    const text = '{"12345678901234567890123":"99999999999999999999","a":"\\"18446744073709551616"}';
    expect(linesOf('json', [text])).toEqual([{ v: text }]);
    expect(() => linesOf('json', ['{"a":"1","b":18446744073709551616}'])).toThrow(/would be rounded/);
  });

  test.each([
    '18446744073709551615',
    '-9223372036854775808',
    '1e30',
    '0.1234567890123456789',
    '1234567890123456789.5',
  ])('JSON that keeps its value passes: %s', (text) => {
    expect(linesOf('json', [text])).toEqual([{ v: text }]);
  });
});
