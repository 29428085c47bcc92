import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { duckdb, pipeline, resource } from '../../src';
import { type CreateTable, type SqlDriver, sqlDestination } from '../../src/destination/public';
import { temporaryFolder } from './harness';
import { connectTo, newDataset } from './sqlite';

const folder = temporaryFolder();
const workDir = (): string => mkdtempSync(path.join(folder, 'w-'));

const events = resource({
  name: 'events',
  columns: { note: { cluster: true } },
  bigquery: { partition: 'day', tableDescription: 'seen', roundHalfEven: 'price' },
  extract: () => [[{ id: 1, day: '2024-01-31', note: 'a', lines: [{ sku: 's' }] }]],
});

test('a dialect that makes tables by itself is given their hints', async () => {
  const asked: CreateTable[] = [];
  const memory = newDataset('data');
  const destination = sqlDestination({
    kind: 'sqlite',
    destinationType: 'dlt.destinations.sqlalchemy',
    describe: (name) => `memory:${name}`,
    async open() {
      const driver = connectTo({ location: 'memory:p/data', dataset: () => memory, exists: () => true });
      const connect: SqlDriver['connect'] = (work, options) =>
        driver.connect((connection) => {
          const { dialect } = connection;
          const createTable = (change: CreateTable): string => {
            asked.push(change);
            const columns = change.columns.map(
              (column) => `${dialect.quote(column.name)} ${dialect.columnType(column)}`,
            );
            return `CREATE TABLE ${dialect.table(change.table)} (${columns.join(', ')}, own TEXT)`;
          };
          return work(Object.create(connection, { dialect: { value: { ...dialect, createTable } } }));
        }, options);
      return { ...driver, connect, exclusive: (work) => driver.exclusive(() => work(connect)) };
    },
  });
  const p = pipeline({ name: 'p', destination, dataset: 'data', workDir: workDir() });
  await p.run(events);
  const ofData = asked.filter(({ table }) => table.startsWith('events'));
  expect(ofData.map(({ table, hints }) => [table, hints['x-bigquery-table-description']])).toEqual([
    ['events', 'seen'],
    ['events__lines', 'seen'],
  ]);
  expect(ofData[0]!.hints.columns).toMatchObject({
    day: { 'x-bigquery-partition': true },
    note: { cluster: true },
    price: { 'x-bigquery-round-half-even': true },
  });
  expect(ofData[0]!.columns.map(({ name }) => name)).not.toContain('price');
  expect(await p.dataset().sql('SELECT id, own FROM events').toArray()).toEqual([{ id: 1, own: null }]);
  await p.close();
});

test('another destination makes its tables as without hints, and keeps them in the schema', async () => {
  const p = pipeline({
    name: 'p',
    destination: duckdb({ path: path.join(folder, 'hints.duckdb') }),
    dataset: 'data',
    workDir: workDir(),
  });
  await p.run(events);
  const data = p.dataset();
  const columns = await data
    .sql(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'events' ORDER BY ordinal_position",
    )
    .toArray();
  expect(columns.map(({ name }) => name)).toEqual(['id', 'day', 'note', '_dlt_load_id', '_dlt_id']);
  const [version] = await data.sql<{ schema: string }>('SELECT schema FROM _dlt_version').toArray();
  expect(JSON.parse(version!.schema).tables.events).toMatchObject({
    'x-bigquery-table-description': 'seen',
    columns: { day: { 'x-bigquery-partition': true }, note: { cluster: true } },
  });
  await p.close();
});
