import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Dataset, duckdb } from '../../src/destination';
import { fileLeases } from '../../src/destination/duckdb/file-leases';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../src/value';
import { ROOT } from '../root';
import { commit, freshDataset, rowsOf, SOURCE, temporaryFolder } from './harness';

const folder = temporaryFolder();
const open = (file: string, dataset = 'data'): Promise<Dataset> =>
  duckdb({ path: path.join(folder, file) }).open({ pipeline: 'p', dataset, workDir: folder });

describe('a file that is not there', () => {
  test('is not made by reading, and its folder is made by the first load', async () => {
    const dataset = await open('new/folder/x.duckdb');
    expect(await dataset.snapshot(SOURCE)).toEqual({ generations: {} });
    expect(await dataset.ledger()).toEqual([]);
    expect(await dataset.findLoad('k')).toBeUndefined();
    expect(
      (
        await dataset.coverage({
          source: SOURCE,
          resource: 'items',
          start: '2024-01-01T00:00:00Z',
          end: '2024-01-02T00:00:00Z',
        })
      ).covered,
    ).toEqual([]);
    await expect(dataset.query('SELECT 1')).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    expect(existsSync(path.join(folder, 'new'))).toBe(false);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    expect(existsSync(path.join(folder, 'new/folder/x.duckdb'))).toBe(true);
    await dataset.close();
  });

  test('has the name of the pipeline, unless told', () => {
    expect(duckdb().describe('zendesk')).toBe(path.resolve('zendesk.duckdb'));
    expect(duckdb({ path: '/data/x.duckdb' }).describe('zendesk')).toBe('/data/x.duckdb');
  });
});

describe('a file that is no DuckDB', () => {
  test.each([
    ['text', 'id,name\n1,x\n'.repeat(400)],
    ['a few bytes', 'PK'],
    ['SQLite', `SQLite format 3\u0000${'x'.repeat(5000)}`],
  ])('%s is refused when it is opened, and left as it is', async (name, content) => {
    const file = path.join(folder, `${name}.db`);
    writeFileSync(file, content);
    await expect(open(`${name}.db`)).rejects.toMatchObject({ code: 'DESTINATION_NOT_A_DATABASE' });
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('a folder is refused, too', async () => {
    await expect(
      duckdb({ path: folder }).open({ pipeline: 'p', dataset: 'd', workDir: folder }),
    ).rejects.toMatchObject({
      code: 'DESTINATION_NOT_A_DATABASE',
    });
  });

  test('what has its letters but not its content is refused when it is read', async () => {
    const content = `${'x'.repeat(8)}DUCK${'y'.repeat(9000)}`;
    writeFileSync(path.join(folder, 'fake.duckdb'), content);
    const dataset = await open('fake.duckdb');
    await expect(dataset.snapshot(SOURCE)).rejects.toMatchObject({ code: 'DESTINATION_NOT_A_DATABASE' });
    expect(readFileSync(path.join(folder, 'fake.duckdb'), 'utf8')).toBe(content);
    await dataset.close();
  });
});

test('what a process that was killed while making the file left behind is made anew', async () => {
  for (const [name, content] of [
    ['empty', ''],
    ['started', `${'x'.repeat(8)}DUCK${'y'.repeat(4084)}`],
  ] as const) {
    writeFileSync(path.join(folder, `${name}.duckdb`), content);
    const dataset = await open(`${name}.duckdb`);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id: 1 }]);
    await dataset.close();
  }
});

