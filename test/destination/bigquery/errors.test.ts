import { bigquery, type Dataset } from '../../../src/destination';
import { asProcess, type DriverOptions, newPrefix } from '../../bigquery/destinations';
import { isFor, purposesOf } from '../../bigquery/jobs';
import { runOutside } from '../../bigquery/outside';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { commit, packageOf, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());
afterEach(() => fake.faults.clear());

const ref = { pipeline: 'p', dataset: 'data', workDir: folder };

/** A request that is asked to be repeated isn't: that is told at once. */
const AT_ONCE = { retryDeadlineMs: 100 } as const;

const open = (options: Partial<DriverOptions> = {}): Promise<Dataset> =>
  asProcess(fake, { prefix: newPrefix(), ...options }).open(ref);

const ids = async (dataset: Dataset): Promise<unknown[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: unknown }).id);

const JOBS = { method: 'POST', path: /^\/jobs$/ };
const one = { resources: [{ rows: [{ id: 1 }] }] };

const datasetAt = (name: string): string =>
  `${fake.endpoint}/bigquery/v2/projects/${fake.projectId}/datasets/${name}`;

describe.each(['rateLimitExceeded', 'jobRateLimitExceeded', 'backendError'])('%s', (reason) => {
  test('as an answer: the request is repeated', async () => {
    const dataset = await open();
    fake.faults.answer(JOBS, { reason });
    expect((await commit(dataset, one)).status).toBe('loaded');
    expect(await ids(dataset)).toEqual([1]);
    await dataset.close();
  });

  test('as an answer until the deadline: it is told, and the load can be tried again', async () => {
    const dataset = await open(AT_ONCE);
    const load = await packageOf(dataset, one);
    fake.faults.answer(JOBS, { reason, times: 100 });
    await expect(dataset.commit(load)).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
      retryable: true,
      message: expect.stringMatching(
        new RegExp(`^BigQuery at "bigquery://tidemark-test" failed .*\\(${reason}\\)\\.$`),
      ),
      details: { project: 'tidemark-test', reason },
    });
    fake.faults.clear();
    expect((await dataset.commit(load)).status).toBe('loaded');
    expect(await ids(dataset)).toEqual([1]);
    await dataset.close();
  });

  test('of a job: it is run again under the next id', async () => {
    const dataset = await open();
    fake.faults.failJobs(isFor('commit'), { reason });
    const before = fake.jobs().length;
    expect((await commit(dataset, one)).status).toBe('loaded');
    const scripts = fake
      .jobs()
      .slice(before)
      .filter(({ configuration }) => configuration?.labels?.['tidemark_job'] === 'commit')
      .map(({ jobReference }) => jobReference?.jobId);
    expect(scripts).toEqual([scripts[0], `${scripts[0]}_1`]);
    expect(await ids(dataset)).toEqual([1]);
    await dataset.close();
  });
});

describe('a job that failed before', () => {
  test.each(['stopped', 'quotaExceeded', 'accessDenied', 'backendError', 'invalid'])(
    'by %s is not the answer to the next attempt',
    async (reason) => {
      const prefix = newPrefix();
      const dataset = await open({ prefix, ...AT_ONCE });
      const load = await packageOf(dataset, one);
      for (const attempt of [1, 2]) {
        fake.faults.failJobs(isFor('stage'), { reason });
        await expect(dataset.commit(load)).rejects.toMatchObject({ details: { reason } });
        expect(fake.jobs().at(-1)?.jobReference?.jobId).toMatch(
          attempt === 1 ? /^tidemark_stage_[^_]+$/ : /_1$/,
        );
      }
      const other = await open({ prefix, ...AT_ONCE });
      expect((await other.commit(load)).status).toBe('loaded');
      expect(await ids(other)).toEqual([1]);
      await other.close();
      await dataset.close();
    },
  );

  test('though it has done its work, is not done twice', async () => {
    const dataset = await open({ rerunAfter: [0] });
    fake.faults.failJobsAfter(isFor('commit'), { reason: 'backendError' });
    expect((await commit(dataset, one)).status).toBe('skipped');
    expect(await ids(dataset)).toEqual([1]);
    expect(await dataset.ledger()).toHaveLength(1);
    await dataset.close();
  });
});

