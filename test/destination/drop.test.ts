import type { Dataset, ResourceDrop } from '../../src/destination';
import { dataset, datasetForEach, goOnWith, ids } from './dataset-of-test';
import { commit, cursorAt, type Resource, rowsOf, SOURCE, slice, tested } from './harness';

const drop = (resources: readonly string[], given: Partial<ResourceDrop> = {}) =>
  dataset.dropResources({
    parts: [{ pipeline: 'p', source: SOURCE, resources }],
    tables: true,
    state: true,
    clock: Date.now,
    ...given,
  });

const load = (...resources: readonly (Partial<Resource> & Pick<Resource, 'rows'>)[]) =>
  commit(dataset, { resources });

const schemaNow = async () => (await dataset.snapshot(SOURCE)).schema!;
const dataTables = async (of: Dataset = dataset) =>
  Object.keys((await of.snapshot(SOURCE)).schema!.tables).filter((name) => !name.startsWith('_'));
const versions = async () =>
  (await rowsOf(dataset, 'SELECT version, version_hash FROM _dlt_version ORDER BY inserted_at')) as {
    version: number;
    version_hash: string;
  }[];

const NESTED = [{ id: 1, lines: [{ sku: 'x', tags: ['t', 'u'] }] }, { id: 2 }];
const cursor = (before: number | undefined, after: number): Partial<Resource> => ({
  cursors: [
    {
      path: 'id',
      column: 'id',
      before: before === undefined ? undefined : cursorAt(before),
      after: cursorAt(after),
    },
  ],
});

