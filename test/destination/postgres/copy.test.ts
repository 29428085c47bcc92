import { createHash } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import { appendChunks } from '../../../src/destination/postgres/append-chunks';
import { type ColumnChunk, encodeColumn, type TableChunk } from '../../../src/normalize';
import type { Stored } from '../../../src/normalize/stored-value';
import type { DataType } from '../../../src/schema';
import { type PostgresServer, startPostgres } from '../../postgres/server';

let server: PostgresServer;
let client: Client;
let encrypted: Client;

beforeAll(async () => {
  server = await startPostgres({ tls: true });
  client = await connected(false);
  encrypted = await connected({ rejectUnauthorized: false });
});
afterAll(async () => {
  await client.end();
  await encrypted.end();
  await server.close();
});

async function connected(ssl: ClientConfig['ssl']): Promise<Client> {
  const { host, port, user, password, database } = server;
  const one = new Client({ host, port, user, password, database, ssl });
  await one.connect();
  await one.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'");
  return one;
}

let tables = 0;

async function table(columns: string): Promise<string> {
  const name = `t${++tables}`;
  await client.query(`CREATE TABLE ${name} (row serial, ${columns})`);
  return name;
}

type Values = Readonly<Record<string, readonly [DataType, ...(Stored | undefined)[]]>>;

/** A batch as a load has it; read back from disk, slots may begin at any byte. */
function chunkOf(values: Values, from: 'memory' | 'disk' = 'memory'): TableChunk {
  const rows = Math.max(...Object.values(values).map(([, ...all]) => all.length));
  const columns = Object.entries(values).flatMap(
    ([name, [type, ...all]]) => encodeColumn(name, { type, values: all }, rows) ?? [],
  );
  return { table: 't', rows, columns: from === 'memory' ? columns : columns.map(moved) };
}

function moved(column: ColumnChunk): ColumnChunk {
  const { data } = column;
  if (data === undefined) return column;
  const place = new Uint8Array(data.length + 1);
  place.set(data, 1);
  return { ...column, data: place.subarray(1) };
}

async function* all(chunks: readonly TableChunk[]): AsyncGenerator<TableChunk, void, void> {
  yield* chunks;
}

/** Appends chunks. @returns how many COPYs that took */
async function append(
  name: string,
  chunks: readonly TableChunk[],
  { constants = {}, by = client }: { constants?: Readonly<Record<string, string>>; by?: Client } = {},
): Promise<number> {
  const { fields } = await by.query(`SELECT * FROM ${name} LIMIT 0`);
  const columns = new Map(fields.map((field) => [field.name, field.dataTypeID]));
  const asked = jest.spyOn(by, 'query');
  try {
    await appendChunks(by, { name, columns, constants }, all(chunks));
    return asked.mock.calls.filter(([query]) => typeof query !== 'string').length;
  } finally {
    asked.mockRestore();
  }
}

/** A column as the server writes its values. */
async function read(name: string, column: string): Promise<unknown[]> {
  const { rows } = await client.query(`SELECT ${column}::text AS v FROM ${name} ORDER BY row`);
  return rows.map(({ v }) => v);
}

