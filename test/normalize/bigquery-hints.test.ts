import type { ResourceHints } from '../../src/normalize';
import { type BigQueryHints, type StoredSchema, schemaHash } from '../../src/schema';
import { loadPages } from './load-rows';

const ROWS = [{ Id: 1, day: '2024-01-31', label: 'a', lines: [{ sku: 's' }] }];

const none: BigQueryHints = { roundHalfEven: [], roundHalfAwayFromZero: [] };

async function load(hints: Partial<ResourceHints>, schema?: StoredSchema): Promise<StoredSchema> {
  const { result } = await loadPages([ROWS], hints, schema === undefined ? {} : { schema });
  return result.schema;
}

/** The hints of the table and of its columns that begin so, or are named so. */
function found(schema: StoredSchema): Record<string, unknown> {
  const { columns, ...table } = schema.tables.items!;
  const mine = ([name]: readonly [string, unknown]): boolean =>
    /^(x-bigquery-|partition$|cluster$)/.test(name);
  const ofColumns = Object.values(columns).flatMap(({ name, ...hints }) =>
    Object.entries(hints)
      .filter(mine)
      .map(([hint, value]) => [`${name}.${hint}`, value] as const),
  );
  return Object.fromEntries([...Object.entries(table).filter(mine), ...ofColumns]);
}

const HINTS: BigQueryHints = {
  partition: { column: 'Id', template: 'RANGE_BUCKET({column_name}, GENERATE_ARRAY(0, 9, 1))' },
  cluster: ['label', 'Id'],
  roundHalfEven: ['Price'],
  roundHalfAwayFromZero: [],
  tableDescription: 'seen',
  tableExpiration: '2031-01-31T00:00:00+00:00',
  partitionExpirationDays: 3,
};

test('hints are stored under the names that columns have in the table', async () => {
  expect(found(await load({ bigquery: HINTS }))).toEqual({
    'x-bigquery-partition': { id: 'RANGE_BUCKET({column_name}, GENERATE_ARRAY(0, 9, 1))' },
    'x-bigquery-cluster-columns': ['label', 'id'],
    'x-bigquery-table-description': 'seen',
    'x-bigquery-table-expiration': '2031-01-31T00:00:00+00:00',
    'x-bigquery-partition-expiration-days': 3,
    'id.x-bigquery-cluster': true,
    'label.x-bigquery-cluster': true,
    'price.x-bigquery-round-half-even': true,
  });
});

test('another way to partition or cluster takes the place of the one before', async () => {
  const first = await load({ bigquery: HINTS });
  const second = await load({ bigquery: { ...none, partition: { column: 'day' }, cluster: ['day'] } }, first);
  expect(found(second)).toMatchObject({
    'x-bigquery-cluster-columns': ['day'],
    'day.x-bigquery-cluster': true,
    'day.x-bigquery-partition': true,
  });
  for (const gone of ['x-bigquery-partition', 'id.x-bigquery-cluster', 'label.x-bigquery-cluster'])
    expect(found(second)).not.toHaveProperty([gone]);
  const third = await load({ columns: { Id: { partition: true, cluster: true } } }, second);
  expect(found(third)).toMatchObject({ 'id.partition': true, 'id.cluster': true });
  for (const gone of ['day.x-bigquery-partition', 'day.x-bigquery-cluster', 'x-bigquery-cluster-columns'])
    expect(found(third)).not.toHaveProperty([gone]);
});

test('hints that are left out stay as they are stored, and give no new version', async () => {
  const first = await load({ bigquery: HINTS });
  const again = await load({ bigquery: HINTS }, first);
  const without = await load({}, again);
  expect([again.version, without.version]).toEqual([first.version, first.version]);
  expect(found(without)).toEqual(found(first));
});

test('a schema without them has the hash that it had', async () => {
  const plain = await load({});
  expect(found(plain)).toEqual({});
  expect(schemaHash(await load({ bigquery: none }))).toBe(schemaHash(plain));
});
