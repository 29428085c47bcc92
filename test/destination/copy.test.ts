import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { incremental, resource } from '../../src';
import { type CopyProgress, releaseIdleFiles } from '../../src/destination';
import { all, copy, rowsIn, setUp } from './copy-set-up';
import { outside } from './harness';
import { sqlite } from './sqlite';

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
