import { commit, type Resource, SOURCE } from '../../src/conformance/load-package';
import type { Dataset, DatasetSnapshot } from '../../src/destination';
import { slice } from '../destination/harness';

/** Loads that have the database do something of its own: each is run on an empty dataset. */
export type Scenario = (dataset: Dataset) => Promise<unknown>;

const loads =
  (given: Partial<Resource>, ...pages: readonly (readonly unknown[])[]): Scenario =>
  async (dataset) => {
    for (const rows of pages) await commit(dataset, { resources: [{ ...given, rows }] });
  };

const NESTED = [
  { id: 1, g: 'a', ts: 1, lines: [{ sku: 'x', tags: ['t'] }] },
  { id: 2, g: 'b', ts: 2, lines: [{ sku: 'y', tags: [] }] },
];
const MERGE = { disposition: 'merge', primaryKey: ['id'] } as const;
const GONE = { hardDelete: 'gone', hints: { columns: { gone: { hard_delete: true } } } };

/** One row with a value of each type. */
const EACH_TYPE = {
  ...{ id: 1, text: "it's\n\\ `quoted`", flag: true, share: 0.5, whole: 10n ** 20n },
  ...{ when: '2026-01-01T00:00:00Z', nested: { a: 1 }, list: [1, 2] },
};
const TYPES = {
  json: { data_type: 'json' },
  day: { data_type: 'date' },
  time: { data_type: 'time' },
  bytes: { data_type: 'binary' },
  amount: { data_type: 'decimal' },
} as const;

const keptOnce = async (dataset: Dataset, given: Partial<Resource>): Promise<void> => {
  await commit(dataset, { resources: [{ ...given, rows: NESTED }] });
  await commit(dataset, { resources: [{ ...given, rows: NESTED.slice(0, 1) }] });
};

