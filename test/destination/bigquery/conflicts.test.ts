import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Dataset, listening, withLoadWatch } from '../../../src/destination';
import { asProcess, type DriverOptions, newPrefix } from '../../bigquery/destinations';
import { isFor, listedTables, purposesOf } from '../../bigquery/jobs';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { commit, type Load, packageOf, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());
afterEach(() => fake.faults.clear());

/** Longer each time, as users have it, in milliseconds for seconds. */
const RERUN_AFTER = [50, 100, 200, 400, ...Array<number>(50).fill(800)];

const ref = { pipeline: 'p', dataset: 'data', workDir: folder };

/** A dataset as a process of its own has it. */
const open = (options: Partial<DriverOptions> & Pick<DriverOptions, 'prefix'>): Promise<Dataset> =>
  asProcess(fake, { rerunAfter: RERUN_AFTER, ...options }).open(ref);

const closing = (datasets: readonly Dataset[]): Promise<unknown> =>
  Promise.all(datasets.map((dataset) => dataset.close()));

const ids = async (dataset: Dataset): Promise<unknown[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: unknown }).id);

/** How many commits there were, and rows that say so. */
const guard = (dataset: Dataset): Promise<unknown[]> =>
  rowsOf(dataset, "SELECT version, dataset_id <> '' AS named FROM _tidemark_dataset");

const rows = (...list: readonly object[]): Omit<Load, 'key'> => ({ resources: [{ rows: list }] });

/** Calls `then` when work of this kind starts over, the first time that it does. */
function untilRerun<T>(then: (error: unknown) => void, work: () => Promise<T>): Promise<T> {
  let told = false;
  const onRerun = (error: unknown): void => {
    if (!told) then(error);
    told = true;
  };
  return withLoadWatch({ lockWaitMs: 0, onRerun }, work);
}

