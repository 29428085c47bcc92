import { type Dataset, listening } from '../../../src/destination';
import type { LedgerRow } from '../../../src/ledger';
import { asProcess, newPrefix } from '../../bigquery/destinations';
import { isFor } from '../../bigquery/jobs';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { packageOf, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());
afterEach(() => fake.faults.clear());

const open = (prefix: string): Promise<Dataset> =>
  asProcess(fake, { prefix, rerunAfter: [0, 0], retryDeadlineMs: 600 }).open({
    pipeline: 'p',
    dataset: 'data',
    workDir: folder,
  });

const attempt = (number: number) => ({ workflowId: 'w', runId: 'r', attempt: number });

const failed: LedgerRow = {
  pipeline: 'p',
  source: 'shop',
  resource: 'items',
  generation: 0,
  interval_start: null,
  interval_end: null,
  cursor_start: null,
  cursor_end: null,
  load_key: 'f',
  load_id: null,
  rows: 0,
  status: 'failed',
  error_code: 'HTTP_STATUS',
  error: 'no',
  workflow_id: 'w',
  run_id: 'r',
  attempt: 1,
  committed_at: '2024-01-03T00:00:00.000000Z',
};

/** What goes wrong with the script that writes. */
const FAULTS = [
  ['whose answer is lost', () => fake.faults.cut({ method: 'POST', path: /^\/jobs$/ })],
  [
    'that fails though it is done',
    () => fake.faults.failJobsAfter(isFor('commit'), { reason: 'backendError' }),
  ],
  ['that fails before it is done', () => fake.faults.failJobs(isFor('commit'), { reason: 'backendError' })],
] as const;

describe.each(FAULTS)('a script of records %s', (_what, fault) => {
  /** Does work whose script goes wrong, once. */
  function disturbed<T>(work: () => Promise<T>): Promise<T> {
    let done = false;
    return listening((point) => {
      if (point !== 'before-commit' || done) return;
      done = true;
      fault();
    }, work);
  }

  test('claims once, and the attempt may commit', async () => {
    const dataset = await open(newPrefix());
    await disturbed(() => dataset.claim([{ loadKey: 'k', ...attempt(1) }]));
    expect(await rowsOf(dataset, 'SELECT load_key, attempt FROM _tidemark_claims')).toEqual([
      { load_key: 'k', attempt: 1 },
    ]);
    const load = await packageOf(dataset, {
      key: 'k',
      resources: [{ rows: [{ id: 1 }] }],
      extra: { attempt: attempt(1) },
    });
    expect((await disturbed(() => dataset.commit(load))).status).toMatch(/loaded|skipped/);
    expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM items')).toEqual([{ n: 1 }]);
    expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM _tidemark_claims')).toEqual([{ n: 0 }]);
    await dataset.close();
  });

  test('tells the end of a run once', async () => {
    const dataset = await open(newPrefix());
    await disturbed(() => dataset.record([failed]));
    expect((await dataset.ledger()).map(({ load_key, status }) => [load_key, status])).toEqual([
      ['f', 'failed'],
    ]);
    expect(
      await rowsOf(dataset, "SELECT count(*) AS n, min(dataset_id) <> '' AS named FROM _tidemark_dataset"),
    ).toEqual([{ n: 1, named: true }]);
    await dataset.close();
  });

  test('ends the claims of a run', async () => {
    const dataset = await open(newPrefix());
    await dataset.claim([{ loadKey: 'k', ...attempt(1) }]);
    await disturbed(() => dataset.revokeClaims({ workflowId: 'w', runId: 'r' }));
    const late = await packageOf(dataset, {
      key: 'k',
      resources: [{ rows: [{ id: 1 }] }],
      extra: { attempt: attempt(1) },
    });
    await expect(dataset.commit(late)).rejects.toMatchObject({ code: 'CLAIM_LOST' });
    await dataset.close();
  });

  test('edits a state once', async () => {
    const dataset = await open(newPrefix());
    const load = await packageOf(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    await dataset.commit(load);
    const before = (await dataset.snapshot('shop')).state?._state_version ?? 0;
    await disturbed(() =>
      dataset.editState({
        source: 'shop',
        resources: ['items'],
        set: { items: { seen: 1 } },
        clock: Date.now,
      }),
    );
    const { state } = await dataset.snapshot('shop');
    expect(state?.sources?.['shop']?.resources).toMatchObject({ items: { seen: 1 } });
    expect(state?._state_version).toBe(before + 1);
    expect(await rowsOf(dataset, 'SELECT count(*) AS n FROM _dlt_pipeline_state')).toEqual([
      { n: before + 1 },
    ]);
    await dataset.close();
  });
});
