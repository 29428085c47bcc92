import type { StateEdit } from '../../src/destination';
import { newSchema } from '../../src/schema';
import { dataset, datasetForEach, goOnWith, ids } from './dataset-of-test';
import { commit, cursorAt, packageOf, rowsOf, SOURCE, slice, tested } from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset, outside, keepsOrder, textType = 'VARCHAR' }) => {
  const folder = datasetForEach(freshDataset);
  const stateful = (before: number | undefined, after: number) => ({
    cursors: [
      {
        path: 'id',
        column: 'id',
        before: before === undefined ? undefined : cursorAt(before),
        after: cursorAt(after),
      },
    ],
  });

  describe('cursors', () => {
    test('of two stateful loads from one position: the second commits nothing and starts again', async () => {
      const [first, second] = [
        await packageOf(dataset, { resources: [{ rows: [{ id: 1 }], ...stateful(undefined, 1) }] }),
        await packageOf(dataset, { resources: [{ rows: [{ id: 1 }], ...stateful(undefined, 1) }] }),
      ];
      const results = await Promise.allSettled([dataset.commit(first), dataset.commit(second)]);
      // a server decides which of two commits at once is the first one
      if (!keepsOrder && results[0]?.status === 'rejected') results.reverse();
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
      expect(results[1]).toMatchObject({ reason: { code: 'STATE_CHANGED', retryable: true } });
      expect(await ids()).toEqual([1]);
    });

    test('are not touched by stateless loads, whose custom state is stored', async () => {
      await commit(dataset, { resources: [{ rows: [{ id: 1, ts: 1 }], ...stateful(undefined, 1) }] });
      const customState = { before: {}, after: { seen: [1] } };
      await commit(dataset, { resources: [{ rows: [{ id: 2, ts: 5 }], ...slice(0, 10), customState }] });
      expect((await dataset.snapshot(SOURCE)).state?.sources?.[SOURCE]?.resources?.items).toEqual({
        seen: [1],
        incremental: { id: cursorAt(1) },
      });
    });

    test('a stateless load that changes no state writes no state row', async () => {
      await commit(dataset, { resources: [{ rows: [{ id: 1, ts: 1 }], ...slice(0, 10) }] });
      await commit(dataset, { resources: [{ rows: [{ id: 2, ts: 11 }], ...slice(10, 20) }] });
      expect(await rowsOf(dataset, 'SELECT version FROM _dlt_pipeline_state')).toEqual([{ version: 1 }]);
      await commit(dataset, { resources: [{ rows: [{ id: 3, ts: 21, fresh: 1 }], ...slice(20, 30) }] });
      expect(await rowsOf(dataset, 'SELECT version FROM _dlt_pipeline_state ORDER BY 1')).toEqual([
        { version: 1 },
        { version: 2 },
      ]);
    });
  });

  describe('custom state of loads that run at once', () => {
    test('is united by key, and a conflict starts the load again', async () => {
      await commit(dataset, {
        resources: [{ rows: [{ id: 0 }], customState: { before: {}, after: { list: [1], n: 1 } } }],
      });
      const before = { list: [1], n: 1 };
      await commit(dataset, {
        resources: [{ rows: [], customState: { before, after: { list: [1, 2], n: 1 } } }],
      });
      await commit(dataset, {
        resources: [{ rows: [], customState: { before, after: { list: [1, 3], n: 2 } } }],
      });
      expect((await dataset.snapshot(SOURCE)).state?.sources?.[SOURCE]?.resources?.items).toEqual({
        list: [1, 2, 3],
        n: 2,
      });
      await expect(
        commit(dataset, {
          resources: [{ rows: [{ id: 9 }], customState: { before, after: { list: [1], n: 3 } } }],
        }),
      ).rejects.toMatchObject({ code: 'STATE_CHANGED' });
      expect(await ids()).toEqual([0]);
    });

    test('is shared by a source where it says so', async () => {
      await commit(dataset, {
        resources: [{ rows: [] }],
        extra: { sourceState: { before: {}, after: { token: 'x' } } },
      });
      expect((await dataset.snapshot(SOURCE)).state?.sources?.[SOURCE]).toEqual({ token: 'x' });
    });
  });

  describe('a load that was cancelled', () => {
    test('before its commit writes nothing', async () => {
      const extra = { signal: AbortSignal.abort() };
      await expect(commit(dataset, { resources: [{ rows: [{ id: 1 }] }], extra })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      expect(await dataset.ledger()).toEqual([]);
    });

    test('by its last check writes nothing', async () => {
      const extra = {
        beforeCommit: () => {
          throw new Error('closed');
        },
      };
      await expect(commit(dataset, { resources: [{ rows: [{ id: 1 }] }], extra })).rejects.toThrow('closed');
    });
  });

  describe('load ids', () => {
    test('grow in the order of commits, also where the clock stands still', async () => {
      const extra = { clock: () => 1_700_000_000_000 };
      const outcomes = [];
      for (let id = 0; id < 3; id++)
        outcomes.push(await commit(dataset, { resources: [{ rows: [{ id }] }], extra }));
      expect(outcomes.map((outcome) => outcome.loadId)).toEqual([
        '1700000000.000000',
        '1700000000.000001',
        '1700000000.000002',
      ]);
    });

    test('are above those of dlt, and a clock behind by over a minute refuses the commit', async () => {
      await commit(dataset, {
        resources: [{ rows: [{ id: 1 }] }],
        extra: { clock: () => 1_700_000_000_000 },
      });
      goOnWith(
        await outside(
          dataset,
          "INSERT INTO _dlt_loads SELECT '1700000030.1234567', schema_name, 0, inserted_at, schema_version_hash FROM _dlt_loads",
        ),
      );
      const next = await commit(dataset, {
        resources: [{ rows: [{ id: 2 }] }],
        extra: { clock: () => 1_700_000_000_000 },
      });
      expect(next.loadId).toBe('1700000030.123457');
      await expect(
        commit(dataset, { resources: [{ rows: [{ id: 3 }] }], extra: { clock: () => 1_699_999_960_000 } }),
      ).rejects.toMatchObject({ code: 'CLOCK_SKEW' });
      goOnWith(
        await outside(
          dataset,
          "INSERT INTO _dlt_loads SELECT 'zzz', schema_name, 0, inserted_at, schema_version_hash FROM _dlt_loads LIMIT 1",
        ),
      );
      await expect(commit(dataset, { resources: [{ rows: [{ id: 3 }] }] })).rejects.toMatchObject({
        code: 'CLOCK_SKEW',
      });
      expect(await ids()).toEqual([1, 2]);
    });
  });

  describe('schemas that race', () => {
    test('are united, and the later one takes what does not fit to a variant', async () => {
      await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
      const a = await packageOf(dataset, { resources: [{ rows: [{ id: 2, a: 1, c: 5 }] }] });
      const b = await packageOf(dataset, { resources: [{ rows: [{ id: 3, b: 'x', c: 'text', l: [1] }] }] });
      await dataset.commit(a);
      const outcome = await dataset.commit(b);
      expect(outcome.schemaVersion).toBe(3);
      expect(await rowsOf(dataset, 'SELECT id, a, b, c, c__v_text FROM items ORDER BY id')).toEqual([
        { id: 1, a: null, b: null, c: null, c__v_text: null },
        { id: 2, a: 1, b: null, c: 5, c__v_text: null },
        { id: 3, a: null, b: 'x', c: null, c__v_text: 'text' },
      ]);
      const snapshot = await dataset.snapshot(SOURCE);
      expect(Object.keys(snapshot.schema?.tables.items?.columns ?? {})).toEqual(
        expect.arrayContaining(['id', 'a', 'b', 'c', 'c__v_text']),
      );
    });

    test('of two first loads, too', async () => {
      const [a, b] = [
        await packageOf(dataset, { resources: [{ rows: [{ id: 1, a: 1 }] }] }),
        await packageOf(dataset, { resources: [{ rows: [{ id: 2, b: 1 }] }] }),
      ];
      await Promise.all([dataset.commit(a), dataset.commit(b)]);
      expect(await rowsOf(dataset, 'SELECT id, a, b FROM items ORDER BY id')).toEqual([
        { id: 1, a: 1, b: null },
        { id: 2, a: null, b: 1 },
      ]);
    });

    test('a load whose rows lack the root id that a merge brought meanwhile starts again', async () => {
      await commit(dataset, { resources: [{ rows: [{ id: 1, l: [1] }] }] });
      const late = await packageOf(dataset, { resources: [{ rows: [{ id: 2, l: [2] }] }] });
      await commit(dataset, {
        resources: [{ rows: [{ id: 1, l: [3] }], disposition: 'merge', primaryKey: ['id'] }],
      });
      await expect(dataset.commit(late)).rejects.toMatchObject({ code: 'STATE_CHANGED' });
      await commit(dataset, { resources: [{ rows: [{ id: 2, l: [2] }] }] });
      expect(
        await rowsOf(
          dataset,
          'SELECT i.id, l.value FROM items i JOIN items__l l ON l._dlt_root_id = i._dlt_id ORDER BY 1',
        ),
      ).toEqual([
        { id: 1, value: 3 },
        { id: 2, value: 2 },
      ]);
    });

    test('a column that only the table has is in the schema again', async () => {
      await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
      goOnWith(await outside(dataset, `ALTER TABLE items ADD COLUMN lost ${textType}`));
      expect((await dataset.snapshot(SOURCE)).schema?.tables.items?.columns.lost).toMatchObject({
        data_type: 'text',
        nullable: true,
      });
    });
  });

  describe('a state that is edited', () => {
    const edit = (given: Partial<StateEdit>): StateEdit => ({
      source: SOURCE,
      resources: ['items'],
      clock: Date.now,
      ...given,
    });

    test('is gone after a reset, and a load that began before it commits nothing', async () => {
      await commit(dataset, { key: 'a', resources: [{ rows: [{ id: 1 }], ...stateful(undefined, 1) }] });
      const late = await packageOf(dataset, { resources: [{ rows: [{ id: 2 }], ...stateful(1, 2) }] });
      await dataset.editState(edit({}));
      const snapshot = await dataset.snapshot(SOURCE);
      expect(snapshot.state?.sources?.[SOURCE]?.resources).toBeUndefined();
      expect(snapshot.generations).toEqual({ items: 1 });
      expect((await dataset.ledger()).map((row) => row.status)).toEqual(['superseded', 'reset']);
      await expect(dataset.commit(late)).rejects.toMatchObject({ code: 'GENERATION_CHANGED' });
      expect((await dataset.commit({ ...late, schema: newSchema(SOURCE), loadKey: 'a' })).status).toBe(
        'skipped',
      );
    });

    test('is what was set', async () => {
      await commit(dataset, { resources: [{ rows: [{ id: 1 }], ...stateful(undefined, 1) }] });
      await dataset.editState(edit({ set: { items: { incremental: { id: cursorAt(7) } } } }));
      expect((await dataset.snapshot(SOURCE)).state?.sources?.[SOURCE]?.resources?.items).toEqual({
        incremental: { id: cursorAt(7) },
      });
    });
  });

  test('a dataset that is not the planned one is refused', async () => {
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const { datasetId } = await dataset.snapshot(SOURCE);
    await commit(dataset, { resources: [{ rows: [{ id: 2 }] }], extra: { datasetId } });
    const other = await freshDataset(folder);
    await expect(
      commit(other, { resources: [{ rows: [{ id: 3 }] }], extra: { datasetId } }),
    ).rejects.toMatchObject({ code: 'DATASET_MISMATCH' });
    await other.close();
  });
});
