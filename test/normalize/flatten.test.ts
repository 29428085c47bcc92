import { isTidemarkError } from '../../src/errors';
import { newSchema } from '../../src/schema';
import { columnsOf, loadPages } from './load-rows';

const names = (columns: string[]) => columns.map((column) => column.split(':')[0]);

describe('rows and names', () => {
  test('columns stand in dlt’s order: a row’s own fields, then objects from the last to the first, then links', async () => {
    const { result } = await loadPages([[{ o1: { x: 1, n: { y: 1 } }, o2: { z: 1 }, s: 2 }]]);
    expect(names(columnsOf(result.schema, 'items'))).toEqual([
      's',
      'o2__z',
      'o1__x',
      'o1__n__y',
      '_dlt_load_id',
      '_dlt_id',
    ]);
  });

  test('in dlt’s way, which a contract asks for, the later of two keys with one name wins in its row, a null too', async () => {
    const { tables, result } = await loadPages(
      [[{ userId: 'x', user_id: 5 }, { userId: 7 }, { user_id: 8 }, { userId: 9, user_id: null }]],
      { schemaContract: { names: 'discard_value' } },
    );
    expect(tables.items?.map((row) => row.user_id)).toEqual([5, 7, 8, undefined]);
    expect(columnsOf(result.schema, 'items')[0]).toBe('user_id:bigint');
    expect(result.discarded).toEqual({ items: { rows: 0, values: 2 } });
  });

  test('a key that turns up late in a known shape is not lost', async () => {
    const rows = [{ a: 1, b: 2 }, { a: 3, c: { d: 4 }, b: 5 }, { b: 6, a: 7 }, { c: { d: 8, e: 9 } }];
    const { tables } = await loadPages([rows]);
    expect(tables.items).toMatchObject([
      { a: 1, b: 2 },
      { a: 3, b: 5, c__d: 4 },
      { a: 7, b: 6 },
      { c__d: 8, c__e: 9 },
    ]);
  });

  test('lists under an empty key have a table of their own', async () => {
    const { tables } = await loadPages([[{ '': [1], a: { ____: [{ x: 2 }] } }]]);
    expect(Object.keys(tables).sort()).toEqual(['items', 'items___empty', 'items__a___empty']);
  });

  test('a row’s own id is kept and links its children; children’s own links are not', async () => {
    const { tables } = await loadPages([
      [{ _dlt_id: 'mine', _dlt_load_id: 'x', l: [{ _dlt_id: 'c', _dlt_parent_id: 'p', a: 1 }] }],
    ]);
    expect(tables.items?.[0]?._dlt_id).toBe('mine');
    expect(tables.items?.[0]).not.toHaveProperty('_dlt_load_id');
    expect(tables.items__l?.[0]?._dlt_parent_id).toBe('mine');
    expect(tables.items__l?.[0]?._dlt_id).toMatch(/^[A-Za-z0-9+/]{12}$/);
  });

  test('ids are unique, of twelve characters', async () => {
    const { tables } = await loadPages([Array.from({ length: 3000 }, (_, i) => ({ i, l: [1, 2] }))]);
    const ids = Object.values(tables).flatMap((rows) => rows.map((row) => row._dlt_id));
    expect(new Set(ids).size).toBe(9000);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9+/]{12}$/);
  });

  test('lists that the same table holds from two places keep their parents', async () => {
    const { tables } = await loadPages([[{ a__b: [1], a: { b: [2, 3] } }, { a: { b: [4] } }]]);
    expect(tables.items__a__b?.map((row) => row.value)).toEqual([1, 2, 3, 4]);
    expect(new Set(tables.items__a__b?.map((row) => row._dlt_parent_id)).size).toBe(2);
  });

  test('a list can’t fill the table of another resource, nor a resource that of a list', async () => {
    const first = await loadPages([[{ id: 1 }]], { name: 'orders__lines' });
    const clash = loadPages([[{ lines: [1] }]], { name: 'orders' }, { schema: first.result.schema });
    await expect(clash).rejects.toThrow(/table "orders__lines", which resource "orders__lines" writes/);
    const other = await loadPages([[{ lines: [1] }]], { name: 'orders' });
    await expect(
      loadPages([[{ id: 1 }]], { name: 'orders__lines' }, { schema: other.result.schema }),
    ).rejects.toThrow(/holds the lists of table "orders"/);
  });

  test('items of a dynamic table name go to the tables that they name', async () => {
    const { result, tables } = await loadPages(
      [
        [
          { type: 'A', x: 1 },
          { type: 'b', l: [1] },
          { type: 'a', y: 2 },
        ],
      ],
      {
        tableName: (item) => (item as { type: string }).type,
      },
    );
    expect(result.rootTables).toEqual(['a', 'b']);
    expect(result.rows).toEqual({ a: 2, b: 1, b__l: 1 });
    expect(tables.a).toMatchObject([{ x: 1 }, { y: 2 }]);
    expect(result.schema.tables.b?.resource).toBe('items');
  });

  test('names that every object answers to are names like others', async () => {
    const { result, tables } = await loadPages(
      [JSON.parse('[{"constructor":1,"__proto__":2,"toString":[3]}]')],
      {
        name: 'constructor',
      },
    );
    expect(Object.values(tables)[0]?.[0]).toMatchObject({ constructor: 1, proto: 2 });
    expect(result.rows).toEqual({ constructor: 1, constructor__to_string: 1 });
  });

  test('a type declared for a column that is stored with another one doesn’t apply, and is reported', async () => {
    const first = await loadPages([[{ v: 1 }]]);
    const { result, tables } = await loadPages(
      [[{ v: '0012' }]],
      { columns: { v: { data_type: 'text' } } },
      { schema: first.result.schema },
    );
    expect(tables.items?.[0]).toMatchObject({ v__v_text: '0012' });
    expect(result.schemaChanges[0]).toBe(
      'column items.v stays bigint, the type it is stored with, though text is declared',
    );
  });

  test('a resource without rows changes nothing', async () => {
    const schema = newSchema('test');
    const { result } = await loadPages([[], []], { primaryKey: ['id'] }, { schema });
    expect(result.schema.tables).toEqual(schema.tables);
    expect(result).toMatchObject({ rows: {}, rootTables: [], schemaChanges: [], discarded: {} });
  });

  test('objects of a class unfold by what they show of themselves', async () => {
    class Money {
      constructor(readonly amount: number) {}
      toJSON() {
        return { amount: this.amount, currency: 'EUR' };
      }
    }
    const { tables } = await loadPages([
      [{ price: new Money(5), tags: new Set(['x']), at: new Map([['k', 1]]) }],
    ]);
    expect(tables.items?.[0]).toMatchObject({ price__amount: 5, price__currency: 'EUR', at__k: 1 });
    expect(tables.items__tags?.[0]?.value).toBe('x');
  });
});

