import { type BigQueryFake, startBigQuery } from './index';
import { LOCATION, type QueryOutcome, type Rest, restOf } from './rest';

let fake: BigQueryFake;
let rest: Rest;

beforeEach(async () => {
  fake = await startBigQuery({ projectId: 'p' });
  rest = restOf(fake);
  await rest.call('POST', '/datasets', { datasetReference: { datasetId: 'd' }, location: LOCATION });
  await rest.query("CREATE TABLE d.t (k STRING, n INT64); INSERT INTO d.t (k, n) VALUES ('a', 1), ('b', 1);");
});

afterEach(async () => {
  rest.close();
  await fake.close();
});

const inTransaction = (...statements: readonly string[]): string =>
  ['BEGIN TRANSACTION', ...statements, 'COMMIT TRANSACTION'].map((each) => `${each};`).join('\n');

const stored = (): Promise<unknown> => fake.sql('SELECT k, n FROM d.t ORDER BY k, n');

let rounds = 0;

/** Runs the first script up to a statement, the second one whole, then the rest of the first one. */
async function overlapping(
  first: string,
  before: RegExp,
  second: string,
): Promise<[QueryOutcome, QueryOutcome]> {
  const jobId = `first_${rounds++}`;
  const hold = fake.faults.hold((job) => job.reference.jobId === jobId, before);
  const running = rest.query(first, { jobId });
  await hold.held;
  const other = await rest.query(second);
  hold.release();
  return [await running, other];
}

const CONFLICT =
  /^invalidQuery: Query error: Transaction is aborted due to concurrent update against table p:d\.t\. Transaction ID: [\w-]+ at \[\d+:\d+\]$/;

test('two transactions that update one table conflict, whatever their rows: the later is cancelled', async () => {
  const [first, second] = await overlapping(
    inTransaction("UPDATE d.t SET n = 2 WHERE k = 'a'", 'SELECT 1 AS x'),
    /SELECT 1/,
    inTransaction("UPDATE d.t SET n = 3 WHERE k = 'b'"),
  );
  expect(first.error).toBeUndefined();
  expect(second.error).toMatch(CONFLICT);
  expect(await stored()).toEqual([
    { k: 'a', n: '2' },
    { k: 'b', n: '1' },
  ]);
});

test.each([
  ['an update', "UPDATE d.t SET n = 3 WHERE k = 'b'"],
  ['a deletion', "DELETE FROM d.t WHERE k = 'b'"],
  ['a merge', "MERGE d.t t USING (SELECT 'b' AS k) s ON t.k = s.k WHEN MATCHED THEN UPDATE SET n = 5"],
])('a transaction conflicts with %s that was committed since it began', async (_, change) => {
  const [first, second] = await overlapping(
    inTransaction('SELECT 1 AS x', "UPDATE d.t SET n = 2 WHERE k = 'a'"),
    /^UPDATE/,
    inTransaction(change),
  );
  expect(second.error).toBeUndefined();
  expect(first.error).toMatch(CONFLICT);
});

test('a statement outside of a transaction conflicts with one that began before it', async () => {
  const [first, second] = await overlapping(
    inTransaction('SELECT 1 AS x', 'UPDATE d.t SET n = 2 WHERE TRUE'),
    /^UPDATE/,
    "DELETE FROM d.t WHERE k = 'b'",
  );
  expect([first.error, second.error]).toEqual([expect.stringMatching(CONFLICT), undefined]);
});

test('a statement outside of a transaction waits for the transaction that changes its table', async () => {
  const hold = fake.faults.hold((job) => job.reference.jobId === 'first', /^COMMIT/);
  const first = rest.query(inTransaction('UPDATE d.t SET n = n + 1 WHERE TRUE'), { jobId: 'first' });
  await hold.held;
  const second = rest.query('UPDATE d.t SET n = n * 10 WHERE TRUE', { jobId: 'second' });
  const waiting = await rest.query("INSERT INTO d.t (k, n) VALUES ('c', 0)");
  expect(waiting.error).toBeUndefined();
  expect(fake.jobs().find(({ jobReference }) => jobReference?.jobId === 'second')?.status?.state).toBe(
    'RUNNING',
  );
  hold.release();
  expect([(await first).error, (await second).error]).toEqual([undefined, undefined]);
  expect(await stored()).toEqual([
    { k: 'a', n: '20' },
    { k: 'b', n: '20' },
    { k: 'c', n: '0' },
  ]);
});

test('a transaction that writes to a table which is altered meanwhile is cancelled', async () => {
  const insert = "INSERT INTO d.t (k, n) VALUES ('x', 9)";
  for (const [statements, before] of [
    [['SELECT 1 AS x', insert], /^INSERT/],
    [[insert], /^COMMIT/],
  ] as const) {
    const alter = `ALTER TABLE d.t ADD COLUMN c${statements.length} INT64`;
    const [first, second] = await overlapping(inTransaction(...statements), before, alter);
    expect([first.error, second.error]).toEqual([expect.stringMatching(CONFLICT), undefined]);
    expect(await stored()).toHaveLength(2);
  }
});

