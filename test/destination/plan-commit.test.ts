import type { Dataset, DatasetSnapshot } from '../../src/destination';
import { EMPTY_SNAPSHOT } from '../../src/destination/commit';
import type { CommitBasis } from '../../src/destination/commit/basis';
import type { CommitPlan, RowWrites } from '../../src/destination/commit/plan';
import { planCommit } from '../../src/destination/commit/plan-commit';
import { ledgerRow } from '../../src/ledger';
import { cursorAt, type Load, packageOf, SOURCE, slice } from './harness';

/** It has no limits and nothing is asked of it: the snapshot is given. */
const noDataset = {} as unknown as Dataset;

const NOTHING_STORED = {
  dataset: 'data',
  destinationType: 'none',
  types: {
    widenedType: (actual: string, { data_type }: { data_type?: string | undefined }) =>
      actual === 'bigint' && data_type === 'double' ? 'double' : undefined,
    dataType: () => undefined,
  },
  tables: new Map(),
  facts: {
    schema: undefined,
    state: undefined,
    generations: {},
    lastLoadId: undefined,
    datasetId: undefined,
  },
  holder: undefined,
  earlier: new Map(),
  elsewhere: new Set<string>(),
} satisfies Omit<CommitBasis, 'rebased'>;

interface Stored extends Omit<CommitBasis, 'rebased'> {
  readonly snapshot: DatasetSnapshot;
}

async function plan(
  load: Load,
  stored: Partial<Stored> = {},
  clock = (): number => 1_700_000_000_000,
): Promise<CommitPlan> {
  const { snapshot = EMPTY_SNAPSHOT, ...basis } = stored;
  const given = await packageOf(noDataset, { ...load, snapshot, extra: { clock, ...load.extra } });
  const rebased = { schema: given.schema, staged: given.staged };
  return planCommit(given, { ...NOTHING_STORED, ...basis, rebased });
}

/** What is stored once a plan is done: every table that its schema has, with the types of the schema as the database's. */
function storedBy({ after: { schema, state }, loadId, service }: CommitPlan): Partial<Stored> {
  const made = service.flatMap((change) => (change.change === 'create-table' ? [change] : []));
  const data = Object.values(schema?.tables ?? {})
    .filter((table) => table['x-normalizer']?.['seen-data'] === true)
    .map((table) => ({ table: table.name, columns: Object.values(table.columns) }));
  const tables = new Map(
    [...made, ...data].map(({ table, columns }) => [
      table,
      columns.map(({ name, data_type }) => ({ name, type: String(data_type), nullable: true })),
    ]),
  );
  const facts = { schema, state, generations: {}, lastLoadId: loadId, datasetId: 'd' };
  return { tables, facts, snapshot: { ...facts, schemaHash: schema?.version_hash } };
}

const writesOf = ({ writes }: CommitPlan): RowWrites => {
  if (writes.kind === 'nothing') throw new Error('The plan writes nothing.');
  return writes;
};

const changes = (planned: CommitPlan) =>
  writesOf(planned).changes.map((change) =>
    change.change === 'create-dataset'
      ? change.change
      : `${change.change} ${change.table}${change.change === 'add-column' ? `.${change.column.name}` : ''}`,
  );

