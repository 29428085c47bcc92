import { type Dataset, type FailpointName, type LoadPackage, listening } from '../../destination';
import type { TableChunk } from '../../normalize';
import { type Check, type CheckKind, expectFailure, expectSame, Mismatch, rowsOf } from '../check';
import { type Load, packageOf, SOURCE } from '../load-package';

const stored = { before: undefined, after: { token: 'stored' } };

/** What is there before: a table with a child table, state and a ledger row. */
const FIRST: Load = {
  key: 'first',
  resources: [
    {
      rows: [
        { id: 1, v: 'a', list: [{ n: 1 }] },
        { id: 2, v: 'b' },
      ],
      customState: { before: {}, after: stored.after },
    },
  ],
};

/** What fails: it updates, removes, inserts, adds a column and a table, and changes the state. */
const SECOND: Load = {
  key: 'second',
  resources: [
    {
      rows: [
        { id: 2, v: 'changed', list: [{ n: 2 }], added: 1.5 },
        { id: 3, v: 'new', list: [] },
      ],
      disposition: 'merge',
      primaryKey: ['id'],
      customState: { before: stored.after, after: { token: 'changed' } },
    },
    { name: 'others', rows: [{ id: 1 }] },
  ],
};

/** Everything that a commit may change. */
async function contentOf(dataset: Dataset): Promise<unknown> {
  const tables = Object.fromEntries(await dataset.tables());
  const stays = dataset.definesFirst === true;
  const { schemaHash, state, generations, lastLoadId } = await dataset.snapshot(SOURCE);
  const rows: Record<string, readonly unknown[]> = {};
  for (const table of Object.keys(tables).filter((name) => !/^_(dlt|tidemark)_/.test(name)))
    rows[table] = await rowsOf(dataset, `SELECT * FROM ${dataset.qualify(table)} ORDER BY _dlt_id`);
  return {
    tables: stays ? undefined : tables,
    relations: stays ? undefined : [...(await dataset.relations())].sort(),
    rows: stays ? withoutNulls(rows) : rows,
    schemaHash,
    state: state?.sources,
    generations,
    lastLoadId,
    ledger: await dataset.ledger(),
    second: await dataset.findLoad('second'),
  };
}

/** What is in tables and columns that may have been there before or not. */
const withoutNulls = (tables: Readonly<Record<string, readonly unknown[]>>): unknown =>
  Object.fromEntries(
    Object.entries(tables)
      .filter(([, rows]) => rows.length > 0)
      .map(([table, rows]) => [
        table,
        rows.map((row) =>
          Object.fromEntries(Object.entries(row as object).filter(([, value]) => value !== null)),
        ),
      ]),
  );

/** Commits with a failure at a point of the commit. */
async function failAt(point: FailpointName, dataset: Dataset, load: LoadPackage): Promise<void> {
  let reached = false;
  const listener = (name: FailpointName): void => {
    if (name !== point) return;
    reached = true;
    throw new Error(`The suite lets the commit fail at ${point}.`);
  };
  const work = listening(listener, () => dataset.commit(load));
  await expectFailure(`the commit that fails at ${point}`, work);
  if (!reached)
    throw new Mismatch(
      'a destination is made by sqlDestination',
      `the commit comes to the point ${point}`,
      'it never did',
    );
}

const failing = (point: FailpointName, name: string): Check => ({
  name,
  async run(place) {
    const dataset = await place.open();
    await dataset.commit(await packageOf(dataset, FIRST));
    const before = await contentOf(dataset);
    await failAt(point, dataset, await packageOf(dataset, SECOND));
    expectSame('what is stored after the failure', await contentOf(dataset), before);
    const { status } = await dataset.commit(await packageOf(dataset, SECOND));
    expectSame('the same load, tried again', status, 'loaded');
    expectSame('its rows', await rowsOf(dataset, 'SELECT id, v, added FROM items ORDER BY id'), [
      { id: 1, v: 'a', added: null },
      { id: 2, v: 'changed', added: 1.5 },
      { id: 3, v: 'new', added: null },
    ]);
  },
});

async function* broken(): AsyncGenerator<TableChunk, void, void> {
  yield* [];
  throw new Error('The suite lets staged rows be unreadable.');
}

/** Atomicity: a commit is all or nothing. */
export const atomic: CheckKind = {
  kind: 'atomic',
  checks: [
    failing('after-ddl', 'a commit that fails after it changed tables leaves nothing of that'),
    failing('after-delete', 'a commit that fails after it removed rows leaves them'),
    failing('after-insert', 'a commit that fails after it wrote rows leaves none of them'),
    failing('after-state', 'a commit that fails after it wrote schema and state leaves neither'),
    failing('before-commit', 'a commit that fails at its very end leaves nothing, its ledger row neither'),
    {
      name: 'a first commit that fails leaves no table, or none with a row',
      async run(place) {
        const dataset = await place.open();
        await failAt('before-commit', dataset, await packageOf(dataset, FIRST));
        expectSame('the ledger', await dataset.ledger(), []);
        if (dataset.definesFirst === true) {
          expectSame('rows', ((await contentOf(dataset)) as { rows: unknown }).rows, {});
          return;
        }
        expectSame('tables', [...(await dataset.tables()).keys()], []);
        expectSame('tables and views', await dataset.relations(), []);
      },
    },
    {
      name: 'a commit whose staged rows cannot be read to their end leaves nothing',
      async run(place) {
        const dataset = await place.open();
        await dataset.commit(await packageOf(dataset, FIRST));
        const before = await contentOf(dataset);
        const load = await packageOf(dataset, SECOND);
        const chunks = (table: string): AsyncIterable<TableChunk> =>
          table === 'others' ? broken() : load.staged.chunks(table);
        const { tables, bytes } = load.staged;
        const staged = { tables, bytes, chunks, discard: () => load.staged.discard() };
        await expectFailure('the commit', dataset.commit({ ...load, staged }));
        expectSame('what is stored', await contentOf(dataset), before);
      },
    },
  ],
};

/** A load key is committed once. */
export const loadKey: CheckKind = {
  kind: 'load-key',
  checks: [
    {
      name: 'a load key that is committed twice answers skipped, with the load that it led to',
      async run(place) {
        const dataset = await place.open();
        const load: Load = { key: 'once', resources: [{ rows: [{ id: 1 }] }] };
        const first = await dataset.commit(await packageOf(dataset, load));
        const second = await dataset.commit(await packageOf(dataset, load));
        expectSame(
          'the two answers',
          [first.status, second.status, second.loadId],
          ['loaded', 'skipped', first.loadId],
        );
        expectSame('rows', await rowsOf(dataset, 'SELECT id FROM items'), [{ id: 1 }]);
        expectSame('ledger rows', (await dataset.ledger()).length, 1);
        expectSame('findLoad', (await dataset.findLoad('once'))?.loadId, first.loadId);
      },
    },
    {
      name: 'a commit whose answer was lost is found by its load key',
      async run(place) {
        const dataset = await place.open();
        const load: Load = { key: 'lost', resources: [{ rows: [{ id: 1 }] }] };
        await failAt('after-commit', dataset, await packageOf(dataset, load));
        const again = await place.open();
        expectSame('the status', (await again.commit(await packageOf(again, load))).status, 'skipped');
        expectSame('rows', await rowsOf(again, 'SELECT id FROM items'), [{ id: 1 }]);
      },
    },
  ],
};
