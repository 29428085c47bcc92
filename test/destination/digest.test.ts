import fc from 'fast-check';
import { type ContentChunk, TableDigest } from '../../src/destination/content';
import type { DataType } from '../../src/schema';

type Row = Readonly<Record<string, string | number | bigint | boolean | Uint8Array | undefined>>;

const TYPES: Readonly<Record<string, DataType>> = {
  id: 'bigint',
  name: 'text',
  other: 'text',
  amount: 'decimal',
  doc: 'json',
  half: 'double',
  yes: 'bool',
  bytes: 'binary',
};

function chunk(rows: readonly Row[]): ContentChunk {
  return {
    rows: rows.length,
    columns: Object.entries(TYPES).map(([name, type]) => ({
      name,
      type,
      validity: undefined,
      data: undefined,
      values: rows.map((row) => row[name]),
    })),
  };
}

function digest(rows: readonly Row[], size = rows.length): string {
  const sum = new TableDigest();
  for (let at = 0; at < rows.length; at += size) sum.add(chunk(rows.slice(at, at + size)));
  return String(sum);
}

const ROWS: readonly Row[] = [
  { id: 1, name: 'a', other: 'b', amount: '1.5', doc: '{"a":1,"b":[2]}', half: 0.5, yes: true },
  {
    id: 2,
    name: 'b',
    other: 'a',
    amount: '-2',
    doc: 'null',
    half: -1,
    yes: false,
    bytes: new Uint8Array([1, 2]),
  },
  { id: 3, name: '', other: undefined },
];

describe('what the rows of a table come to', () => {
  test('is the same in any order and in chunks of any size', () => {
    expect(digest([...ROWS].reverse())).toBe(digest(ROWS));
    expect(digest(ROWS, 1)).toBe(digest(ROWS, 2));
    expect(digest(ROWS)).toMatch(/^3:[0-9a-f]{16}$/);
  });

  test.each<[string, Row]>([
    ['a value', { ...ROWS[0], id: 4 }],
    ['the last bit of a double', { ...ROWS[0], half: 0.5000000000000001 }],
    ['a value that is missing', { ...ROWS[0], yes: undefined }],
    ['two values of a row that changed places', { ...ROWS[0], name: 'b', other: 'a' }],
    ['a digit of a decimal', { ...ROWS[0], amount: '1.6' }],
    ['a word within JSON', { ...ROWS[0], doc: '{"a":1,"b":[3]}' }],
    ['a byte', { ...ROWS[0], bytes: new Uint8Array([0]) }],
    ['an empty text in place of none', { ...ROWS[2], other: '' }],
  ])('is another one for %s', (_what, row) => {
    expect(digest([row, ...ROWS.slice(1)])).not.toBe(digest(ROWS));
  });

  test('is another one if values changed places between rows, or a row came twice for another', () => {
    const [first, second, third] = ROWS as readonly [Row, Row, Row];
    expect(digest([{ ...first, name: 'b' }, { ...second, name: 'a' }, third])).not.toBe(digest(ROWS));
    expect(digest([first, first, third])).not.toBe(digest([first, second, third]));
  });

  test.each<[string, Row]>([
    ['a decimal with zeros', { ...ROWS[0], amount: '+01.500' }],
    ['JSON with spaces and other keys first', { ...ROWS[0], doc: '{ "b": [2.0], "a": 1 }' }],
  ])('is the same for %s', (_what, row) => {
    expect(digest([row, ...ROWS.slice(1)])).toBe(digest(ROWS));
  });

  test('differs for any two tables of texts and integers that differ', () => {
    const row = fc.record({ id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), name: fc.string() });
    const sorted = (rows: readonly Row[]): string =>
      JSON.stringify(rows.map(({ id, name }) => `${String(id)} ${String(name)}`).sort());
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (some, others) => {
        expect(digest(some) === digest(others)).toBe(sorted(some) === sorted(others));
      }),
    );
  });
});