describe.each(tested)('in $name:', ({ name, fresh, outside }) => {
  datasetForEach(fresh);
  const isEmptied = name === 'bigquery';
  const gone = isEmptied ? 'emptied' : 'dropped';

  test('a drop takes tables with those of children, the cursor and the ledger of a resource, and nothing of another', async () => {
    await load({ rows: NESTED, ...cursor(undefined, 2), ...slice(0, 10) });
    await load({ name: 'others', rows: [{ id: 7, l: [1] }], ...cursor(undefined, 7) });
    await load({ rows: [], ...cursor(undefined, 2) });
    const planned = await drop(['items'], { dryRun: true });
    expect(planned).toEqual({
      status: 'planned',
      dataset: 'data',
      tables: [
        { source: SOURCE, table: 'items', fate: gone, rows: 2 },
        { source: SOURCE, table: 'items__lines', fate: gone, rows: 1 },
        { source: SOURCE, table: 'items__lines__tags', fate: gone, rows: 2 },
      ],
      resources: [
        {
          pipeline: 'p',
          source: SOURCE,
          resource: 'items',
          cursors: [{ cursor: 'id', lastValue: 2 }],
          keepsMore: false,
          loads: 2,
          covered: { start: '1970-01-01T00:00:00Z', end: '1970-01-01T00:00:10Z' },
        },
      ],
    });
    expect(await ids()).toEqual([1, 2]);

    expect(await drop(['items'])).toEqual({ ...planned, status: 'dropped' });
    expect(await dataTables()).toEqual(['others', 'others__l']);
    const relations = await dataset.relations();
    if (isEmptied) expect(await ids()).toEqual([]);
    else expect(relations.filter((table) => table.startsWith('items'))).toEqual([]);
    const { state, generations } = await dataset.snapshot(SOURCE);
    expect(Object.keys(state!.sources![SOURCE]!.resources!)).toEqual(['others']);
    expect(generations).toMatchObject({ items: 1 });
    const of = (resource: string) => dataset.ledger({ resource, source: SOURCE });
    expect((await of('items')).map(({ status }) => status)).toEqual(['superseded', 'superseded', 'reset']);
    expect((await of('others')).map(({ status }) => status)).toEqual(['loaded']);
    expect(await rowsOf(dataset, 'SELECT id FROM others')).toEqual([{ id: 7 }]);
  });

  test('the next load makes the tables anew, and dlt finds no hash of a schema that had them', async () => {
    await load({ rows: NESTED });
    const before = (await schemaNow()).version_hash;
    await drop(['items']);
    expect((await versions()).slice(0, -1).map(({ version_hash }) => version_hash)).toEqual([
      `${before} dropped`,
    ]);
    await load({ rows: NESTED });
    expect(await ids()).toEqual([1, 2]);
    expect(await dataTables()).toEqual(['items', 'items__lines', 'items__lines__tags']);
    const stored = await versions();
    expect(stored.map(({ version }) => Number(version))).toEqual([1, 2, 3]);
    expect((await schemaNow()).version_hash).toBe(stored.at(-1)!.version_hash);
    // and once more: hashes are changed once
    await drop(['items']);
    expect((await versions())[0]!.version_hash).toBe(`${before} dropped`);
  });

  test('the tables may come again with other types', async () => {
    await load({ rows: [{ id: 1, at: 5 }] });
    await drop(['items']);
    await load({ rows: [{ id: 2, at: 'soon', more: [1] }] });
    const shown = (await rowsOf(dataset, 'SELECT * FROM items')) as Record<string, unknown>[];
    expect(Object.values(shown[0]!)).toEqual(expect.arrayContaining([2, 'soon']));
  });

  test('a load that began before it commits nothing', async () => {
    await load({ rows: NESTED });
    const snapshot = await dataset.snapshot(SOURCE);
    await drop(['items']);
    await expect(commit(dataset, { snapshot, resources: [{ rows: [{ id: 3 }] }] })).rejects.toMatchObject({
      code: 'GENERATION_CHANGED',
    });
    expect(await dataTables()).toEqual([]);
  });

  test('a load of another resource that began before it does not bring the tables back', async () => {
    await load({ rows: NESTED });
    const snapshot = await dataset.snapshot(SOURCE);
    await drop(['items']);
    await commit(dataset, { snapshot, resources: [{ name: 'others', rows: [{ id: 7 }] }] });
    if (!isEmptied) expect(await dataTables()).toEqual(['others']);
    expect((await dataset.relations()).includes('items')).toBe(isEmptied);
  });

  test('of a table that others write, too, only own rows go', async () => {
    const into = { hints: { tableName: 'items' } };
    await load({ name: 'a', rows: [{ id: 1, l: [1] }], ...into });
    await load({ name: 'b', rows: [{ id: 2, l: [2] }], ...into });
    const { tables } = await drop(['a']);
    expect(tables).toEqual([{ source: SOURCE, table: 'items', fate: 'own rows deleted', rows: 1 }]);
    expect(await ids()).toEqual([2]);
    expect(await rowsOf(dataset, 'SELECT value FROM items__l')).toEqual([{ value: 2 }]);
    expect((await schemaNow()).tables['items']).toMatchObject({ resource: 'b' });
    // nobody else is left
    expect((await drop(['b'])).tables).toMatchObject([{ fate: gone }, { fate: gone }]);
    expect(await dataTables()).toEqual([]);
  });

  test('of a table of two sources rows of one go, also where dlt alone has loaded, which keeps no ledger', async () => {
    for (const [source, id] of [
      [SOURCE, 1],
      ['second', 2],
    ] as const)
      await commit(dataset, { source, resources: [{ rows: [{ id }] }] });
    goOnWith(await outside(dataset, 'DROP TABLE _tidemark_intervals'));
    const tables = [{ source: SOURCE, table: 'items', fate: 'own rows deleted', rows: 1 }];
    expect((await drop(['items'], { dryRun: true })).tables).toEqual(tables);
    expect((await drop(['items'])).tables).toEqual(tables);
    expect(await ids()).toEqual([2]);
  });

  test('resources whose state several pipelines keep go together', async () => {
    const states = async () =>
      (
        await rowsOf(
          dataset,
          'SELECT s.pipeline_name AS name, count(*) AS n FROM _dlt_pipeline_state s JOIN _dlt_loads l ON l.load_id = s._dlt_load_id GROUP BY s.pipeline_name ORDER BY 1',
        )
      ).map((row) => Object.values(row as object).map(String));
    for (const name of ['a', 'b'])
      await commit(dataset, {
        pipeline: `p_${name}`,
        resources: [{ name, rows: [{ id: 1 }], ...cursor(undefined, 1) }],
      });
    const parts = ['a', 'b'].map((name) => ({ pipeline: `p_${name}`, source: SOURCE, resources: [name] }));
    const { resources } = await drop([], { parts });
    expect(resources).toMatchObject([
      { pipeline: 'p_a', resource: 'a', cursors: [{ lastValue: 1 }], loads: 1 },
      { pipeline: 'p_b', resource: 'b', cursors: [{ lastValue: 1 }], loads: 1 },
    ]);
    expect(await states()).toEqual([
      ['p_a', '2'],
      ['p_b', '2'],
    ]);
    expect(await dataTables()).toEqual([]);
    expect((await drop([], { parts, dryRun: true })).resources).toMatchObject([
      { cursors: [] },
      { cursors: [] },
    ]);
    expect((await dataset.snapshot(SOURCE)).generations).toEqual({ a: 1, b: 1 });
  });

  test('parts of one pipeline are all forgotten: of one source, and of several', async () => {
    await load({ rows: [{ id: 1 }], ...cursor(undefined, 1) });
    await load({ name: 'others', rows: [{ id: 1 }], ...cursor(undefined, 1) });
    await commit(dataset, {
      source: 'second',
      resources: [{ name: 'more', rows: [{ id: 1 }], ...cursor(undefined, 1) }],
    });
    const part = (source: string, resource: string) => ({ pipeline: 'p', source, resources: [resource] });
    await drop([], { parts: [part(SOURCE, 'items'), part(SOURCE, 'others'), part('second', 'more')] });
    const { state } = await dataset.snapshot(SOURCE);
    expect(Object.values(state!.sources!).map(({ resources }) => resources)).toEqual([undefined, undefined]);
  });

  test('tables alone, or state alone', async () => {
    await load({ rows: NESTED, primaryKey: ['id'], ...cursor(undefined, 2) });
    const kept = await drop(['items'], { tables: false });
    expect(kept.tables).toEqual([]);
    expect(await ids()).toEqual([1, 2]);
    expect((await dataset.snapshot(SOURCE)).state!.sources?.[SOURCE]?.resources).toBeUndefined();
    await load({ rows: [{ id: 3 }], primaryKey: ['id'], ...cursor(undefined, 3) });
    await drop(['items'], { state: false });
    expect(await dataTables()).toEqual([]);
    const { state, generations } = await dataset.snapshot(SOURCE);
    expect(state!.sources![SOURCE]!.resources!['items']!.incremental).toMatchObject({
      id: { last_value: 3 },
    });
    expect(generations).toEqual({ items: 2 });
  });
});
