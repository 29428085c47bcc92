import { addColumns, createTable } from '../../../src/destination/bigquery/create-table';
import { bigqueryDialect } from '../../../src/destination/bigquery/dialect';
import type { ColumnSchema, TableSchema } from '../../../src/schema';
import { withInheritedHints } from '../../../src/schema';

const table = bigqueryDialect('seed').table('events');

type Hints = Omit<Partial<ColumnSchema>, 'name'>;

function hinted(columns: Readonly<Record<string, Hints>>, hints: Partial<TableSchema> = {}): TableSchema {
  return {
    ...hints,
    name: 'events',
    columns: Object.fromEntries(Object.entries(columns).map(([name, hint]) => [name, { ...hint, name }])),
  };
}

const made = (hints: TableSchema, extra?: readonly string[]): string =>
  createTable({
    table,
    columns: Object.values(hints.columns).filter(({ data_type }) => data_type !== undefined),
    hints,
    extra,
  });

const error = (hints: TableSchema): unknown => {
  try {
    return made(hints);
  } catch (thrown) {
    return thrown;
  }
};

const invalid = (message: string) =>
  expect.objectContaining({ code: 'SCHEMA_INVALID', message: expect.stringContaining(message) });

describe('CREATE TABLE', () => {
  test('has types, NOT NULL and descriptions', () => {
    const hints = hinted({
      id: { data_type: 'bigint', nullable: false, description: "the row's own" },
      note: { data_type: 'text', nullable: true },
    });
    expect(made(hints, ['`version` INT64'])).toBe(
      "CREATE TABLE IF NOT EXISTS `seed`.`events` (`id` INT64 NOT NULL OPTIONS (description='the row\\'s own')," +
        ' `note` STRING, `version` INT64)',
    );
  });

  test.each([
    ['date', '`at`'],
    ['timestamp', 'DATE(`at`)'],
    ['bigint', 'RANGE_BUCKET(`at`, GENERATE_ARRAY(-172800000, 691200000, 86400))'],
  ] as const)('partitions by a %s: %s', (data_type, expression) => {
    expect(made(hinted({ at: { data_type, partition: true } }))).toContain(`) PARTITION BY ${expression}`);
    expect(made(hinted({ at: { data_type, 'x-bigquery-partition': true } }))).toContain(
      `) PARTITION BY ${expression}`,
    );
  });

  test('partitions by the expression of a table', () => {
    const hints = hinted(
      { id: { data_type: 'bigint' } },
      {
        'x-bigquery-partition': { id: 'RANGE_BUCKET({column_name}, GENERATE_ARRAY(-10, 1000, 10))' },
        'x-bigquery-partition-expiration-days': 3,
      },
    );
    expect(made(hints)).toMatch(
      / PARTITION BY RANGE_BUCKET\(`id`, GENERATE_ARRAY\(-10, 1000, 10\)\) OPTIONS \(partition_expiration_days=3\)$/,
    );
  });

  test('clusters in the order of the table’s list, else in that of the columns', () => {
    const columns = {
      a: { data_type: 'text', cluster: true },
      b: { data_type: 'date', cluster: true },
    } as const;
    expect(made(hinted(columns))).toMatch(/ CLUSTER BY `a`, `b`$/);
    expect(made(hinted(columns, { 'x-bigquery-cluster-columns': ['b', 'a'] }))).toMatch(
      / CLUSTER BY `b`, `a`$/,
    );
  });

  test('has options of the table and of its decimals', () => {
    const hints = hinted(
      {
        price: { data_type: 'decimal', 'x-bigquery-round-half-even': true, description: 'net' },
        gross: { data_type: 'decimal', 'x-bigquery-round-half-away-from-zero': true },
      },
      {
        'x-bigquery-table-description': 'what was\nseen',
        'x-bigquery-table-expiration': '2031-01-30T00:00:00+00:00',
      },
    );
    expect(made(hints)).toBe(
      'CREATE TABLE IF NOT EXISTS `seed`.`events`' +
        " (`price` NUMERIC(38,9) OPTIONS (rounding_mode='ROUND_HALF_EVEN', description='net')," +
        " `gross` NUMERIC(38,9) OPTIONS (rounding_mode='ROUND_HALF_AWAY_FROM_ZERO'))" +
        " OPTIONS (description='what was\\nseen', expiration_timestamp=TIMESTAMP '2031-01-30T00:00:00+00:00')",
    );
  });

  test('refuses what BigQuery would refuse, by name', () => {
    const day = { data_type: 'date', partition: true } as const;
    const key = { data_type: 'text', cluster: true } as const;
    expect(error(hinted({ a: day, b: day }))).toEqual(
      invalid('more than one column, or in two ways: "a", "b"'),
    );
    expect(error(hinted({ a: day }, { 'x-bigquery-partition': { a: 'DATE({column_name})' } }))).toEqual(
      invalid('in two ways: "a"'),
    );
    expect(error(hinted({ a: { data_type: 'text', partition: true } }))).toEqual(
      invalid('can\'t be partitioned by column "a", which is a text'),
    );
    expect(error(hinted({ a: { partition: true } }))).toEqual(invalid('"a", which has no value yet'));
    expect(error(hinted({ a: key, b: key, c: key, d: key, e: key }))).toEqual(invalid('by 5 columns'));
    expect(error(hinted({ a: { data_type: 'json', cluster: true } }))).toEqual(
      invalid('"a", which is a json'),
    );
    expect(error(hinted({ a: key }, { 'x-bigquery-cluster-columns': ['A'] }))).toEqual(invalid('"A"'));
    expect(error(hinted({ a: { data_type: 'double', 'x-bigquery-round-half-even': true } }))).toEqual(
      invalid('Column "a" has a hint of how its values are rounded, and is a double'),
    );
  });

  test.each([
    'DATE({column_name}); DROP TABLE t',
    'DATE({column_name}) -- x',
    "F({column_name}, 'x')",
    'DATE(a)',
    7,
  ])('refuses %p as an expression to partition by', (template) => {
    const hints = hinted({ a: { data_type: 'date' } }, { 'x-bigquery-partition': { a: template } });
    expect(error(hints)).toEqual(invalid(`"${template}"`));
  });
});

