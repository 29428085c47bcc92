import { type Dataset, type LoadPackage, listening } from '../../../src/destination';
import { Timestamp } from '../../../src/value';
import { asProcess, newPrefix } from '../../bigquery/destinations';
import { isFor, listedTables, purposesOf, stagesIn } from '../../bigquery/jobs';
import { runOutside } from '../../bigquery/outside';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { commit, type Load, packageOf, type Resource, rowsOf, slice, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());
afterEach(() => fake.faults.clear());

const open = (prefix = newPrefix(), pipeline = 'p'): Promise<Dataset> =>
  asProcess(fake, { prefix, rerunAfter: [0] }).open({ pipeline, dataset: 'data', workDir: folder });

const ids = async (dataset: Dataset): Promise<unknown[]> =>
  (await rowsOf(dataset, 'SELECT id FROM items ORDER BY id')).map((row) => (row as { id: unknown }).id);

const item = { id: 1, lines: [{ x: 1 }, { x: 2 }] };
const merged = { disposition: 'merge', primaryKey: ['id'], hints: { rootKey: true } } as const;
const versioned = { disposition: 'merge', strategy: 'scd2' } as const;

describe('the jobs of a load', () => {
  test('a first load makes its tables', async () => {
    const dataset = await open();
    const load = await packageOf(dataset, { resources: [{ rows: [item] }] });
    expect(await purposesOf(fake, () => dataset.commit(load))).toEqual(['stage', 'read', 'define', 'commit']);
    await dataset.close();
  });

  test.each<[string, Omit<Load, 'key'>, readonly string[]]>([
    ['that appends', { resources: [{ rows: [item] }] }, ['stage', 'read', 'commit']],
    ['without rows', { resources: [{ rows: [] }] }, ['read', 'commit']],
    ['that merges with children', { resources: [{ ...merged, rows: [item] }] }, ['stage', 'read', 'commit']],
    [
      'whose slice is replaced',
      { resources: [{ ...slice(0, 10), rows: [{ ...item, ts: 5 }] }] },
      ['stage', 'read', 'read', 'commit'],
    ],
    ['that replaces', { resources: [{ disposition: 'replace', rows: [item] }] }, ['stage', 'read', 'commit']],
    ['of versions', { resources: [{ ...versioned, rows: [{ id: 1 }] }] }, ['stage', 'read', 'commit']],
  ])('a load %s', async (_what, load, jobs) => {
    const dataset = await open();
    await commit(dataset, load);
    const again = await packageOf(dataset, load);
    expect(await purposesOf(fake, () => dataset.commit(again))).toEqual(jobs);
    await dataset.close();
  });

  test.each<[string, Partial<Resource>, object, readonly string[]]>([
    ['gets a column', {}, { other: 'x' }, ['stage', 'read', 'define', 'commit']],
    [
      'has a column widened, if stored values allow that',
      {},
      { more: 1.5 },
      ['stage', 'read', 'read', 'define', 'commit'],
    ],
    [
      'has a slice replaced, too',
      slice(0, 10),
      { more: 1.5 },
      ['stage', 'read', 'read', 'read', 'define', 'commit'],
    ],
    [
      'is replaced, too',
      { disposition: 'replace' },
      { more: 1.5 },
      ['stage', 'read', 'read', 'define', 'commit'],
    ],
  ])('a load whose table %s', async (_what, how, changed, jobs) => {
    const dataset = await open();
    const row = { id: 1, more: 1, ts: 5 };
    await commit(dataset, { resources: [{ ...how, rows: [row] }] });
    const wider = await packageOf(dataset, { resources: [{ ...how, rows: [{ ...row, ...changed }] }] });
    expect(await purposesOf(fake, () => dataset.commit(wider))).toEqual(jobs);
    await dataset.close();
  });

  test('all at once: versions, a slice, a merge, and tables that change', async () => {
    const dataset = await open();
    const load = (more: object): Load => ({
      resources: [
        { name: 'versions', ...versioned, rows: [{ id: 1, ...more }] },
        { name: 'sliced', ...slice(0, 10), rows: [{ ...item, ts: 5, ...more }] },
        { name: 'merged', ...merged, rows: [{ ...item, ...more }] },
      ],
    });
    await commit(dataset, load({}));
    const second = await packageOf(dataset, load({ more: 1 }));
    const made = await purposesOf(fake, () => dataset.commit(second));
    expect(made.length).toBeLessThanOrEqual(6);
    await dataset.close();
  });

  test.each([
    ['Zendesk Chat – Übersicht 🚀 (EU)', 'zendesk_chat____bersicht_____eu_'],
    [`P${'x'.repeat(99)}`, `p${'x'.repeat(62)}`],
    ['注文', '__'],
  ])('those of the pipeline "%s" are labelled as Google takes it', async (pipeline, label) => {
    const dataset = await open(newPrefix(), pipeline);
    const load = await packageOf(dataset, { key: 'Run 1/2', pipeline, resources: [{ rows: [item] }] });
    const before = fake.jobs().length;
    const { loadId } = await dataset.commit(load);
    const labels = fake
      .jobs()
      .slice(before)
      .map(({ configuration }) => configuration?.labels);
    const all = {
      tidemark_pipeline: label,
      tidemark_dataset: expect.stringMatching(/^d\d+_data$/),
      tidemark_load_key: 'run_1_2',
    };
    const ofLoad = { ...all, tidemark_load_id: loadId!.replace('.', '_') };
    expect(labels).toEqual([
      { ...all, tidemark_job: 'stage' },
      { ...all, tidemark_job: 'read' },
      { ...ofLoad, tidemark_job: 'define' },
      { ...ofLoad, tidemark_job: 'commit' },
    ]);
    await dataset.close();
  });
});

