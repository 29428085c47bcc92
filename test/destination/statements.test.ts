import path from 'node:path';
import { duckdbDriver } from '../../src/destination/duckdb/driver';
import {
  type Dataset,
  type DatasetRef,
  type SqlConnection,
  type SqlDriver,
  sqlDestination,
} from '../../src/destination/public';
import { commit, SOURCE, slice, temporaryFolder } from './harness';

const folder = temporaryFolder();

/** The driver with a list of what was run through it, without the names of the dataset. */
function listing(driver: SqlDriver, statements: string[]): SqlDriver {
  const note = (sql: string): void => {
    statements.push(
      sql
        .replace(/"\w+"\."data"\./g, '')
        .replace(/^(\w+ (?:INTO|FROM|count|\w+)?).*?("_\w+"|"\w+").*/, '$1 $2'),
    );
  };
  const listed = (connection: SqlConnection): SqlConnection => ({
    dialect: connection.dialect,
    begin: (mode) => connection.begin(mode),
    commit: () => connection.commit(),
    rollback: () => connection.rollback(),
    rows: (sql, params) => {
      note(sql);
      return connection.rows(sql, params);
    },
    run: (sql, params) => {
      note(sql);
      return connection.run(sql, params);
    },
    introspect: () => connection.introspect(),
    relations: () => connection.relations(),
    createDataset: () => connection.createDataset(),
    bulkAppend: (target, chunks) => {
      statements.push(`append to "${target.table}"`);
      return connection.bulkAppend(target, chunks);
    },
    query: (sql, params) => connection.query(sql, params),
    remembering: (stored, tables) => connection.remembering?.(stored, tables) ?? stored,
  });
  return {
    location: driver.location,
    capabilities: driver.capabilities,
    exists: () => driver.exists(),
    connect: (work, options) => driver.connect((connection) => work(listed(connection)), options),
    exclusive: (work) =>
      driver.exclusive((connect) =>
        work((inner, options) => connect((connection) => inner(listed(connection)), options)),
      ),
    close: () => driver.close(),
  };
}

async function setUp(file: string): Promise<{ dataset: Dataset; statements: string[] }> {
  const statements: string[] = [];
  const destination = sqlDestination({
    kind: 'listed',
    destinationType: 'dlt.destinations.duckdb',
    describe: () => file,
    open: async (ref: DatasetRef) => listing(duckdbDriver(path.join(folder, file), ref), statements),
  });
  return { dataset: await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder }), statements };
}

const claimOf = (loadKey: string) => ({ loadKey, workflowId: 'w', runId: loadKey, attempt: 1 });

/** A claimed load as a backfill has many. */
async function load(dataset: Dataset, loadKey: string, rows: readonly unknown[], at: number): Promise<void> {
  const { loadKey: _, ...attempt } = claimOf(loadKey);
  await dataset.claim([claimOf(loadKey)]);
  await dataset.snapshot(SOURCE);
  const resource = { rows, primaryKey: ['ts'], ...slice(at, at + 10) };
  await commit(dataset, { key: loadKey, resources: [resource], extra: { attempt } });
}

test('a load of nothing asks and writes what it must, and nothing else', async () => {
  const { dataset, statements } = await setUp('nothing.duckdb');
  await load(dataset, 'a', [{ ts: 1, l: [1] }], 0);
  await load(dataset, 'b', [], 10);
  statements.length = 0;
  await load(dataset, 'c', [], 20);
  expect(statements).toEqual([
    'SELECT load_key "_tidemark_claims"',
    'SELECT count "_tidemark_intervals"',
    'INSERT INTO "_tidemark_claims"',
    'INSERT INTO "_tidemark_intervals"',
    'DELETE FROM "_tidemark_claims"',
  ]);
  await dataset.close();
});

test('a table that gets no rows gets no statement', async () => {
  const { dataset, statements } = await setUp('some.duckdb');
  await load(dataset, 'a', [{ ts: 1, l: [1] }], 0);
  await load(dataset, 'b', [{ ts: 11, l: [1] }], 10);
  statements.length = 0;
  await load(dataset, 'c', [{ ts: 21 }], 20);
  expect(statements.filter((one) => one.includes('items__l'))).toEqual([]);
  expect(statements.filter((one) => one.startsWith('append to'))).toEqual([
    expect.stringMatching(/^append to "tidemark_roots/),
    'append to "items"',
  ]);
  await dataset.close();
});