test.each(['_partitiontime', '_table_x', '__root__', '_file_name'])(
  'a column that BigQuery keeps for itself is refused: %s',
  (name) => {
    const refused = expect.objectContaining({
      code: 'IDENTIFIER_INVALID',
      message: expect.stringContaining(`"${name}"`),
    });
    const column: ColumnSchema = { name, data_type: 'text' };
    expect(error(hinted({ [name]: { data_type: 'text' } }))).toEqual(refused);
    expect(() => addColumns({ table, columns: [column] })).toThrow(refused);
    expect(addColumns({ table, columns: [{ ...column, name: `x${name}` }] })).toContain(
      `\`x${name}\` STRING`,
    );
  },
);

test('ADD COLUMN adds all that is new at once, and never NOT NULL', () => {
  const columns: ColumnSchema[] = [
    { name: 'a', data_type: 'bigint', nullable: false, partition: true },
    { name: 'b', data_type: 'text', nullable: true, description: 'x' },
  ];
  expect(addColumns({ table, columns })).toBe(
    'ALTER TABLE `seed`.`events` ADD COLUMN IF NOT EXISTS `a` INT64,' +
      " ADD COLUMN IF NOT EXISTS `b` STRING OPTIONS (description='x')",
  );
});

test('a table below others has their description, unless it has its own', () => {
  const tables = Object.fromEntries(
    [
      { name: 'a', columns: {}, 'x-bigquery-table-description': 'of a' },
      { name: 'a__b', columns: {}, parent: 'a' },
      { name: 'a__b__c', columns: {}, parent: 'a__b' },
      { name: 'a__d', columns: {}, parent: 'a', 'x-bigquery-table-description': 'of d' },
      { name: 'z', columns: {} },
    ].map((one): [string, TableSchema] => [one.name, one]),
  );
  const described = Object.values(tables).map(
    (one) => withInheritedHints(one, tables)['x-bigquery-table-description'],
  );
  expect(described).toEqual(['of a', 'of a', 'of a', 'of d', undefined]);
});