describe('refused, and told by its reason', () => {
  test('a quota that is used up: which, and when to come back; no job is tried again', async () => {
    const dataset = await open({ rerunAfter: [0, 0] });
    const load = await packageOf(dataset, one);
    const message = 'Quota exceeded: Your project exceeded quota for imports per project.';
    fake.faults.failJobs(isFor('stage'), { reason: 'quotaExceeded', message });
    const made = await purposesOf(fake, () =>
      expect(dataset.commit(load)).rejects.toMatchObject({
        code: 'DESTINATION_FAILED',
        retryable: true,
        retryAfterMs: 600_000,
        message: expect.stringContaining(
          '(quotaExceeded): Quota exceeded: Your project exceeded quota for imports per project. It is tried again in 10 minutes; raise the quota',
        ),
      }),
    );
    expect(made).toEqual(['stage']);
    await dataset.close();
  });

  test('missing rights: what was denied, and the roles that it takes', async () => {
    const dataset = await open();
    fake.faults.answer(JOBS, {
      reason: 'accessDenied',
      message:
        'Access Denied: Project acme: User does not have bigquery.jobs.create permission in project acme.',
    });
    await expect(commit(dataset, one)).rejects.toMatchObject({
      code: 'DESTINATION_REFUSED',
      retryable: false,
      message: expect.stringMatching(/bigquery\.jobs\.create.*BigQuery Data Editor.*BigQuery Job User/),
    });
    await dataset.close();
  });

  test('credentials that are refused: which setting, and no secret', async () => {
    const private_key = '-----BEGIN PRIVATE KEY-----\nMIIsecretofthetest\n-----END PRIVATE KEY-----\n';
    const credentials = JSON.stringify({
      type: 'service_account',
      client_email: 'a@example.com',
      private_key,
    });
    const { endpoint, projectId } = fake;
    const destination = bigquery({
      projectId,
      apiEndpoint: endpoint,
      credentials,
      datasetPrefix: newPrefix(),
    });
    const dataset = await destination.open(ref);
    const message = `Request had invalid authentication credentials: ${private_key}`;
    fake.faults.answer({}, { reason: 'authError', message });
    const error: unknown = await commit(dataset, one).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'DESTINATION_REFUSED',
      retryable: false,
      message: expect.stringMatching(/refused the credentials: Request had invalid.*Check "credentials"/s),
    });
    const { message: told, stack, cause } = error as Error;
    for (const text of [told, stack, String(cause), (cause as Error).stack])
      expect(text).not.toContain('secretofthetest');
    await dataset.close();
  });

  test('a query that would bill more than is allowed: how much, and which option', async () => {
    const prefix = newPrefix();
    const dataset = await open({ prefix });
    await commit(dataset, one);
    const limited = await open({ prefix, maximumBytesBilled: '1000' });
    await expect(commit(limited, one)).rejects.toMatchObject({
      code: 'DESTINATION_REFUSED',
      retryable: false,
      message: expect.stringMatching(/1000\. 10485760 or higher required\. Raise "maximumBytesBilled"/),
    });
    expect(await ids(dataset)).toEqual([1]);
    await limited.close();
    await dataset.close();
  });

  // whatever the normalizer doesn't hold for one of BigQuery's values becomes a variant: that a row is refused must be asked of the fake
  test('a row that BigQuery does not take: its table, and its error', async () => {
    const dataset = await open();
    const load = await packageOf(dataset, {
      resources: [
        { name: 'good', rows: [{ id: 1 }] },
        { name: 'bad', rows: [{ id: 1 }, { id: 2 }] },
      ],
    });
    const message =
      'Error while reading data, error message: JSON parsing error in row starting at position 93: Could not convert value to integer. Field: id; Value: ?; line_number: 3';
    fake.faults.failJobs(isFor('stage'), { reason: 'invalid', message });
    await expect(dataset.commit(load)).rejects.toMatchObject({
      code: 'DESTINATION_REFUSED',
      retryable: false,
      message: `BigQuery refused a row of table "bad": ${message}. Nothing was written.`,
      details: { table: 'bad' },
    });
    expect(await dataset.ledger()).toEqual([]);
    await dataset.close();
  });

  test('no value for a required column: which', async () => {
    const prefix = newPrefix();
    const dataset = await open({ prefix });
    await commit(dataset, one);
    await runOutside(fake, `${prefix}data`, 'DROP TABLE items');
    await runOutside(
      fake,
      `${prefix}data`,
      'CREATE TABLE items (id INT64, _dlt_id STRING, _dlt_load_id STRING, must STRING NOT NULL)',
    );
    await expect(commit(dataset, one)).rejects.toMatchObject({
      code: 'NULL_IN_NOT_NULL',
      retryable: false,
      message: expect.stringContaining('"must"'),
      details: { column: 'must' },
    });
    await dataset.close();
  });

  test('a dataset in another location: where it is, and what to set', async () => {
    const prefix = newPrefix();
    const there = await open({ prefix, location: 'US' });
    await commit(there, one);
    await there.close();
    const dataset = await open({ prefix });
    await expect(commit(dataset, one)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /"d\d+_data" .* in the location "US", and the config says "EU".*set "location" to "US"/,
      ),
    });
    await dataset.close();
  });

  test('a dataset that was dropped and made elsewhere while it was open', async () => {
    const prefix = newPrefix();
    const dataset = await open({ prefix });
    await commit(dataset, one);
    await fetch(`${datasetAt(`${prefix}data`)}?deleteContents=true`, { method: 'DELETE' });
    const elsewhere = await open({ prefix, location: 'US' });
    await commit(elsewhere, one);
    await expect(commit(dataset, one)).rejects.toMatchObject({
      message: expect.stringMatching(/location "?(EU|US)/),
      retryable: false,
    });
    await elsewhere.close();
    await dataset.close();
  });

  test('an endpoint that nobody listens at', async () => {
    const gone = await startBigQuery();
    const dataset = await asProcess(gone, { prefix: newPrefix(), ...AT_ONCE }).open(ref);
    await gone.close();
    await expect(commit(dataset, one)).rejects.toMatchObject({
      code: 'DESTINATION_FAILED',
      retryable: true,
      message: expect.stringMatching(
        /no answer \(.*ECONNREFUSED.*\)\. Check that this machine reaches the API/,
      ),
    });
    await dataset.close();
  });
});

