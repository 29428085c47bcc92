import { renamedLoadIds } from '../../src/destination/commit';
import { commit, cursorAt, rowsOf, slice, temporaryFolder, tested } from './harness';

const folder = temporaryFolder();
const DAY_MS = 86_400_000;

describe('load ids that are ahead of the clock', () => {
  const now = 1_700_000_000_000_000n;
  test.each([
    [[], []],
    [['1699999999.5'], []],
    // what a drawn id may be ahead
    [['1700000010.000000'], []],
    [
      ['1699999999.5', '1700086400.000002', '1700086400.000001'],
      ['1700086400.000001 → 1699999999.999999', '1700086400.000002 → 1700000000.000000'],
    ],
    [
      ['1699999999.9999995', '1700086400.1', 'nonsense'],
      ['1700086400.1 → 1700000000.000000', 'nonsense → 1700000000.000001'],
    ],
    [['1700000005.1', '1700086400.1'], ['1700086400.1 → 1700000005.100001']],
  ])('%j: %j', (stored, expected) => {
    expect(renamedLoadIds(stored, now).map(({ from, to }) => `${from} → ${to}`)).toEqual(expected);
  });
});

describe.each(tested)('a clock that was ahead, in $name', ({ fresh }) => {
  test('fixClock gives its loads ids of now, in their order and everywhere; loads and state go on', async () => {
    const dataset = await fresh(folder);
    const load = (id: number, from: number, clock: () => number) =>
      commit(dataset, {
        resources: [
          {
            rows: [{ id, list: [{ a: id }] }],
            cursors: [
              {
                path: 'id',
                column: 'id',
                before: from === 0 ? undefined : cursorAt(from),
                after: cursorAt(id),
              },
            ],
          },
        ],
        extra: { clock },
      });
    await load(1, 0, Date.now);
    await load(2, 1, () => Date.now() + DAY_MS);
    await load(3, 2, () => Date.now() + DAY_MS);
    await expect(load(4, 3, Date.now)).rejects.toMatchObject({
      code: 'CLOCK_SKEW',
      message: expect.stringContaining('tidemark doctor --fix-clock'),
    });
    const idsBefore = (await rowsOf(dataset, 'SELECT load_id FROM _dlt_loads ORDER BY load_id')) as {
      load_id: string;
    }[];

    const fixed = await dataset.fixClock({ clock: Date.now });
    expect(fixed).toMatchObject({ renamed: 2, latest: idsBefore[2]!.load_id });
    await load(4, 3, Date.now);

    const ids = (
      (await rowsOf(dataset, 'SELECT load_id FROM _dlt_loads ORDER BY load_id')) as { load_id: string }[]
    ).map(({ load_id }) => load_id);
    expect(ids).toHaveLength(4);
    expect(ids[0]).toBe(idsBefore[0]!.load_id);
    expect(Number(ids[2])).toBeLessThanOrEqual(Number(fixed.now));
    for (const [table, column, order] of [
      ['_dlt_pipeline_state', '_dlt_load_id', 'version'],
      ['_tidemark_intervals', 'load_id', 'committed_at'],
      ['items', '_dlt_load_id', 'id'],
    ])
      expect(await rowsOf(dataset, `SELECT ${column} AS id FROM ${table} ORDER BY ${order}`)).toEqual(
        ids.map((id) => ({ id })),
      );
    const { state } = await dataset.snapshot('shop');
    expect(state?.sources?.['shop']?.resources?.['items']).toMatchObject({
      incremental: { id: { last_value: 4 } },
    });
    const soon = new Date(Date.now() + 60_000).toISOString();
    for (const row of await dataset.ledger()) expect(row.committed_at < soon).toBe(true);
    expect(await dataset.fixClock({ clock: Date.now })).toMatchObject({ renamed: 0, latest: undefined });
    await dataset.close();
  });

  test('a load that is replaced by a rerun is found by its new id', async () => {
    const dataset = await fresh(folder);
    const day = (rows: readonly { ts: number; v: string }[], clock: () => number) =>
      commit(dataset, {
        resources: [{ rows, onRerun: 'replace', ...slice(0, 100) }],
        extra: { clock },
      });
    await day([{ ts: 1, v: 'ahead' }], () => Date.now() + DAY_MS);
    await dataset.fixClock({ clock: Date.now });
    await day([{ ts: 1, v: 'now' }], Date.now);
    expect(await rowsOf(dataset, 'SELECT v FROM items')).toEqual([{ v: 'now' }]);
    await dataset.close();
  });
});
