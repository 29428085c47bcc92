import type { ResourceHints } from '../../src/normalize';
import { columnsOf, loadPages, type Row } from './load-rows';

/** The rows of a table without what links them. */
const plain = (rows: readonly Row[] | undefined): Row[] =>
  (rows ?? []).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !/^_(dlt|load)/.test(name))),
  );

/** The one column or table that holds what `name` cannot. */
const variantOf = (names: readonly string[], name: string): string => {
  const found = names.filter((candidate) => new RegExp(`^${name}__v_[0-9a-f]{8}$`).test(candidate));
  expect(found).toHaveLength(1);
  return found[0]!;
};

const rowsOf = async (pages: readonly (readonly unknown[])[], hints: Partial<ResourceHints> = {}) =>
  plain((await loadPages(pages, hints)).tables.items);

describe('keys of one row that give one name', () => {
  test.each([
    ['userId', 'user_id', { userId: 1, user_id: 2 }, { user_id: 2 }, 1],
    ['the other order', 'user_id', { user_id: 2, userId: 1 }, { user_id: 2 }, 1],
    ['Name', 'name', { Name: 'x', name: 'y' }, { name: 'y' }, 'x'],
    ['a.b and a-b', 'a_b', { 'a.b': 1, 'a-b': 2 }, { a_b: 2 }, 1],
    ['a path', 'a__b', { a: { b: 1 }, a__b: 2 }, { a__b: 1 }, 2],
    ['objects', 'a__x', { A: { x: 1 }, a: { x: 2 } }, { a__x: 2 }, 1],
    ['other types', 'name', { NAME: true, name: 'y' }, { name: 'y' }, true],
    ['an empty key', '_empty', { '': 1, _empty: 2 }, { _empty: 2 }, 1],
  ])('%s: both values are kept', async (_, name, row, kept, other) => {
    const [loaded = {}] = await rowsOf([[row]]);
    const variant = variantOf(Object.keys(loaded), name);
    expect(loaded).toEqual({ ...kept, [variant]: other });
  });

  test('equal values, and a null beside a value, need no second column', async () => {
    const rows = await rowsOf(
      [
        [
          { userId: 1, user_id: 1 },
          { userId: 2, user_id: null },
          { userId: null, user_id: 3 },
          { userId: { a: [1] }, user_id: { a: [1] } },
        ],
      ],
      { maxTableNesting: 0 },
    );
    expect(rows.map((row) => row.user_id ?? row.user_id__v_json)).toEqual([1, 2, 3, { a: [1] }]);
    expect(new Set(rows.flatMap((row) => Object.keys(row)))).toEqual(new Set(['user_id', 'user_id__v_json']));
  });

  test('from then on a key has the column that it was given, in this load and in later ones', async () => {
    const first = await loadPages([
      [{ userId: 1 }, { userId: 2, user_id: 3 }, { userId: 4 }, { user_id: 5 }],
    ]);
    const variant = variantOf(Object.keys(first.result.schema.tables.items?.columns ?? {}), 'user_id');
    expect(plain(first.tables.items)).toEqual([
      { user_id: 1 },
      { user_id: 3, [variant]: 2 },
      { [variant]: 4 },
      { user_id: 5 },
    ]);
    const second = await loadPages(
      [[{ userId: 6 }, { user_id: 8, userId: 7 }]],
      {},
      {
        schema: first.result.schema,
      },
    );
    expect(plain(second.tables.items)).toEqual([{ [variant]: 6 }, { user_id: 8, [variant]: 7 }]);
    expect(second.result.schema).toEqual(first.result.schema);
    expect(first.result.schemaChanges).toContain(
      `key "userId" of table items goes to ${variant}, since "user_id" has the name user_id`,
    );
  });

  test('loads side by side give a key the same column, whatever order their rows have', async () => {
    const columns = async (rows: readonly Row[]) =>
      columnsOf((await loadPages([rows])).result.schema, 'items').sort();
    const a = await columns([
      { Name: 1, NAME: 2 },
      { name: 3, Name: 1 },
    ]);
    const b = await columns([
      { NAME: 2, Name: 1 },
      { Name: 1, name: 3 },
    ]);
    expect(a).toEqual(b);
  });

  test('a key that hints name keeps its column', async () => {
    const [row = {}] = await rowsOf([[{ userId: 1, user_id: 2 }]], {
      primaryKey: ['userId'],
      writeDisposition: 'merge',
      mergeStrategy: 'upsert',
    });
    expect(row).toEqual({ user_id: 1, [variantOf(Object.keys(row), 'user_id')]: 2 });
  });

  test('of two lists each has a table of its own; equal ones are one', async () => {
    const { tables } = await loadPages([
      [
        { items: [4], Items: [4] },
        { items: [1], Items: [2, 3] },
      ],
    ]);
    const other = variantOf(Object.keys(tables), 'items__items');
    expect(plain(tables.items__items).map(({ value }) => value)).toEqual([4, 1]);
    expect(plain(tables[other]).map(({ value }) => value)).toEqual([2, 3]);
  });

  test('a key that is named like a variant of the type shares the column where it can', async () => {
    const rows = await rowsOf([[{ v: 1, v__v_text: 'own' }, { v: 'x', v__v_text: 'own' }, { v: 'y' }]]);
    expect(rows).toEqual([
      { v: 1, v__v_text: 'own' },
      { v__v_text: 'own', v__v_text__v_text: 'x' },
      { v__v_text: 'y' },
    ]);
  });
});

