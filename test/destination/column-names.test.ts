import { commit, rowsOf, temporaryFolder, tested } from './harness';

/** SQL of a merge calls its tables by short names, which columns may have too. */
describe.each(tested)('in $name:', ({ fresh }) => {
  const folder = temporaryFolder();

  test('a merge finds rows whatever their columns are called', async () => {
    const dataset = await fresh(folder);
    const load = (rows: readonly unknown[]) =>
      commit(dataset, {
        resources: [{ disposition: 'merge', primaryKey: ['id'], mergeKey: ['s', 't'], rows }],
      });
    const row = (id: number, text: string) => ({
      id,
      v: text,
      s: text,
      t: text,
      n: text,
      b: text,
      o: text,
      l: [{ s: text, t: text }],
    });
    await load([row(1, 'a'), row(2, 'b'), row(3, 'c')]);
    const outcome = await load([row(1, 'x'), row(4, 'c')]);
    expect(outcome.tables).toMatchObject({ items: { inserted: 1, updated: 1, deleted: 1 } });
    expect(await rowsOf(dataset, 'SELECT id, v FROM items ORDER BY id')).toEqual([
      { id: 1, v: 'x' },
      { id: 2, v: 'b' },
      { id: 4, v: 'c' },
    ]);
    expect(await rowsOf(dataset, 'SELECT s FROM items__l ORDER BY s')).toEqual([
      { s: 'b' },
      { s: 'c' },
      { s: 'x' },
    ]);
    await dataset.close();
  });
});
