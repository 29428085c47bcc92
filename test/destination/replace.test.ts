import { dataset, datasetForEach, ids } from './dataset-of-test';
import { commit, cursorAt, packageOf, rowsOf, SOURCE, slice, tested } from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset }) => {
  datasetForEach(freshDataset);

  describe('replace', () => {
    test('of a table that other resources feed removes its own rows only', async () => {
      const shared = (name: string, id: number, disposition: 'append' | 'replace') => ({
        name,
        disposition,
        rows: [{ id, l: [id] }],
        hints: { tableName: 'items' },
      });
      await commit(dataset, { resources: [shared('a', 1, 'append')] });
      await commit(dataset, { resources: [shared('b', 2, 'append')] });
      await commit(dataset, { resources: [shared('b', 3, 'replace')] });
      expect(await ids()).toEqual([1, 3]);
      await commit(dataset, { resources: [shared('a', 4, 'replace')] });
      expect(await ids()).toEqual([3, 4]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l ORDER BY value')).toEqual([
        { value: 3 },
        { value: 4 },
      ]);
    });

    test('leaves the rows of another source alone', async () => {
      await commit(dataset, { source: 'one', resources: [{ rows: [{ id: 1 }] }] });
      await commit(dataset, { source: 'two', resources: [{ rows: [{ id: 2 }], disposition: 'replace' }] });
      await commit(dataset, { source: 'two', resources: [{ rows: [{ id: 3 }], disposition: 'replace' }] });
      expect(await ids()).toEqual([1, 3]);
    });

    test('empties dynamic tables that this run brings nothing for', async () => {
      const hints = { tableName: (item: unknown) => (item as { kind: string }).kind };
      await commit(dataset, { resources: [{ rows: [{ kind: 'a' }, { kind: 'b' }], hints }] });
      const outcome = await commit(dataset, {
        resources: [{ rows: [{ kind: 'b' }], hints, disposition: 'replace' }],
      });
      expect(outcome.tables).toMatchObject({ a: { deleted: 1 }, b: { deleted: 1, inserted: 1 } });
      expect(await rowsOf(dataset, 'SELECT * FROM a')).toEqual([]);
    });
  });

  describe('a full refresh', () => {
    const stateful = (last: number, before?: number) => ({
      cursors: [
        {
          path: 'id',
          column: 'id',
          before: before === undefined ? undefined : cursorAt(before),
          after: cursorAt(last),
        },
      ],
    });

    test('resets the cursor, supersedes the ledger and raises the generation', async () => {
      await commit(dataset, { key: 'a', resources: [{ rows: [{ id: 1 }, { id: 2 }], ...stateful(2) }] });
      const late = await packageOf(dataset, {
        key: 'late',
        resources: [{ rows: [{ id: 9 }], ...stateful(9, 2) }],
      });
      await commit(dataset, {
        key: 'b',
        resources: [{ rows: [{ id: 1 }], ...stateful(1), disposition: 'replace', fullRefresh: true }],
      });
      expect(await ids()).toEqual([1]);
      const snapshot = await dataset.snapshot(SOURCE);
      expect(snapshot.generations).toEqual({ items: 1 });
      expect(snapshot.state?.sources?.[SOURCE]?.resources?.items?.incremental).toEqual({ id: cursorAt(1) });
      expect((await dataset.ledger()).map((row) => [row.load_key, row.status, row.generation])).toEqual([
        ['a', 'superseded', 0],
        ['b', 'loaded', 1],
      ]);
      await expect(dataset.commit(late)).rejects.toMatchObject({
        code: 'GENERATION_CHANGED',
        retryable: true,
      });
      expect(await ids()).toEqual([1]);
    });

    test('that is stateless leaves no cursor', async () => {
      await commit(dataset, { resources: [{ rows: [{ id: 1 }], ...stateful(1) }] });
      await commit(dataset, {
        resources: [{ rows: [{ id: 2, ts: 1 }], ...slice(0, 10), disposition: 'replace', fullRefresh: true }],
      });
      expect((await dataset.snapshot(SOURCE)).state?.sources?.[SOURCE]?.resources).toBeUndefined();
    });
  });

  describe('the replacement of a slice', () => {
    const rows = (from: number, to: number, v: string) =>
      Array.from({ length: to - from }, (_, i) => ({ id: from + i, ts: from + i, v, l: [v] }));

    test('takes rows of the range away with their children and brings them again', async () => {
      await commit(dataset, { key: 'a', resources: [{ rows: rows(0, 10, 'old'), ...slice(0, 10) }] });
      await commit(dataset, { key: 'b', resources: [{ rows: rows(10, 20, 'old'), ...slice(10, 20) }] });
      await commit(dataset, {
        key: 'c',
        resources: [{ rows: rows(5, 15, 'new'), ...slice(5, 15), onRerun: 'replace' }],
      });
      expect(await ids()).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(
        await rowsOf(dataset, "SELECT min(ts) AS a, max(ts) AS b, count(*) AS n FROM items WHERE v = 'new'"),
      ).toEqual([{ a: 5, b: 14, n: 10 }]);
      expect(
        await rowsOf(dataset, 'SELECT value, count(*) AS n FROM items__l GROUP BY 1 ORDER BY 1'),
      ).toEqual([
        { value: 'new', n: 10 },
        { value: 'old', n: 10 },
      ]);
      expect((await dataset.ledger()).map((row) => row.status)).toEqual(['loaded', 'loaded', 'loaded']);
      await commit(dataset, {
        key: 'd',
        resources: [{ rows: rows(0, 15, 'x'), ...slice(0, 15), onRerun: 'replace' }],
      });
      expect((await dataset.ledger()).map((row) => [row.load_key, row.status])).toEqual([
        ['a', 'superseded'],
        ['b', 'loaded'],
        ['c', 'superseded'],
        ['d', 'loaded'],
      ]);
    });

    test('takes nothing away where a load goes on from a cursor, and leaves out the rows there that it knows', async () => {
      const live = (of: { to: number; before?: number; given: readonly unknown[] }) => ({
        rows: of.given,
        onRerun: 'replace' as const,
        cursors: [
          {
            path: 'ts',
            column: 'ts',
            before: of.before === undefined ? undefined : knowing(of.before),
            after: knowing(of.to),
            range: { start: of.before ?? 0 },
          },
        ],
      });
      const knowing = (last: number) => ({ ...cursorAt(last), unique_hashes: [`hash of ${last}`] });
      await commit(dataset, { resources: [live({ to: 9, given: rows(0, 10, 'old') })] });
      await commit(dataset, { resources: [live({ to: 19, before: 9, given: rows(10, 20, 'new') })] });
      expect(await ids()).toEqual(Array.from({ length: 20 }, (_, i) => i));
      // nothing came since: not a source that forgets
      await commit(dataset, { resources: [live({ to: 19, before: 19, given: [] })] });
      expect(await ids()).toHaveLength(20);
      // where nothing is known of the cursor's rows, as after `state set`, they come again and take their place
      const resource = live({ to: 21, before: 19, given: rows(19, 22, 'again') });
      const before = cursorAt(19);
      await dataset.editState({
        source: SOURCE,
        resources: ['items'],
        set: { items: { incremental: { ts: before } } },
        clock: Date.now,
      });
      const cursors = resource.cursors.map((cursor) => ({ ...cursor, before }));
      await commit(dataset, { resources: [{ ...resource, cursors, generation: 1 }] });
      expect(await ids()).toEqual(Array.from({ length: 22 }, (_, i) => i));
    });

    test('is refused where fewer than 90 % would be left, unless forced', async () => {
      await commit(dataset, { resources: [{ rows: rows(0, 10, 'old'), ...slice(0, 10) }] });
      const fewer = { rows: rows(0, 8, 'new'), ...slice(0, 10), onRerun: 'replace' } as const;
      await expect(commit(dataset, { resources: [fewer] })).rejects.toMatchObject({
        code: 'REPLACE_REFUSED',
      });
      expect(await rowsOf(dataset, 'SELECT DISTINCT v FROM items')).toEqual([{ v: 'old' }]);
      await commit(dataset, { resources: [{ ...fewer, force: true }] });
      expect(await ids()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    test('is refused where another load committed into it since extraction began', async () => {
      await commit(dataset, { resources: [{ rows: rows(0, 10, 'old'), ...slice(0, 10) }] });
      const late = await packageOf(dataset, {
        resources: [{ rows: rows(0, 12, 'new'), ...slice(0, 12), onRerun: 'replace' }],
      });
      await commit(dataset, { resources: [{ rows: rows(10, 11, 'meanwhile'), ...slice(10, 11) }] });
      await expect(dataset.commit(late)).rejects.toThrow(/committed into the slice since extraction began/);
    });

    test('is refused where it has no end, and another load committed beyond the rows that it met', async () => {
      const cursor = { path: 'ts', column: 'ts', before: undefined, after: cursorAt(3), range: { start: 0 } };
      const first = await packageOf(dataset, {
        resources: [
          { rows: rows(0, 4, 'first'), onRerun: 'replace', cursors: [cursor], covered: slice(0, 3).covered! },
        ],
      });
      await commit(dataset, { resources: [{ rows: rows(5, 8, 'meanwhile'), ...slice(5, 10) }] });
      await expect(dataset.commit(first)).rejects.toMatchObject({ code: 'REPLACE_REFUSED' });
      expect(await ids()).toEqual([5, 6, 7]);
    });

    test('is refused where the stored type does not order as the cursor does', async () => {
      const texts = rows(0, 3, 'x').map((row) => ({ ...row, ts: `${row.ts} s` }));
      await commit(dataset, { resources: [{ rows: texts }] });
      await expect(
        commit(dataset, { resources: [{ rows: texts, ...slice(0, 10), onRerun: 'replace' }] }),
      ).rejects.toMatchObject({ code: 'REPLACE_REFUSED' });
      await expect(
        commit(dataset, { resources: [{ rows: texts, onRerun: 'replace' }] }),
      ).rejects.toMatchObject({ code: 'REPLACE_REFUSED' });
    });
  });
});