describe('a plan', () => {
  test('of a first load makes the dataset, its tables and every row about the load', async () => {
    const planned = await plan({ key: 'k', resources: [{ rows: [{ id: 1, l: [1] }] }] });
    expect(planned.loadId).toBe('1700000000.000000');
    expect(planned.service[0]).toEqual({ change: 'create-dataset' });
    expect(changes(planned)).toEqual(['create-table items', 'create-table items__l']);
    expect(writesOf(planned).trees).toMatchObject([
      { tree: { root: { name: 'items' } }, removal: undefined, insertion: { how: 'append' } },
    ]);
    expect(planned.records).toMatchObject({
      schema: { version: 1 },
      state: { _state_version: 1, pipeline_name: 'p' },
      load: { name: SOURCE },
      resources: [{ superseded: undefined, row: { load_key: 'k', load_id: planned.loadId } }],
      endsClaim: false,
      drawsDatasetId: true,
    });
  });

  test('of a load of nothing has its ledger row alone', async () => {
    const stored = storedBy(await plan({ resources: [{ rows: [{ id: 1 }] }] }));
    const planned = await plan({ key: 'empty', resources: [{ rows: [], ...slice(0, 10) }] }, stored);
    expect(planned.writes).toEqual({ kind: 'nothing' });
    expect(planned.service).toEqual([]);
    expect(planned.records).toMatchObject({
      schema: undefined,
      state: undefined,
      load: undefined,
      resources: [{ row: { load_key: 'empty', load_id: null } }],
      drawsDatasetId: false,
    });
    expect(planned.after).toEqual({ schema: stored.facts?.schema, state: stored.facts?.state });
  });

  test('changes only what differs: a new column, a wider type', async () => {
    const stored = storedBy(await plan({ resources: [{ rows: [{ id: 1, n: 1 }] }] }));
    const planned = await plan({ resources: [{ rows: [{ id: 2, n: 1.5, extra: 'x' }] }] }, stored);
    expect(changes(planned)).toEqual(['widen-column items', 'add-column items.extra']);
    expect(planned.records.schema?.version).toBe(2);
    const same = await plan({ resources: [{ rows: [{ id: 3, n: 2.5, extra: 'y' }] }] }, storedBy(planned));
    expect(changes(same)).toEqual([]);
    expect(same.records.schema).toBeUndefined();
  });

  test('fills in root ids from parents down where a merge needs them', async () => {
    const stored = storedBy(await plan({ resources: [{ rows: [{ id: 1, l: [{ m: [1] }] }] }] }));
    const merge = { disposition: 'merge', primaryKey: ['id'] } as const;
    const planned = await plan({ resources: [{ rows: [{ id: 1 }], ...merge }] }, stored);
    expect(writesOf(planned).rootIds).toEqual([
      { table: 'items__l', parent: 'items', source: '_dlt_id' },
      { table: 'items__l__m', parent: 'items__l', source: '_dlt_root_id' },
    ]);
  });

  test('writes the rows of a table once, however many resources bring them; what looks at stored rows goes first', async () => {
    const hints = { tableName: 'both' };
    const planned = await plan({
      resources: [
        { name: 'a', rows: [{ id: 1 }], hints },
        { name: 'b', rows: [{ id: 2 }], hints, disposition: 'merge', primaryKey: ['id'] },
      ],
    });
    expect(writesOf(planned).trees.map(({ insertion }) => insertion?.how)).toEqual(['merge']);
    expect(planned.records.schema?.tables.both?.['x-tidemark-resources']).toEqual(['b', 'a']);
  });

  test('of a rerun removes what its interval loaded, and supersedes it', async () => {
    const first = await plan({ key: 'a', resources: [{ rows: [{ ts: 1 }], ...slice(0, 10) }] });
    const row = { ...first.records.resources[0]!.row, rows: 1 };
    const planned = await plan(
      { key: 'b', resources: [{ rows: [], ...slice(0, 10) }] },
      { ...storedBy(first), earlier: new Map([['items', [row]]]) },
    );
    expect(writesOf(planned).trees).toMatchObject([
      { removal: { of: 'loads', loadIds: [first.loadId] }, insertion: undefined },
    ]);
    expect(planned.records.resources[0]?.superseded).toEqual({
      source: SOURCE,
      resource: 'items',
      loadKeys: ['a'],
    });
  });

  test('of a replacement empties the table, or takes its own rows out of a shared one', async () => {
    const stored = storedBy(await plan({ resources: [{ rows: [{ id: 1 }] }] }));
    const load: Load = { resources: [{ rows: [{ id: 2 }], disposition: 'replace' }] };
    expect(writesOf(await plan(load, stored)).trees[0]?.removal).toEqual({ of: 'everything' });
    const elsewhere = new Set(['items']);
    expect(writesOf(await plan(load, { ...stored, elsewhere })).trees[0]?.removal).toEqual({
      of: 'resource',
      own: { source: SOURCE, resource: 'items', unknownToo: true },
    });
  });

  test('of a slice has its bounds, and the check that enough of it came again', async () => {
    const stored = storedBy(await plan({ resources: [{ rows: [{ ts: 1 }], ...slice(0, 10) }] }));
    const replace = { rows: [{ ts: 2 }], ...slice(0, 10), onRerun: 'replace' } as const;
    const planned = await plan({ resources: [replace] }, stored);
    expect(writesOf(planned).trees[0]?.removal).toEqual({
      of: 'slice',
      bounds: [
        { column: 'ts', operator: '>=', value: 0, type: 'plain' },
        { column: 'ts', operator: '<', value: 10, type: 'plain' },
      ],
      own: undefined,
      check: { check: 'least-share', resource: 'items', table: 'items', coming: 1, share: 0.9 },
    });
    const forced = await plan({ resources: [{ ...replace, force: true }] }, stored);
    expect(writesOf(forced).trees[0]?.removal).toMatchObject({ check: { share: 0 } });
  });

  test('of a slice that another load met, whose own state cannot be merged either, says that it starts over', async () => {
    const state = (value: number) => ({ customState: { before: {}, after: { at: value } } });
    const begun = storedBy(await plan({ resources: [{ rows: [{ ts: 1 }], ...slice(0, 10) }] }));
    const other = await plan({ resources: [{ rows: [{ ts: 2 }], ...slice(0, 10), ...state(1) }] }, begun);
    const replace = { rows: [{ ts: 3 }], ...slice(0, 10), ...state(2), onRerun: 'replace' } as const;
    const row = ledgerRow({
      pipeline: 'p',
      source: SOURCE,
      resource: 'items',
      generation: 0,
      loadKey: 'other',
      loadId: other.loadId,
      status: 'loaded',
      committedAt: '2024-01-01T00:00:00Z',
    });
    const meanwhile = { ...storedBy(other), snapshot: begun.snapshot!, earlier: new Map([['items', [row]]]) };
    await expect(plan({ resources: [{ ...replace, ...state(1) }] }, meanwhile)).rejects.toMatchObject({
      code: 'REPLACE_REFUSED',
    });
    await expect(plan({ resources: [replace] }, meanwhile)).rejects.toMatchObject({ code: 'STATE_CHANGED' });
  });

  test('ends the claim of its key', async () => {
    const holder = { workflowId: 'w', runId: 'r', attempt: 1 };
    const load: Load = { resources: [{ rows: [{ id: 1 }] }], extra: { attempt: holder } };
    expect((await plan(load, { holder })).records.endsClaim).toBe(true);
  });
});