async function reset(dataset: Dataset): Promise<DatasetSnapshot> {
  await dataset.editState({ source: SOURCE, resources: ['items'], clock: Date.now });
  return dataset.snapshot(SOURCE);
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'rows of each type': loads(
    { hints: { columns: TYPES } },
    [EACH_TYPE],
    [{ ...EACH_TYPE, json: [1], more: 'x' }],
  ),
  'an append that grows': loads({}, NESTED, [{ id: 3, fresh: [{ deep: [1] }] }]),
  'a number that becomes a decimal': loads({}, [{ n: 1 }], [{ n: 1.5 }], [{ n: 10n ** 25n }]),
  replace: loads({ disposition: 'replace' }, NESTED, NESTED.slice(1), []),
  'a merge by primary key': loads(MERGE, NESTED, NESTED, [{ id: 1, v: 'x' }]),
  'a merge by text, date and instant': loads(
    { ...MERGE, primaryKey: ['k', 'day', 'when'], hints: { columns: { day: { data_type: 'date' } } } },
    [{ k: 'a', day: '2026-01-01', when: '2026-01-01T00:00:00Z' }],
    [{ k: 'a', day: '2026-01-01', when: '2026-01-01T00:00:00Z' }],
  ),
  'a merge by a number with a fraction': loads(MERGE, [{ id: 0.5, lines: [1] }], [{ id: 0.5 }]),
  'columns that have the names of tables, variables and rows': async (dataset) => {
    const names = [
      's',
      't',
      'n',
      'r0',
      'items',
      'ids',
      'place',
      'deleting',
      'parent',
      'child',
      'root',
      'tm_n0',
      'version',
    ];
    const row = {
      id: 1,
      ...Object.fromEntries(names.map((name) => [name, 'x'])),
      ts: 1,
      lines: [{ s: 1, t: 2 }],
    };
    const both = { ...MERGE, mergeKey: ['s'], ...slice(0, 10) };
    for (const given of [both, both, { ...both, primaryKey: [], strategy: 'scd2' } as const])
      await commit(dataset, {
        resources: [{ ...given, name: given === both ? 'items' : 'kept', rows: [row] }],
      });
    await commit(dataset, {
      resources: [{ ...both, name: 'kept', primaryKey: [], strategy: 'scd2', rows: [row] }],
    });
  },
  'a merge by merge key': loads({ disposition: 'merge', mergeKey: ['g'] }, NESTED, NESTED.slice(0, 1)),
  'a merge by both keys': loads({ ...MERGE, mergeKey: ['g'] }, NESTED, NESTED),
  'a merge that looks at its cursor': loads(
    { ...MERGE, ...slice(0, 10), hints: { columns: { ts: { dedup_sort: 'desc' } } } },
    NESTED,
    NESTED,
  ),
  'a merge by groups of which newer rows stay': async (dataset) => {
    const group = { disposition: 'merge', mergeKey: ['g'] } as const;
    await commit(dataset, { resources: [{ ...group, rows: NESTED, ...slice(0, 10) }] });
    await commit(dataset, { resources: [{ ...group, rows: NESTED, ...slice(0, 2) }] });
    await commit(dataset, { resources: [{ ...group, primaryKey: ['id'], rows: NESTED, ...slice(0, 2) }] });
  },
  'a merge that deletes': loads({ ...MERGE, ...GONE }, NESTED, [
    { id: 1, gone: true },
    { id: 3, gone: false },
  ]),
  upsert: loads({ ...MERGE, strategy: 'upsert' }, NESTED, NESTED, [{ id: 1 }]),
  'insert-only': loads({ ...MERGE, strategy: 'insert-only' }, NESTED, NESTED),
  'versions of rows': loads(
    { disposition: 'merge', strategy: 'scd2' },
    NESTED,
    [{ id: 1, lines: [] }],
    NESTED,
  ),
  'versions of rows of a key': loads({ disposition: 'merge', strategy: 'scd2', mergeKey: ['id'] }, NESTED, [
    { id: 1, v: 'x' },
  ]),
  'versions of rows that are older than stored ones': async (dataset) => {
    const versions = { disposition: 'merge', strategy: 'scd2', mergeKey: ['id'] } as const;
    await commit(dataset, { resources: [{ ...versions, rows: NESTED, ...slice(0, 10) }] });
    await commit(dataset, { resources: [{ ...versions, rows: NESTED, ...slice(0, 2) }] });
  },
  'a slice that comes again': async (dataset) => {
    const again = { onRerun: 'replace', ...slice(0, 10) } as const;
    await commit(dataset, { resources: [{ ...again, rows: NESTED }] });
    await commit(dataset, { resources: [{ ...again, rows: NESTED }] });
    await commit(dataset, { resources: [{ name: 'others', rows: NESTED, ...slice(0, 10) }] });
  },
  'a slice of a table that two resources share': async (dataset) => {
    const shared = { hints: { tableName: 'items' }, onRerun: 'replace', ...slice(0, 10) } as const;
    for (const name of ['items', 'others', 'items'])
      await commit(dataset, { resources: [{ ...shared, name, rows: NESTED }] });
  },
  'an append that was reset, by key': async (dataset) => {
    const keyed = { primaryKey: ['id'], ...slice(0, 10) };
    await commit(dataset, { resources: [{ ...keyed, rows: NESTED }] });
    const { generations } = await reset(dataset);
    await commit(dataset, { resources: [{ ...keyed, rows: NESTED, generation: generations.items ?? 0 }] });
  },
  'resources that are dropped, one of a table that others write, too': async (dataset) => {
    await commit(dataset, { resources: [{ rows: NESTED }] });
    for (const name of ['mine', 'yours'])
      await commit(dataset, { resources: [{ name, hints: { tableName: 'shared' }, rows: NESTED }] });
    await dataset.dropResources({
      parts: [{ pipeline: 'p', source: SOURCE, resources: ['items', 'mine'] }],
      tables: true,
      state: true,
      clock: Date.now,
    });
  },
  'root ids that are filled': async (dataset) => {
    await commit(dataset, { resources: [{ rows: NESTED }] });
    await keptOnce(dataset, MERGE);
  },
  'claims that are taken, ended and revoked': async (dataset) => {
    const claim = { loadKey: 'a', workflowId: 'w', runId: 'r', attempt: 1 };
    await dataset.claim([claim, { ...claim, loadKey: 'b' }]);
    const { loadKey, ...attempt } = claim;
    await commit(dataset, { key: loadKey, resources: [{ rows: NESTED }], extra: { attempt } });
    await dataset.revokeClaims({ workflowId: 'w', runId: 'r' });
    await dataset.findLoad('a');
    await dataset.ledger({
      source: SOURCE,
      status: ['loaded', 'failed'],
      from: '1970-01-01T00:00:00Z',
      to: '1970-01-01T00:00:10Z',
      limit: 5,
    });
  },
  'a clock that was ahead': async (dataset) => {
    const ahead = { clock: () => Date.now() + 86_400_000 };
    await commit(dataset, { resources: [{ rows: NESTED }], extra: ahead });
    await dataset.fixClock({ clock: Date.now });
  },
};
