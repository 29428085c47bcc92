import type { Dataset } from '../../../src/destination';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../../src/value';
import { asProcess, newPrefix } from '../../bigquery/destinations';
import { purposesOf } from '../../bigquery/jobs';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { commit, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
let dataset: Dataset;
const folder = temporaryFolder();

const WIDE = 60_000;
/** Rows of the table, which are joined with each other: 24 MB. */
const ROWS = 20;

beforeAll(async () => {
  fake = await startBigQuery();
  dataset = await asProcess(fake, { prefix: newPrefix() }).open({
    pipeline: 'p',
    dataset: 'data',
    workDir: folder,
  });
  const rows = Array.from({ length: ROWS }, (_, id) => ({ id, wide: 'x'.repeat(WIDE) }));
  await commit(dataset, { resources: [{ rows }] });
});
afterAll(async () => {
  await dataset.close();
  await fake.close();
});
afterEach(() => fake.faults.clear());

const GREAT = 'SELECT a.id * 20 + b.id AS n, a.wide FROM items AS a CROSS JOIN items AS b ORDER BY n';

/** Requests for pages after the first one. */
const morePages = (): number => fake.requests().filter(({ query }) => query.includes('pageToken')).length;

describe('a result of several pages', () => {
  test('is read as a whole', async () => {
    fake.forgetRequests();
    const rows = await rowsOf(dataset, GREAT);
    expect(morePages()).toBeGreaterThan(1);
    expect(rows.map((row) => (row as { n: number }).n)).toEqual(
      Array.from({ length: ROWS ** 2 }, (_, n) => n),
    );
  });

  test('comes as a chunk a page, and no page is asked for before it is wanted', async () => {
    fake.forgetRequests();
    const counts: number[] = [];
    for await (const { rows } of dataset.stream(GREAT)) {
      expect(morePages()).toBe(counts.length);
      counts.push(rows);
    }
    expect(counts.length).toBeGreaterThan(2);
    expect(counts.reduce((a, b) => a + b)).toBe(ROWS ** 2);
  });

  test('that is left early asks for no more', async () => {
    fake.forgetRequests();
    for await (const chunk of dataset.stream(GREAT)) {
      expect(chunk.rows).toBeGreaterThan(0);
      break;
    }
    expect(morePages()).toBe(0);
  });

  test('of which an answer is lost has each row once', async () => {
    const found: unknown[] = [];
    let pages = 0;
    for await (const chunk of dataset.stream(GREAT)) {
      if (pages++ === 0) fake.faults.cut({ method: 'GET', path: /^\/queries/ });
      found.push(...[...chunk.toRows()].map(({ n }) => n));
    }
    expect(found).toEqual(Array.from({ length: ROWS ** 2 }, (_, n) => n));
  });
});

describe('a query', () => {
  test.each([
    ['DELETE FROM items WHERE TRUE', 'DELETE'],
    ['INSERT INTO items (id) VALUES (100)', 'INSERT'],
    ['UPDATE items SET id = 1 WHERE TRUE', 'UPDATE'],
    ['CREATE TABLE other (id INT64)', 'CREATE_TABLE'],
    ['DROP TABLE items', 'DROP_TABLE'],
    ['SELECT 1 AS x; SELECT 2 AS x;', 'SCRIPT'],
    ['BEGIN TRANSACTION; DELETE FROM items WHERE TRUE; COMMIT TRANSACTION;', 'SCRIPT'],
  ])('that is none is refused, and not run: %s', async (sql, kind) => {
    const made = await purposesOf(fake, () =>
      expect(dataset.query(sql)).rejects.toMatchObject({
        code: 'QUERY_FAILED',
        message: expect.stringContaining(`of the kind "${kind}"`),
      }),
    );
    expect(made).toEqual([]);
    expect(await rowsOf(dataset, 'SELECT count(*) AS n, max(id) AS last FROM items')).toEqual([
      { n: ROWS, last: ROWS - 1 },
    ]);
  });

  test('that is wrong says where, by Google’s words', async () => {
    await expect(dataset.query('SELECT nothing FROM items')).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringMatching(/^The query failed: .*nothing.*\[1:8\]/),
    });
    await expect(dataset.query('SELECT * FROM absent')).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('absent'),
    });
  });

  test('of no rows has one chunk with its columns', async () => {
    const chunks = [];
    for await (const chunk of dataset.stream('SELECT id, wide FROM items WHERE id < 0')) chunks.push(chunk);
    expect(chunks.map(({ rows }) => rows)).toEqual([0]);
    expect(chunks[0]!.columns().map(({ name, type }) => [name, type])).toEqual([
      ['id', 'INT64'],
      ['wide', 'STRING'],
    ]);
  });

  test.each<[string, unknown, unknown]>([
    ['INT64', 9_007_199_254_740_993n, 9_007_199_254_740_993n],
    ['INT64', -5, -5],
    ['FLOAT64', 1.5, 1.5],
    ['BOOL', true, true],
    ['STRING', "it's \\ `x` ?", "it's \\ `x` ?"],
    [
      'BIGNUMERIC',
      new Decimal('123456789012345678901234567890.5'),
      new Decimal('123456789012345678901234567890.5'),
    ],
    ['TIMESTAMP', new Timestamp(1_704_164_645_678_901n), new Timestamp(1_704_164_645_678_901n)],
    ['TIMESTAMP', new Date('2024-01-02T03:04:05.678Z'), new Timestamp(1_704_164_645_678_000n)],
    ['DATE', new PlainDate('2024-02-29'), new PlainDate('2024-02-29')],
    ['TIME', new PlainTime('03:04:05.000001'), new PlainTime('03:04:05.000001')],
    ['BYTES', new Uint8Array([0, 255]), new Uint8Array([0, 255])],
    ['STRING', null, null],
  ])('takes a parameter of %s, %p, and gives it back', async (type, value, expected) => {
    expect(await rowsOf(dataset, `SELECT CAST(? AS ${type}) AS v`, [value])).toEqual([{ v: expected }]);
  });
});
