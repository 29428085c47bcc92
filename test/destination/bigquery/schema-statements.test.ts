import { bigqueryDialect } from '../../../src/destination/bigquery/dialect';
import { schemaStatements } from '../../../src/destination/bigquery/schema-statements';
import { planSchemaChanges, planServiceTables, type SchemaChange } from '../../../src/destination/commit';
import { newSchema, type StoredSchema, type TableSchema } from '../../../src/schema';

const types = bigqueryDialect('seed');

const statements = (changes: readonly SchemaChange[]): readonly string[] =>
  schemaStatements(changes, { dataset: 'seed', extra: { _tidemark_dataset: ['`version` INT64'] } });

const table = (
  name: string,
  columns: TableSchema['columns'],
  more: Partial<TableSchema> = {},
): TableSchema => ({
  ...more,
  name,
  columns,
  'x-normalizer': { 'seen-data': true },
});

const schemaOf = (...tables: readonly TableSchema[]): StoredSchema => ({
  ...newSchema('shop'),
  tables: Object.fromEntries(tables.map((one) => [one.name, one])),
});

test('the tables that every dataset has are made once, and the guard of commits is a column of one of them', () => {
  const made = statements(planServiceTables(new Map(), types));
  expect(made.every((one) => one.startsWith('CREATE TABLE IF NOT EXISTS `seed`.`_'))).toBe(true);
  expect(made.filter((one) => one.includes('`version` INT64)'))).toEqual([
    'CREATE TABLE IF NOT EXISTS `seed`.`_tidemark_dataset` (`dataset_id` STRING NOT NULL, `created_at` TIMESTAMP NOT NULL, `version` INT64)',
  ]);
});

test('a table is made by the hints of its schema, one below it with its description', () => {
  const schema = schemaOf(
    table(
      'events',
      {
        at: { name: 'at', data_type: 'timestamp', partition: true },
        k: { name: 'k', data_type: 'text', cluster: true },
      },
      { 'x-bigquery-table-description': 'seen' },
    ),
    table('events__lines', { sku: { name: 'sku', data_type: 'text' } }, { parent: 'events' }),
  );
  expect(statements(planSchemaChanges(schema, new Map(), types))).toEqual([
    "CREATE TABLE IF NOT EXISTS `seed`.`events` (`at` TIMESTAMP, `k` STRING) PARTITION BY DATE(`at`) CLUSTER BY `k` OPTIONS (description='seen')",
    "CREATE TABLE IF NOT EXISTS `seed`.`events__lines` (`sku` STRING) OPTIONS (description='seen')",
  ]);
});

test('a table that is there gets all its columns at once, and wider types one by one', () => {
  const column = (name: string, type: string) => ({ name, type, nullable: true });
  const stored = new Map([
    ['a', [column('x', 'INT64'), column('y', 'NUMERIC(10, 2)')]],
    ['b', [column('x', 'INT64')]],
  ]);
  const schema = schemaOf(
    table('a', {
      n: { name: 'n', data_type: 'text', nullable: false },
      x: { name: 'x', data_type: 'double' },
      y: { name: 'y', data_type: 'decimal' },
      o: { name: 'o', data_type: 'date', partition: true },
    }),
    table('b', { x: { name: 'x', data_type: 'bigint' }, z: { name: 'z', data_type: 'json' } }),
  );
  expect(statements(planSchemaChanges(schema, stored, types))).toEqual([
    'ALTER TABLE `seed`.`a` ADD COLUMN IF NOT EXISTS `n` STRING, ADD COLUMN IF NOT EXISTS `o` DATE',
    'ALTER TABLE `seed`.`b` ADD COLUMN IF NOT EXISTS `z` JSON',
    'ALTER TABLE `seed`.`a` ALTER COLUMN `x` SET DATA TYPE FLOAT64',
    'ALTER TABLE `seed`.`a` ALTER COLUMN `y` SET DATA TYPE NUMERIC(38,9)',
  ]);
});
