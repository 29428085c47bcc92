import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { duckdb, incremental, pipeline, resource } from '../../src';
import { resolveConfig } from '../../src/config';
import { gate } from '../pipeline/harness';
import { sourceOf } from '../pipeline/sources';
import { temporaryFolder } from '../temporary-folder';
import { loadInput } from './load-input';

const folder = temporaryFolder('late');

const interval = { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' };
const now = '2024-01-02T00:00:01Z';
const input = loadInput({ pipeline: 'late', source: 'shop', resource: 'events' });

let places = 0;

/** A deployment with a real file, whose first extraction waits for its gate before it ends. */
function deployment() {
  const begun = gate();
  const goOn = gate();
  let extractions = 0;
  const at = incremental({ cursor: 'at', type: 'unix', initialValue: 0, allowExternalSchedulers: true });
  const events = resource({
    name: 'events',
    primaryKey: 'id',
    incremental: { at },
    async *extract({ incremental: { at: cursor } }) {
      const attempt = ++extractions;
      yield [{ id: 1, at: cursor.startValue, by: attempt }];
      if (attempt > 1) return;
      begun.open();
      await goOn.opened;
    },
  });
  const target = pipeline({
    name: 'late',
    dataset: 'data',
    destination: duckdb({ path: path.join(folder, `${++places}.duckdb`) }),
    workDir: path.join(folder, 'work'),
  });
  const config = resolveConfig({
    pipelines: [{ pipeline: target, source: () => sourceOf('shop', [events]) }],
  });
  const activities = createActivities({ config });
  const run = <I, O>(activity: (one: I) => Promise<O>, one: I): Promise<O> =>
    new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') }).run(activity, one);
  return {
    begun: begun.opened,
    goOn: goOn.open,
    target,
    load: (attempt: number) => run(activities.tidemarkLoadResource, { ...input, attempt }),
    recordLost: (attempt: number) =>
      run(activities.tidemarkRecordOutcome, {
        version: 1,
        pipeline: 'late',
        interval,
        now,
        entries: [
          {
            source: 'shop',
            resource: 'events',
            loadKey: 'key',
            attempt,
            status: 'failed',
            error: { code: 'WORKER_LOST', message: 'three workers were lost over it' },
          },
        ],
      }),
  };
}

describe('an attempt that was taken for dead and comes back late', () => {
  test('stays loaded where it had committed, whatever the run heard of it', async () => {
    const { goOn, target, load, recordLost } = deployment();
    goOn();
    await load(1);
    expect(await recordLost(1)).toMatchObject({
      committed: [{ loadKey: 'key', resource: 'events', rows: 1, loadId: expect.any(String) }],
    });
    const dataset = await target.openDataset();
    expect(await dataset.ledger()).toMatchObject([{ status: 'loaded', attempt: 1 }]);
    await dataset.close();
  });

  test('commits nothing while a later one loads, which commits once', async () => {
    const { begun, goOn, target, load } = deployment();
    const dataset = await target.openDataset();
    const late = load(1);
    await begun;
    // what the second attempt does first; the first one comes back before the second one is done
    await dataset.claim([{ loadKey: 'key', ...(await heldBy(dataset)), attempt: 2 }]);
    goOn();
    await expect(late).rejects.toMatchObject({ type: 'CLAIM_LOST', nonRetryable: true });
    expect(await load(2)).toMatchObject({ outcomes: [{ status: 'loaded', rows: 1 }] });
    expect((await dataset.query('select id, "by" from events')).rows).toEqual([{ id: 1, by: 2 }]);
    expect(await dataset.ledger()).toMatchObject([{ status: 'loaded', attempt: 2 }]);
    await dataset.close();
  });

  test('is answered with what a later one committed', async () => {
    const { begun, goOn, target, load } = deployment();
    const late = load(1);
    await begun;
    await load(2);
    goOn();
    expect(await late).toMatchObject({ outcomes: [{ status: 'loaded', rows: 1 }] });
    const dataset = await target.openDataset();
    expect((await dataset.query('select id, "by" from events')).rows).toEqual([{ id: 1, by: 2 }]);
    expect(await dataset.ledger()).toHaveLength(1);
    await dataset.close();
  });

  test('commits nothing, and claims nothing, once its run ended with the workers lost', async () => {
    const { begun, goOn, target, load, recordLost } = deployment();
    const late = load(1);
    await begun;
    await recordLost(3);
    goOn();
    await expect(late).rejects.toMatchObject({
      type: 'CLAIM_LOST',
      message: expect.stringContaining('its run was closed'),
    });
    await expect(load(2)).rejects.toMatchObject({ type: 'CLAIM_LOST' });
    const dataset = await target.openDataset();
    expect(await dataset.ledger()).toMatchObject([{ status: 'failed', error_code: 'WORKER_LOST', rows: 0 }]);
    const [tables] = (
      await dataset.query(
        "select count(*)::int as n from information_schema.tables where table_name = 'events'",
      )
    ).rows;
    expect(tables).toEqual({ n: 0 });
    await dataset.close();
  });
});

/** The run that holds the claim. */
async function heldBy(dataset: {
  query(sql: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}): Promise<{ workflowId: string; runId: string }> {
  const { rows } = await dataset.query('select workflow_id, run_id from _tidemark_claims');
  return { workflowId: String(rows[0]?.['workflow_id']), runId: String(rows[0]?.['run_id']) };
}
