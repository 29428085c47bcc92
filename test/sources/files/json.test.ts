import fc from 'fast-check';
import { parseJsonExactly } from '../../../src/http';
import { files } from '../../../src/sources/files';
import { readJson } from '../../../src/sources/files/read-json';
import { Timestamp } from '../../../src/value';
import { PACKED, SMALL_ROWS } from './packed';
import { type Workspace, workspace } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

const FILE = { path: 'a.json', size: 0, modified: Timestamp.fromMillis(0) };
const SIZE = { rows: 5000, characters: 1 << 20 };

async function* pieces(text: string, size: number): AsyncGenerator<string, void, void> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function rowsIn(text: string, data?: string, size = 1000): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const page of readJson(FILE, pieces(text, size), { data, size: SIZE })) rows.push(...page);
  return rows;
}

const rowsOf = async (more: object = {}): Promise<unknown[]> => {
  const made = files({
    location: space.location,
    tables: [{ name: 'rows', glob: '*.*', incremental: 'none', ...more }],
  });
  const rows: unknown[] = [];
  for await (const page of made.resources[0]!.pages()) rows.push(...page);
  return rows;
};

describe('a file that is one JSON value', () => {
  test('is a list of rows, as it may be written; integers keep every digit', async () => {
    const text =
      '\n[ {"id": 12345678901234567890, "s": "a]},\\"{[", "n": {"m": [1, [2]]}}\n,{}, \n {"id":-1}\n]\n\n';
    for (const size of [1, 2, 3, 7, 1000])
      expect(await rowsIn(text, undefined, size)).toEqual([
        { id: 12345678901234567890n, s: 'a]},"{[', n: { m: [1, [2]] } },
        {},
        { id: -1 },
      ]);
    expect(await rowsIn(' [ \n ] ')).toEqual([]);
    expect(await rowsIn('')).toEqual([]);
  });

  test('has its rows behind a path, whatever is around them', async () => {
    const text =
      '{"items":[{"id":0}],"x":{"result":{"items":[{"id":9}]}},"list":[{"result":{"items":[8]}}],"result":{"n":"{\\"items\\":[", "it\\u0065ms":[{"id":1},{"id":2}],"more":[1,{"items":[7]}]},"end":null}';
    for (const size of [1, 5, 1000])
      expect(await rowsIn(text, 'result.items', size)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await rowsIn(text, 'items')).toEqual([{ id: 0 }]);
    expect(await rowsIn('{"a":{"b":null}}', 'a.b')).toEqual([]);
    expect(await rowsIn('{"a":{"b":[ ]}}', 'a.b')).toEqual([]);
    expect(await rowsIn('{"a":{"b":{"id":1}}}', 'a.b')).toEqual([{ id: 1 }]);
  });

  test('is one row if it is an object', async () => {
    expect(await rowsIn('{\n "id": 1,\n "tags": ["a", "b"]\n}\n')).toEqual([{ id: 1, tags: ['a', 'b'] }]);
  });

  test('gives what a parser gives, however it is written and cut', async () => {
    const name = fc.constantFrom('a', 'b', 'items', 'x"y', 'ü');
    const document = fc.dictionary(name, fc.jsonValue(), { maxKeys: 4 });
    const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        document,
        rows,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(undefined, 1, '\n'),
        async (around, list, size, space) => {
          const whole = { ...around, a: { ...around, items: list } };
          const expected = parseJsonExactly(JSON.stringify(list));
          expect(await rowsIn(JSON.stringify(whole, null, space), 'a.items', size)).toEqual(expected);
          expect(await rowsIn(JSON.stringify(list, null, space), undefined, size)).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('is never whole in memory', async () => {
    const row = `{"id":1,"filler":"${'x'.repeat(1000)}"}`;
    let given = 0;
    let rows = 0;
    let most = 0;
    async function* long(): AsyncGenerator<string, void, void> {
      yield '{"head":[1,2],"data":{"rows":[';
      for (let piece = 0; piece < 200; piece += 1) {
        given += 100;
        yield `${piece === 0 ? '' : ','}${Array(100).fill(row).join(',')}`;
      }
      yield ']}}';
    }
    const size = { rows: 5000, characters: 200_000 };
    for await (const page of readJson(FILE, long(), { data: 'data.rows', size })) {
      rows += page.length;
      most = Math.max(most, given - rows);
    }
    expect(rows).toBe(20_000);
    // a piece of text, and a page that isn't full
    expect(most).toBeLessThanOrEqual(300);
  });

  test.each<[string, string, string | undefined, string]>([
    ['a list that is cut', '[{"id":1},{"id":2}', undefined, 'is not JSON, or ends early'],
    ['a list that is cut behind a comma', '[{"id":1},', undefined, 'is not JSON, or ends early'],
    ['a list that is cut within a text', '[{"id":"1', undefined, 'is not JSON, or ends early'],
    ['an object that is cut behind its list', '{"items":[{"id":1}]', 'items', 'is not JSON, or ends early'],
    ['a comma too many', '[\n{"id":1},\n]', undefined, ', line 3 is not JSON'],
    ['a comma too few', '[{"id":1}\n{"id":2}]', undefined, ', line 1 is not JSON'],
    ['an element that is none', '[{"id":1},\n{"id":}]', undefined, ', line 2 is not JSON'],
    ['a bracket of the other kind', '[{"id":1]}]', undefined, ', line 1 is not JSON'],
    ['a scalar among rows', '[{"id":1},\n\n 7]', undefined, ', line 3 is not a JSON object, as each element'],
    ['a scalar', '7', undefined, 'is neither a JSON list nor an object'],
    ['two lists', '[{"id":1}][{"id":2}]', undefined, 'is not JSON, or ends early'],
    ['lines', '{"id":1}\n{"id":2}', undefined, 'is not JSON, or ends early'],
    [
      'no such field',
      '{"rows":[{"id":1}],"next":null}',
      'items',
      'has no list in "items", which "data" names; it has "rows", "next"',
    ],
    ['a field that is something else', '{"items":"none"}', 'items', 'has no list in "items"'],
    [
      'a field that comes twice',
      '{"items":[{"id":1}],"items":[{"id":2}]}',
      'items',
      'has "items" more than once',
    ],
  ])('%s is an error', async (_, text, data, says) => {
    for (const size of [1, 1000]) {
      const error = await rowsIn(text, data, size).catch((failure: unknown) => failure);
      expect(error).toMatchObject({
        code: 'FILE_INVALID',
        message: expect.stringContaining(`"a.json"${says.startsWith(',') ? '' : ' '}${says}`),
      });
    }
  });
});

describe('the format of a file', () => {
  test('that is named .json is told by its beginning', async () => {
    space.write('a.json', '\n [{"id":1},{"id":2}]');
    space.write('b.json', '{"id":3}\n{"id":4}\n');
    space.write('c.json.gz', '[{"id":5}]');
    space.write('d.json.zst', PACKED.zstdSmall);
    expect(await rowsOf()).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })).concat(SMALL_ROWS));
  });

  test('is JSON where the table names the rows, or says so', async () => {
    space.write('a.json', '{"items":[{"id":1}]}');
    expect(await rowsOf({ data: 'items' })).toEqual([{ id: 1 }]);
    expect(await rowsOf({ format: 'json' })).toEqual([{ items: [{ id: 1 }] }]);
    space.write('a.json', '{\n"id":2\n}');
    expect(await rowsOf({ format: 'json' })).toEqual([{ id: 2 }]);
    await expect(rowsOf()).rejects.toMatchObject({ code: 'FILE_INVALID' });
  });

  test('that does not go with "data" is refused, as is a path that is none', async () => {
    space.write('a.csv', 'id\n1\n');
    await expect(rowsOf({ format: 'csv', data: 'items' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/"data", which is for JSON files/),
    });
    await expect(rowsOf({ data: 'a..b' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/it is not a field/),
    });
  });

  test('is loaded with its nested lists', async () => {
    space.write(
      'a.json',
      '{"meta":{"n":2},"result":{"orders":[{"id":1,"lines":[{"sku":"a"},{"sku":"b"}]},{"id":2,"lines":[]}]}}',
    );
    const made = files({
      location: space.location,
      tables: [{ name: 'orders', glob: '*.json', data: 'result.orders', primaryKey: 'id' }],
    });
    expect(await space.loaded(made)).toEqual({ orders: 2 });
    expect(await space.query('SELECT sku FROM orders__lines ORDER BY sku')).toEqual([
      { sku: 'a' },
      { sku: 'b' },
    ]);
  });
});