describe('two commits into one dataset', () => {
  test('that overlap: one is cancelled and starts over', async () => {
    const prefix = newPrefix();
    const [first, second] = [await open({ prefix }), await open({ prefix })];
    await commit(first, rows({ id: 0 }));
    const [one, two] = [await packageOf(first, rows({ id: 1 })), await packageOf(second, rows({ id: 2 }))];
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`), /^COMMIT/);
    const slow = first.commit(one);
    await hold.held;
    let refusal: unknown;
    const fast = untilRerun(
      (error) => {
        refusal = error;
        hold.release();
      },
      () => second.commit(two),
    );
    expect((await slow).status).toBe('loaded');
    expect((await fast).status).toBe('loaded');
    expect(refusal).toMatchObject({ cause: { message: expect.stringContaining('concurrent update') } });
    expect(await ids(first)).toEqual([0, 1, 2]);
    expect(await guard(first)).toEqual([{ version: 3, named: true }]);
    expect(await first.ledger()).toHaveLength(3);
    await closing([first, second]);
  });

  test('one of which is done between what the other has read and its script', async () => {
    const prefix = newPrefix();
    const [first, second] = [await open({ prefix }), await open({ prefix })];
    await commit(first, rows({ id: 0 }));
    const [one, two] = [await packageOf(first, rows({ id: 1 })), await packageOf(second, rows({ id: 2 }))];
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`));
    let refusal: unknown;
    const slow = untilRerun(
      (error) => {
        refusal = error;
      },
      () => first.commit(one),
    );
    await hold.held;
    expect((await second.commit(two)).status).toBe('loaded');
    hold.release();
    expect((await slow).status).toBe('loaded');
    expect(refusal).toMatchObject({ cause: { message: expect.stringContaining('tidemark:moved') } });
    expect(await ids(first)).toEqual([0, 1, 2]);
    expect(await guard(first)).toEqual([{ version: 3, named: true }]);
    await closing([first, second]);
  });

  test('that are its first: its tables and the guard’s row are made once', async () => {
    const prefix = newPrefix();
    const [first, second] = [await open({ prefix }), await open({ prefix })];
    const [one, two] = [await packageOf(first, rows({ id: 1 })), await packageOf(second, rows({ id: 2 }))];
    const scripts = [1, 2].map(() => fake.faults.hold(isFor('commit', `${prefix}data`)));
    const done = [first.commit(one), second.commit(two)];
    // both have seen no table, and have made all
    await Promise.all(scripts.map(({ held }) => held));
    for (const script of scripts) script.release();
    expect((await Promise.all(done)).map(({ status }) => status)).toEqual(['loaded', 'loaded']);
    expect(await ids(first)).toEqual([1, 2]);
    expect(await guard(first)).toEqual([{ version: 2, named: true }]);
    expect(await rowsOf(first, 'SELECT count(*) AS n FROM _dlt_version')).toEqual([{ n: 1 }]);
    await closing([first, second]);
  });

  test('that make one table in two forms: the second adds what it lacks', async () => {
    const prefix = newPrefix();
    const [first, second] = [await open({ prefix }), await open({ prefix })];
    const one = await packageOf(first, rows({ id: 1, only_first: 'x' }));
    const two = await packageOf(second, rows({ id: 2, only_second: 'y', value: 1.5 }));
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`));
    const slow = first.commit(one);
    await hold.held;
    // its table has the columns of the other's, and its script runs first
    expect((await second.commit(two)).status).toBe('loaded');
    hold.release();
    expect((await slow).status).toBe('loaded');
    expect(await rowsOf(first, 'SELECT id, only_first, only_second, value FROM items ORDER BY id')).toEqual([
      { id: 1, only_first: 'x', only_second: null, value: null },
      { id: 2, only_first: null, only_second: 'y', value: 1.5 },
    ]);
    await closing([first, second]);
  });

  test('one of which makes a table while the other asks for the tables: the other sees it', async () => {
    const prefix = newPrefix();
    const [first, second] = [await open({ prefix }), await open({ prefix })];
    await commit(first, rows({ id: 0 }));
    const other = (row: object): Load => ({ resources: [{ name: 'others', rows: [row] }] });
    const one = await packageOf(first, other({ id: 1 }));
    const two = await packageOf(second, other({ id: 2, more: true }));
    const hold = fake.faults.hold(isFor('read', `${prefix}data`));
    const made = await purposesOf(fake, async () => {
      const slow = second.commit(two);
      await hold.held;
      await first.commit(one);
      hold.release();
      expect((await slow).status).toBe('loaded');
    });
    expect(made).toEqual(['stage', 'read', 'stage', 'read', 'define', 'commit', 'define', 'commit']);
    expect(await rowsOf(first, 'SELECT id, more FROM others ORDER BY id')).toEqual([
      { id: 1, more: null },
      { id: 2, more: true },
    ]);
    await closing([first, second]);
  });

  test('of which one never ends: the other says so once its reruns are used up, and nothing is written', async () => {
    const prefix = newPrefix();
    const [first, second] = [await open({ prefix }), await open({ prefix, rerunAfter: [0, 0] })];
    await commit(first, rows({ id: 0 }));
    const [one, two] = [await packageOf(first, rows({ id: 1 })), await packageOf(second, rows({ id: 2 }))];
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`), /^COMMIT/);
    const slow = first.commit(one);
    await hold.held;
    const made = await purposesOf(fake, () =>
      expect(second.commit(two)).rejects.toMatchObject({
        code: 'DESTINATION_FAILED',
        retryable: true,
        message: expect.stringMatching(
          /^BigQuery at "bigquery:\/\/tidemark-test" failed to commit: other commits of the dataset were first each time.*fewer loads at once/,
        ),
      }),
    );
    // the rows are brought once
    expect(made).toEqual(['stage', 'read', 'commit', 'read', 'commit', 'read', 'commit']);
    hold.release();
    await slow;
    expect(await ids(first)).toEqual([0, 1]);
    expect((await second.commit(two)).status).toBe('loaded');
    expect(await ids(first)).toEqual([0, 1, 2]);
    await closing([first, second]);
  });
});

