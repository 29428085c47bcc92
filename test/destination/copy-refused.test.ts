import { pipeline, resource } from '../../src';
import { type SqlDriver, sqlDestination } from '../../src/destination/public';
import { all, copy, rowsIn, setUp } from './copy-set-up';
import { outside } from './harness';
import { connectTo, newDataset, type SqliteDataset, sqlite } from './sqlite';

/** A database that cuts names off after 32 characters, as Postgres does after 63 bytes. */
function cuttingNames(dataset: SqliteDataset) {
  const place = { location: 'cutting', dataset: async () => dataset, exists: () => true };
  const cut = (name: string): string => name.slice(0, 32);
  const destination = sqlDestination({
    kind: 'cutting',
    destinationType: 'cutting',
    describe: () => 'cutting',
    async open() {
      const driver = connectTo(place);
      const connect: SqlDriver['connect'] = (work) =>
        driver.connect((connection) => {
          const { dialect } = connection;
          const quote = (name: string): string => dialect.quote(cut(name));
          const table = (name: string): string => dialect.table(cut(name));
          return work({ ...connection, dialect: { ...dialect, quote, table } });
        });
      return { ...driver, connect, exclusive: (work) => driver.exclusive(() => work(connect)) };
    },
  });
  const tables = async (): Promise<readonly string[]> =>
    connectTo(place).connect((connection) => connection.relations());
  return { destination, tables };
}

describe('a copy is refused', () => {
  const one = (id: number) => resource({ name: 'a', extract: () => [[{ id }]] });

  test('into itself', async () => {
    const { source } = setUp();
    await source.run(one(1));
    await expect(copy(source, source)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('for names that the target doesn’t take as they are, all of them before a row is written', async () => {
    const { source } = setUp();
    const row = { id: 1, [`long_${'x'.repeat(30)}`]: 2, of_a_name_that_is_a_long_one: [{ sku: 'x' }] };
    await source.run(resource({ name: 'letters', extract: () => [[row]] }));
    const { destination, tables } = cuttingNames(await newDataset('data'));
    const target = pipeline({ name: 'shop', destination, dataset: 'data' });
    await expect(copy(source, target)).rejects.toMatchObject({
      code: 'IDENTIFIER_INVALID',
      details: {
        names: [`column "letters.long_${'x'.repeat(30)}"`, 'table "letters__of_a_name_that_is_a_long_one"'],
      },
    });
    expect(await tables()).toEqual([]);
  });

  test('over data', async () => {
    const { at, source } = setUp();
    await source.run(one(1));
    const target = at(sqlite());
    await target.run(one(2));
    await expect(copy(source, target)).rejects.toThrow(/is in use: it has the table "a"/);
    await using data = target.dataset();
    expect(await data.table('a').toArray()).toMatchObject([{ id: 2 }]);
  });

  test('where there is nothing to copy', async () => {
    const { at, source } = setUp();
    await expect(copy(source, at(sqlite()))).rejects.toMatchObject({ code: 'QUERY_FAILED' });
  });

  test('over a copy that was loaded into; one that wasn’t is compared', async () => {
    const { at, source } = setUp();
    await source.run(one(1));
    const target = at(sqlite());
    await copy(source, target);
    expect((await copy(source, target)).status).toBe('there');
    await target.run(one(2));
    await expect(copy(source, target)).rejects.toThrow(/loaded into since/);
  });

  test('of columns whose types no load makes', async () => {
    const { at, source } = setUp();
    await source.run(one(1));
    await (await outside(await source.openDataset(), 'ALTER TABLE a ADD COLUMN span INTERVAL')).close();
    await expect(copy(source, at(sqlite()))).rejects.toThrow(/"span" \(INTERVAL\)/);
  });

  test('when the target came to hold something else', async () => {
    const { at, file, source } = setUp();
    await source.run(one(1));
    const target = at(file('target'));
    const dataset = await target.openDataset();
    const from = await source.openDataset();
    await from.contents((contents) => dataset.receive(contents, { clock: Date.now }));
    await from.close();
    await (await outside(dataset, 'UPDATE a SET id = 7')).close();
    await expect(copy(source, target)).rejects.toThrow(/The copy of table "a" differs/);
  });
});

test('a dataset that dlt made is copied as well: it has no ledger, and gets one', async () => {
  const { at, source } = setUp();
  await source.run(all);
  for (const table of ['_tidemark_intervals', '_tidemark_claims', '_tidemark_dataset'])
    await (await outside(await source.openDataset(), `DROP TABLE ${table}`)).close();
  const target = at(sqlite());
  const { records } = await copy(source, target);
  expect(records.map(({ table }) => table)).toEqual(['_dlt_version', '_dlt_loads', '_dlt_pipeline_state']);
  const dataset = await target.openDataset();
  expect((await dataset.snapshot('shop')).datasetId).toBeDefined();
  expect(await dataset.ledger()).toEqual([]);
  await dataset.close();
  await target.run(all);
});

test('a column that is required since, of rows that lack it, takes them', async () => {
  const { at, file, source } = setUp();
  await source.run(all);
  for (const statement of [
    'ALTER TABLE all__tags ALTER COLUMN _dlt_list_idx DROP NOT NULL',
    'UPDATE all__tags SET _dlt_list_idx = NULL',
  ])
    await (await outside(await source.openDataset(), statement)).close();
  const target = at(file('target'));
  await copy(source, target);
  expect(await rowsIn(target)).toEqual(await rowsIn(source));
});

test('loads that are under way are counted: what they commit isn’t in the copy', async () => {
  const { at, source } = setUp();
  await source.run(all);
  const dataset = await source.openDataset();
  await dataset.claim([{ loadKey: 'next', workflowId: 'w', runId: 'r', attempt: 1 }]);
  await dataset.revokeClaims({ workflowId: 'w', runId: 'other', loadKeys: ['ended'] });
  await dataset.close();
  const target = at(sqlite());
  expect((await copy(source, target)).claims).toBe(1);
  const copied = await target.openDataset();
  const claim = { loadKey: 'next', workflowId: 'w', runId: 'r2', attempt: 1 };
  expect(await copied.claim([claim])).toEqual(new Map());
  await copied.close();
});

test('tables and views of others are listed, and not copied', async () => {
  const { at, source } = setUp();
  await source.run(all);
  const sql = 'CREATE TABLE own AS SELECT 1 AS n; CREATE VIEW seen AS SELECT 1 AS n';
  for (const statement of sql.split('; '))
    await (await outside(await source.openDataset(), statement)).close();
  const { others, tables } = await copy(source, at(sqlite()));
  expect([...others].sort()).toEqual(['own', 'seen']);
  expect(tables).toHaveLength(4);
});