/** Another process that has the file open until it is told to go. */
async function holder(file: string): Promise<{ readonly child: ChildProcess; letGo(): Promise<void> }> {
  const script = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then(() => { console.log('held'); process.stdin.resume(); process.stdin.on('end', () => process.exit()); })`;
  const child = spawn(process.execPath, ['-e', script, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: ROOT,
  });
  await once(child.stdout!, 'data');
  return {
    child,
    async letGo() {
      const gone = once(child, 'exit');
      child.stdin!.end();
      await gone;
    },
  };
}

test('a file that another process holds is named with that process, and is free once that let go', async () => {
  const dataset = await open('held.duckdb');
  await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
  await dataset.close();
  const other = await holder(path.join(folder, 'held.duckdb'));
  const again = await open('held.duckdb');
  await expect(again.snapshot(SOURCE)).rejects.toMatchObject({
    code: 'DESTINATION_LOCKED',
    retryable: true,
    details: { pid: other.child.pid },
  });
  await other.letGo();
  expect((await again.snapshot(SOURCE)).schema?.name).toBe(SOURCE);
  await again.close();
});

test('after close another process can have the file', async () => {
  const dataset = await open('closed.duckdb');
  await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
  await dataset.close();
  const other = await holder(path.join(folder, 'closed.duckdb'));
  await other.letGo();
  await expect(dataset.query('SELECT 1')).rejects.toMatchObject({ code: 'USAGE' });
});

test('close waits for a commit that is under way', async () => {
  const dataset = await open('busy.duckdb');
  const running = commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([running, running.then(() => dataset.close())]);
  const again = await open('busy.duckdb');
  expect(await rowsOf(again, 'SELECT id FROM items')).toEqual([{ id: 1 }]);
  await again.close();
});

test('datasets of one file, and links to it, share it within a process', async () => {
  const first = await open('shared.duckdb', 'one');
  await commit(first, { resources: [{ rows: [{ id: 1 }] }] });
  symlinkSync(path.join(folder, 'shared.duckdb'), path.join(folder, 'link.duckdb'));
  const second = await open('link.duckdb', 'two');
  expect(second.location).toBe(first.location);
  await Promise.all([
    commit(first, { resources: [{ rows: [{ id: 2 }] }] }),
    commit(second, { resources: [{ rows: [{ id: 3 }] }] }),
  ]);
  await first.close();
  expect(await rowsOf(second, 'SELECT count(*) AS n FROM one.items')).toEqual([{ n: 2 }]);
  expect(await rowsOf(second, 'SELECT id FROM items')).toEqual([{ id: 3 }]);
  await second.close();
});

test('new datasets of one file can be made at once', async () => {
  const datasets = await Promise.all(['a', 'b', 'c', 'd'].map((name) => open('many.duckdb', name)));
  await Promise.all(
    datasets.map((dataset, id) => commit(dataset, { resources: [{ rows: [{ id, l: [id] }] }] })),
  );
  for (const [id, dataset] of datasets.entries()) {
    expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id }]);
    await dataset.close();
  }
});

test('a dataset with the name of its file is no riddle', async () => {
  const dataset = await open('same.duckdb', 'same');
  await commit(dataset, {
    resources: [{ rows: [{ id: 1, l: [1] }], disposition: 'merge', primaryKey: ['id'] }],
  });
  await commit(dataset, {
    resources: [{ rows: [{ id: 1, l: [2] }], disposition: 'merge', primaryKey: ['id'] }],
  });
  expect(await rowsOf(dataset, 'SELECT value FROM items__l')).toEqual([{ value: 2 }]);
  await dataset.close();
});

describe('values', () => {
  const columns = {
    amount: { data_type: 'decimal' as const },
    day: { data_type: 'date' as const },
    hour: { data_type: 'time' as const },
    raw: { data_type: 'binary' as const },
    doc: { data_type: 'json' as const },
    at: { data_type: 'timestamp' as const },
  };
  const row = {
    id: 1,
    small: -5,
    big: 9_223_372_036_854_775_807n,
    huge: 10n ** 30n,
    half: 0.5,
    yes: true,
    short: 'twelve bytes',
    long: 'a text that is longer than twelve bytes, with ü and 😀',
    amount: new Decimal('1234567890123456789.123456789'),
    day: new PlainDate('1969-12-31'),
    hour: new PlainTime('23:59:59.000001'),
    raw: new Uint8Array([0, 255, 1]),
    doc: { a: [1, null, { b: 'c' }] },
    at: new Timestamp(-1n),
  };

  test('of every type come back as they went in', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, { resources: [{ rows: [row, { id: 2 }], hints: { columns } }] });
    const [first, second] = (await rowsOf(
      dataset,
      'SELECT * EXCLUDE (_dlt_id, _dlt_load_id) FROM items ORDER BY id',
    )) as Record<string, unknown>[];
    expect({ ...first, doc: JSON.parse(String(first?.doc)) }).toEqual(row);
    expect(new Set(Object.values(second ?? {}))).toEqual(new Set([2, null]));
    await dataset.close();
  });

  test('that no type of ours has come as text, and nanoseconds are cut, before 1970 too', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, { resources: [{ rows: [row], hints: { columns } }] });
    const sql = "SELECT TIME '24:00:00' AS midnight, TIMESTAMP_NS '1969-12-31 23:59:59.999999001' AS before";
    expect(await rowsOf(dataset, sql)).toEqual([{ midnight: '24:00:00', before: new Timestamp(-1n) }]);
    await dataset.close();
  });

  test('over many chunks, nulls and long texts included, are all there', async () => {
    const dataset = await freshDataset(folder);
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      id: i,
      ...(i % 3 === 0 && { third: `number ${i} with a long text` }),
      ...(i > 6000 && { late: i }),
    }));
    await commit(dataset, { resources: [{ rows }] });
    expect(
      await rowsOf(
        dataset,
        'SELECT count(*) AS n, sum(id) AS s, count(third) AS t, max(late) AS l, count(late) AS c, count(DISTINCT _dlt_id) AS d FROM items',
      ),
    ).toEqual([{ n: 10_000, s: 49_995_000, t: 3334, l: 9999, c: 3999, d: 10_000 }]);
    expect(
      await rowsOf(
        dataset,
        "SELECT count(*) AS n FROM items WHERE third = 'number ' || id || ' with a long text'",
      ),
    ).toEqual([{ n: 3334 }]);
    await dataset.close();
  });

  test('go into queries as parameters', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    expect(
      await rowsOf(dataset, 'SELECT ?::TIMESTAMPTZ AS a, ? AS b, ?::DATE AS c', [
        new Timestamp(5n),
        10n ** 17n,
        '2024-01-01',
      ]),
    ).toEqual([{ a: new Timestamp(5n), b: 10n ** 17n, c: new PlainDate('2024-01-01') }]);
    await expect(dataset.query('SELECT nothing FROM items')).rejects.toMatchObject({ code: 'QUERY_FAILED' });
    await dataset.close();
  });
});

test('a missing value of a required column is told with table and column, and nothing is written', async () => {
  const dataset = await freshDataset(folder);
  const hints = { columns: { name: { data_type: 'text' as const, nullable: false } } };
  await expect(commit(dataset, { resources: [{ rows: [{ id: 1 }], hints }] })).rejects.toMatchObject({
    code: 'NULL_IN_NOT_NULL',
  });
  expect(await dataset.ledger()).toEqual([]);
  await dataset.close();
});

describe('a query', () => {
  test('only reads: what would write is refused with the way to do it', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }, { id: 2 }] }] });
    for (const sql of ['DELETE FROM items', 'DROP TABLE items', 'CREATE TABLE mine AS SELECT 1'])
      await expect(dataset.query(sql)).rejects.toMatchObject({
        code: 'QUERY_FAILED',
        message: expect.stringMatching(/only reads.*running a pipeline/),
      });
    expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM items')).toEqual([{ n: 2 }]);
    await dataset.close();
  });

  test('is one statement: a second one could end the transaction that only reads', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const sql = 'COMMIT; DELETE FROM items; BEGIN';
    const refused = { code: 'QUERY_FAILED', message: expect.stringContaining('3 statements') };
    await expect(dataset.query(sql)).rejects.toMatchObject(refused);
    await expect(dataset.stream(sql).next()).rejects.toMatchObject(refused);
    expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id: 1 }]);
    await dataset.close();
  });
});

describe('the memory of a commit', () => {
  const limit = (dataset: Dataset) => rowsOf(dataset, "SELECT current_setting('memory_limit') AS bytes");

  test('is bounded while it lasts only, and work that needs more of it gets it', async () => {
    const dataset = await freshDataset(folder);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const free = await limit(dataset);
    const seen: unknown[] = [];
    const answer = await fileLeases.withConnection(dataset.location, (link) =>
      fileLeases.withLittleMemory(dataset.location, link, {
        bytes: 64 * 1024 * 1024,
        work: async () => {
          const read = await link.connection.runAndReadAll("SELECT current_setting('memory_limit')");
          const [row] = read.getRows();
          seen.push(row?.[0]);
          if (seen.length === 1)
            throw new Error('Out of Memory Error: could not allocate block of size 256 KiB');
          return 'done';
        },
      }),
    );
    expect(answer).toBe('done');
    expect(seen).toEqual(['64.0 MiB', (free[0] as { bytes: unknown }).bytes]);
    expect(await limit(dataset)).toEqual(free);
    await dataset.close();
  });
});