describe('a request whose answer is lost', () => {
  test.each([
    ['that makes the dataset', { method: 'POST', path: /^\/datasets$/ }, undefined],
    ['that makes the staging table', { method: 'POST', path: /\/tables$/ }, undefined],
    ['that begins the upload', { method: 'POST', path: /^\/upload/ }, undefined],
    ['that uploads the rows', { method: 'PUT', path: /^\/upload/ }, undefined],
    ['that asks for the load job', { method: 'GET', path: /^\/jobs\// }, undefined],
    ['that inserts the changes of tables', { method: 'POST', path: /^\/jobs$/ }, 'after-stage'],
    ['that inserts the script', { method: 'POST', path: /^\/jobs$/ }, 'before-commit'],
    ['that waits for the script', { method: 'GET', path: /^\/queries/ }, 'before-commit'],
    ['that asks for the script', { method: 'GET', path: /^\/jobs\// }, 'before-commit'],
  ] as const)('one %s is repeated, and no job is run twice', async (_what, kind, at) => {
    const prefix = newPrefix();
    const dataset = await open(prefix);
    const load = await packageOf(dataset, { key: 'one', resources: [{ rows: [item] }] });
    fake.forgetRequests();
    let cut = false;
    const cutOnce = (point?: string): void => {
      if (cut || point !== at) return;
      cut = true;
      fake.faults.cut(kind);
    };
    cutOnce();
    const made = await purposesOf(fake, () =>
      listening(cutOnce, async () => expect((await dataset.commit(load)).status).toBe('loaded')),
    );
    expect(fake.requests().filter(({ status }) => status === 0)).toHaveLength(1);
    expect(made).toEqual(['stage', 'read', 'define', 'commit']);
    expect(await ids(dataset)).toEqual([1]);
    expect(await rowsOf(dataset, 'SELECT x FROM items__lines ORDER BY x')).toEqual([{ x: 1 }, { x: 2 }]);
    expect((await dataset.ledger()).map(({ load_key }) => load_key)).toEqual(['one']);
    await dataset.close();
  });

  test('a script that was inserted is waited for by its id', async () => {
    const dataset = await open();
    const load = await packageOf(dataset, { resources: [{ rows: [item] }] });
    fake.forgetRequests();
    await listening(
      (point) => {
        if (point === 'before-commit') fake.faults.cut({ method: 'POST', path: /^\/jobs$/ });
      },
      () => dataset.commit(load),
    );
    const inserted = fake.requests().filter(({ method, path }) => method === 'POST' && path === '/jobs');
    expect(inserted.map(({ status }) => status)).toEqual([200, 200, 0, 409]);
    await dataset.close();
  });
});

describe('a staging table', () => {
  test('is no table of the dataset, has an expiration, and is dropped after the commit', async () => {
    const prefix = newPrefix();
    const dataset = await open(prefix);
    await commit(dataset, { resources: [{ rows: [item] }] });
    expect(await stagesIn(fake, `${prefix}data`)).toEqual([]);
    const load = await packageOf(dataset, { resources: [{ rows: [item] }] });
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`));
    const begun = Date.now();
    const done = dataset.commit(load);
    await hold.held;
    const [stage] = await stagesIn(fake, `${prefix}data`);
    const other = await open(prefix);
    const seen = [
      ...(await other.tables()).keys(),
      ...(await other.relations()),
      ...(await other.contents(async ({ tables }) => tables.map(({ name }) => name))),
    ];
    await other.close();
    expect(seen).toContain('items__lines');
    expect(seen).not.toContainEqual(expect.stringContaining('stage'));
    const url = `${fake.endpoint}/bigquery/v2/projects/${fake.projectId}/datasets/${prefix}data/tables/${stage}`;
    const { expirationTime } = (await (await fetch(url)).json()) as { readonly expirationTime: string };
    const day = 24 * 3600 * 1000;
    expect(Number(expirationTime)).toBeGreaterThanOrEqual(begun + day);
    expect(Number(expirationTime)).toBeLessThanOrEqual(Date.now() + day);
    hold.release();
    await done;
    expect(await stagesIn(fake, `${prefix}data`)).toEqual([]);
    await dataset.close();
  });

  const dropped = async (dataset: string, stage: string): Promise<void> =>
    runOutside(fake, dataset, `DROP TABLE \`${stage}\``);

  /** It has an end, and that comes. */
  async function expired(dataset: string, stage: string): Promise<void> {
    const url = `${fake.endpoint}/bigquery/v2/projects/${fake.projectId}/datasets/${dataset}/tables/${stage}`;
    await fetch(url, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ expirationTime: String(Date.now() + 50) }),
    });
    while ((await listedTables(fake, dataset)).includes(stage));
  }

  test.each([
    ['was deleted', dropped],
    ['has expired', expired],
  ])('that %s before the script took it is loaded anew', async (_what, end) => {
    const prefix = newPrefix();
    const dataset = await open(prefix);
    await commit(dataset, { resources: [{ rows: [{ ...item, id: 0 }] }] });
    const load = await packageOf(dataset, { resources: [{ rows: [item] }] });
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`));
    const made = await purposesOf(fake, async () => {
      const done = dataset.commit(load);
      await hold.held;
      for (const stage of await stagesIn(fake, `${prefix}data`)) await end(`${prefix}data`, stage);
      hold.release();
      expect((await done).status).toBe('loaded');
    });
    expect(made.filter((purpose) => purpose !== '')).toEqual([
      'stage',
      'read',
      'commit',
      'stage',
      'read',
      'commit',
    ]);
    expect(await ids(dataset)).toEqual([0, 1]);
    await dataset.close();
  });

  test('that another process has filled is taken, and one that was taken meanwhile is not taken for full', async () => {
    const prefix = newPrefix();
    const [first, second] = [await open(prefix), await open(prefix)];
    await commit(first, { resources: [{ rows: [{ ...item, id: 0 }] }] });
    const load = await packageOf(first, { resources: [{ rows: [item] }] });
    const hold = fake.faults.hold(isFor('commit', `${prefix}data`));
    const slow = second.commit(load);
    await hold.held;
    // its rows wait already
    expect(await purposesOf(fake, () => first.commit(load))).toEqual(['read', 'commit']);
    expect(await stagesIn(fake, `${prefix}data`)).toEqual([]);
    hold.release();
    expect((await slow).status).toBe('skipped');
    expect(await ids(first)).toEqual([0, 1]);
    await first.close();
    await second.close();
  });

  test('that can’t be dropped keeps nobody waiting: it has its expiration', async () => {
    const prefix = newPrefix();
    const dataset = await open(prefix);
    fake.forgetRequests();
    fake.faults.answer({ method: 'DELETE' }, { reason: 'backendError', times: 100 });
    expect((await commit(dataset, { resources: [{ rows: [item] }] })).status).toBe('loaded');
    expect(fake.requests().filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    expect(await stagesIn(fake, `${prefix}data`)).toHaveLength(1);
    await dataset.close();
  });

  test('holds rows in one form: the same rows in another one are loaded into another', async () => {
    const prefix = newPrefix();
    const dataset = await open(prefix);
    const rows = [{ id: 1, _dlt_id: 'x', v: '2024-01-01T00:00:00Z' }];
    const as = (data_type: 'text' | 'timestamp'): Promise<LoadPackage> =>
      packageOf(dataset, { key: 'one', resources: [{ rows, hints: { columns: { v: { data_type } } } }] });
    const [asText, asInstant] = [await as('text'), await as('timestamp')];
    // of the first only its rows come
    await expect(
      listening(
        (point) => {
          if (point === 'after-load-job') throw new Error('ended');
        },
        () => dataset.commit(asText),
      ),
    ).rejects.toThrow('ended');
    expect((await dataset.commit(asInstant)).status).toBe('loaded');
    const instant = new Timestamp(BigInt(Date.UTC(2024, 0)) * 1000n);
    expect(await rowsOf(dataset, 'SELECT v FROM items')).toEqual([{ v: instant }]);
    await dataset.close();
  });
});
