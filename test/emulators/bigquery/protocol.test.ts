import { type BigQueryFake, startBigQuery } from './index';
import { LOCATION, type Rest, type RestError, restOf } from './rest';
import type { Job, QueryResults } from './rest-types';

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

const job = (jobId: string, sql: string, more: object = {}): object => ({
  jobReference: { jobId, location: LOCATION },
  configuration: { query: { query: sql, useLegacySql: false }, ...more },
});

describe('jobs', () => {
  test('a job is answered before it has run', async () => {
    const { status, body } = await rest.call<Job>('POST', '/jobs', job('one', 'SELECT 1 AS x'));
    expect(status).toBe(200);
    expect(body.status).toEqual({ state: 'PENDING' });
    expect(body.jobReference).toEqual({ projectId: 'p', location: 'EU', jobId: 'one' });
  });

  test('a repeated id is answered by 409, with the body of Google’s errors', async () => {
    await rest.call('POST', '/jobs', job('one', 'SELECT 1 AS x'));
    const { status, body } = await rest.call<RestError>('POST', '/jobs', job('one', 'SELECT 2 AS x'));
    expect(status).toBe(409);
    const message = 'Already Exists: Job p:EU.one';
    expect(body).toEqual({
      error: {
        code: 409,
        message,
        status: 'ALREADY_EXISTS',
        errors: [{ domain: 'global', reason: 'duplicate', message }],
      },
    });
    const { body: results } = await rest.call<QueryResults>('GET', '/queries/one?location=EU');
    expect(results.rows).toEqual([{ f: [{ v: '1' }] }]);
  });

  test('an id is one of a location: elsewhere the same one is another job', async () => {
    await rest.call('POST', '/jobs', job('one', 'SELECT 1 AS x'));
    const other = {
      ...job('one', 'SELECT 1 AS x'),
      jobReference: { jobId: 'one', location: 'europe-west3' },
    };
    expect((await rest.call('POST', '/jobs', other)).status).toBe(200);
    expect((await rest.call('GET', '/jobs/one?location=europe-west3')).status).toBe(200);
    expect((await rest.call('GET', '/jobs/one?location=US')).status).toBe(404);
    expect((await rest.call<Job>('GET', '/jobs/one')).body.jobReference?.location).toBe('EU');
  });

  test('a job in another location than its dataset doesn’t find it', async () => {
    await rest.query('CREATE TABLE d.t (a INT64)');
    const elsewhere = { ...job('far', 'SELECT a FROM d.t'), jobReference: { jobId: 'far', location: 'US' } };
    await rest.call('POST', '/jobs', elsewhere);
    const { status, body } = await rest.call<RestError>('GET', '/queries/far?location=US');
    expect(status).toBe(404);
    expect(body.error.errors[0]).toEqual({
      domain: 'global',
      reason: 'notFound',
      message: 'Not found: Dataset p:d was not found in location US',
    });
  });

  test('a query that fails is told of by its job, and by its results', async () => {
    const { job: failed, error } = await rest.query('SELECT nope FROM (SELECT 1 AS a)', { jobId: 'bad' });
    expect(error).toBe('invalidQuery: Unrecognized name: nope at [1:8]');
    expect(failed.status?.state).toBe('DONE');
    const { status, body } = await rest.call<RestError>('GET', '/queries/bad?location=EU');
    expect(status).toBe(400);
    expect(body.error.errors[0]?.reason).toBe('invalidQuery');
  });

  test('results come in pages', async () => {
    const numbers = Array.from({ length: 5 }, (_, n) => `SELECT ${n} AS n`).join(' UNION ALL ');
    await rest.query(`SELECT n FROM (${numbers}) ORDER BY n`, { jobId: 'many' });
    const seen: unknown[] = [];
    let token = '';
    for (let pages = 1; ; pages++) {
      const path = `/queries/many?location=EU&maxResults=2${token}`;
      const { body } = await rest.call<QueryResults>('GET', path);
      seen.push(...(body.rows ?? []).map((row) => row.f?.[0]?.v));
      expect(body.totalRows).toBe('5');
      if (body.pageToken === undefined) {
        expect(pages).toBe(3);
        break;
      }
      token = `&pageToken=${body.pageToken}`;
    }
    expect(seen).toEqual(['0', '1', '2', '3', '4']);
  });

  test('a page has ten megabytes at the most', async () => {
    const texts = { p0: 'x'.repeat(6 * 2 ** 20) };
    await rest.query('SELECT @p0 AS a UNION ALL SELECT @p0 UNION ALL SELECT @p0', { jobId: 'great', texts });
    const { body } = await rest.call<QueryResults>('GET', '/queries/great?location=EU&maxResults=100');
    expect([body.rows?.length, body.totalRows, body.pageToken]).toEqual([1, '3', '1']);
  });

  test('who waits no time for a job that runs hears that it isn’t complete', async () => {
    const hold = fake.faults.hold(() => true);
    await rest.call('POST', '/jobs', job('slow', 'SELECT 1 AS x'));
    await hold.held;
    const path = '/queries/slow?location=EU&timeoutMs=0';
    expect((await rest.call<QueryResults>('GET', path)).body.jobComplete).toBe(false);
    hold.release();
    const waited = await rest.call<QueryResults>('GET', '/queries/slow?location=EU&timeoutMs=60000');
    expect(waited.body.jobComplete).toBe(true);
  });

  test('a job that is cancelled ends as stopped', async () => {
    const hold = fake.faults.hold(() => true);
    await rest.call('POST', '/jobs', job('slow', 'SELECT 1 AS x'));
    await hold.held;
    expect((await rest.call('POST', '/jobs/slow/cancel?location=EU')).status).toBe(200);
    await rest.call('GET', '/queries/slow?location=EU');
    const { body } = await rest.call<Job>('GET', '/jobs/slow?location=EU');
    expect(body.status?.errorResult?.reason).toBe('stopped');
  });

  test('statistics tell what ran: kind, bytes, rows', async () => {
    await rest.query('CREATE TABLE d.t (a INT64)');
    const { job: inserted, results } = await rest.query('INSERT INTO d.t (a) VALUES (1), (2)');
    expect(inserted.statistics?.query).toMatchObject({
      statementType: 'INSERT',
      numDmlAffectedRows: '2',
      dmlStats: { insertedRowCount: '2' },
    });
    expect(results.numDmlAffectedRows).toBe('2');
    const { job: selected } = await rest.query('SELECT a FROM d.t');
    expect(selected.statistics?.query).toMatchObject({
      statementType: 'SELECT',
      totalBytesProcessed: '16',
      totalBytesBilled: String(10 * 2 ** 20),
      referencedTables: [{ projectId: 'p', datasetId: 'd', tableId: 't' }],
    });
    const { job: script } = await rest.query('DECLARE n INT64 DEFAULT 1; SELECT n;');
    expect(script.statistics?.query?.statementType).toBe('SCRIPT');
  });

  test('a dry run tells what would be read, and runs nothing', async () => {
    await rest.query('CREATE TABLE d.t (a INT64)');
    const dry = job('dry', 'INSERT INTO d.t (a) VALUES (1)', { dryRun: true });
    const { body } = await rest.call<Job>('POST', '/jobs', dry);
    expect(body.status?.state).toBe('DONE');
    expect(body.statistics?.query?.statementType).toBe('INSERT');
    expect((await rest.call('GET', '/jobs/dry?location=EU')).status).toBe(404);
    expect(await fake.sql('SELECT count(*) AS n FROM d.t')).toEqual([{ n: '0' }]);
    const wrong = await rest.call<RestError>(
      'POST',
      '/jobs',
      job('dry', 'SELECT b FROM d.t', { dryRun: true }),
    );
    expect([wrong.status, wrong.body.error.errors[0]?.reason]).toEqual([400, 'invalidQuery']);
  });

  test('what would cost more than maximumBytesBilled doesn’t run', async () => {
    await rest.query('CREATE TABLE d.t (a INT64)');
    const limit = { maximumBytesBilled: '1000' };
    const { error } = await rest.query('INSERT INTO d.t (a) SELECT a FROM d.t', { configuration: limit });
    expect(error).toBe(
      'bytesBilledLimitExceeded: Query exceeded limit for bytes billed: 1000. 10485760 or higher required.',
    );
  });
});