const CASES: readonly {
  readonly type: DataType;
  readonly sql: string;
  readonly values: readonly (readonly [Stored, string])[];
}[] = [
  {
    type: 'bigint',
    sql: 'bigint',
    values: [
      [0, '0'],
      [-1, '-1'],
      [4_294_967_295, '4294967295'],
      [4_294_967_296, '4294967296'],
      [Number.MAX_SAFE_INTEGER, '9007199254740991'],
      [9_007_199_254_740_993n, '9007199254740993'],
      [2n ** 63n - 1n, '9223372036854775807'],
      [-(2n ** 63n), '-9223372036854775808'],
    ],
  },
  {
    type: 'timestamp',
    sql: 'timestamptz',
    values: [
      [0, '1970-01-01 00:00:00+00'],
      [-1, '1969-12-31 23:59:59.999999+00'],
      [946_684_799_999_999, '1999-12-31 23:59:59.999999+00'],
      [946_684_800_000_000, '2000-01-01 00:00:00+00'],
      // where the lower half of either epoch turns over
      [4_294_967_295, '1970-01-01 01:11:34.967295+00'],
      [4_294_967_296, '1970-01-01 01:11:34.967296+00'],
      [946_684_800_000_000 + 4_294_967_296, '2000-01-01 01:11:34.967296+00'],
      [-62_135_596_800_000_000n, '0001-01-01 00:00:00+00'],
      [253_402_300_799_999_999n, '9999-12-31 23:59:59.999999+00'],
      [9_224_318_015_999_999_999n, '294276-12-31 23:59:59.999999+00'],
    ],
  },
  {
    type: 'date',
    sql: 'date',
    values: [
      [-719_162, '0001-01-01'],
      [-1, '1969-12-31'],
      [10_957, '2000-01-01'],
      [2_932_896, '9999-12-31'],
    ],
  },
  {
    type: 'time',
    sql: 'time',
    values: [
      [0, '00:00:00'],
      [86_399_999_999, '23:59:59.999999'],
    ],
  },
  {
    type: 'double',
    sql: 'double precision',
    values: [
      [0, '0'],
      [-0, '-0'],
      [0.1, '0.1'],
      [5e-324, '5e-324'],
      [Number.MAX_VALUE, '1.7976931348623157e+308'],
      [Number.NaN, 'NaN'],
      [Number.NEGATIVE_INFINITY, '-Infinity'],
    ],
  },
  {
    type: 'bool',
    sql: 'boolean',
    values: [
      [true, 'true'],
      [false, 'false'],
    ],
  },
  {
    type: 'decimal',
    sql: 'numeric',
    values: [
      ['0', '0'],
      ['-0.0001', '-0.0001'],
      ['0.00001', '0.00001'],
      ['-12.50', '-12.50'],
      ['1e3', '1000'],
      ['10000', '10000'],
      ['12345678901234567890123456789.123456789', '12345678901234567890123456789.123456789'],
    ],
  },
  { type: 'wei', sql: 'numeric', values: [[`${2n ** 256n - 1n}`, `${2n ** 256n - 1n}`]] },
  {
    type: 'binary',
    sql: 'bytea',
    values: [
      [new Uint8Array(0), '\\x'],
      [Uint8Array.of(0, 255, 0), '\\x00ff00'],
      [new Uint8Array(300).fill(1), `\\x${'01'.repeat(300)}`],
    ],
  },
  {
    type: 'text',
    sql: 'text',
    values: [
      ['', ''],
      ['abc', 'abc'],
      ['twelve bytes', 'twelve bytes'],
      ['thirteen char', 'thirteen char'],
      ['é€😀', 'é€😀'],
      ['a\x7f', 'a\x7f'],
      ['a\x80', 'a\x80'],
      [`${'x'.repeat(99)}é`, `${'x'.repeat(99)}é`],
      [`${'x'.repeat(100)}é`, `${'x'.repeat(100)}é`],
      ['€'.repeat(5000), '€'.repeat(5000)],
      ['\0', ''],
      ['a\0b\0', 'ab'],
      ['twelve bytes'.replace(' ', '\0'), 'twelvebytes'],
      [`${'x'.repeat(20)}\0`, 'x'.repeat(20)],
      [`${'x'.repeat(200)}\0`, 'x'.repeat(200)],
      // a backslash and u0000 are no NUL in a text
      ['\\u0000', '\\u0000'],
      // two halves of a pair in neighbouring rows don't become one character
      [`${'x'.repeat(20)}\ud83d`, `${'x'.repeat(20)}\ufffd`],
      [`\ude00${'y'.repeat(20)}`, `\ufffd${'y'.repeat(20)}`],
      ['\ud83d', '\ufffd'],
      ['\ude00', '\ufffd'],
    ],
  },
  {
    type: 'json',
    sql: 'jsonb',
    values: [
      ['{}', '{}'],
      ['[1]', '[1]'],
      ['"a\\u0000b"', '"ab"'],
      ['"\\\\u0000"', '"\\\\u0000"'],
      ['"a\\nb"', '"a\\nb"'],
      [JSON.stringify({ long: '\0'.repeat(3), other: '\\u0000' }), '{"long": "", "other": "\\\\u0000"}'],
      [JSON.stringify('é'.repeat(100)), JSON.stringify('é'.repeat(100))],
      // half of a pair is no character, and the server refuses it
      [JSON.stringify('cut \ud83d'), '"cut \ufffd"'],
      ['"\\uDE00"', '"\ufffd"'],
      ['"\\ud83d\\ude00"', '"😀"'],
      ['"\\ud83d\\u0000\\ude00"', '"\ufffd\ufffd"'],
      ['"\\\\ud83d"', '"\\\\ud83d"'],
      ['{"\\ud83d": "\\ud83d\\ud83d\\ude00"}', '{"\ufffd": "\ufffd😀"}'],
    ],
  },
];

