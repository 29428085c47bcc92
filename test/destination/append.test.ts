import { Timestamp } from '../../src/value';
import {
  commit,
  cursorAt,
  freshDataset as freshInDuckdb,
  rowsOf,
  SOURCE,
  slice,
  temporaryFolder,
  tested,
} from './harness';

describe.each(tested)('in $name:', ({ fresh: freshDataset }) => {
  const folder = temporaryFolder();

  describe('a first append', () => {
    test('writes rows, children, schema, state, load and ledger together', async () => {
      const dataset = await freshDataset(folder);
      const outcome = await commit(dataset, {
        key: 'first',
        resources: [
          {
            rows: [
              {
                id: 1,
                name: 'a name of more than twelve bytes',
                tags: ['x', 'y'],
                at: '2024-01-02T03:04:05.678901Z',
              },
              { id: 2, score: 1.5, nested: { deep: true } },
            ],
            primaryKey: ['id'],
            cursors: [{ path: 'id', column: 'id', before: undefined, after: cursorAt(2) }],
          },
        ],
      });
      expect(outcome).toMatchObject({
        status: 'loaded',
        rows: { items: 2 },
        newSchemaVersion: true,
        schemaVersion: 1,
      });
      expect(outcome.tables).toMatchObject({ items: { inserted: 2 }, items__tags: { inserted: 2 } });
      expect(
        await rowsOf(
          dataset,
          `SELECT id, name, score, nested__deep, ${dataset.quote('at')} FROM items ORDER BY id`,
        ),
      ).toEqual([
        {
          id: 1,
          name: 'a name of more than twelve bytes',
          score: null,
          nested__deep: null,
          at: new Timestamp(1_704_164_645_678_901n),
        },
        { id: 2, name: null, score: 1.5, nested__deep: true, at: null },
      ]);
      expect(
        await rowsOf(
          dataset,
          'SELECT i.id, t.value FROM items__tags t JOIN items i ON t._dlt_parent_id = i._dlt_id ORDER BY 2',
        ),
      ).toEqual([
        { id: 1, value: 'x' },
        { id: 1, value: 'y' },
      ]);
      expect(await rowsOf(dataset, 'SELECT DISTINCT _dlt_load_id AS id FROM items')).toEqual([
        { id: outcome.loadId },
      ]);
      expect(await rowsOf(dataset, 'SELECT load_id, schema_name, status FROM _dlt_loads')).toEqual([
        { load_id: outcome.loadId, schema_name: SOURCE, status: 0 },
      ]);
      expect(await dataset.ledger()).toMatchObject([
        {
          pipeline: 'p',
          source: SOURCE,
          resource: 'items',
          generation: 0,
          load_key: 'first',
          load_id: outcome.loadId,
          rows: 2,
          status: 'loaded',
        },
      ]);
      const snapshot = await dataset.snapshot(SOURCE);
      expect(snapshot.schemaHash).toBe(outcome.schema?.version_hash);
      expect(snapshot.state?.sources?.[SOURCE]?.resources?.items?.incremental).toEqual({ id: cursorAt(2) });
      expect(snapshot.lastLoadId).toBe(outcome.loadId);
      await dataset.close();
    });

    test('of nothing writes its ledger row alone', async () => {
      const dataset = await freshDataset(folder);
      const outcome = await commit(dataset, { key: 'empty', resources: [{ rows: [], ...slice(0, 10) }] });
      expect(outcome).toMatchObject({
        status: 'loaded',
        loadId: undefined,
        rows: { items: 0 },
        newSchemaVersion: false,
      });
      expect(await dataset.ledger()).toMatchObject([
        { load_key: 'empty', load_id: null, rows: 0, status: 'loaded' },
      ]);
      expect(await rowsOf(dataset, 'SELECT * FROM _dlt_loads')).toEqual([]);
      await dataset.close();
    });
  });

  describe('a second append', () => {
    test('adds what it brings, whatever the keys', async () => {
      const dataset = await freshDataset(folder);
      for (let run = 0; run < 2; run++)
        await commit(dataset, { resources: [{ rows: [{ id: 1 }], primaryKey: ['id'] }] });
      expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id: 1 }, { id: 1 }]);
      await dataset.close();
    });

    test('with the same load key is answered with the first', async () => {
      const dataset = await freshDataset(folder);
      const first = await commit(dataset, { key: 'k', resources: [{ rows: [{ id: 1 }] }] });
      const again = await commit(dataset, { key: 'k', resources: [{ rows: [{ id: 1 }] }] });
      expect(again).toMatchObject({ status: 'skipped', loadId: first.loadId, rows: { items: 1 } });
      expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id: 1 }]);
      expect(await dataset.findLoad('k')).toMatchObject({ loadId: first.loadId });
      expect(await dataset.findLoad('other')).toBeUndefined();
      await dataset.close();
    });

    test('brings new columns, and values that a column can hold though it was made for others', async () => {
      const dataset = await freshDataset(folder);
      await commit(dataset, { resources: [{ rows: [{ id: 1, n: 1 }] }] });
      const outcome = await commit(dataset, { resources: [{ rows: [{ id: 2, n: 1.5, extra: 'x' }] }] });
      expect(outcome).toMatchObject({ newSchemaVersion: true, schemaVersion: 2 });
      expect(await rowsOf(dataset, 'SELECT id, n, extra FROM items ORDER BY id')).toEqual([
        { id: 1, n: 1, extra: null },
        { id: 2, n: 1.5, extra: 'x' },
      ]);
      await dataset.close();
    });
  });

  describe('a stateless append of a declared key', () => {
    const key = { primaryKey: ['id'] };

    test('skips rows that are stored, with their children, and deletes none', async () => {
      const dataset = await freshDataset(folder);
      await commit(dataset, {
        resources: [
          {
            rows: [
              { id: 1, ts: 1, l: [1] },
              { id: 2, ts: 5, l: [2] },
            ],
            ...key,
            ...slice(0, 10),
          },
        ],
      });
      const outcome = await commit(dataset, {
        resources: [
          {
            rows: [
              { id: 2, ts: 5, l: [9] },
              { id: 3, ts: 7, l: [3, 4] },
            ],
            ...key,
            ...slice(4, 20),
          },
        ],
      });
      expect(outcome.tables).toMatchObject({ items: { inserted: 1, skipped: 1 }, items__l: { inserted: 2 } });
      expect(outcome.rows).toEqual({ items: 1 });
      expect(await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).toEqual([
        { id: 1 },
        { id: 2 },
        { id: 3 },
      ]);
      expect(await rowsOf(dataset, 'SELECT value FROM items__l ORDER BY value')).toEqual(
        [1, 2, 3, 4].map((value) => ({ value })),
      );
      await dataset.close();
    });

    test('a stateful load skips what a stateless one brought beyond its cursor', async () => {
      const dataset = await freshDataset(folder);
      await commit(dataset, { resources: [{ rows: [{ id: 1, ts: 15 }], ...key, ...slice(10, 20) }] });
      const stateful = {
        cursors: [{ path: 'ts', column: 'ts', before: undefined, after: cursorAt(30) }],
        covered: slice(0, 30).covered!,
      };
      const outcome = await commit(dataset, {
        resources: [
          {
            rows: [
              { id: 1, ts: 15 },
              { id: 2, ts: 30 },
            ],
            ...key,
            ...stateful,
          },
        ],
      });
      expect(outcome.tables.items).toMatchObject({ inserted: 1, skipped: 1 });
      await dataset.close();
    });

    test("with onRerun 'append' it has them twice", async () => {
      const dataset = await freshDataset(folder);
      for (let run = 0; run < 2; run++)
        await commit(dataset, {
          resources: [{ rows: [{ id: 1, ts: 1 }], ...key, ...slice(0, 10), onRerun: 'append' }],
        });
      expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM items')).toEqual([{ n: 2 }]);
      await dataset.close();
    });
  });

  describe('a stateless append without a key', () => {
    test('of the same interval replaces what that interval loaded', async () => {
      const dataset = await freshDataset(folder);
      await commit(dataset, {
        key: 'a',
        resources: [{ rows: [{ ts: 1, l: [1] }, { ts: 2 }], ...slice(0, 10) }],
      });
      await commit(dataset, { key: 'b', resources: [{ rows: [{ ts: 11 }], ...slice(10, 20) }] });
      const outcome = await commit(dataset, {
        key: 'c',
        resources: [{ rows: [{ ts: 3, l: [3] }], ...slice(0, 10) }],
      });
      expect(outcome.tables).toMatchObject({
        items: { inserted: 1, deleted: 2 },
        items__l: { inserted: 1, deleted: 1 },
      });
      expect(await rowsOf(dataset, 'SELECT ts FROM items ORDER BY ts')).toEqual([{ ts: 3 }, { ts: 11 }]);
      expect((await dataset.ledger()).map((row) => [row.load_key, row.status])).toEqual([
        ['a', 'superseded'],
        ['b', 'loaded'],
        ['c', 'loaded'],
      ]);
      await dataset.close();
    });

    test('of a range that partly overlaps another is refused, and nothing is written', async () => {
      const dataset = await freshDataset(folder);
      await commit(dataset, { resources: [{ rows: [{ ts: 1 }], ...slice(0, 10) }] });
      await expect(
        commit(dataset, { resources: [{ rows: [{ ts: 12, fresh: 1 }], ...slice(5, 15) }] }),
      ).rejects.toMatchObject({
        code: 'INTERVAL_OVERLAP',
      });
      expect(await rowsOf(dataset, 'SELECT ts FROM items')).toEqual([{ ts: 1 }]);
      expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM _dlt_loads')).toEqual([{ n: 1 }]);
      await commit(dataset, { resources: [{ rows: [{ ts: 12 }], ...slice(5, 15), onRerun: 'append' }] });
      expect(await rowsOf(dataset, 'SELECT ts FROM items ORDER BY ts')).toEqual([{ ts: 1 }, { ts: 12 }]);
      await dataset.close();
    });

    describe('where a load that went on from a cursor ended', () => {
      const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
      const kinds = [
        ['a number', (ts: number) => ts],
        ['a text', (ts: number) => iso(ts)],
        ['an instant', (ts: number) => new Timestamp(BigInt(ts) * 1_000_000n)],
      ] as const;
      test.each(kinds)('and its cursor is %s: is refused at its last row, not after it', async (_, at) => {
        const live = {
          cursors: [
            { path: 'ts', column: 'ts', before: undefined, after: cursorAt(10), range: { start: at(0) } },
          ],
          covered: { start: iso(0), end: iso(10) },
        };
        const chunk = (start: number, end: number) => ({
          ...slice(start, end),
          cursors: [{ ...slice(start, end).cursors[0]!, range: { start: at(start), end: at(end) } }],
        });
        const row = (ts: number) => ({ id: ts, ts: at(ts), l: [ts] });
        const hints = {
          columns: { ts: { dataType: typeof at(0) === 'string' ? 'text' : undefined } },
        } as object;
        const load = (rows: unknown[], given: object) =>
          commit(dataset, { resources: [{ rows, hints, ...given }] });
        const dataset = await freshDataset(folder);
        const stored = async () =>
          (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map(
            (one) => (one as { id: number }).id,
          );
        await load([row(1), row(10)], live);
        // the row at 10 would be there twice
        await expect(load([row(10), row(15)], chunk(10, 20))).rejects.toMatchObject({
          code: 'INTERVAL_OVERLAP',
        });
        // and it would be gone here, where it doesn't come again
        for (const rows of [[row(1)], []])
          await expect(load(rows, chunk(0, 10))).rejects.toMatchObject({ code: 'INTERVAL_OVERLAP' });
        expect(await stored()).toEqual([1, 10]);
        await load([row(15)], chunk(11, 20));
        expect(await stored()).toEqual([1, 10, 15]);
        await dataset.close();
      });

      test('is loaded beside a range without an interval that ended before it, and takes that one’s place', async () => {
        const dataset = await freshDataset(folder);
        const by = (start: number, end: number) => ({ ...slice(start, end), interval: undefined });
        const load = (ids: number[], given: object) =>
          commit(dataset, { resources: [{ rows: ids.map((ts) => ({ ts })), ...given }] });
        await load([1, 9], by(0, 10));
        await load([10, 19], by(10, 20));
        await load([0, 1, 9], by(0, 10));
        const closed = (start: number, end: number) => ({
          ...by(start, end),
          cursors: [{ ...slice(start, end).cursors[0]!, range: { start, end, rangeEnd: 'closed' as const } }],
        });
        await load([25, 30], closed(20, 30));
        await expect(load([30, 31], closed(30, 40))).rejects.toMatchObject({ code: 'INTERVAL_OVERLAP' });
        await load([24, 25, 30], closed(20, 30));
        expect(await rowsOf(dataset, 'SELECT ts FROM items ORDER BY ts')).toEqual(
          [0, 1, 9, 10, 19, 24, 25, 30].map((ts) => ({ ts })),
        );
        await dataset.close();
      });
    });

    test('that brings nothing any more takes the rows of that interval away', async () => {
      const dataset = await freshDataset(folder);
      await commit(dataset, { resources: [{ rows: [{ ts: 1 }], ...slice(0, 10) }] });
      await commit(dataset, { resources: [{ rows: [], ...slice(0, 10) }] });
      expect(await rowsOf(dataset, 'SELECT ts FROM items')).toEqual([]);
      await dataset.close();
    });

    test('and without a cursor replaces what its interval loaded, unless it goes on from a state of its own', async () => {
      const dataset = await freshDataset(folder);
      const { interval } = slice(0, 10);
      for (let run = 0; run < 2; run++) {
        const customState = { before: run === 0 ? {} : { token: run }, after: { token: run + 1 } };
        await commit(dataset, { resources: [{ name: 'plain', rows: [{ v: run }], interval: interval! }] });
        await commit(dataset, {
          resources: [{ name: 'token', rows: [{ v: run }], interval: interval!, customState }],
        });
      }
      expect(await rowsOf(dataset, 'SELECT v FROM plain')).toEqual([{ v: 1 }]);
      expect(await rowsOf(dataset, 'SELECT v FROM token ORDER BY v')).toEqual([{ v: 0 }, { v: 1 }]);
      await dataset.close();
    });
  });

  test('two resources of one load that feed one table bring each row once', async () => {
    const dataset = await freshDataset(folder);
    const hints = { tableName: 'both' };
    const outcome = await commit(dataset, {
      resources: [
        { name: 'a', rows: [{ id: 1 }], hints },
        { name: 'b', rows: [{ id: 2 }], hints },
      ],
    });
    expect(outcome.tables.both).toMatchObject({ inserted: 2 });
    expect(await rowsOf(dataset, `SELECT id FROM ${dataset.qualify('both')} ORDER BY id`)).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    await dataset.close();
  });
});

const duckdbFolder = temporaryFolder();

// DuckDB's own types
test('a second append brings new columns and wider types', async () => {
  const dataset = await freshInDuckdb(duckdbFolder);
  await commit(dataset, { resources: [{ rows: [{ id: 1, n: 1 }] }] });
  const outcome = await commit(dataset, {
    resources: [{ rows: [{ id: 2, n: 1.5, extra: 'x' }, { id: 12345678901234567890123n }] }],
  });
  expect(outcome).toMatchObject({ newSchemaVersion: true, schemaVersion: 2 });
  expect(await rowsOf(dataset, 'SELECT id, n, extra, typeof(id) AS t FROM items ORDER BY id')).toEqual([
    { id: 1, n: 1, extra: null, t: 'DECIMAL(38,0)' },
    { id: 2, n: 1.5, extra: 'x', t: 'DECIMAL(38,0)' },
    { id: 12345678901234567890123n, n: null, extra: null, t: 'DECIMAL(38,0)' },
  ]);
  await dataset.close();
});
