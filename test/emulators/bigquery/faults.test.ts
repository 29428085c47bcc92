import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BigQueryFake, startBigQuery } from './index';
import { LOCATION, type Rest, type RestError, restOf } from './rest';

let fake: BigQueryFake;
let rest: Rest;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidemark-bigquery-'));
  fake = await startBigQuery({ projectId: 'p', recordSql: path.join(folder, 'sql') });
  rest = restOf(fake);
  await rest.call('POST', '/datasets', { datasetReference: { datasetId: 'd' }, location: LOCATION });
});

afterEach(async () => {
  rest.close();
  await fake.close();
  rmSync(folder, { recursive: true });
});

const job = (jobId: string): object => ({
  jobReference: { jobId, location: LOCATION },
  configuration: { query: { query: 'SELECT 1 AS x', useLegacySql: false } },
});

test.each([
  ['rateLimitExceeded', 403],
  ['jobRateLimitExceeded', 403],
  ['quotaExceeded', 403],
  ['backendError', 503],
  ['internalError', 500],
  ['notFound', 404],
])('the next requests are answered by %s, and aren’t carried out', async (reason, status) => {
  fake.faults.answer({ method: 'POST', path: /^\/jobs$/ }, { reason, times: 2 });
  for (let round = 0; round < 2; round++) {
    const { status: code, body } = await rest.call<RestError>('POST', '/jobs', job('one'));
    expect([code, body.error.errors[0]?.reason]).toEqual([status, reason]);
  }
  expect((await rest.call('GET', '/jobs/one?location=EU')).status).toBe(404);
  expect((await rest.call('POST', '/jobs', job('one'))).status).toBe(200);
});

test('an answer may be lost after the request was carried out', async () => {
  fake.faults.cut({ method: 'POST', path: /^\/jobs$/ });
  await expect(rest.call('POST', '/jobs', job('one'))).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect((await rest.call('POST', '/jobs', job('one'))).status).toBe(409);
  expect(
    fake
      .requests()
      .filter(({ path: at }) => at === '/jobs')
      .map(({ status }) => status),
  ).toEqual([0, 409]);
});

test('a request may be cut off, and isn’t carried out', async () => {
  fake.faults.drop({ method: 'POST' });
  await expect(rest.call('POST', '/jobs', job('one'))).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect((await rest.call('POST', '/jobs', job('one'))).status).toBe(200);
  expect(fake.countJobs()).toBe(1);
});

test('jobs fail with a reason: before they ran, or after', async () => {
  await rest.query('CREATE TABLE d.t (a INT64)');
  const insert = 'INSERT INTO d.t (a) VALUES (1)';
  fake.faults.failJobs(({ configuration }) => configuration.query?.query === insert, {
    reason: 'backendError',
  });
  expect((await rest.query(insert)).error).toBe('backendError: A fault of the test: backendError');
  expect(await fake.sql('SELECT a FROM d.t')).toEqual([]);
  fake.faults.failJobsAfter(() => true, { reason: 'jobBackendError', message: 'late' });
  expect((await rest.query(insert)).error).toBe('jobBackendError: late');
  expect(await fake.sql('SELECT a FROM d.t')).toEqual([{ a: '1' }]);
  expect((await rest.query(insert)).error).toBeUndefined();
});

test('faults that haven’t come are forgotten', async () => {
  fake.faults.answer({}, { reason: 'backendError', times: 100 });
  fake.faults.clear();
  expect((await rest.query('SELECT 1 AS x')).error).toBeUndefined();
});

test('all SQL is recorded with the tables that there were', async () => {
  await rest.query('CREATE TABLE d.t (a INT64 NOT NULL, b NUMERIC(38, 9))');
  await rest.query('SELECT a FROM t WHERE b > 1 AND @p0 = "x"', {
    texts: { p0: 'x' },
    configuration: { defaultDataset: { datasetId: 'd' } },
  });
  const [file = ''] = readdirSync(path.join(folder, 'sql'));
  const written = readFileSync(path.join(folder, 'sql', file), 'utf8')
    .trim()
    .split('\n');
  expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ parameters: [], tables: [] }),
    {
      sql: 'SELECT a FROM t WHERE b > 1 AND @p0 = "x"',
      parameters: [{ name: 'p0', parameterType: { type: 'STRING' }, parameterValue: { value: 'x' } }],
      defaultDataset: 'd',
      tables: [
        {
          dataset: 'd',
          table: 't',
          columns: [
            { name: 'a', type: 'INT64', mode: 'REQUIRED' },
            { name: 'b', type: 'NUMERIC(38, 9)', mode: 'NULLABLE' },
          ],
        },
      ],
    },
  ]);
});

test('a file keeps tables and rows beyond the fake', async () => {
  const file = path.join(folder, 'kept.duckdb');
  const first = await startBigQuery({ file });
  const client = restOf(first);
  await client.call('POST', '/datasets', { datasetReference: { datasetId: 'd' }, location: LOCATION });
  await client.query('CREATE TABLE d.t (a INT64); INSERT INTO d.t (a) VALUES (5);');
  client.close();
  await first.close();
  const second = await startBigQuery({ file });
  expect(await second.sql('SELECT a FROM d.t')).toEqual([{ a: '5' }]);
  await second.close();
});
