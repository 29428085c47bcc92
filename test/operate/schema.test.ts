import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { defineSource, duckdb, pipeline, resource } from '../../src';
import { defineConfig } from '../../src/config';
import { openClient, type TidemarkClient } from '../../src/operate';
import { temporaryFolder } from '../temporary-folder';
import { days, destinations, fileIn, load, marketConfig } from './market';

describe.each(destinations)('the schema of a pipeline, in %s', (name, destination) => {
  const folder = temporaryFolder(`schema-${name}`);
  let client: TidemarkClient;

  beforeAll(async () => {
    client = await openClient(marketConfig(folder, await destination(folder)), { directory: folder });
    for (const day of [1, 2, 3]) await load(client, ['orders', 'visits'], days(day));
  });
  afterAll(() => client.close());

  test('has tables and columns with types, hints and the version that they came with; one of them, too', async () => {
    const { dataset, sources } = await client.schema('shop');
    expect(dataset).toBe('shop_data');
    expect(sources[0]!.tables.map(({ table }) => table)).toEqual([
      'orders',
      'orders__items',
      'orders__items__labels',
      'visits',
      'visits__pages',
    ]);
    const { sources: some } = await client.schema('shop', { table: 'orders' });
    expect(some[0]!.tables).toEqual([sources[0]!.tables[0]]);
    const columns = some[0]!.tables[0]!.columns;
    expect(columns.find(({ column }) => column === 'id')).toMatchObject({
      type: 'bigint',
      nullable: false,
      hints: ['primary key'],
      since: { version: 1 },
    });
    expect(columns.find(({ column }) => column === 'gift')!.since!.version).toBeGreaterThan(1);
    await expect(client.schema('shop', { table: 'order' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Did you mean "orders"?'),
    });
  });

  test('differs between versions by what came and what was widened', async () => {
    const { from, to, tables } = await client.diffSchema('shop');
    expect(tables).toEqual([
      {
        table: 'orders',
        change: 'changed',
        before: undefined,
        after: undefined,
        columns: [{ column: 'amount', change: 'changed', before: 'bigint', after: 'double' }],
      },
    ]);
    expect(to.version).toBe(from.version! + 1);
    const all = await client.diffSchema('shop', { from: 1 });
    expect(all.tables.map(({ table, change }) => [table, change])).toEqual([
      ['orders', 'changed'],
      ['visits', 'added'],
      ['visits__pages', 'added'],
    ]);
    expect(all.tables[0]!.columns).toContainEqual({
      column: 'gift',
      change: 'added',
      before: undefined,
      after: 'bool',
    });
    const back = await client.diffSchema('shop', { from: to.version!, to: 1 });
    expect(back.tables.map(({ table, change }) => [table, change])).toEqual([
      ['orders', 'changed'],
      ['visits', 'gone'],
      ['visits__pages', 'gone'],
    ]);
    const first = await client.diffSchema('shop', { to: 1 });
    expect(first).toMatchObject({
      from: { version: undefined },
      tables: [{ table: 'orders', change: 'added' }, {}, {}],
    });
    await expect(client.diffSchema('shop', { from: 99 })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/"99".*there are 1, 2, /),
    });
  });

  test('is written as JSON, SQL and dbt sources', async () => {
    const { market } = await client.schemas('shop');
    expect(JSON.parse(await client.exportSchema('shop', { format: 'json' }))).toEqual(market);
    const sql = await client.exportSchema('shop', { format: 'sql' });
    expect(sql.match(/^CREATE TABLE /gm)).toHaveLength(5);
    const dbt = await client.exportSchema('shop', { format: 'dbt' });
    expect(dbt).toContain('\n  - name: market\n    schema: shop_data\n');
    const types = { duckdb: 'BIGINT', postgres: 'bigint', bigquery: 'INT64' } as const;
    expect(dbt).toMatch(
      new RegExp(
        `- name: id\\n +data_type: ${types[name as keyof typeof types]}\\n +data_tests:\\n +- not_null\\n`,
      ),
    );
    await expect(client.exportSchema('shop', { format: 'xml' as 'sql' })).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});

describe('a schema in DuckDB', () => {
  const here = temporaryFolder('schema-two');

  test('is made elsewhere by its SQL: the same columns of the same types', async () => {
    const config = marketConfig(here, duckdb({ path: fileIn(here) }));
    await using client = await openClient(config, { directory: here });
    await load(client, ['orders', 'visits'], days(1));
    const columns =
      "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'shop_data' AND table_name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY table_name, ordinal_position";
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(`CREATE SCHEMA shop_data; ${await client.exportSchema('shop', { format: 'sql' })}`);
    const made = await connection.runAndReadAll(columns);
    const there = await client.query('shop', columns);
    expect(made.getRowObjects()).toEqual(there.rows);
    expect(there.rows.length).toBeGreaterThan(15);
    connection.closeSync();
    instance.closeSync();
  });

  test('is compared with that of another pipeline', async () => {
    const shopOf = (row: object) =>
      defineSource({
        name: 'shop',
        config: z.object({}),
        resources: () => [resource({ name: 'items', extract: () => [[row]] })],
      })();
    const entry = (name: string, row: object) => ({
      pipeline: pipeline({
        name,
        dataset: 'data',
        destination: duckdb({ path: path.join(here, `${name}.duckdb`) }),
        workDir: here,
      }),
      source: () => shopOf(row),
    });
    const pipelines = [entry('staging', { id: 1, fresh: true }), entry('live', { id: 1.5, old: 'x' })];
    await using client = await openClient(defineConfig({ pipelines }), { directory: here });
    await expect(client.diffSchema('staging')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Nothing was loaded of "shop"'),
    });
    for (const one of client.config.pipelines) await one.pipeline.run(one.sources()[0]!);
    expect(await client.diffSchema('staging', { against: 'live' })).toMatchObject({
      from: { pipeline: 'live', version: 1 },
      to: { pipeline: 'staging', version: 1 },
      tables: [
        {
          table: 'items',
          change: 'changed',
          columns: [
            { column: 'id', change: 'changed', before: 'double', after: 'bigint' },
            { column: 'fresh', change: 'added' },
            { column: 'old', change: 'gone' },
          ],
        },
      ],
    });
    await expect(client.diffSchema('staging', { source: 'shops' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('Did you mean "shop"?'),
    });
  });
});
