import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { files } from '../../../src/sources/files';
import { jsonl, type Workspace, workspace, writeParquet } from './workspace';

let space: Workspace;
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.close());

const source = (glob: string, more: object = {}) =>
  files({ location: space.location, tables: [{ name: 'rows', glob, incremental: 'none', ...more }] });
const failure = async (glob: string, more: object = {}): Promise<{ message: string; details: object }> => {
  const { error, resources } = await space.load(source(glob, more));
  expect(error).toMatchObject({ code: 'FILE_INVALID', retryable: false });
  expect(resources[0]).toMatchObject({ status: 'failed', rows: 0 });
  return error as never;
};
const pagesOf = async (made: ReturnType<typeof source>): Promise<readonly (readonly unknown[])[]> => {
  const pages: (readonly unknown[])[] = [];
  for await (const page of made.resources[0]!.pages()) pages.push(page);
  return pages;
};

describe('JSON lines', () => {
  test('keep every digit, pass over blank lines, and need no line break at the end', async () => {
    space.write('a.jsonl', '\ufeff{"id":12345678901234567890,"n":1}\r\n\n   \n{"id":2,"n":{"m":[1,2]}}');
    expect(await pagesOf(source('*.jsonl'))).toEqual([
      [
        { id: 12345678901234567890n, n: 1 },
        { id: 2, n: { m: [1, 2] } },
      ],
    ]);
  });

  test('packed, by name or not, in one stream or several', async () => {
    space.write('a.jsonl.gz', jsonl({ id: 1 }));
    space.write('b.json', new Uint8Array(gzipSync(jsonl({ id: 2 }))));
    const twice = [gzipSync(jsonl({ id: 3 })), gzipSync(jsonl({ id: 4 }))].flatMap((part) => [...part]);
    space.write('c.ndjson', Uint8Array.from(twice));
    expect((await pagesOf(source('*.*'))).flat()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
  });

  test('come as pages of at most so many rows, and of bounded length', async () => {
    space.write('a.jsonl', jsonl(...Array.from({ length: 25 }, (_, id) => ({ id }))));
    expect((await pagesOf(source('*.jsonl', { pageRows: 10 }))).map((page) => page.length)).toEqual([
      10, 10, 5,
    ]);
    space.write(
      'a.jsonl',
      jsonl(...Array.from({ length: 30 }, (_, id) => ({ id, filler: 'x'.repeat(1 << 20) }))),
    );
    const sizes = (await pagesOf(source('*.jsonl'))).map((page) => page.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
    expect(sizes.reduce((sum, rows) => sum + rows, 0)).toBe(30);
  });

  test('letters of several bytes survive where chunks are cut', async () => {
    const rows = Array.from({ length: 30_000 }, (_, id) => ({ id, text: `${'ü'.repeat(id % 7)}😀` }));
    space.write('a.jsonl', jsonl(...rows));
    expect((await pagesOf(source('*.jsonl'))).flat()).toEqual(rows);
  });

  test.each([
    ['a line that is cut', '{"id":1}\n{"id":', 2, 'is not JSON: "{"id":"'],
    ['a scalar', '{"id":1}\n\n7\n', 3, 'is not a JSON object: "7"'],
    ['a list', '[\n{"id":1}\n]', 1, 'begins a JSON list, where one object a line is wanted'],
  ])('%s is an error with file and line, and nothing is loaded', async (_, text, line, says) => {
    space.write('deep/a.jsonl', text);
    const error = await failure('**/*.jsonl');
    expect(error.message).toContain(`The file "deep/a.jsonl", line ${line} ${says}`);
    expect(error.details).toMatchObject({ file: 'deep/a.jsonl', line });
  });

  test('bytes that are no text', async () => {
    space.write(
      'a.jsonl',
      Uint8Array.from([...Buffer.from('{"id":1}\n{"t":"'), 0xff, 0xfe, ...Buffer.from('"}')]),
    );
    expect((await failure('*.jsonl')).message).toContain('"a.jsonl" is not utf-8');
  });

  test('gzip that ends early, or is broken', async () => {
    const whole = gzipSync(jsonl(...Array.from({ length: 2000 }, (_, id) => ({ id, x: Math.sin(id) }))));
    space.write('a.jsonl', new Uint8Array(whole.subarray(0, whole.length - 300)));
    expect((await failure('*.jsonl')).message).toContain('"a.jsonl" is broken gzip');
  });
});

describe('CSV', () => {
  test('is text unless a column has a type; quoted cells hold anything; empty ones are null', async () => {
    space.write(
      'a.csv',
      '\ufeffid,zip,note\r\n1,01234,"a ""quoted"", cell\nof two lines"\r\n\r\n2,,""\r\n12345678901234567890,007,x\r\n',
    );
    const typed = source('*.csv', { columns: { id: { dataType: 'bigint' } } });
    expect((await pagesOf(typed)).flat()).toEqual([
      { id: 1, zip: '01234', note: 'a "quoted", cell\nof two lines' },
      { id: 2, zip: null, note: '' },
      { id: 12345678901234567890n, zip: '007', note: 'x' },
    ]);
  });

  test('cells are read as the type of their column', async () => {
    const types = {
      n: 'double',
      d: 'decimal',
      b: 'bool',
      at: 'timestamp',
      day: 'date',
      t: 'time',
      j: 'json',
    } as const;
    const columns = Object.fromEntries(Object.entries(types).map(([name, dataType]) => [name, { dataType }]));
    space.write(
      'a.csv',
      'n,d,b,at,day,t,j\n1e3,1234567890123456789.10,yes,2024-02-29 12:00:00.000001+02:00,2024-02-29,06:30:00,"{""k"":[1]}"\n',
    );
    await space.loaded(source('*.csv', { columns }));
    const [row] = await space.query(
      'SELECT n, d::TEXT AS d, b, "at"::TEXT AS "at", day::TEXT AS day, t::TEXT AS t, j FROM rows',
    );
    expect(row).toEqual({
      n: 1000,
      d: '1234567890123456789.100000000',
      b: true,
      at: '2024-02-29 10:00:00.000001+00',
      day: '2024-02-29',
      t: '06:30:00',
      j: '{"k":[1]}',
    });
  });

  test('its form may be told: delimiter, quotes, comments, header, nulls, lines before it', async () => {
    space.write('a.txt', "exported today\n# by hand\n1|'a|b'|NULL\n2|c|-\n");
    const csv = {
      delimiter: '|',
      quote: "'",
      escape: "'",
      comment: '#',
      skipLines: 1,
      header: ['id', 'name', 'more'],
      nulls: ['NULL', '-'],
      guessTypes: true,
    };
    expect((await pagesOf(source('*.txt', { format: 'csv', csv }))).flat()).toEqual([
      { id: 1, name: 'a|b', more: null },
      { id: 2, name: 'c', more: null },
    ]);
    space.write('b.tsv.gz', 'id\tname\n1\tx,y\n');
    expect((await pagesOf(source('*.tsv.gz'))).flat()).toEqual([{ id: '1', name: 'x,y' }]);
  });

  test('guessed types lose no letter', async () => {
    space.write('a.csv', 'v\n1\n-0\n007\n1.5\n1.50\n9007199254740993\ntrue\nTrue\n1e3\n');
    const guessed = (await pagesOf(source('*.csv', { csv: { guessTypes: true } }))).flat() as {
      v: unknown;
    }[];
    expect(guessed.map(({ v }) => v)).toEqual([
      1,
      '-0',
      '007',
      1.5,
      '1.50',
      9007199254740993n,
      true,
      'True',
      '1e3',
    ]);
  });

  test.each([
    ['a line with a cell too many', 'a,b\n1,2\n1,2,3\n', {}, ', line 3 is broken CSV'],
    ['a line with a cell too few', 'a,b\n1\n', {}, ', line 2 is broken CSV'],
    ['a quote that stays open', 'a,b\n1,2\n3,"x\n', {}, 'is broken CSV'],
    ['two columns of one name', 'a,b,a\n1,2,3\n', {}, ', line 1 names two columns alike: "a"'],
    [
      'a cell that is not of its type',
      'a,n\n1,2\n1,two\n',
      { columns: { n: { dataType: 'bigint' } } },
      ', line 3, column "n" is not a whole number: "two"',
    ],
    [
      'a day that does not exist',
      'd\n2024-02-30\n',
      { columns: { d: { dataType: 'date' } } },
      ', line 2, column "d" is not a day such as',
    ],
  ])('%s is an error with file and line', async (_, text, more, says) => {
    space.write('a.csv', text);
    expect((await failure('*.csv', more)).message).toContain(says);
  });
});

describe('Parquet', () => {
  test('has its types, comes in pages, and is never whole in memory', async () => {
    await writeParquet(
      space.at('a.parquet'),
      `SELECT range AS id, 9007199254740993::BIGINT + range AS big, (range || '.5')::DECIMAL(20, 3) AS amount, DATE '2024-02-29' AS day,
        TIMESTAMPTZ '2024-03-10 12:00:00.000001+00' AS at, [range, NULL] AS list, {'a': range} AS tree, NULL::INTEGER AS nothing FROM range(10000)`,
      ', ROW_GROUP_SIZE 3000',
    );
    const pages = await pagesOf(source('*.parquet'));
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(2048);
    expect(pages.flat()).toHaveLength(10_000);
    await space.loaded(source('*.parquet', { fileColumns: true }));
    const [row] = await space.query(
      'SELECT id, big, amount::TEXT AS amount, day::TEXT AS day, "at"::TEXT AS "at", tree__a, _file_name FROM rows WHERE id = 9999',
    );
    expect(row).toEqual({
      id: 9999,
      big: 9007199254750992n,
      amount: '9999.500000000',
      day: '2024-02-29',
      at: '2024-03-10 12:00:00.000001+00',
      tree__a: 9999,
      _file_name: 'a.parquet',
    });
    expect(await space.query('SELECT count(*) AS n FROM rows__list')).toEqual([{ n: 20_000 }]);
  });

  describe('decimals', () => {
    /** A file whose decimals of 38 digits say that they have 40: no writer of DuckDB's makes one. */
    const writeWide = async (name: string, query: string): Promise<void> => {
      await writeParquet(space.at(name), query);
      const written = readFileSync(space.at(name), 'latin1');
      // scale 3 and precision 38, as the footer has them: fields of type i32, values doubled
      const wide = written.replaceAll('\x15\x06\x15\x4c', '\x15\x06\x15\x50');
      expect(wide).not.toBe(written);
      writeFileSync(space.at(name), wide, 'latin1');
    };
    const NUMBER = '12345678901234567890123456789012345.678::DECIMAL(38, 3)';

    test('of 38 digits keep every one', async () => {
      await writeParquet(space.at('a.parquet'), `SELECT ${NUMBER} AS amount, {'x': [${NUMBER}]} AS tree`);
      const [row] = (await pagesOf(source('*.parquet'))).flat();
      expect(String((row as { amount: unknown }).amount)).toBe('12345678901234567890123456789012345.678');
    });

    test.each([
      ['a column', `1 AS id, ${NUMBER} AS amount`, 'amount'],
      ['a struct', `{'a': {'b': 1}, 'x': ${NUMBER}} AS tree, 2 AS id`, 'tree.x'],
      ['a list, behind a struct', `{'a': 1} AS tree, [${NUMBER}] AS amounts`, 'amounts.list.element'],
      ['a map', `1 AS id, MAP {'k': ${NUMBER}} AS named`, 'named.key_value.value'],
    ])('of more than 38 digits in %s are refused, naming it', async (_, columns, column) => {
      await writeWide('a.parquet', `SELECT ${columns}`);
      const { message } = await failure('*.parquet');
      expect(message).toContain(`The file "a.parquet", column "${column}" has decimals of 40 digits`);
    });
  });

  test('a name with letters that mean something in a glob', async () => {
    for (const name of ['a[1]*?.parquet', 'a1xy.parquet'])
      await writeParquet(space.at(name), `SELECT '${name}' AS name`);
    const rows = (await pagesOf(source('*.parquet'))).flat();
    expect(rows).toEqual([{ name: 'a[1]*?.parquet' }, { name: 'a1xy.parquet' }]);
  });

  test('a file that is none', async () => {
    space.write('a.parquet', 'PAR1 and not more');
    const error = await failure('*.parquet');
    expect(error.message).toContain('"a.parquet" is not a Parquet file');
    expect(error.message).not.toContain(space.location);
  });
});

describe('columns that give one name', () => {
  const refused = async (glob: string, more: object = {}): Promise<string> => {
    const { error, resources } = await space.load(source(glob, more));
    expect(error).toMatchObject({ code: 'NAME_COLLISION', retryable: false });
    expect(resources[0]).toMatchObject({ status: 'failed', rows: 0 });
    return (error as Error).message;
  };

  test('of a CSV file are refused, naming both and what helps', async () => {
    space.write('a.csv', 'id,Name,name\n1,x,y\n');
    expect(await refused('*.csv')).toMatch(/file "a\.csv" has the columns "Name" and "name".*csv: \{ header/);
    const cured = source('*.csv', { csv: { header: ['id', 'title', 'name'], skipLines: 1 } });
    expect((await pagesOf(cured)).flat()).toEqual([{ id: '1', title: 'x', name: 'y' }]);
  });

  test('of a Parquet file are refused', async () => {
    await writeParquet(space.at('a.parquet'), `SELECT 1 AS id, 2 AS "a.b", 3 AS "a-b"`);
    expect(await refused('*.parquet')).toMatch(/file "a\.parquet" has the columns "a\.b" and "a-b"/);
  });

  test('of JSON lines keep both values', async () => {
    space.write('a.jsonl', jsonl({ id: 1, Name: 'x', name: 'y' }));
    expect(await space.loaded(source('*.jsonl'))).toEqual({ rows: 1 });
    const [row = {}] = await space.query('SELECT * FROM rows');
    expect(row).toMatchObject({ id: 1, name: 'y' });
    expect(Object.values(row)).toContain('x');
  });
});

describe('which files', () => {
  const names = async (glob: string, more: object = {}): Promise<unknown[]> =>
    (await pagesOf(source(glob, { format: 'jsonl', fileColumns: true, ...more })))
      .flat()
      .map((row) => (row as Record<string, unknown>)['_file_name'])
      .sort();

  test.each([
    ['*.jsonl', ['a.jsonl', 'b.jsonl']],
    ['**/*.jsonl', ['a.jsonl', 'b.jsonl', 'x/c.jsonl', 'x/y/a.jsonl']],
    ['x/**', ['x/c.jsonl', 'x/y/a.jsonl', 'x/y/d.txt']],
    ['x/*/?.jsonl', ['x/y/a.jsonl']],
    ['{a,x/c}.jsonl', ['a.jsonl', 'x/c.jsonl']],
    ['[!a].jsonl', ['b.jsonl']],
    ['x/y/d.txt', ['x/y/d.txt']],
    ['nowhere/*', []],
  ])('%s', async (glob, expected) => {
    for (const name of [
      'a.jsonl',
      'b.jsonl',
      'x/c.jsonl',
      'x/y/a.jsonl',
      'x/y/d.txt',
      '.hidden.jsonl',
      '.h/e.jsonl',
    ])
      space.write(name, jsonl({ id: 1 }));
    expect(await names(glob)).toEqual(expected);
  });

  test.each(['/etc/*', '../*', 'a{b', 'x/{yy}/*', '{yyyy}/{dd}/*', 'a**b'])(
    'the glob "%s" is refused',
    async (glob) => {
      expect((await space.load(source(glob)).catch((error: unknown) => ({ error }))).error).toMatchObject({
        code: 'CONFIG_INVALID',
      });
    },
  );

  test('a name that tells no format, a location that is not there', async () => {
    space.write('a.dat', 'x');
    expect((await space.load(source('*.dat'))).error).toMatchObject({ code: 'CONFIG_INVALID' });
    const nowhere = files({ location: `${space.location}/no`, tables: [{ name: 'rows', glob: '*.csv' }] });
    expect((await space.load(nowhere)).error).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});
