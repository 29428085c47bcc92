import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import {
  Decimal,
  duckdb,
  incremental,
  type Pipeline,
  PlainDate,
  PlainTime,
  pipeline,
  resource,
  Timestamp,
} from '../../src';
import {
  type CopyProgress,
  type CopyReport,
  type Destination,
  releaseIdleFiles,
} from '../../src/destination';
import { type SqlDriver, sqlDestination } from '../../src/destination/public';
import { outside, temporaryFolder } from './harness';
import { connectTo, newDataset, type SqliteDataset, sqlite } from './sqlite';

const folder = temporaryFolder();

function setUp() {
  const here = mkdtempSync(path.join(folder, 'copy-'));
  const at = (destination: Destination, name = 'shop'): Pipeline =>
    pipeline({ name, destination, dataset: 'data', workDir: here });
  const file = (name: string): Destination => duckdb({ path: path.join(here, `${name}.duckdb`) });
  return { here, at, file, source: at(file('source')) };
}

interface Asked {
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

async function copy(from: Pipeline, to: Pipeline, asked: Asked = {}): Promise<CopyReport> {
  const source = await from.openDataset();
  const target = await to.openDataset();
  try {
    return await source.contents((contents) => target.receive(contents, { clock: Date.now, ...asked }));
  } finally {
    await source.close();
    await target.close();
  }
}

const everything = [
  {
    id: 1,
    whole: 9_007_199_254_740_993n,
    least: -(2n ** 63n),
    beyond: 2n ** 70n,
    half: 0.1,
    yes: true,
    text: 'ünï\u{1F600}code, longer than twelve bytes',
    short: '',
    at: new Timestamp(1_700_000_000_123_456n),
    before: new Timestamp(-1n),
    day: new PlainDate('0001-02-03'),
    time: new PlainTime('23:59:59.999999'),
    amount: new Decimal('-12345678901234567890.123456789'),
    bytes: new Uint8Array([0, 255, 1]),
    odd: { b: [1, 2.5, null], a: { z: 'x' } },
    tags: ['a', 'b'],
    lines: [{ sku: 'x', parts: [{ n: 1 }, { n: 2 }] }, { sku: 'y' }],
  },
  { id: 2, tags: [], lines: [{ sku: null }] },
  { id: 3, half: -0, yes: false, text: null, whole: 0 },
];

const all = resource({
  name: 'all',
  columns: { odd: { dataType: 'json' } },
  extract: () => [everything],
});

/** What each table has, in the order of its rows' ids. */
async function rowsIn(p: Pipeline): Promise<Record<string, unknown>> {
  await using data = p.dataset();
  const found: Record<string, unknown> = {};
  for (const table of await data.tables())
    found[table] = (await data.table(table).toArray()).map((row) => JSON.stringify(row, exactly)).sort();
  return found;
}

const exactly = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value;

/** A database that cuts names off after 32 characters, as Postgres does after 63 bytes. */
function cuttingNames(dataset: SqliteDataset) {
  const place = { location: 'cutting', dataset: async () => dataset, exists: () => true };
  const cut = (name: string): string => name.slice(0, 32);
  const destination = sqlDestination({
    kind: 'cutting',
    destinationType: 'cutting',
    describe: () => 'cutting',
    async open() {
      const driver = connectTo(place);
      const connect: SqlDriver['connect'] = (work) =>
        driver.connect((connection) => {
          const { dialect } = connection;
          const quote = (name: string): string => dialect.quote(cut(name));
          const table = (name: string): string => dialect.table(cut(name));
          return work({ ...connection, dialect: { ...dialect, quote, table } });
        });
      return { ...driver, connect, exclusive: (work) => driver.exclusive(() => work(connect)) };
    },
  });
  const tables = async (): Promise<readonly string[]> =>
    connectTo(place).connect((connection) => connection.relations());
  return { destination, tables };
}

describe('a dataset that is copied', () => {
  test('has every value, child and record in another file', async () => {
    const { at, file, source } = setUp();
    await source.run(all);
    const target = at(file('target'));
    const report = await copy(source, target);
    expect(report.status).toBe('copied');
    expect(report.tables).toEqual([
      { table: 'all', rows: 3, outcome: 'copied' },
      { table: 'all__lines', rows: 3, outcome: 'copied' },
      { table: 'all__lines__parts', rows: 2, outcome: 'copied' },
      { table: 'all__tags', rows: 2, outcome: 'copied' },
    ]);
    expect(report.records.map(({ table }) => table)).toEqual([
      '_dlt_version',
      '_dlt_loads',
      '_dlt_pipeline_state',
      '_tidemark_intervals',
    ]);
    expect(report.pipelines).toEqual(['shop']);
    const rows = await rowsIn(source);
    expect(Object.keys(rows)).toHaveLength(4);
    expect(await rowsIn(target)).toEqual(rows);
  });

  test('is the same after it went to another database and back', async () => {
    const { at, file, source } = setUp();
    await source.run(all);
    const between = at(sqlite());
    await copy(source, between);
    const back = at(file('back'));
    await copy(between, back);
    expect(await rowsIn(back)).toEqual(await rowsIn(source));
  });

  test('is gone on with from its cursor, and loads nothing twice', async () => {
    const { at, file, source } = setUp();
    const events = (upTo: number) =>
      resource({
        name: 'events',
        incremental: { since: incremental({ cursor: 'id', initialValue: 0 }) },
        *extract({ incremental: { since } }) {
          yield Array.from({ length: upTo }, (_, n) => ({ id: n + 1 })).filter(
            ({ id }) => id >= Number(since.lastValue),
          );
        },
      });
    await source.run(events(5), { loadKey: 'first' });
    const target = at(file('target'));
    // what is known of the target is not what was known before the copy
    const looked = await target.openDataset();
    const attempt = { workflowId: 'w', runId: 'r', attempt: 1 };
    await looked.claim([{ loadKey: 'given up', ...attempt }]);
    await looked.revokeClaims(attempt);
    expect((await looked.snapshot('shop')).state).toBeUndefined();
    await copy(source, target);
    const again = await target.run(events(5), { loadKey: 'first' });
    expect(again.resources[0]?.status).toBe('skipped');
    const info = await target.run(events(8));
    expect(info.resources[0]?.rows).toBe(3);
    await using data = target.dataset();
    expect(await data.rowCounts()).toEqual({ events: 8 });
    await looked.close();
  });

  test('has the ledger and state of its source, the type of its own destination and an id of its own', async () => {
    const { at, source } = setUp();
    const interval = { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' };
    await source.run(all, { interval });
    const target = at(sqlite());
    await copy(source, target);
    const [from, to] = [await source.openDataset(), await target.openDataset()];
    expect(await to.ledger()).toEqual(await from.ledger());
    expect(await to.ledger()).toHaveLength(1);
    const [was, is] = [await from.snapshot('shop'), await to.snapshot('shop')];
    expect(is.schemaHash).toBe(was.schemaHash);
    expect(is.lastLoadId).toBe(was.lastLoadId);
    expect(is.datasetId).not.toBe(was.datasetId);
    expect(is.datasetId).toBeDefined();
    expect(is.state?.destination_type).toBe('dlt.destinations.sqlalchemy');
    expect(is.state?.sources).toEqual(was.state?.sources);
    await from.close();
    await to.close();
  });

  test('is planned without a word in the target', async () => {
    const { here, at, file, source } = setUp();
    await source.run(all);
    const report = await copy(source, at(file('target')), { dryRun: true });
    expect(report.tables[0]).toEqual({ table: 'all', rows: 3, outcome: 'planned' });
    expect(existsSync(path.join(here, 'target.duckdb'))).toBe(false);
  });
});

describe('a copy that stopped', () => {
  const two = (rows: number) => [
    resource({ name: 'a', extract: () => [[{ id: 1 }]] }),
    resource({ name: 'b', extract: () => [Array.from({ length: rows }, (_, id) => ({ id }))] }),
    resource({ name: 'c', extract: () => [[{ id: 1 }]] }),
  ];

  async function stopped(rows = 5000) {
    const { at, file, source } = setUp();
    for (const one of two(rows)) await source.run(one);
    const target = at(file('target'));
    const controller = new AbortController();
    const onProgress = ({ table }: CopyProgress): void => {
      if (table === 'b') controller.abort();
    };
    await expect(copy(source, target, { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    return { source, target, at, file };
  }

  test('goes on with the tables that are missing', async () => {
    const { source, target } = await stopped();
    const { tables } = await copy(source, target);
    expect(tables.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'copied']);
    expect(await rowsIn(target)).toEqual(await rowsIn(source));
  });

  test('copies a table again that was loaded into meanwhile, and no other', async () => {
    const { source, target } = await stopped();
    await source.run(two(1)[1]!);
    const { tables } = await copy(source, target);
    expect(tables.map(({ outcome }) => outcome)).toEqual(['kept', 'copied', 'copied']);
    expect(await rowsIn(target)).toEqual(await rowsIn(source));
  });

  test('takes no loads, and isn’t read as a dataset', async () => {
    const { target, at } = await stopped();
    await expect(target.run(two(1)[0]!)).rejects.toThrow(/is half a copy/);
    await expect(copy(target, at(sqlite()))).rejects.toMatchObject({ code: 'DESTINATION_REFUSED' });
  });

  test.each([
    ['before-commit', ['copied', 'copied', 'copied']],
    ['after-commit', ['kept', 'copied', 'copied']],
    ['copied b', ['kept', 'kept', 'copied']],
    ['compared c', ['kept', 'kept', 'kept']],
  ])('is gone on with where it was killed: %s', async (where, outcomes) => {
    const { here, at, file, source } = setUp();
    for (const one of two(5000)) await source.run(one);
    await source.close();
    await releaseIdleFiles();
    const files = ['source', 'target'].map((name) => path.join(here, `${name}.duckdb`));
    const { signal } = spawnSync(process.execPath, [
      path.join(__dirname, 'copying-process.js'),
      ...files,
      where,
    ]);
    expect(signal).toBe('SIGKILL');
    const target = at(file('target'));
    await expect(target.run(two(1)[0]!)).rejects.toThrow(/is half a copy/);
    const { tables } = await copy(source, target);
    expect(tables.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(await rowsIn(target)).toEqual(await rowsIn(source));
  });

  test('is no dataset if the source was loaded into meanwhile; the next one brings that, too', async () => {
    const { at, file, source } = setUp();
    for (const one of two(10)) await source.run(one);
    const target = at(file('target'));
    const [from, to] = [await source.openDataset(), await target.openDataset()];
    const meanwhile = from.contents((contents) => {
      const renew = async (): Promise<boolean> => {
        await source.run(two(1)[2]!);
        return contents.renew();
      };
      return to.receive({ ...contents, renew }, { clock: Date.now });
    });
    await expect(meanwhile).rejects.toMatchObject({ code: 'STATE_CHANGED' });
    await expect(to.snapshot('shop')).rejects.toMatchObject({ code: 'DESTINATION_REFUSED' });
    await Promise.all([from.close(), to.close()]);
    const { tables } = await copy(source, target);
    expect(tables.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'copied']);
    expect(await rowsIn(target)).toEqual(await rowsIn(source));
  });

  test('is stopped within a table, of which nothing stays', async () => {
    const { at, source } = setUp();
    await source.run(two(150_000)[1]!);
    const target = at(sqlite());
    const controller = new AbortController();
    const steps: string[] = [];
    const onProgress = ({ step, rows }: CopyProgress): void => {
      steps.push(`${step} ${rows}`);
      if (step === 'copying') controller.abort();
    };
    await expect(copy(source, target, { signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(steps).toEqual([expect.stringMatching(/^copying 10\d{4}$/)]);
    await using data = target.dataset();
    expect(await data.rowCounts()).toEqual({ b: 0 });
  });

  test('by two at once comes to one dataset, and the second says so', async () => {
    const { at, file, source } = setUp();
    for (const one of two(5000)) await source.run(one);
    const target = at(file('target'));
    const ends = await Promise.allSettled([copy(source, target), copy(source, target)]);
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const end of ends)
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'STATE_CHANGED' });
    expect(await rowsIn(target)).toEqual(await rowsIn(source));
    expect((await copy(source, target)).status).toBe('there');
  });

  test('is no dataset if what was brought has changed since', async () => {
    const { source, target } = await stopped(10);
    await (await outside(await target.openDataset(), 'UPDATE b SET id = 99 WHERE id = 9')).close();
    await expect(copy(source, target)).rejects.toThrow(
      /The copy of table "b" differs: 10 rows were read and 10 are there, of which some have other values/,
    );
    await expect(target.run(two(1)[0]!)).rejects.toThrow(/is half a copy/);
  });

  test('takes nothing of another source', async () => {
    const { target, at, file } = await stopped();
    const other = at(file('other'));
    await other.run(two(1)[0]!);
    await expect(copy(other, target)).rejects.toMatchObject({ code: 'DATASET_MISMATCH' });
  });
});

describe('a copy is refused', () => {
  const one = (id: number) => resource({ name: 'a', extract: () => [[{ id }]] });

  test('into itself', async () => {
    const { source } = setUp();
    await source.run(one(1));
    await expect(copy(source, source)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('for names that the target doesn’t take as they are, all of them before a row is written', async () => {
    const { source } = setUp();
    const row = { id: 1, [`long_${'x'.repeat(30)}`]: 2, of_a_name_that_is_a_long_one: [{ sku: 'x' }] };
    await source.run(resource({ name: 'letters', extract: () => [[row]] }));
    const { destination, tables } = cuttingNames(await newDataset('data'));
    const target = pipeline({ name: 'shop', destination, dataset: 'data' });
    await expect(copy(source, target)).rejects.toMatchObject({
      code: 'IDENTIFIER_INVALID',
      details: {
        names: [`column "letters.long_${'x'.repeat(30)}"`, 'table "letters__of_a_name_that_is_a_long_one"'],
      },
    });
    expect(await tables()).toEqual([]);
  });

  test('over data', async () => {
    const { at, source } = setUp();
    await source.run(one(1));
    const target = at(sqlite());
    await target.run(one(2));
    await expect(copy(source, target)).rejects.toThrow(/is in use: it has the table "a"/);
    await using data = target.dataset();
    expect(await data.table('a').toArray()).toMatchObject([{ id: 2 }]);
  });

  test('where there is nothing to copy', async () => {
    const { at, source } = setUp();
    await expect(copy(source, at(sqlite()))).rejects.toMatchObject({ code: 'QUERY_FAILED' });
  });

  test('over a copy that was loaded into; one that wasn’t is compared', async () => {
    const { at, source } = setUp();
    await source.run(one(1));
    const target = at(sqlite());
    await copy(source, target);
    expect((await copy(source, target)).status).toBe('there');
    await target.run(one(2));
    await expect(copy(source, target)).rejects.toThrow(/loaded into since/);
  });

  test('of columns whose types no load makes', async () => {
    const { at, source } = setUp();
    await source.run(one(1));
    await (await outside(await source.openDataset(), 'ALTER TABLE a ADD COLUMN span INTERVAL')).close();
    await expect(copy(source, at(sqlite()))).rejects.toThrow(/"span" \(INTERVAL\)/);
  });

  test('when the target came to hold something else', async () => {
    const { at, file, source } = setUp();
    await source.run(one(1));
    const target = at(file('target'));
    const dataset = await target.openDataset();
    const from = await source.openDataset();
    await from.contents((contents) => dataset.receive(contents, { clock: Date.now }));
    await from.close();
    await (await outside(dataset, 'UPDATE a SET id = 7')).close();
    await expect(copy(source, target)).rejects.toThrow(/The copy of table "a" differs/);
  });
});

test('a dataset that dlt made is copied as well: it has no ledger, and gets one', async () => {
  const { at, source } = setUp();
  await source.run(all);
  for (const table of ['_tidemark_intervals', '_tidemark_claims', '_tidemark_dataset'])
    await (await outside(await source.openDataset(), `DROP TABLE ${table}`)).close();
  const target = at(sqlite());
  const { records } = await copy(source, target);
  expect(records.map(({ table }) => table)).toEqual(['_dlt_version', '_dlt_loads', '_dlt_pipeline_state']);
  const dataset = await target.openDataset();
  expect((await dataset.snapshot('shop')).datasetId).toBeDefined();
  expect(await dataset.ledger()).toEqual([]);
  await dataset.close();
  await target.run(all);
});

test('a column that is required since, of rows that lack it, takes them', async () => {
  const { at, file, source } = setUp();
  await source.run(all);
  for (const statement of [
    'ALTER TABLE all__tags ALTER COLUMN _dlt_list_idx DROP NOT NULL',
    'UPDATE all__tags SET _dlt_list_idx = NULL',
  ])
    await (await outside(await source.openDataset(), statement)).close();
  const target = at(file('target'));
  await copy(source, target);
  expect(await rowsIn(target)).toEqual(await rowsIn(source));
});

test('loads that are under way are counted: what they commit isn’t in the copy', async () => {
  const { at, source } = setUp();
  await source.run(all);
  const dataset = await source.openDataset();
  await dataset.claim([{ loadKey: 'next', workflowId: 'w', runId: 'r', attempt: 1 }]);
  await dataset.revokeClaims({ workflowId: 'w', runId: 'other', loadKeys: ['ended'] });
  await dataset.close();
  const target = at(sqlite());
  expect((await copy(source, target)).claims).toBe(1);
  const copied = await target.openDataset();
  const claim = { loadKey: 'next', workflowId: 'w', runId: 'r2', attempt: 1 };
  expect(await copied.claim([claim])).toEqual(new Map());
  await copied.close();
});

test('tables and views of others are listed, and not copied', async () => {
  const { at, source } = setUp();
  await source.run(all);
  const sql = 'CREATE TABLE own AS SELECT 1 AS n; CREATE VIEW seen AS SELECT 1 AS n';
  for (const statement of sql.split('; '))
    await (await outside(await source.openDataset(), statement)).close();
  const { others, tables } = await copy(source, at(sqlite()));
  expect([...others].sort()).toEqual(['own', 'seen']);
  expect(tables).toHaveLength(4);
});
