import type { ResourceLoad } from '../../src/destination';
import { dataset, datasetForEach } from './dataset-of-test';
import { commit, cursorAt, type Resource, rowsOf, SOURCE, slice, tested } from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset }) => {
  datasetForEach(freshDataset);

  /** A load that goes on from a cursor that is a time, and what it covered. */
  function from(before: number | undefined, after: number): Pick<ResourceLoad, 'cursors' | 'covered'> {
    const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
    const cursor = {
      path: 'ts',
      column: 'ts',
      before: before === undefined ? undefined : cursorAt(before),
      after: cursorAt(after),
    };
    return { cursors: [cursor], covered: { start: iso(before ?? 0), end: iso(after) } };
  }

  const load = (rows: readonly unknown[], given: Partial<Resource>) =>
    commit(dataset, { resources: [{ rows, ...given }] });
  const reset = () => dataset.editState({ source: SOURCE, resources: ['items'], clock: Date.now });
  const stored = async () =>
    (await rowsOf(dataset, 'SELECT ts FROM items ORDER BY ts')).map((row) => (row as { ts: number }).ts);
  const keyed = { primaryKey: ['ts'] };
  const generation = 1;

  describe('after a reset of the state, an append that loads again', () => {
    test('skips rows whose declared key is stored, and goes on as ever after that', async () => {
      await load([{ ts: 1, l: [1] }, { ts: 2 }], { ...keyed, ...from(undefined, 2) });
      await reset();
      const again = await load([{ ts: 1, l: [1] }, { ts: 2 }, { ts: 3, l: [3] }], {
        ...keyed,
        ...from(undefined, 3),
        generation,
      });
      expect(again.tables.items).toMatchObject({ inserted: 1, skipped: 2 });
      await load([{ ts: 4 }], { ...keyed, ...from(3, 4), generation });
      expect(await stored()).toEqual([1, 2, 3, 4]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l ORDER BY 1')).toEqual([
        { value: 1 },
        { value: 3 },
      ]);
    });

    test('does so where the cursor is no time, too', async () => {
      const { covered: _, ...untimed } = from(undefined, 2);
      await load([{ ts: 1 }, { ts: 2 }], { ...keyed, ...untimed });
      await reset();
      await load([{ ts: 1 }, { ts: 2 }, { ts: 3 }], { ...keyed, ...untimed, generation });
      expect(await stored()).toEqual([1, 2, 3]);
    });

    test('is refused without a key, with the ways out, unless the rows are wanted twice', async () => {
      await load([{ ts: 1 }], from(undefined, 1));
      await reset();
      await expect(load([{ ts: 1 }], { ...from(undefined, 1), generation })).rejects.toMatchObject({
        code: 'INTERVAL_OVERLAP',
        message: expect.stringMatching(/primaryKey.*--full-refresh.*onRerun: 'append'/),
      });
      await load([{ ts: 1 }], { ...from(undefined, 1), generation, onRerun: 'append' });
      expect(await stored()).toEqual([1, 1]);
    });

    test('is refused without a key where the cursor is no time, too', async () => {
      const { covered: _, ...untimed } = from(undefined, 1);
      await load([{ ts: 1 }], untimed);
      await reset();
      await expect(load([{ ts: 1 }], { ...untimed, generation })).rejects.toMatchObject({
        code: 'INTERVAL_OVERLAP',
        message: expect.stringContaining('was reset'),
      });
    });

    test('replaces the rows of the same interval, as a rerun does', async () => {
      await load([{ ts: 1 }, { ts: 2 }], slice(0, 10));
      await reset();
      await load([{ ts: 1 }, { ts: 5 }], { ...slice(0, 10), generation });
      expect(await stored()).toEqual([1, 5]);
    });
  });

  describe('where the cursor is set to a row that is stored', () => {
    const at = (start: number, after: number): Partial<Resource> => ({
      ...from(start, after),
      cursors: [{ ...from(start, after).cursors![0]!, range: { start } }],
      generation,
    });
    const set = () =>
      dataset.editState({
        source: SOURCE,
        resources: ['items'],
        set: { items: { incremental: { ts: cursorAt(5) } } },
        clock: Date.now,
      });

    test('an append of a declared key skips it', async () => {
      await load([{ ts: 1 }, { ts: 5 }], { ...keyed, ...from(undefined, 5) });
      await set();
      await load([{ ts: 5 }, { ts: 7 }], { ...keyed, ...at(5, 7) });
      expect(await stored()).toEqual([1, 5, 7]);
    });

    test('one without a key is refused if that comes again, even if nothing else does', async () => {
      await load([{ ts: 1 }, { ts: 5 }], from(undefined, 5));
      await set();
      for (const rows of [[{ ts: 5 }], [{ ts: 5 }, { ts: 7 }]])
        await expect(load(rows, at(5, rows.at(-1)!.ts))).rejects.toMatchObject({ code: 'INTERVAL_OVERLAP' });
      await load([], at(5, 5));
      expect(await stored()).toEqual([1, 5]);
    });
  });

  test('rows that a full refresh took away are not met again', async () => {
    await load([{ ts: 1 }], from(undefined, 1));
    await load([], { disposition: 'replace', fullRefresh: true, ...from(undefined, 2) });
    await reset();
    await load([{ ts: 1 }], { ...from(undefined, 2), generation: 2 });
    expect(await stored()).toEqual([1]);
  });
});