describe('what other programs do to a dataset that is open', () => {
  test.each([
    ['with rows', one],
    ['without rows', { resources: [{ rows: [] }] }],
  ])('it is dropped: the next load %s makes it again', async (_what, load) => {
    const prefix = newPrefix();
    const dataset = await open({ prefix });
    await commit(dataset, one);
    await fetch(`${datasetAt(`${prefix}data`)}?deleteContents=true`, { method: 'DELETE' });
    await expect(dataset.query('SELECT * FROM items')).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    expect((await commit(dataset, load)).status).toBe('loaded');
    expect(await dataset.ledger()).toHaveLength(1);
    await dataset.close();
  });

  test('its tables expire by default: it can be read, and a load is refused until they do no more', async () => {
    const prefix = newPrefix();
    const dataset = await open({ prefix });
    await commit(dataset, one);
    const expireAfter = async (defaultTableExpirationMs: string) => {
      const answer = await fetch(datasetAt(`${prefix}data`), {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ defaultTableExpirationMs }),
      });
      expect(answer.status).toBe(200);
    };
    await expireAfter('2592000000');
    const later = await open({ prefix });
    expect(await ids(later)).toEqual([1]);
    const two = { resources: [{ rows: [{ id: 2 }] }] };
    await expect(commit(later, two)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/go 30 days after they were made .*--default_table_expiration 0/),
    });
    expect(await ids(later)).toEqual([1]);
    await expireAfter('0');
    expect((await commit(later, two)).status).toBe('loaded');
    expect(await ids(later)).toEqual([1, 2]);
    await later.close();
    await dataset.close();
  });

  test('the row that commits are guarded by is deleted: told, with its table, until it is back', async () => {
    const prefix = newPrefix();
    const dataset = await open({ prefix, rerunAfter: [0] });
    await commit(dataset, one);
    const load = await packageOf(dataset, { resources: [{ rows: [{ id: 2 }] }] });
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`));
    const done = dataset.commit(load);
    await hold.held;
    await runOutside(fake, `${prefix}data`, 'DELETE FROM _tidemark_dataset WHERE TRUE');
    hold.release();
    await expect(done).rejects.toMatchObject({
      code: 'DESTINATION_REFUSED',
      retryable: false,
      message: expect.stringMatching(/"_tidemark_dataset" .* has 0 rows.*Put its one row back/),
    });
    await runOutside(
      fake,
      `${prefix}data`,
      "INSERT INTO _tidemark_dataset (dataset_id, created_at, version) VALUES ('x', CURRENT_TIMESTAMP(), 5)",
    );
    expect((await dataset.commit(load)).status).toBe('loaded');
    expect(await ids(dataset)).toEqual([1, 2]);
    await dataset.close();
  });
});
