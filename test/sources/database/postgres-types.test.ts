import { postgresTables } from '../../../src/sources/database';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { makeTarget, type Target } from '../target';

let server: PostgresServer;
let into: Target;
beforeAll(async () => {
  server = await startPostgres();
  await server.sql("CREATE TYPE mood AS ENUM ('ok', 'sad')");
  await server.sql('CREATE DOMAIN price AS numeric(8, 3)');
  await server.sql(`CREATE TABLE every_type (
    id int PRIMARY KEY, flag boolean, small int2, big int8, exact numeric(38, 9), loose numeric, priced price,
    single float4, wide float8, letters char(4), words varchar(20), body text, bytes bytea,
    on_day date, at_time time, zoned timestamptz, naive timestamp,
    doc json, docb jsonb, ref uuid, feeling mood, span interval, address inet,
    numbers int8[], nested text[][], amounts numeric[], moods mood[], docs jsonb[])`);
  await server.sql(`INSERT INTO every_type VALUES
    (1, true, -32768, 9223372036854775807, 12345678901234567890123456789.123456789, 0.1234567890123456789, 1.5,
     0.1, 1e308, 'ab', 'x', 'üñ 😀', '\\x00ff10',
     '2024-02-29', '23:59:59.999999', '2024-03-10T12:34:56.789012+05:30', '2024-03-10 12:34:56.000001',
     '{"n": 12345678901234567890, "k": [1, null]}', '{"a": {"b": 1.10}}', '00000000-0000-0000-0000-00000000000a', 'sad',
     '1 day 02:03:04', '10.0.0.1/24',
     '{1,NULL,9007199254740993}', '{{"a","b \\"q\\", \\\\ {}"},{"NULL",""}}', '{1.10,-0.5}', '{ok,sad}', ARRAY['{"x": 1}'::jsonb])`);
  await server.sql('INSERT INTO every_type (id) VALUES (2)');
  await server.sql(`INSERT INTO every_type (id, loose, wide, on_day, zoned, naive, at_time, docb, numbers)
    VALUES (3, 'NaN', 'Infinity', 'infinity', '-infinity', '12024-01-01', '24:00:00', 'null', '[2:3]={7,8}')`);
});
afterAll(() => server.close());
beforeEach(() => {
  into = makeTarget('copy');
});
afterEach(() => into.close());

const source = (more: object = {}) =>
  postgresTables({ connection: server.url, tables: [{ name: 'every_type', ...more }] });
const textOf = (columns: readonly string[]): string =>
  columns.map((column) => `${column}::TEXT AS ${column}`).join(', ');

describe('types of Postgres', () => {
  test('are columns of their own kind', async () => {
    await into.loaded(source());
    const rows = await into.query(
      "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = 'every_type' AND column_name NOT LIKE '\\_dlt%' ESCAPE '\\' AND column_name NOT LIKE '%\\_\\_v\\_%' ESCAPE '\\'",
    );
    expect(Object.fromEntries(rows.map(({ name, type }) => [name, type]))).toEqual({
      id: 'BIGINT',
      flag: 'BOOLEAN',
      small: 'BIGINT',
      big: 'BIGINT',
      exact: 'DECIMAL(38,9)',
      loose: 'DECIMAL(38,9)',
      priced: 'DECIMAL(8,3)',
      single: 'DOUBLE',
      wide: 'DOUBLE',
      letters: 'VARCHAR',
      words: 'VARCHAR',
      body: 'VARCHAR',
      bytes: 'BLOB',
      on_day: 'DATE',
      at_time: 'TIME',
      zoned: 'TIMESTAMP WITH TIME ZONE',
      naive: 'TIMESTAMP',
      doc: 'JSON',
      docb: 'JSON',
      ref: 'VARCHAR',
      feeling: 'VARCHAR',
      span: 'VARCHAR',
      address: 'VARCHAR',
      numbers: 'JSON',
      nested: 'JSON',
      amounts: 'JSON',
      moods: 'JSON',
      docs: 'JSON',
    });
  });

  test('keep every digit and every letter', async () => {
    await into.loaded(source());
    const columns = ['big', 'exact', 'loose__v_text', 'priced', 'single', 'wide', 'letters', 'body', 'bytes'];
    const times = ['on_day', 'at_time', 'zoned', 'naive', 'ref', 'feeling', 'span', 'address'];
    const nested = ['doc', 'docb', 'numbers', 'nested', 'amounts', 'moods', 'docs'];
    const [row] = await into.query(
      `SELECT ${textOf([...columns, ...times, ...nested])} FROM every_type WHERE id = 1`,
    );
    expect(row).toEqual({
      big: '9223372036854775807',
      exact: '12345678901234567890123456789.123456789',
      loose__v_text: '0.1234567890123456789',
      priced: '1.500',
      single: '0.1',
      wide: '1e+308',
      letters: 'ab  ',
      body: 'üñ 😀',
      bytes: '\\x00\\xFF\\x10',
      on_day: '2024-02-29',
      at_time: '23:59:59.999999',
      zoned: '2024-03-10 07:04:56.789012+00',
      naive: '2024-03-10 12:34:56.000001',
      ref: '00000000-0000-0000-0000-00000000000a',
      feeling: 'sad',
      span: 'P1DT2H3M4S',
      address: '10.0.0.1/24',
      doc: '{"n": 12345678901234567890, "k": [1, null]}',
      docb: '{"a": {"b": 1.10}}',
      numbers: '[1,null,9007199254740993]',
      nested: '[["a","b \\"q\\", \\\\ {}"],["NULL",""]]',
      amounts: '["1.10","-0.5"]',
      moods: '["ok","sad"]',
      docs: '[{"x":1}]',
    });
  });

  test('nulls are nulls, in every column', async () => {
    await into.loaded(source());
    const [row] = await into.query('SELECT * FROM every_type WHERE id = 2');
    const filled = Object.entries(row!).filter(([name, value]) => value !== null && !name.startsWith('_dlt'));
    expect(filled).toEqual([['id', 2]]);
  });

  test('what no type of the destination holds goes to a column beside it, as the server writes it', async () => {
    await into.loaded(source());
    const [row] = await into.query('SELECT * FROM every_type WHERE id = 3');
    const variants = Object.entries(row!).filter(([name, value]) => name.includes('__v_') && value !== null);
    expect(Object.fromEntries(variants)).toEqual({
      loose__v_double: Number.NaN,
      on_day__v_text: 'infinity',
      zoned__v_text: '-infinity',
      naive__v_text: '12024-01-01 00:00:00',
      at_time__v_text: '24:00:00',
    });
    expect([row!['wide'], row!['docb'], row!['numbers']]).toEqual([
      Number.POSITIVE_INFINITY,
      'null',
      '[7,8]',
    ]);
  });

  test('JSON and arrays become columns and tables where that is asked for', async () => {
    await into.loaded(source({ nested: 'tables', where: 'id = 1' }));
    expect(await into.query('SELECT docb__a__b FROM every_type')).toEqual([{ docb__a__b: 1.1 }]);
    expect(await into.query('SELECT value FROM every_type__numbers ORDER BY _dlt_list_idx')).toEqual([
      { value: 1 },
      { value: null },
      { value: 9007199254740993n },
    ]);
  });
});
