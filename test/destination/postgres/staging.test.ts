import type { Dataset, LoadPackage } from '../../../src/destination';
import { listening } from '../../../src/destination/failpoint';
import { inDatabase, overDriver, stagingEarly } from '../../postgres/destinations';
import { type PostgresServer, startPostgres } from '../../postgres/server';
import { commit, packageOf, type Resource, rowsOf, SOURCE, temporaryFolder } from '../harness';
import { cutAllNow } from './cut-connections';
import { holdingLock, waitingForLock } from './dataset-lock';

let server: PostgresServer;
const folder = temporaryFolder();
let databases = 0;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

async function newDatabase(): Promise<string> {
  databases += 1;
  await server.sql(`CREATE DATABASE s${databases}`);
  return `s${databases}`;
}

const ref = { pipeline: 'p', dataset: 'data', workDir: folder };
const open = (database: string): Promise<Dataset> => stagingEarly(server, database).open(ref);

interface Watched {
  readonly load: LoadPackage;
  /** How often each row of the load was read. */
  readonly read: () => number;
}

/** A load that counts how often its rows are read. */
function watched(load: LoadPackage, onChunk: () => void = () => {}): Watched {
  const { staged } = load;
  const all = staged.tables.reduce((sum, { rows }) => sum + rows, 0);
  let rows = 0;
  const counted: LoadPackage['staged'] = {
    tables: staged.tables,
    bytes: staged.bytes,
    discard: () => staged.discard(),
    async *chunks(table) {
      for await (const chunk of staged.chunks(table)) {
        rows += chunk.rows;
        onChunk();
        yield chunk;
      }
    },
  };
  return { load: { ...load, staged: counted }, read: () => rows / all };
}

const idsOf = async (dataset: Dataset): Promise<unknown[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: unknown }).id);

const items = (from: number, count: number, more = {}): object[] =>
  Array.from({ length: count }, (_, at) => ({ id: from + at, lines: [{ x: at }], ...more }));

const MERGE: Partial<Resource> = { disposition: 'merge', primaryKey: ['id'], hints: { rootKey: true } };
const VERSIONS: Partial<Resource> = { disposition: 'merge', strategy: 'scd2', hints: { scd2: {} } };