describe('keys', () => {
  test('a key that no row has is unbound', async () => {
    const error = await loadPages([[{ v: 1 }]], { primaryKey: ['id'] }).catch((failure: unknown) => failure);
    expect(isTidemarkError(error, 'COLUMN_UNBOUND')).toBe(true);
  });

  test('a key that some rows lack is an error that counts them', async () => {
    await expect(loadPages([[{ id: 1 }, { v: 1 }, { v: 2 }]], { primaryKey: ['id'] })).rejects.toThrow(
      /2 of 3 rows of table "items" have no value for column "id"/,
    );
  });

  test('upsert without a primary key is refused', async () => {
    const error = await loadPages([[{ v: 1 }]], { writeDisposition: 'merge', mergeStrategy: 'upsert' }).catch(
      (failure: unknown) => failure,
    );
    expect(isTidemarkError(error, 'PRIMARY_KEY_REQUIRED')).toBe(true);
  });

  test('merging adds the root key to every table below the root, rows or not', async () => {
    const first = await loadPages([[{ id: 1, l: [{ m: [1] }] }]]);
    const second = await loadPages(
      [[{ id: 2 }]],
      { writeDisposition: 'merge', primaryKey: ['id'] },
      { schema: first.result.schema },
    );
    for (const table of ['items__l', 'items__l__m'])
      expect(second.result.schema.tables[table]?.columns._dlt_root_id).toMatchObject({
        root_key: true,
        nullable: false,
      });
    const third = await loadPages([[{ id: 3, l: [1] }]], {}, { schema: second.result.schema });
    expect(third.tables.items__l?.[0]?._dlt_root_id).toBe(third.tables.items?.[0]?._dlt_id);
  });
});
