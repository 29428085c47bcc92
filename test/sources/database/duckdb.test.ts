import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbTables } from '../../../src/sources/database';
import { makeTarget, march, type Target } from '../target';

let into: Target;
let file: string;
beforeEach(() => {
  into = makeTarget('copy');
  file = path.join(into.root, 'lab.duckdb');
});
afterEach(() => into.close());

/** Runs statements as another program would, which lets go of the file afterwards. */
async function write(...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const source = (...tables: NonNullable<NonNullable<Parameters<typeof duckdbTables>[0]>['tables']>) =>
  duckdbTables({ path: file, tables });
const measured = { name: 'measurements', cursor: 'measured_at' };
const makeMeasurements = () =>
  write(
    'CREATE TABLE measurements (id INTEGER PRIMARY KEY, value DECIMAL(9, 3), measured_at TIMESTAMPTZ NOT NULL)',
    "INSERT INTO measurements SELECT n, n / 8, TIMESTAMPTZ '2024-03-01 00:00:00+00' + n * INTERVAL '60 seconds' FROM range(14400) AS r(n)",
  );

describe('tables of a DuckDB file', () => {
  test('daily runs go on from the last value', async () => {
    await makeMeasurements();
    expect(await into.loaded(source(measured), { incremental: true })).toEqual({ measurements: 14_400 });
    await write(
      "UPDATE measurements SET value = -1, measured_at = '2024-04-01 00:00:00+00' WHERE id < 5",
      "INSERT INTO measurements VALUES (20000, 1, '2024-04-02 00:00:00.000001+00')",
    );
    expect(await into.loaded(source(measured), { incremental: true })).toEqual({ measurements: 6 });
    expect(
      await into.query(
        'SELECT count(*) AS n, sum(CASE WHEN value = -1 THEN 1 ELSE 0 END)::INT AS changed FROM measurements',
      ),
    ).toEqual([{ n: 14_401, changed: 5 }]);
  });

  test('parallel chunks in any order, one of them again, give exactly the rows of the table', async () => {
    await makeMeasurements();
    await Promise.all(
      [7, 1, 9, 3, 5].map((day) => into.loaded(source(measured), { interval: [march(day), march(day + 2)] })),
    );
    await into.loaded(source(measured), { interval: [march(5), march(7)] });
    const sums =
      'SELECT count(*)::INT AS n, sum(id)::INT AS ids, sum(value)::TEXT AS value FROM measurements';
    const [here] = await into.query(sums);
    expect(here).toEqual({ n: 14_400, ids: (14_399 * 14_400) / 2, value: '12959100.000' });
  });

  test('text cursors are compared as instants, whatever their form', async () => {
    const forms = [
      '2024-03-01T00:00:00Z',
      '2024-03-01 00:00:00',
      '2024-03-01T14:00:00+14:00',
      '2024-02-29T12:00:00-1200',
    ];
    const values = [
      ...forms,
      '2024-02-29T23:59:59.9Z',
      ...forms.map((form) => form.replace('-03-01', '-03-02').replace('-02-29', '-03-01')),
    ];
    await write(
      'CREATE TABLE notes (id INTEGER PRIMARY KEY, noted VARCHAR NOT NULL)',
      ...values.map((at, id) => `INSERT INTO notes VALUES (${id}, '${at}')`),
    );
    const notes = source({ name: 'notes', cursor: 'noted', cursorType: 'iso' });
    expect(await into.loaded(notes, { interval: [march(1), march(2)] })).toEqual({ notes: 4 });
    expect(await into.query('SELECT id FROM notes ORDER BY id')).toEqual([0, 1, 2, 3].map((id) => ({ id })));
    expect(await into.loaded(notes, { interval: [march(2), march(3)] })).toEqual({ notes: 4 });
    expect(await into.loaded(notes, { incremental: true })).toEqual({ notes: 9 });
    expect(await into.loaded(notes, { incremental: true })).toEqual({ notes: 0 });
  });

  test('columns that give one name are refused, naming both and what helps', async () => {
    await write('CREATE TABLE t AS SELECT 1 AS id, 2 AS "a.b", 3 AS "a-b"');
    const { error } = await into.load(source({ name: 't' }));
    expect(error).toMatchObject({
      code: 'NAME_COLLISION',
      message: expect.stringMatching(/"t" has the columns "a\.b" and "a-b".*columns: \[…\]/),
    });
    expect(await into.loaded(source({ name: 't', columns: ['id', 'a.b'] }))).toEqual({ t: 1 });
    await write('CREATE VIEW v AS SELECT id, "a.b", "a-b" AS other FROM t');
    expect(await into.loaded(source({ name: 'v' }))).toEqual({ v: 1 });
    expect(await into.query('SELECT id, a_b, other FROM v')).toEqual([{ id: 1, a_b: 2, other: 3 }]);
  });

  test('every type comes without loss', async () => {
    await write(
      `CREATE TABLE t AS SELECT 1 AS id, 9223372036854775807::BIGINT AS big, 99999999999999999999999999999999999999::HUGEINT AS huge,
        12345678901234567890.123456789::DECIMAL(38, 9) AS exact, 0.1::FLOAT AS single, '\\x00\\xFF'::BLOB AS bytes,
        DATE '2024-02-29' AS day, TIME '23:59:59.999999' AS at_time, TIMESTAMP '2024-03-10 12:00:00.000001' AS naive,
        TIMESTAMPTZ '2024-03-10 12:00:00.000001+05:30' AS zoned, TIMESTAMP_NS '2024-03-10 12:00:00.000001' AS nanos,
        '00000000-0000-0000-0000-00000000000a'::UUID AS ref, INTERVAL '1 day 2 hours' AS span, 'ok'::ENUM ('ok') AS feeling,
        [1, NULL, 9007199254740993] AS numbers, {'a': {'b': 1.10::DECIMAL(5, 2)}} AS tree, MAP {'k': 1} AS pairs, '{"x": [1]}'::JSON AS doc`,
    );
    await into.loaded(source('t'), { incremental: true });
    const [row] = await into.query(
      `SELECT ${['big', 'huge', 'exact', 'single', 'bytes', 'day', 'at_time', 'naive', 'zoned', 'nanos', 'ref', 'span', 'feeling', 'numbers', 'tree', 'pairs', 'doc'].map((name) => `${name}::TEXT AS ${name}`).join(', ')} FROM t`,
    );
    expect(row).toEqual({
      big: '9223372036854775807',
      huge: '99999999999999999999999999999999999999',
      exact: '12345678901234567890.123456789',
      single: expect.stringMatching(/^0\.1/),
      bytes: '\\x00\\xFF',
      day: '2024-02-29',
      at_time: '23:59:59.999999',
      naive: '2024-03-10 12:00:00.000001',
      zoned: '2024-03-10 06:30:00.000001+00',
      nanos: '2024-03-10 12:00:00.000001',
      ref: '00000000-0000-0000-0000-00000000000a',
      span: '1 day 02:00:00',
      feeling: 'ok',
      numbers: '[1,null,9007199254740993]',
      tree: '{"a":{"b":"1.10"}}',
      pairs: '{"k":1}',
      doc: '{"x":[1]}',
    });
  });

  test('an unknown table, schema or column: the nearest', async () => {
    await makeMeasurements();
    const message = async (...tables: Parameters<typeof source>): Promise<string> =>
      String((await into.load(source(...tables), { incremental: true })).error);
    expect(await message('measurement')).toContain('Did you mean "measurements"?');
    expect(await message({ name: 'measurements', schema: 'maim' })).toContain('Did you mean "main"?');
    expect(await message({ ...measured, columns: ['valu'] })).toContain('Did you mean "value"?');
  });

  test('a file that is not there, that is no database, that another one writes to', async () => {
    const code = async (): Promise<unknown> =>
      ((await into.load(source('t'), { incremental: true })).error as { code: string }).code;
    expect(await code()).toBe('SOURCE_NOT_FOUND');
    writeFileSync(file, 'not a database at all, though long enough to be looked at'.repeat(300));
    expect(await code()).toBe('SOURCE_REFUSED');
    file = path.join(into.root, 'busy.duckdb');
    await write('CREATE TABLE t (id INTEGER)');
    const script = `require('@duckdb/node-api').DuckDBInstance.create(${JSON.stringify(file)}).then((held) => { console.log('open'); setInterval(() => held, 1000); })`;
    const writer = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(writer.stdout, 'data');
      expect(await code()).toBe('SOURCE_UNREACHABLE');
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    expect(await into.loaded(source('t'), { incremental: true })).toEqual({ t: 0 });
  });

  test('the file that the pipeline itself loads into', async () => {
    file = path.join(into.root, 'copy.duckdb');
    await write('CREATE TABLE t (id INTEGER)');
    const { error } = await into.load(source('t'), { incremental: true });
    expect(String(error)).toContain('This program has the DuckDB file');
  });
});