describe('under a contract', () => {
  const row = { userId: 1, user_id: 2 };
  const known = async () => (await loadPages([[{ user_id: 1 }]])).result.schema;

  test('names: freeze refuses the row, naming both keys and the cures', async () => {
    await expect(loadPages([[row]], { schemaContract: { names: 'freeze' } })).rejects.toMatchObject({
      code: 'NAME_COLLISION',
      message: expect.stringMatching(/"user_id" and "userId".*with map/s),
    });
  });

  test('names: discardRow leaves the row out, and counts it', async () => {
    const { tables, result } = await loadPages([[row, { userId: 3 }]], {
      schemaContract: { names: 'discard_row' },
    });
    expect(plain(tables.items)).toEqual([{ user_id: 3 }]);
    expect(result.discarded).toEqual({ items: { rows: 1, values: 0 } });
  });

  test('names: discardValue drops lists as dlt does, and counts their rows', async () => {
    const { tables, result } = await loadPages([[{ items: [1], Items: [2, 3] }]], {
      schemaContract: { names: 'discard_value' },
    });
    expect(plain(tables.items__items).map(({ value }) => value)).toEqual([2, 3]);
    expect(result.discarded).toEqual({ items__items: { rows: 1, values: 0 } });
  });

  test('columns: freeze takes no variant; discardValue leaves the value out and counts it', async () => {
    const schema = await known();
    await expect(
      loadPages([[row]], { schemaContract: { columns: 'freeze' } }, { schema }),
    ).rejects.toMatchObject({ code: 'NAME_COLLISION' });
    const { tables, result } = await loadPages(
      [[row]],
      { schemaContract: { columns: 'discard_value' } },
      { schema },
    );
    expect(plain(tables.items)).toEqual([{ user_id: 2 }]);
    expect(result.discarded).toEqual({ items: { rows: 0, values: 1 } });
  });

  test('what dlt stores of a contract has no names', async () => {
    const { result } = await loadPages([[row]], { schemaContract: { names: 'evolve', tables: 'evolve' } });
    expect(result.schema.tables.items?.schema_contract).toEqual({ tables: 'evolve' });
    const names = await loadPages([[row]], { schemaContract: { names: 'evolve' } });
    expect(names.result.schema.tables.items).not.toHaveProperty('schema_contract');
  });
});
