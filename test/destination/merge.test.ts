import type { Dataset } from '../../src/destination';
import { commit, type Resource, rowsOf, slice, temporaryFolder, tested } from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset }) => {
  const folder = temporaryFolder();
  const merge = { disposition: 'merge', primaryKey: ['id'] } as const;

  async function load(dataset: Dataset, rows: readonly unknown[], given: Partial<Resource> = {}) {
    return commit(dataset, { resources: [{ ...merge, ...given, rows }] });
  }

  const items = (dataset: Dataset, columns = 'id, v') =>
    rowsOf(dataset, `SELECT ${columns} FROM items ORDER BY id`);

  describe('a merge', () => {
    let dataset: Dataset;
    beforeEach(async () => {
      dataset = await freshDataset(folder);
    });
    afterEach(() => dataset.close());

    test('counts what was inserted, updated, deleted and skipped', async () => {
      await load(dataset, [
        { id: 1, v: 'a', l: [1, 2] },
        { id: 2, v: 'a' },
      ]);
      const outcome = await load(dataset, [
        { id: 1, v: 'b', l: [3] },
        { id: 3, v: 'b' },
        { id: 3, v: 'b' },
      ]);
      expect(outcome.tables).toMatchObject({
        items: { inserted: 1, updated: 1, deleted: 0, skipped: 1 },
        items__l: { inserted: 1, deleted: 2 },
      });
      expect(outcome.rows).toEqual({ items: 2 });
      expect(await items(dataset)).toEqual([
        { id: 1, v: 'b' },
        { id: 2, v: 'a' },
        { id: 3, v: 'b' },
      ]);
    });

    test('that is stateless leaves a newer stored row alone, with its children, and counts the stale one', async () => {
      await load(dataset, [
        { id: 1, ts: 9, v: 'new', l: ['new'] },
        { id: 2, ts: 2, v: 'old' },
      ]);
      const outcome = await load(
        dataset,
        [
          { id: 1, ts: 3, v: 'stale', l: ['stale'] },
          { id: 2, ts: 4, v: 'newer' },
        ],
        slice(0, 5),
      );
      expect(outcome.tables.items).toMatchObject({ inserted: 0, updated: 1, stale: 1 });
      expect(await items(dataset)).toEqual([
        { id: 1, v: 'new' },
        { id: 2, v: 'newer' },
      ]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l')).toEqual([{ value: 'new' }]);
    });

    test('that is stateful lets the batch win', async () => {
      await load(dataset, [{ id: 1, ts: 9, v: 'new' }]);
      await load(dataset, [{ id: 1, ts: 3, v: 'old' }], { cursors: slice(0, 5).cursors });
      expect(await items(dataset)).toEqual([{ id: 1, v: 'old' }]);
    });

    test('takes the newest of a key by the cursor, whatever its place in the batch', async () => {
      await load(
        dataset,
        [
          { id: 1, ts: 5, v: 'newest', l: [5] },
          { id: 1, ts: 2, v: 'older', l: [2] },
        ],
        { cursors: slice(0, 9).cursors },
      );
      expect(await items(dataset)).toEqual([{ id: 1, v: 'newest' }]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l')).toEqual([{ value: 5 }]);
    });

    test('by a merge key alone leaves a newer batch as it is, and counts what is stale', async () => {
      const group = { primaryKey: [], mergeKey: ['g'] };
      await load(
        dataset,
        [
          { id: 1, g: 'x', ts: 1, l: [1] },
          { id: 2, g: 'x', ts: 9 },
          { id: 3, g: 'y', ts: 1 },
        ],
        group,
      );
      const outcome = await load(
        dataset,
        [
          { id: 4, g: 'x', ts: 5, l: [4] },
          { id: 5, g: 'y', ts: 4 },
          { id: 6, g: 'z', ts: 4 },
        ],
        { ...group, ...slice(0, 6) },
      );
      expect(outcome.tables.items).toMatchObject({ inserted: 2, deleted: 1, stale: 1 });
      expect(await items(dataset, 'id')).toEqual([{ id: 1 }, { id: 2 }, { id: 5 }, { id: 6 }]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l')).toEqual([{ value: 1 }]);
    });

    test('by a merge key alone loads a batch anew in its range, also where fewer rows come again', async () => {
      const group = { primaryKey: [], mergeKey: ['g'], ...slice(0, 6) };
      await load(
        dataset,
        [
          { id: 1, g: 'x', ts: 1 },
          { id: 2, g: 'x', ts: 5 },
        ],
        group,
      );
      await load(dataset, [{ id: 3, g: 'x', ts: 2 }], group);
      expect(await items(dataset, 'id')).toEqual([{ id: 3 }]);
    });

    test('by a merge key beside a primary key leaves newer rows of the group', async () => {
      const both = { primaryKey: ['id'], mergeKey: ['g'] };
      await load(
        dataset,
        [
          { id: 1, g: 'x', ts: 1 },
          { id: 2, g: 'x', ts: 9 },
          { id: 3, g: 'y', ts: 1 },
        ],
        both,
      );
      await load(dataset, [{ id: 4, g: 'x', ts: 5 }], { ...both, ...slice(0, 6) });
      expect(await items(dataset, 'id')).toEqual([{ id: 2 }, { id: 3 }, { id: 4 }]);
    });

    test('fills in root ids of rows that were appended before, also where the run brings no rows for a table', async () => {
      await load(
        dataset,
        [
          { id: 1, l: [{ m: [1] }] },
          { id: 2, l: [{ m: [2] }] },
        ],
        { disposition: 'append' },
      );
      await load(dataset, [{ id: 2, v: 'x' }]);
      expect(
        await rowsOf(
          dataset,
          'SELECT i.id FROM items i JOIN items__l l ON l._dlt_root_id = i._dlt_id JOIN items__l__m m ON m._dlt_root_id = i._dlt_id',
        ),
      ).toEqual([{ id: 1 }]);
      expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM items__l__m')).toEqual([{ n: 1 }]);
    });

    test('without any key appends', async () => {
      await load(dataset, [{ id: 1 }], { primaryKey: [] });
      await load(dataset, [{ id: 1 }], { primaryKey: [] });
      expect(await items(dataset, 'id')).toEqual([{ id: 1 }, { id: 1 }]);
    });

    test('deletes what says so, and counts it', async () => {
      const hard = { hardDelete: 'gone', hints: { columns: { gone: { hard_delete: true } } } };
      await load(dataset, [{ id: 1, l: [1] }, { id: 2 }], hard);
      const outcome = await load(
        dataset,
        [
          { id: 1, gone: true, l: [7] },
          { id: 3, gone: true },
        ],
        hard,
      );
      expect(outcome.tables.items).toMatchObject({ inserted: 0, updated: 0, deleted: 1 });
      expect(await items(dataset, 'id')).toEqual([{ id: 2 }]);
      expect(await rowsOf(dataset, 'SELECT * FROM items__l')).toEqual([]);
    });
  });

  describe('an upsert', () => {
    const upsert = { strategy: 'upsert' } as const;

    test('lets the last of a batch win, with its own children', async () => {
      const dataset = await freshDataset(folder);
      await load(
        dataset,
        [
          { id: 1, v: 'first', l: [1, 2, 3] },
          { id: 1, v: 'last', l: [4] },
          { id: 2, v: 'only', l: [5] },
        ],
        upsert,
      );
      expect(await items(dataset)).toEqual([
        { id: 1, v: 'last' },
        { id: 2, v: 'only' },
      ]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l ORDER BY value')).toEqual([
        { value: 4 },
        { value: 5 },
      ]);
      await dataset.close();
    });

    test('has no children of a row that the batch overwrote, at any level', async () => {
      const dataset = await freshDataset(folder);
      await load(
        dataset,
        [
          { id: 1, v: 'first', l: [1, 2], deep: [{ inner: [{ n: 1 }, { n: 2 }] }] },
          { id: 2, v: 'only', l: [7] },
          { id: 1, v: 'last', deep: [{ inner: [{ n: 3 }] }] },
        ],
        upsert,
      );
      expect(await items(dataset)).toEqual([
        { id: 1, v: 'last' },
        { id: 2, v: 'only' },
      ]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l')).toEqual([{ value: 7 }]);
      expect(await rowsOf(dataset, 'SELECT n FROM items__deep__inner')).toEqual([{ n: 3 }]);
      await dataset.close();
    });

    test('that deletes an unknown row inserts nothing', async () => {
      const dataset = await freshDataset(folder);
      const hard = { ...upsert, hardDelete: 'gone', hints: { columns: { gone: { hard_delete: true } } } };
      await load(dataset, [{ id: 1, gone: false }], hard);
      await load(
        dataset,
        [
          { id: 2, gone: true },
          { id: 1, gone: true },
        ],
        hard,
      );
      expect(await items(dataset, 'id')).toEqual([]);
      await dataset.close();
    });

    test('without a primary key is refused, and nothing is written', async () => {
      const dataset = await freshDataset(folder);
      await expect(load(dataset, [{ id: 1 }], { ...upsert, primaryKey: [] })).rejects.toMatchObject({
        code: 'PRIMARY_KEY_REQUIRED',
      });
      expect(await dataset.snapshot('shop')).toMatchObject({ schema: undefined, state: undefined });
      await dataset.close();
    });
  });

  test('insert-only adds no child to a stored parent', async () => {
    const dataset = await freshDataset(folder);
    const given = { strategy: 'insert-only' } as const;
    await load(dataset, [{ id: 1, v: 'a', l: [1] }], given);
    const outcome = await load(
      dataset,
      [
        { id: 1, v: 'b', l: [2, 3] },
        { id: 2, v: 'b', l: [4] },
      ],
      given,
    );
    expect(outcome.tables.items).toMatchObject({ inserted: 1, skipped: 1 });
    expect(await items(dataset)).toEqual([
      { id: 1, v: 'a' },
      { id: 2, v: 'b' },
    ]);
    expect(await rowsOf(dataset, 'SELECT value FROM items__l ORDER BY value')).toEqual([
      { value: 1 },
      { value: 4 },
    ]);
    await dataset.close();
  });

  test('scd2 closes what changed and keeps what a newer version outlived', async () => {
    const dataset = await freshDataset(folder);
    const given = { strategy: 'scd2', primaryKey: [], mergeKey: ['id'] } as const;
    await load(
      dataset,
      [
        { id: 1, ts: 5, v: 'a' },
        { id: 2, ts: 9, v: 'a' },
      ],
      given,
    );
    const outcome = await load(
      dataset,
      [
        { id: 1, ts: 6, v: 'b' },
        { id: 2, ts: 3, v: 'stale' },
      ],
      { ...given, ...slice(0, 7) },
    );
    expect(outcome.tables.items).toMatchObject({ inserted: 1, stale: 1 });
    expect(
      await rowsOf(
        dataset,
        "SELECT id, v, CASE WHEN _dlt_valid_to IS NULL THEN 'active' ELSE 'ended' END AS version FROM items ORDER BY id, v",
      ),
    ).toEqual([
      { id: 1, v: 'a', version: 'ended' },
      { id: 1, v: 'b', version: 'active' },
      { id: 2, v: 'a', version: 'active' },
    ]);
    await dataset.close();
  });

  test('scd2 stores all that is below a version, once', async () => {
    const dataset = await freshDataset(folder);
    const given = { strategy: 'scd2', primaryKey: [] } as const;
    const first = [{ id: 1, lines: [{ sku: 'a', tags: ['x', 'y'] }] }];
    await load(dataset, first, given);
    const outcome = await load(
      dataset,
      [
        { id: 1, lines: [{ sku: 'b', tags: ['z'] }] },
        { id: 2, lines: [{ sku: 'c', tags: ['w'] }] },
      ],
      given,
    );
    expect(outcome.tables).toMatchObject({
      items: { inserted: 2 },
      items__lines: { inserted: 2 },
      items__lines__tags: { inserted: 2 },
    });
    // the first version returns
    await load(dataset, first, given);
    expect(
      await rowsOf(
        dataset,
        'SELECT l.sku, t.value FROM items__lines__tags t JOIN items__lines l ON l._dlt_id = t._dlt_parent_id ORDER BY 1, 2',
      ),
    ).toEqual([
      { sku: 'a', value: 'x' },
      { sku: 'a', value: 'y' },
      { sku: 'b', value: 'z' },
      { sku: 'c', value: 'w' },
    ]);
    await dataset.close();
  });
});
