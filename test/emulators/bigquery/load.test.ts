import { gzipSync } from 'node:zlib';
import { type BigQueryFake, startBigQuery } from './index';
import { LOCATION, type Rest, type RestError, restOf } from './rest';
import type { Job, JobConfiguration } from './rest-types';

let fake: BigQueryFake;
let rest: Rest;

beforeEach(async () => {
  fake = await startBigQuery({ projectId: 'p' });
  rest = restOf(fake);
  await rest.call('POST', '/datasets', { datasetReference: { datasetId: 'd' }, location: LOCATION });
});

afterEach(async () => {
  rest.close();
  await fake.close();
});

type Load = NonNullable<JobConfiguration['load']>;

const destinationTable = { projectId: 'p', datasetId: 'd', tableId: 't' };
const into = (load: Partial<Load> = {}): Load => ({
  sourceFormat: 'NEWLINE_DELIMITED_JSON',
  destinationTable,
  ...load,
});
const lines = (...rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const schema = { fields: [{ name: 'a', type: 'INT64' }] };

test('rows of every type are loaded, gzipped, into records', async () => {
  const fields = [
    ['n', 'INT64', '9223372036854775807', '9223372036854775807'],
    ['m', 'INTEGER', 5, '5'],
    ['f', 'FLOAT64', 0.1, '0.1'],
    ['g', 'FLOAT', 'NaN', 'NaN'],
    ['b', 'BOOL', true, 'true'],
    ['s', 'STRING', 'é\u0000', 'é\u0000'],
    ['k', 'NUMERIC', '12345678901234567890123456789.123456789', '12345678901234567890123456789.123456789'],
    ['w', 'BIGNUMERIC', `${'9'.repeat(38)}.${'1'.repeat(38)}`, `${'9'.repeat(38)}.${'1'.repeat(38)}`],
    ['t', 'TIMESTAMP', '2020-02-29T23:59:59.999999+02:00', '2020-02-29T21:59:59.999999Z'],
    ['d', 'DATE', '2020-02-29', '2020-02-29'],
    ['h', 'TIME', '12:34:56.5', '12:34:56.500'],
    ['e', 'DATETIME', '2020-02-29 12:34:56', '2020-02-29T12:34:56'],
    ['y', 'BYTES', 'AP8=', 'AP8='],
    ['j', 'JSON', { b: 1, a: [1.5, null] }, '{"a":[1.5,null],"b":1}'],
  ] as const;
  const record = { name: 'r0', type: 'RECORD', fields: fields.map(([name, type]) => ({ name, type })) };
  await rest.call('POST', '/datasets/d/tables', {
    tableReference: destinationTable,
    schema: { fields: [record, { ...record, name: 'r1' }] },
  });
  const row = Object.fromEntries(fields.map(([name, , value]) => [name, value]));
  const { status, statistics } = await rest.load(into(), gzipSync(lines({ r0: row }, { r1: {} })));
  expect(status).toEqual({ state: 'DONE' });
  expect(statistics?.load).toMatchObject({ outputRows: '2', badRecords: '0' });
  const expected = Object.fromEntries(fields.map(([name, , , value]) => [name, value]));
  expect(await fake.sql('SELECT r0.* FROM d.t WHERE r0 IS NOT NULL')).toEqual([expected]);
  const nothing = Object.fromEntries(fields.map(([name]) => [name, null]));
  expect(await fake.sql('SELECT s.* FROM (SELECT r1.* FROM d.t WHERE r1 IS NOT NULL) s')).toEqual([nothing]);
});

test.each([
  ['a text that is no number', { a: 'x' }, 'Could not convert value to INT64. Field: a; Value: x'],
  ['a fraction', { a: 1.5 }, 'Could not convert value to INT64. Field: a; Value: 1.5'],
  ['a number too great', { a: '9223372036854775808' }, 'Could not convert value to INT64'],
  ['an unknown field', { b: 1 }, 'No such field: b.'],
  ['a list', [1], 'Value encountered without start of object'],
  ['a required field without a value', { a: null }, 'Missing required field: a.'],
])('a load with %s loads nothing, and tells which row', async (_, row, message) => {
  const required = { fields: [{ name: 'a', type: 'INT64', mode: 'REQUIRED' }] };
  await rest.call('POST', '/datasets/d/tables', { tableReference: destinationTable, schema: required });
  const { status } = await rest.load(into(), lines({ a: 1 }, row));
  expect(status?.errorResult?.reason).toBe('invalid');
  expect(status?.errors?.[1]).toMatchObject({ reason: 'invalid', location: 'line 2' });
  expect(status?.errors?.[1]?.message).toContain(message);
  expect(status?.errors?.[1]?.message).toMatch(/row starting at position 8: /);
  expect(await fake.sql('SELECT count(*) AS n FROM d.t')).toEqual([{ n: '0' }]);
});

test('bad rows may be left out, and unknown fields ignored, where the load says so', async () => {
  const bad = await rest.load(into({ schema, maxBadRecords: 1 }), lines({ a: 1 }, { a: 'x' }));
  expect(bad.status?.errorResult).toBeUndefined();
  expect(bad.status?.errors).toHaveLength(1);
  expect(bad.statistics?.load).toMatchObject({ outputRows: '1', badRecords: '1' });
  const unknown = await rest.load(into({ ignoreUnknownValues: true }), lines({ a: 2, b: 3 }));
  expect(unknown.status?.errors).toBeUndefined();
  expect(await fake.sql('SELECT a FROM d.t ORDER BY a')).toEqual([{ a: '1' }, { a: '2' }]);
});

test('what a load does with the rows that are there is its write disposition', async () => {
  const load = async (writeDisposition: string, a: number): Promise<string | undefined> =>
    (await rest.load(into({ schema, writeDisposition }), lines({ a }))).status?.errorResult?.reason;
  const stored = async (): Promise<unknown> =>
    (await fake.sql('SELECT a FROM d.t ORDER BY a')).map(({ a }) => a);
  expect(await load('WRITE_EMPTY', 1)).toBeUndefined();
  expect(await load('WRITE_EMPTY', 2)).toBe('duplicate');
  expect(await load('WRITE_APPEND', 3)).toBeUndefined();
  expect(await stored()).toEqual(['1', '3']);
  expect(await load('WRITE_TRUNCATE', 4)).toBeUndefined();
  expect(await stored()).toEqual(['4']);
});

test('a load needs a table or a schema, in its location', async () => {
  expect((await rest.load(into(), '')).status?.errorResult?.reason).toBe('invalid');
  const never = await rest.load(into({ createDisposition: 'CREATE_NEVER' }), '');
  expect(never.status?.errorResult).toEqual({ reason: 'notFound', message: 'Not found: Table p:d.t' });
  const other = { ...destinationTable, datasetId: 'nowhere' };
  const lost = await rest.load(into({ destinationTable: other, schema }), '');
  expect(lost.status?.errorResult?.message).toBe('Not found: Dataset p:nowhere was not found in location EU');
});

describe('resumable uploads', () => {
  const begin = async (jobId: string): Promise<string> => {
    const { headers } = await rest.send(
      'POST',
      `${fake.endpoint}/upload/bigquery/v2/projects/p/jobs?uploadType=resumable`,
      {
        body: JSON.stringify({
          jobReference: { jobId, location: LOCATION },
          configuration: { load: into({ schema }) },
        }),
      },
    );
    return String(headers.location);
  };

  test('come in parts, and tell how much is there', async () => {
    const session = await begin('one');
    const asked = { headers: { 'content-range': 'bytes */16' } };
    expect((await rest.send('PUT', session, asked)).status).toBe(308);
    const part = await rest.send('PUT', session, {
      body: '{"a": 1}',
      headers: { 'content-range': 'bytes 0-7/16' },
    });
    expect([part.status, part.headers.range]).toEqual([308, 'bytes=0-7']);
    expect((await rest.send('PUT', session, asked)).headers.range).toBe('bytes=0-7');
    const last = { body: '\n{"a":2}', headers: { 'content-range': 'bytes 8-15/16' } };
    expect((await rest.send('PUT', session, last)).status).toBe(200);
    const again = await rest.send('PUT', session, asked);
    expect([again.status, (again.body as Job).jobReference?.jobId]).toEqual([200, 'one']);
    await rest.call('GET', '/queries/one?location=EU');
    expect(fake.countJobs('load')).toBe(1);
  });

  test('a repeated job id is answered by 409, and loads nothing again', async () => {
    await rest.send('PUT', await begin('one'), { body: '{"a":1}' });
    const { status, body } = await rest.send('PUT', await begin('one'), { body: '{"a":1}' });
    expect([status, (body as RestError).error.errors[0]?.reason]).toEqual([409, 'duplicate']);
  });

  test('a load job without media is refused', async () => {
    const configuration = { load: into({ schema }) };
    expect((await rest.call('POST', '/jobs', { configuration })).status).toBe(400);
  });
});
