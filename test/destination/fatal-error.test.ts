import path from 'node:path';
import { duckdbDriver } from '../../src/destination/duckdb/driver';
import type { SqlConnection } from '../../src/destination/sql';
import { temporaryFolder } from './harness';

const folder = temporaryFolder();

const columns = (count: number): string =>
  Array.from(
    { length: count },
    (_, column) => `md5((i + ${column})::VARCHAR) || 'aaaaaaaaaaaaaaaaaaa' AS c${column}`,
  ).join(', ');

/** Leaves so little of the open file's memory that a transaction can change its catalog, and its log can't be checkpointed. */
async function fillMemory(on: SqlConnection): Promise<void> {
  for (const setting of ["memory_limit = '32MiB'", "wal_autocheckpoint = '1TB'", 'threads = 1'])
    await on.run(`SET GLOBAL ${setting}`);
  let table = 0;
  for (const width of [200, 50, 10, 1]) {
    const filled = (async () => {
      for (;;) await on.run(`CREATE TABLE f${++table} AS SELECT ${columns(width)} FROM range(20) t(i)`);
    })();
    await expect(filled).rejects.toThrow('Out of Memory');
  }
  await on.run("SET GLOBAL wal_autocheckpoint = '1KB'");
}

describe('a checkpoint that fails after a COMMIT', () => {
  const driver = duckdbDriver(path.join(folder, 'fatal.duckdb'), {
    pipeline: 'p',
    dataset: 'd',
    workDir: folder,
  });
  afterAll(() => driver.close());

  test('leaves a commit that counts, and a file that the next work opens anew', async () => {
    await driver.connect(fillMemory);
    const schemas = (): Promise<unknown> =>
      driver.connect((on) => on.rows("SELECT schema_name FROM duckdb_schemas() WHERE schema_name = 'made'"));
    await driver.connect(async (on) => {
      await on.begin('write');
      await on.run('CREATE SCHEMA made');
      await on.commit();
      // that was it: DuckDB does nothing more on what is open
      await expect(on.rows('SELECT 1')).rejects.toThrow('autocheckpoint failed');
    });
    expect(await schemas()).toEqual([{ schema_name: 'made' }]);
    await driver.connect((on) => on.run('CREATE TABLE made.later AS SELECT 1 AS i'));
    expect(await driver.connect((on) => on.rows('SELECT i FROM made.later'))).toEqual([{ i: 1 }]);
  });
});