describe('a script that still runs', () => {
  test('when its client gave up and tries again: it is done once, and found', async () => {
    const prefix = newPrefix();
    const dataset = await open({ prefix, retryDeadlineMs: 100 });
    await commit(dataset, rows({ id: 0 }));
    const load = await packageOf(dataset, rows({ id: 1 }));
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`), /^COMMIT/);
    let cut = false;
    const refusals: unknown[] = [];
    const onRerun = async (error: unknown): Promise<void> => {
      refusals.push((error as Error).message);
      if (refusals.length === 2) hold.release();
    };
    const outcome = await listening(
      (point) => {
        if (point !== 'before-commit' || cut) return;
        cut = true;
        // the script is inserted, and then nobody can be asked how it is
        fake.faults.cut({ method: 'GET', path: /^\/jobs\// });
      },
      () => withLoadWatch({ lockWaitMs: 0, onRerun }, () => dataset.commit(load)),
    );
    expect(outcome.status).toBe('skipped');
    expect(refusals[0]).toContain('no answer');
    expect(refusals[1]).toContain('other commits of the dataset were first');
    expect(await ids(dataset)).toEqual([0, 1]);
    expect(await dataset.ledger()).toHaveLength(2);
    await dataset.close();
  });

  test('a load job, too: it isn’t run a second time beside itself', async () => {
    const prefix = newPrefix();
    const dataset = await open({ prefix, retryDeadlineMs: 100 });
    await commit(dataset, rows({ id: 0 }));
    const load = await packageOf(dataset, rows({ id: 1 }));
    const hold = fake.faults.hold(isFor('stage', `${prefix}data`));
    fake.faults.cut({ method: 'GET', path: /^\/jobs\/tidemark_stage/ });
    const made = await purposesOf(fake, async () => {
      const done = untilRerun(hold.release.bind(hold), () => dataset.commit(load));
      expect((await done).status).toBe('loaded');
    });
    expect(made).toEqual(['stage', 'read', 'commit']);
    expect(await ids(dataset)).toEqual([0, 1]);
    await dataset.close();
  });
});

describe('many writers', () => {
  test('six, of six loads each, of which the first make the dataset: each row is there once', async () => {
    const prefix = newPrefix();
    const writers = await Promise.all(Array.from({ length: 6 }, () => open({ prefix })));
    await Promise.all(
      writers.map(async (dataset, writer) => {
        for (let load = 0; load < 6; load++)
          await commit(dataset, { key: `w${writer}-${load}`, ...rows({ id: writer * 6 + load }) });
      }),
    );
    const [dataset] = writers as [Dataset];
    expect(await ids(dataset)).toEqual(Array.from({ length: 36 }, (_, id) => id));
    expect(await guard(dataset)).toEqual([{ version: 36, named: true }]);
    const ledger = await dataset.ledger();
    expect(new Set(ledger.map(({ load_id }) => load_id)).size).toBe(36);
    expect(ledger.map(({ load_id }) => load_id)).toEqual(ledger.map(({ load_id }) => load_id).sort());
    expect((await listedTables(fake, `${prefix}data`)).filter((name) => name.includes('stage'))).toEqual([]);
    await closing(writers);
  });

  test('in two processes', async () => {
    const prefix = newPrefix();
    const program = path.join(__dirname, '..', '..', 'bigquery', 'writing-process.js');
    const ended = await Promise.all(
      ['a', 'b'].map(async (writer) => {
        const child = spawn(process.execPath, [program, fake.endpoint, fake.projectId, prefix, writer, '5'], {
          stdio: ['ignore', 'inherit', 'inherit'],
        });
        const [code] = await once(child, 'close');
        return code as unknown;
      }),
    );
    expect(ended).toEqual([0, 0]);
    const dataset = await open({ prefix });
    expect(await rowsOf(dataset, 'SELECT writer, load FROM items ORDER BY writer, load')).toEqual(
      ['a', 'b'].flatMap((writer) => [0, 1, 2, 3, 4].map((load) => ({ writer, load }))),
    );
    expect(await guard(dataset)).toEqual([{ version: 10, named: true }]);
    await dataset.close();
  });
});