describe('what is sent is held against Google’s types', () => {
  test.each([
    ['a misspelt field', { query: { query: 'SELECT 1', useLegacySQL: false } }, 'useLegacySQL'],
    ['a number where a text is wanted', { query: { query: 5 } }, 'configuration.query.query'],
    ['an unknown kind', { kweri: {} }, 'kweri'],
  ])('%s is refused by its name', async (_, configuration, name) => {
    const { status, body } = await rest.call<RestError>('POST', '/jobs', { configuration });
    expect(status).toBe(400);
    expect(body.error.errors[0]?.reason).toBe('invalid');
    expect(body.error.message).toContain(name);
  });

  test('a parameter of another method is refused', async () => {
    await rest.query('SELECT 1 AS x', { jobId: 'one' });
    const { status, body } = await rest.call<RestError>('GET', '/jobs/one?location=EU&maxResults=5');
    expect([status, body.error.errors[0]?.reason]).toEqual([400, 'invalid']);
    expect((await rest.call('GET', '/queries/one?location=EU&maxResults=many')).status).toBe(400);
  });

  test.each([
    ['a key in upper case', { Load: 'a' }],
    ['a value with a colon', { load: '2020-01-01T00:00' }],
    ['a value of 64 characters', { load: 'a'.repeat(64) }],
    ['65 labels', Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`l${n}`, 'a']))],
  ])('a label must follow Google’s rules: %s', async (_, labels) => {
    const { status, body } = await rest.call<RestError>('POST', '/jobs', job('one', 'SELECT 1', { labels }));
    expect([status, body.error.errors[0]?.reason]).toEqual([400, 'invalid']);
  });

  test('labels that follow them are kept, and jobs are counted by them', async () => {
    const labels = { pipeline: 'chess', load_id: '1700000000-5' };
    await rest.query('SELECT 1 AS x', { job: { labels } });
    await rest.query('SELECT 1 AS x');
    expect(fake.jobs()[0]?.configuration?.labels).toEqual(labels);
    expect(fake.countJobs('query', ['pipeline', 'chess'])).toBe(1);
    expect(fake.countJobs('query')).toBe(2);
    expect(fake.countJobs('load')).toBe(0);
  });

  test('a query is no longer than a million characters, a request than ten megabytes', async () => {
    const long = await rest.call<RestError>(
      'POST',
      '/jobs',
      job('one', `SELECT '${'a'.repeat(2 ** 20)}' AS x`),
    );
    expect([long.status, long.body.error.message]).toEqual([
      400,
      expect.stringContaining('query is too large'),
    ]);
    const texts = { p0: 'a'.repeat(9 * 2 ** 20) };
    expect((await rest.query('SELECT CHAR_LENGTH(@p0) AS n', { texts })).rows).toEqual([
      [String(9 * 2 ** 20)],
    ]);
    const great = await rest.call(
      'POST',
      '/jobs',
      job('one', 'SELECT 1', { labels: { a: 'a'.repeat(11e6) } }),
    );
    expect(great.status).toBe(413);
  });

  test('legacy SQL, which is the default, is refused', async () => {
    const { status } = await rest.call('POST', '/jobs', { configuration: { query: { query: 'SELECT 1' } } });
    expect(status).toBe(400);
  });
});
