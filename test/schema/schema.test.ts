import { deflateSync } from 'node:zlib';
import {
  columnsWith,
  descendantsOf,
  newSchema,
  parseSchema,
  rootTableOf,
  type StoredSchema,
  schemaDifference,
  serializeSchema,
  type TableSchema,
  tablesOfResource,
  uniteSchemas,
} from '../../src/schema';

const seen = { 'x-normalizer': { 'seen-data': true } };
const table = (
  name: string,
  columns: TableSchema['columns'],
  rest: Partial<TableSchema> = {},
): TableSchema => ({
  name,
  columns,
  ...seen,
  ...rest,
});
function withTables(...tables: TableSchema[]): StoredSchema {
  const schema = newSchema('shop');
  for (const each of tables) schema.tables[each.name] = each;
  return schema;
}
const id = { name: 'id', data_type: 'bigint', nullable: false, primary_key: true } as const;

describe('a stored schema', () => {
  test('is read back as it was written, packed or not', () => {
    const schema = withTables(table('orders', { id }, { resource: 'orders', write_disposition: 'append' }));
    const text = serializeSchema(schema);
    expect(parseSchema(text)).toEqual(schema);
    expect(parseSchema(deflateSync(text).toString('base64'))).toEqual(schema);
  });

  test('gets what dlt fills in where a hand-made one leaves it out', () => {
    const schema = parseSchema(
      '{"version":1,"engine_version":10,"name":"z","tables":{"a":{"columns":{"x":{"data_type":"text"}}},"b":{"parent":"a","columns":{}}}}',
    );
    expect(schema.engine_version).toBe(11);
    expect(schema.tables.a).toEqual({
      name: 'a',
      write_disposition: 'append',
      resource: 'a',
      columns: { x: { name: 'x', data_type: 'text' } },
    });
    expect(schema.tables.b).toEqual({ name: 'b', parent: 'a', columns: {} });
  });

  test.each([
    'nonsense',
    '[]',
    '{"name":"z","tables":{}}',
    '{"engine_version":12,"name":"z","tables":{}}',
    '{"engine_version":11}',
  ])('%s is refused', (text) => {
    expect(() => parseSchema(text)).toThrow(/The schema stored in _dlt_version/);
  });

  test('knows families of tables, and columns by their hints', () => {
    const schema = withTables(
      table('a', { id }, { resource: 'r' }),
      table('a__b', {}, { parent: 'a' }),
      table('a__b__c', {}, { parent: 'a__b' }),
      table('d', {}, { resource: 'r' }),
    );
    expect(descendantsOf(schema, 'a').map(({ name }) => name)).toEqual(['a__b', 'a__b__c']);
    expect(rootTableOf(schema, 'a__b__c')?.name).toBe('a');
    expect(tablesOfResource(schema, 'r').map(({ name }) => name)).toEqual(['a', 'd']);
    expect(columnsWith(table('a', { id, v: { name: 'v', primary_key: false } }), 'primary_key')).toEqual([
      'id',
    ]);
  });
});

describe('the difference of two schemas', () => {
  test('is what a database lacks: tables that have seen data, columns with a type, wider types', () => {
    const before = withTables(table('a', { id, v: { name: 'v', data_type: 'bigint' } }));
    const after = withTables(
      table('a', {
        id,
        v: { name: 'v', data_type: 'double' },
        w: { name: 'w', data_type: 'text' },
        x: { name: 'x' },
      }),
      table('b', { id }),
      { name: 'unseen', columns: { id } },
    );
    const { newTables, newColumns, widened } = schemaDifference(before, after);
    expect(newTables.map(({ name }) => name)).toEqual(['b']);
    expect(newColumns.map(({ column }) => column.name)).toEqual(['w']);
    expect(widened).toEqual([{ table: 'a', column: 'v', from: 'bigint', to: 'double' }]);
  });

  test('to nothing is everything, dlt’s own tables too', () => {
    const names = schemaDifference(undefined, withTables(table('a', { id }))).newTables.map(
      ({ name }) => name,
    );
    expect(names).toEqual(['_dlt_version', '_dlt_loads', 'a']);
  });
});

describe('two schemas united', () => {
  test('have mine’s hints, the newest one’s types, and settings of both', () => {
    const newest = withTables(
      table('a', { id: { name: 'id', data_type: 'text' }, u: { name: 'u', incremental: true } }),
    );
    const mine = withTables(
      table('a', { u: { name: 'u', data_type: 'bigint' }, id }, { write_disposition: 'merge' }),
    );
    mine.normalizers.json = {
      module: 'm',
      config: { propagation: { tables: { a: { _dlt_id: '_dlt_root_id' } } } },
    };
    const { schema, conflicts } = uniteSchemas(newest, mine);
    expect(schema.tables.a).toMatchObject({ write_disposition: 'merge', ...seen });
    expect(schema.tables.a?.columns.id).toEqual({ ...id, data_type: 'text' });
    expect(schema.tables.a?.columns.u).toEqual({ name: 'u', data_type: 'bigint', incremental: true });
    expect(conflicts).toEqual([{ table: 'a', column: 'id', newest: 'text', mine: 'bigint' }]);
    expect(schema.normalizers).toEqual(mine.normalizers);
    expect(newest.tables.a?.write_disposition).toBeUndefined();
  });
});