describe('rows that are brought before the lock', () => {
  test.each([
    ['appended', {}],
    ['merged', MERGE],
    ['kept as versions', VERSIONS],
  ] as const)(
    '%s: two loads are there while another holds the dataset, and are not sent again',
    async (_how, how) => {
      const database = await newDatabase();
      const [one, two] = [await open(database), await open(database)];
      await commit(one, { resources: [{ ...how, rows: items(0, 1) }] });
      const first = watched(await packageOf(one, { resources: [{ ...how, rows: items(10, 3000) }] }));
      const second = watched(await packageOf(two, { resources: [{ ...how, rows: items(5000, 3000) }] }));
      const other = await holdingLock(server, database);
      const outcomes = Promise.all([one.commit(first.load), two.commit(second.load)]);
      await waitingForLock(server, database, 2);
      expect([first.read(), second.read()]).toEqual([1, 1]);
      // reading waits for nobody
      expect(await idsOf(one)).toEqual([0]);
      await other.query('ROLLBACK');
      await other.end();
      expect((await outcomes).map(({ status }) => status)).toEqual(['loaded', 'loaded']);
      expect([first.read(), second.read()]).toEqual([1, 1]);
      const stored = await idsOf(one);
      expect(stored).toHaveLength(6001);
      expect(new Set(stored).size).toBe(6001);
      const [orphans] = await rowsOf(
        one,
        'SELECT count(*)::int AS lines, count(p.id)::int AS kept FROM items__lines l LEFT JOIN items p ON p._dlt_id = l._dlt_parent_id',
      );
      expect(orphans).toEqual({ lines: 6001, kept: 6001 });
      await one.close();
      await two.close();
    },
  );

  test('a load of less than a megabyte is sent with the lock held, a greater one before', async () => {
    const database = await newDatabase();
    const dataset = await inDatabase(server, database).open(ref);
    await commit(dataset, { resources: [{ rows: [{ id: 0 }] }] });
    const small = watched(await packageOf(dataset, { resources: [{ rows: [{ id: 1 }] }] }));
    const text = 'x'.repeat(1000);
    const great = watched(await packageOf(dataset, { resources: [{ rows: items(2, 1100, { text }) }] }));
    const other = await holdingLock(server, database);
    const outcomes = [dataset.commit(small.load), dataset.commit(great.load)];
    await waitingForLock(server, database, 2);
    expect([small.read(), great.read()]).toEqual([0, 1]);
    await other.query('ROLLBACK');
    await other.end();
    await Promise.all(outcomes);
    expect([small.read(), great.read()]).toEqual([1, 1]);
    expect(await idsOf(dataset)).toHaveLength(1102);
    await dataset.close();
  });

  test('eight datasets opened apart make their first commits at once: every row is there, load ids ascend', async () => {
    const database = await newDatabase();
    const opened = await Promise.all(Array.from({ length: 8 }, () => open(database)));
    const loads = await Promise.all(
      opened.map((dataset, id) =>
        packageOf(dataset, { resources: [{ rows: [{ id, [`only_${id}`]: id }] }] }),
      ),
    );
    const outcomes = await Promise.all(opened.map((dataset, at) => dataset.commit(loads[at]!)));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(8).fill('loaded'));
    const [dataset] = opened as [Dataset];
    expect(await idsOf(dataset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const stored = (await dataset.ledger()).map(({ load_id }) => load_id);
    expect(stored).toEqual([...stored].sort());
    expect(new Set(stored).size).toBe(8);
    for (const one of opened) await one.close();
  });

  test('nothing temporary is left behind on a connection that is kept', async () => {
    const database = await newDatabase();
    const dataset = await open(database);
    for (const how of [{}, MERGE, VERSIONS])
      await commit(dataset, {
        resources: [{ ...how, name: `r${Object.keys(how).length}`, rows: items(0, 5) }],
      });
    expect(await rowsOf(dataset, "SELECT relname FROM pg_class WHERE relpersistence = 't'")).toEqual([]);
    await dataset.close();
  });

  test('a table of as many columns as Postgres takes has no room for numbers: it is sent with the lock held', async () => {
    const dataset = await open(await newDatabase());
    const wide = Object.fromEntries(Array.from({ length: 1597 }, (_, at) => [`c${at}`, at % 7 === 0]));
    await commit(dataset, { resources: [{ rows: [{ id: 1, lines: [wide] }] }] });
    expect((await dataset.tables()).get('items__lines')).toHaveLength(1600);
    expect(await rowsOf(dataset, 'SELECT c0, c1, c1596 FROM items__lines')).toEqual([
      { c0: true, c1: false, c1596: true },
    ]);
    await dataset.close();
  });
});

describe('schemas that change while rows wait for the lock', () => {
  /** Commits of loads that began with the same schema, in this order. */
  async function racing(how: Partial<Resource>, values: readonly unknown[]) {
    const database = await newDatabase();
    const dataset = await open(database);
    await commit(dataset, { resources: [{ ...how, rows: [{ id: 0 }] }] });
    const loads: Watched[] = [];
    for (const [at, value] of values.entries())
      loads.push(
        watched(await packageOf(dataset, { resources: [{ ...how, rows: [{ id: at + 1, value }] }] })),
      );
    const other = await holdingLock(server, database);
    const outcomes: Promise<unknown>[] = [];
    for (const { load } of loads) {
      outcomes.push(dataset.commit(load));
      await waitingForLock(server, database, outcomes.length);
    }
    await other.query('ROLLBACK');
    await other.end();
    await Promise.all(outcomes);
    const columns = (await dataset.tables()).get('items')!.filter((name) => name.startsWith('value'));
    const rows = await rowsOf(dataset, `SELECT id, ${columns.join(', ')} FROM items ORDER BY id`);
    await dataset.close();
    return { rows, sent: loads.map(({ read }) => read()) };
  }

  describe.each([
    ['appended', {}],
    ['merged', MERGE],
    ['kept as versions', VERSIONS],
  ] as const)('rows that are %s', (_how, how) => {
    test('a type that another load gave the column first moves what does not fit to a variant', async () => {
      const { rows, sent } = await racing(how, [7, 'seven']);
      expect(rows).toEqual([
        { id: 0, value: null, value__v_text: null },
        { id: 1, value: 7, value__v_text: null },
        { id: 2, value: null, value__v_text: 'seven' },
      ]);
      expect(sent[0]).toBe(1);
      expect(sent[1]).toBeGreaterThan(1);
    });

    test('a type that takes them converts them', async () => {
      const { rows } = await racing(how, ['seven', 7, true]);
      expect(rows).toMatchObject([
        { id: 0, value: null },
        { id: 1, value: 'seven' },
        { id: 2, value: '7' },
        { id: 3 },
      ]);
    });

    test('a column is widened by whoever comes second, and the first one fits', async () => {
      for (const values of [
        [7, 7.5],
        [7.5, 7],
      ]) {
        const { rows } = await racing(how, values);
        expect(rows).toEqual([
          { id: 0, value: null },
          { id: 1, value: values[0] },
          { id: 2, value: values[1] },
        ]);
      }
    });
  });

  test('a column of a narrower type than the rows have takes what it takes', async () => {
    const database = await newDatabase();
    const dataset = await open(database);
    const columns = {
      small: { data_type: 'bigint', precision: 16 },
      price: { data_type: 'decimal' },
    } as const;
    const resource = { ...MERGE, hints: { rootKey: true, columns } };
    await commit(dataset, {
      resources: [{ ...resource, rows: [{ id: 1, small: 3, price: '1.5' }] }],
    });
    await commit(dataset, {
      resources: [{ ...resource, rows: [{ id: 1, small: 4, price: '2.25' }] }],
    });
    expect(await rowsOf(dataset, 'SELECT id, small, price::text AS price FROM items')).toEqual([
      { id: 1, small: 4, price: '2.250000000' },
    ]);
    await dataset.close();
  });
});

describe('a load that is not to be written', () => {
  test('was committed before: its answer comes at once, though another holds the dataset, and no row is sent', async () => {
    const database = await newDatabase();
    const dataset = await open(database);
    const { load, read } = watched(
      await packageOf(dataset, { key: 'a', resources: [{ rows: items(0, 10) }] }),
    );
    const { loadId } = await dataset.commit(load);
    const sent = read();
    const other = await holdingLock(server, database);
    expect(await dataset.commit(load)).toMatchObject({ status: 'skipped', loadId });
    expect(read()).toBe(sent);
    await other.end();
    await dataset.close();
  });

  test('lost its claim: it is refused before a row is sent', async () => {
    const dataset = await open(await newDatabase());
    await commit(dataset, { resources: [{ rows: items(0, 1) }] });
    const attempt = { workflowId: 'w', runId: 'r', attempt: 1 };
    await dataset.claim([{ loadKey: 'a', ...attempt }]);
    const package_ = await packageOf(dataset, {
      key: 'a',
      resources: [{ rows: items(1, 10) }],
      extra: { attempt },
    });
    await dataset.claim([{ loadKey: 'a', ...attempt, attempt: 2 }]);
    const { load, read } = watched(package_);
    await expect(dataset.commit(load)).rejects.toMatchObject({ code: 'CLAIM_LOST' });
    expect(read()).toBe(0);
    await dataset.close();
  });

  test('loses its claim while it waits for the lock: nothing is written', async () => {
    const database = await newDatabase();
    const dataset = await open(database);
    await commit(dataset, { resources: [{ rows: items(0, 1) }] });
    const attempt = { workflowId: 'w', runId: 'r', attempt: 1 };
    await dataset.claim([{ loadKey: 'a', ...attempt }]);
    const { load, read } = watched(
      await packageOf(dataset, { key: 'a', resources: [{ rows: items(1, 10) }], extra: { attempt } }),
    );
    const other = await holdingLock(server, database);
    const refused = dataset.commit(load).catch((error: unknown) => error);
    await waitingForLock(server, database, 1);
    await other.query("UPDATE data._tidemark_claims SET attempt = 2 WHERE load_key = 'a'; COMMIT");
    await other.end();
    expect(await refused).toMatchObject({ code: 'CLAIM_LOST' });
    expect(read()).toBe(1);
    expect(await idsOf(dataset)).toEqual([0]);
    await dataset.close();
  });

  test('was cancelled while it waits for the lock: it is not waited for any more', async () => {
    const database = await newDatabase();
    for (const dataset of [await open(database), await inDatabase(server, database).open(ref)]) {
      await commit(dataset, { resources: [{ rows: items(0, 1) }] });
      for (const by of ['load', 'dataset'] as const) {
        const cancelling = new AbortController();
        const { signal } = cancelling;
        const at = await (by === 'dataset'
          ? stagingEarly(server, database).open({ ...ref, signal })
          : dataset);
        const load = await packageOf(at, { resources: [{ rows: items(1, 10) }] });
        const other = await holdingLock(server, database);
        const refused = at
          .commit(by === 'load' ? { ...load, signal } : load)
          .catch((error: unknown) => error);
        await waitingForLock(server, database, 1);
        cancelling.abort();
        expect(await refused).toMatchObject({ code: 'CANCELLED' });
        await other.end();
        if (at !== dataset) await at.close();
      }
      await dataset.close();
    }
    const dataset = await open(database);
    expect(await idsOf(dataset)).toEqual([0, 0]);
    await dataset.close();
  });

  test('was cancelled while it waited for the lock, or is refused by its last check: nothing is written', async () => {
    const database = await newDatabase();
    const dataset = await open(database);
    await commit(dataset, { resources: [{ rows: items(0, 1) }] });
    const cancelling = new AbortController();
    const load = await packageOf(dataset, { resources: [{ rows: items(1, 10) }] });
    const other = await holdingLock(server, database);
    const refused = dataset.commit({ ...load, signal: cancelling.signal }).catch((error: unknown) => error);
    await waitingForLock(server, database, 1);
    cancelling.abort();
    await other.end();
    expect(await refused).toMatchObject({ code: 'CANCELLED' });
    const beforeCommit = (): void => {
      throw new Error('closed');
    };
    await expect(dataset.commit({ ...load, beforeCommit })).rejects.toThrow('closed');
    expect(await idsOf(dataset)).toEqual([0]);
    expect((await dataset.snapshot(SOURCE)).schemaHash).toBeDefined();
    await dataset.close();
  });
});

describe('a connection that is lost, where nothing is done again', () => {
  const openOnce = (database: string): Promise<Dataset> =>
    overDriver(server, database, { stagedFrom: 0, rerunAfter: [] }).open(ref);

  test('while rows are sent leaves nothing', async () => {
    const database = await newDatabase();
    const dataset = await openOnce(database);
    await commit(dataset, { resources: [{ rows: items(0, 1) }] });
    const load = await packageOf(dataset, { resources: [{ rows: items(1, 30_000) }] });
    const cut = watched(load, () => cutAllNow(server, database));
    await expect(dataset.commit(cut.load)).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
    expect(await idsOf(dataset)).toEqual([0]);
    expect((await dataset.ledger()).length).toBe(1);
    expect((await dataset.commit(load)).status).toBe('loaded');
    expect(await idsOf(dataset)).toHaveLength(30_001);
    await dataset.close();
  });

  test('once they are there leaves nothing', async () => {
    const database = await newDatabase();
    const dataset = await openOnce(database);
    await commit(dataset, { resources: [{ rows: items(0, 1) }] });
    const load = await packageOf(dataset, { resources: [{ rows: items(1, 10) }] });
    const failed = listening(
      (at) => {
        if (at === 'after-stage') cutAllNow(server, database);
      },
      () => dataset.commit(load),
    );
    await expect(failed).rejects.toMatchObject({ code: 'DESTINATION_FAILED' });
    expect(await idsOf(dataset)).toEqual([0]);
    expect((await dataset.commit(load)).status).toBe('loaded');
    expect(await idsOf(dataset)).toHaveLength(11);
    await dataset.close();
  });
});