describe('rows by binary COPY', () => {
  test.each(CASES)('$type: every value arrives as it is, between nulls', async ({ type, sql, values }) => {
    const name = await table(`a ${sql}, b ${sql}, load text`);
    const given = values.map(([value]) => value);
    const between = given.flatMap((value) => [undefined, value]);
    // the same as the last column, so that nothing comes behind it in a row, and without nulls
    const chunks = [
      chunkOf({ a: [type, ...between], b: [type, ...[...between].reverse()] }),
      chunkOf({ a: [type, ...given], b: [type, ...given] }, 'disk'),
    ];
    await append(name, chunks, { constants: { load: 'a load id, é' } });
    const expected = values.map(([, text]) => text);
    const expectedBetween = expected.flatMap((text) => [null, text]);
    expect(await read(name, 'a')).toEqual([...expectedBetween, ...expected]);
    expect(await read(name, 'b')).toEqual([...[...expectedBetween].reverse(), ...expected]);
    expect(new Set(await read(name, 'load'))).toEqual(new Set(['a load id, é']));
  });

  test('an instant beyond what the server has is refused by it', async () => {
    const name = await table('a timestamptz');
    const chunk = chunkOf({ a: ['timestamp', -(2n ** 62n)] });
    await expect(append(name, [chunk])).rejects.toThrow('timestamp out of range');
    expect(await read(name, 'a')).toEqual([]);
  });

  test('what is read to be appended is let go of when the server refuses a row of it', async () => {
    const name = await table('a varchar(3)');
    const columns = new Map([['a', 1043]]);
    let isOpen = true;
    async function* source(): AsyncGenerator<TableChunk, void, void> {
      try {
        for (let row = 0; ; row += 1) {
          yield chunkOf({ a: ['text', ...Array(2000).fill(row < 3 ? 'abc' : 'too long')] });
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        isOpen = false;
      }
    }
    await expect(appendChunks(client, { name, columns, constants: {} }, source())).rejects.toThrow(
      'too long',
    );
    expect(isOpen).toBe(false);
  });

  test('a column that a batch has no value of is null there, and needs no COPY of its own', async () => {
    const name = await table("a bigint, b text DEFAULT 'default', c text");
    const [both, first] = [chunkOf({ a: ['bigint', 1], b: ['text', 'x'] }), chunkOf({ a: ['bigint', 2] })];
    const third = chunkOf({ c: ['text', 'y'], a: ['bigint', 3] });
    expect(await append(name, [both, first, both, third, both, first])).toBe(2);
    expect(await read(name, "a || coalesce(b, '-') || coalesce(c, '-')")).toEqual([
      ...['1x-', '2--', '1x-'],
      ...['3-y', '1x-', '2--'],
    ]);
  });

  test('a column whose type changes from batch to batch is cast by the server', async () => {
    const name = await table('a numeric');
    await client.query('BEGIN');
    expect(await append(name, [chunkOf({ a: ['bigint', 1] }), chunkOf({ a: ['double', 1.5] })])).toBe(2);
    await client.query('COMMIT');
    expect(await read(name, 'a')).toEqual(['1', '1.5']);
  });

  test.each([
    ['plain', () => client],
    ['encrypted', () => encrypted],
  ])('memory that is used again holds what was sent from it before: %s', async (_, by) => {
    const name = await table('a text');
    const textOf = (chunk: number, row: number): string =>
      `${chunk} ${row} `.repeat(1 + ((chunk * 7 + row) % 40));
    const texts = [2048, 1, 2048, 700, 3, 2048, 2000, 2048, 5, 2048, 2048, 2048].map((rows, chunk) =>
      Array.from({ length: rows }, (_, row) => textOf(chunk, row)),
    );
    const chunks = texts.map((values) => chunkOf({ a: ['text', ...values] }));
    expect(await append(name, chunks, { by: by() })).toBe(1);
    const { rows } = await client.query(`SELECT md5(string_agg(a, '|' ORDER BY row)) AS sum FROM ${name}`);
    const sum = createHash('md5').update(texts.flat().join('|')).digest('hex');
    expect(rows).toEqual([{ sum }]);
  });
});