describe('no plan is made', () => {
  const cursors = [{ path: 'id', column: 'id', before: undefined, after: cursorAt(1) }];
  const load: Load = { resources: [{ rows: [{ id: 1 }], cursors }] };
  const edited = { ...NOTHING_STORED.facts, generations: { items: 1 } };

  test.each([
    ['for an older generation', load, { facts: edited }, 'GENERATION_CHANGED'],
    [
      'for an attempt that lost its claim',
      { ...load, extra: { attempt: { workflowId: 'w', runId: 'r', attempt: 1 } } },
      { holder: { workflowId: 'w', runId: 'r', attempt: 2 } },
      'CLAIM_LOST',
    ],
    ['for another dataset', { ...load, extra: { datasetId: 'other' } }, {}, 'DATASET_MISMATCH'],
    [
      'by a clock that is behind',
      load,
      { facts: { ...NOTHING_STORED.facts, lastLoadId: '1700000100.000000' } },
      'CLOCK_SKEW',
    ],
    [
      'for a range that partly overlaps another',
      { resources: [{ rows: [{ ts: 6 }], ...slice(5, 15) }] },
      {
        earlier: new Map([
          [
            'items',
            [
              ledgerRow({
                pipeline: 'p',
                source: SOURCE,
                resource: 'items',
                generation: 0,
                loadKey: 'a',
                loadId: '1600000000.000000',
                rows: 1,
                status: 'loaded',
                covered: slice(0, 10).covered,
                committedAt: '2020-01-01T00:00:00Z',
              }),
            ],
          ],
        ]),
      },
      'INTERVAL_OVERLAP',
    ],
    [
      'for an upsert without a key',
      { resources: [{ rows: [{ id: 1 }], disposition: 'merge', strategy: 'upsert' }] },
      {},
      'PRIMARY_KEY_REQUIRED',
    ],
  ] satisfies [string, Load, Partial<Stored>, string][])('%s', async (_, given, stored, code) => {
    await expect(plan(given, stored)).rejects.toMatchObject({ code });
  });

  test('from a cursor that moved', async () => {
    const moved = storedBy(await plan(load));
    await expect(plan(load, { ...moved, snapshot: EMPTY_SNAPSHOT })).rejects.toMatchObject({
      code: 'STATE_CHANGED',
    });
  });
});