test('statements outside of transactions and changes of tables go on beside each other', async () => {
  const work = Array.from({ length: 24 }, (_, n) => [
    rest.query(`INSERT INTO d.t (k, n) VALUES ('new', ${n})`),
    rest.query(`ALTER TABLE d.t ADD COLUMN c${n} STRING`),
    rest.query("UPDATE d.t SET n = n + 1 WHERE k = 'a'"),
  ]).flat();
  const outcomes = await Promise.all(work);
  expect(outcomes.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
  expect(await fake.sql("SELECT n FROM d.t WHERE k = 'a'")).toEqual([{ n: '25' }]);
  expect(await fake.sql('SELECT count(*) AS n FROM d.t')).toEqual([{ n: '26' }]);
});

test('inserts conflict with nothing', async () => {
  const insert = (k: string): string => `INSERT INTO d.t (k, n) VALUES ('${k}', 9)`;
  const [first, second] = await overlapping(
    inTransaction(insert('x'), 'UPDATE d.t SET n = 2 WHERE TRUE', insert('y')),
    /'y'/,
    inTransaction(insert('z')),
  );
  expect([first.error, second.error]).toEqual([undefined, undefined]);
  expect(await stored()).toHaveLength(5);
});

test('a transaction reads one state, and its own changes', async () => {
  const [first] = await overlapping(
    inTransaction(
      'SELECT 1 AS x',
      "INSERT INTO d.t (k, n) VALUES ('own', 0)",
      'SELECT k FROM d.t ORDER BY k',
    ),
    /^INSERT/,
    "INSERT INTO d.t (k, n) VALUES ('late', 0)",
  );
  expect(first.rows).toEqual([['a'], ['b'], ['own']]);
});

test.each([
  [
    'an error',
    inTransaction('DELETE FROM d.t WHERE TRUE', "SELECT ERROR('no') AS x"),
    /^invalidQuery: Query error: no at \[3:1\]$/,
  ],
  [
    'a RAISE',
    inTransaction(
      'DELETE FROM d.t WHERE TRUE',
      "IF @@row_count = 2 THEN RAISE USING MESSAGE = 'tidemark:moved'; END IF",
    ),
    /tidemark:moved at \[3:25\]$/,
  ],
  ['an end without COMMIT', 'BEGIN TRANSACTION; DELETE FROM d.t WHERE TRUE;', undefined],
  ['ROLLBACK', 'BEGIN TRANSACTION; DELETE FROM d.t WHERE TRUE; ROLLBACK TRANSACTION;', undefined],
  [
    'a handler that rolls back',
    "BEGIN BEGIN TRANSACTION; DELETE FROM d.t WHERE TRUE; SELECT ERROR('no') AS x; EXCEPTION WHEN ERROR THEN ROLLBACK TRANSACTION; END;",
    undefined,
  ],
])('%s rolls a transaction back', async (_, script, error) => {
  const outcome = await rest.query(script);
  if (error === undefined) expect(outcome.error).toBeUndefined();
  else expect(outcome.error).toMatch(error);
  expect(await stored()).toHaveLength(2);
  // and nobody waits for it
  expect((await rest.query(inTransaction('UPDATE d.t SET n = 5 WHERE TRUE'))).error).toBeUndefined();
});

test('tables that aren’t temporary are not made or changed in a transaction', async () => {
  for (const ddl of ['CREATE TABLE d.u (a INT64)', 'ALTER TABLE d.t ADD COLUMN x STRING', 'DROP TABLE d.t'])
    expect((await rest.query(inTransaction(ddl))).error).toMatch(/not supported in a transaction/);
  const temporary = inTransaction(
    'CREATE TEMP TABLE mine AS SELECT k FROM d.t',
    'SELECT count(*) AS n FROM mine',
  );
  expect((await rest.query(temporary)).rows).toEqual([['2']]);
});

test('a temporary table is its script’s', async () => {
  const script = 'CREATE TEMP TABLE mine AS SELECT k FROM d.t; SELECT count(*) AS n FROM mine;';
  for (let round = 0; round < 2; round++) expect((await rest.query(script)).rows).toEqual([['2']]);
  expect((await rest.query('SELECT k FROM mine')).error).toMatch(/must be qualified with a dataset/);
  expect((await rest.query('CREATE TEMP TABLE mine AS SELECT 1 AS a')).error).toMatch(/requires a script/);
});

test('a transaction changes 100 tables at the most', async () => {
  const names = Array.from({ length: 101 }, (_, n) => `d.u${n}`);
  await rest.query(names.map((name) => `CREATE TABLE ${name} (a INT64);`).join('\n'));
  const inserts = names.map((name) => `INSERT INTO ${name} (a) VALUES (1)`);
  expect((await rest.query(inTransaction(...inserts))).error).toMatch(/more than the limit of 100 tables/);
  expect((await rest.query(inTransaction(...inserts.slice(1)))).error).toBeUndefined();
});

test('what a cancelled script has changed is rolled back', async () => {
  const hold = fake.faults.hold((job) => job.reference.jobId === 'first', /^COMMIT/);
  const first = rest.query(inTransaction('DELETE FROM d.t WHERE TRUE'), { jobId: 'first' });
  await hold.held;
  await rest.call('POST', `/jobs/first/cancel?location=${LOCATION}`);
  expect((await first).error).toMatch(/^stopped: /);
  expect(await stored()).toHaveLength(2);
});
