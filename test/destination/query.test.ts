import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../../src/destination';
import { commit, freshDataset, rowsOf, temporaryFolder } from './harness';

const folder = temporaryFolder();
const csv = path.join(folder, 'own.csv');
writeFileSync(csv, 'a\n5\n');
let dataset: Dataset;

beforeAll(async () => {
  dataset = await freshDataset(folder);
  await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
});
afterAll(() => dataset.close());

describe('a query', () => {
  test.each([
    'SELECT id FROM items',
    'WITH x AS (SELECT id FROM items) SELECT * FROM x',
    'FROM items',
    'VALUES (1)',
    'DESCRIBE items',
    'SHOW TABLES',
    'SUMMARIZE items',
    'EXPLAIN SELECT 1',
    'EXPLAIN ANALYZE SELECT 1',
    'EXPLAIN (FORMAT JSON) SELECT 1',
    "SELECT current_setting('TimeZone')",
    '-- a comment\nSELECT 1;',
  ])('%s is one', async (sql) => {
    expect((await dataset.query(sql)).rows.length).toBeGreaterThan(0);
  });

  test('gives columns of any name', async () => {
    const { rows } = await dataset.query(`SELECT 1 AS a, {'b': 2} AS "__proto__"`);
    expect(Object.keys(rows[0]!)).toEqual(['a', '__proto__']);
  });

  test.each([
    `COPY (SELECT 1) TO '${folder}/safe.duckdb'`,
    `COPY items TO '${folder}/items.csv'`,
    `EXPORT DATABASE '${folder}/exported'`,
    `ATTACH '${folder}/attached.duckdb' AS other`,
    'CHECKPOINT',
    'VACUUM',
    'INSTALL httpfs',
    'LOAD httpfs',
    "SET memory_limit = '1GB'",
    "SET GLOBAL TimeZone = 'Asia/Tokyo'",
    "PRAGMA memory_limit = '1GB'",
    'RESET TimeZone',
    'USE main',
    'BEGIN',
    'CALL pragma_version()',
    'PREPARE p AS SELECT 1',
    'INSERT INTO items VALUES (2)',
    'CREATE TABLE other (a INTEGER)',
    'DROP TABLE items',
    `EXPLAIN ANALYZE COPY items TO '${folder}/items.csv'`,
    'EXPLAIN ANALYZE INSERT INTO items VALUES (2)',
    'SELECT 1; SELECT 2',
  ])('%s is refused, with and without files', async (sql) => {
    const refused = { code: 'QUERY_FAILED' };
    await expect(dataset.query(sql)).rejects.toMatchObject(refused);
    await expect(dataset.query(sql, [], { files: true })).rejects.toMatchObject(refused);
    await expect(dataset.stream(sql).next()).rejects.toMatchObject(refused);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.wal'))).toEqual(['d1.duckdb', 'own.csv']);
    expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id: 1 }]);
    expect(await rowsOf(dataset, "SELECT current_setting('TimeZone') AS zone")).toEqual([{ zone: 'UTC' }]);
  });

  test.each([
    `SELECT * FROM read_csv('${csv}')`,
    `FROM '${csv}'`,
    `SELECT content FROM read_text('${csv}')`,
    `SELECT * FROM glob('${folder}/*.csv')`,
    `FROM query('FROM read_text(''${csv}'')')`,
    `SELECT (SELECT max(a) FROM '${csv}') AS a`,
    `DESCRIBE FROM '${csv}'`,
  ])('%s reaches a file only if it is told so', async (sql) => {
    await expect(dataset.query(sql)).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      message: expect.stringContaining('--files'),
    });
    expect((await dataset.query(sql, [], { files: true })).rows).toHaveLength(1);
    // not for the next one
    await expect(dataset.query(sql)).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    expect(existsSync(csv) && readFileSync(csv, 'utf8')).toBe('a\n5\n');
  });

  test('with files waits for one without, and loads go on beside either', async () => {
    const reading = dataset.stream('FROM range(100000)');
    await reading.next();
    const files = dataset.query(`FROM '${csv}'`, [], { files: true });
    await commit(dataset, { resources: [{ name: 'others', rows: [{ id: 2 }] }] });
    await reading.return();
    expect((await files).rows).toEqual([{ a: 5 }]);
    await commit(dataset, { resources: [{ name: 'others', rows: [{ id: 3 }] }] });
    expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM others')).toEqual([{ n: 2 }]);
  });
});
