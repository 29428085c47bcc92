import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defineSource, duckdb, incremental, pipeline, resource } from '../../src';
import { type PipelineConfig, resolveConfig } from '../../src/config';
import type { RunRequest } from '../../src/plan';
import type { Source } from '../../src/source';
import { zendesk } from '../../src/sources/zendesk';
import { awaitBackfill, awaitRun, startBackfill, startRun } from '../../src/temporal';
import { createWorker } from '../../workers';
import { startZendeskEmulator } from '../emulators/zendesk';
import { startTestServer } from './test-server';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(() => server.close());

const DAY = { start: '2023-01-02T00:00:00Z', end: '2023-01-03T00:00:00Z' };

/** A deployment into a file of its own, with a worker while it is used. */
async function deployed(
  name: string,
  source: () => Source,
  entry: Pick<PipelineConfig, 'decompose' | 'mode' | 'schedule'> = {},
) {
  const target = pipeline({
    name,
    dataset: 'data',
    destination: duckdb({ path: path.join(server.projectDir, `${name}.duckdb`) }),
    workDir: path.join(server.projectDir, 'work'),
  });
  const config = resolveConfig({
    temporal: { taskQueue: name },
    pipelines: [{ pipeline: target, source, retries: 0, decompose: 'serialize', ...entry }],
  });
  const worker = await createWorker({ access: server, config, heartbeatTimeoutMs: 3_000 });
  return {
    async run(request: Partial<RunRequest> = {}) {
      const asked = { pipeline: name, from: DAY.start, to: DAY.end, ...request } as RunRequest;
      const { workflowId, runId } = await startRun({ client: server.client, config }, asked);
      const end = await awaitRun({
        client: server.client,
        workflowId,
        ...(runId !== undefined && { runId }),
      });
      const { events } = await server.client.workflow.getHandle(workflowId, runId).fetchHistory();
      const tries = (events ?? []).filter(
        ({ activityTaskScheduledEventAttributes: of }) => of?.activityType?.name === 'tidemarkLoadResource',
      ).length;
      return { end, tries };
    },
    async backfill(select: 'missing' | 'failed') {
      const { workflowId } = await startBackfill(
        { client: server.client, config },
        { pipeline: name, from: '2023-01-01', to: '2023-01-06', select, parallel: 2 },
      );
      return awaitBackfill({ client: server.client, workflowId });
    },
    async ledger() {
      const dataset = await target.openDataset();
      const rows = await dataset.ledger();
      await dataset.close();
      return rows;
    },
    async query(sql: string) {
      const dataset = await target.openDataset();
      const { rows } = await dataset.query(sql);
      await dataset.close();
      return rows;
    },
    async close() {
      await worker.stop();
      await target.close();
    },
  };
}

test('waiting for Retry-After longer than the heartbeat timeout is no failed try', async () => {
  const emulator = await startZendeskEmulator({ faults: { rateLimitEvery: 1, retryAfter: 5 } });
  const place = await deployed(
    'limited',
    () =>
      zendesk({ baseUrl: emulator.url, credentials: emulator.credentials }).withResources(
        'ticket_events',
      ) as unknown as Source,
  );
  try {
    const done = place.run();
    while (emulator.log.length === 0) await delay(20);
    emulator.setFaults({});
    const { end, tries } = await done;
    expect(end).toMatchObject({ status: 'completed' });
    expect(tries).toBe(1);
    expect(emulator.log).toHaveLength(2);
    expect(await place.ledger()).toMatchObject([{ status: 'loaded', attempt: 1, rows: 200 }]);
  } finally {
    await place.close();
    await emulator.close();
  }
}, 120_000);

test('of a backfill with failed intervals the others are loaded, and --failed loads those alone', async () => {
  let broken = true;
  const starts: string[] = [];
  const source = defineSource({
    name: 'days',
    resources: () => [
      resource({
        name: 'days',
        incremental: {
          day: incremental({
            ...{ cursor: 'day', type: 'iso', initialValue: '2023-01-01T00:00:00Z' },
            allowExternalSchedulers: true,
          }),
        },
        async *extract({ incremental: { day } }) {
          starts.push(day.startValue.slice(0, 10));
          if (broken && day.startValue.startsWith('2023-01-03')) throw new Error('no third of January');
          yield [{ day: day.startValue }];
        },
      }),
    ],
  });
  const place = await deployed('gappy', () => source() as unknown as Source, {
    schedule: { cron: '@daily', startDate: '2023-01-01', paused: true },
  });
  try {
    expect(await place.backfill('missing')).toMatchObject({
      status: 'failed',
      result: { total: 5, loaded: 4, failed: 1, failures: [{ interval: { start: '2023-01-03T00:00:00Z' } }] },
    });
    expect([...starts].sort()).toEqual([1, 2, 3, 4, 5].map((day) => `2023-01-0${day}`));
    broken = false;
    starts.length = 0;
    expect(await place.backfill('failed')).toMatchObject({
      status: 'completed',
      result: { total: 1, loaded: 1 },
    });
    expect(starts).toEqual(['2023-01-03']);
    expect(
      await place.query('select count(*)::integer as n, count(distinct day)::integer as days from data.days'),
    ).toEqual([{ n: 5, days: 5 }]);
    expect(await place.backfill('failed')).toMatchObject({ status: 'completed', result: { total: 0 } });
  } finally {
    await place.close();
  }
}, 120_000);

test('parallel-isolated gives each component a state of its own, in the same file and dataset', async () => {
  let newest = 2;
  const source = defineSource({
    name: 'feed',
    resources: () =>
      ['left', 'right'].map((name) =>
        resource({
          name,
          incremental: { id: incremental({ cursor: 'id', type: 'integer', initialValue: 1 }) },
          async *extract({ incremental: { id } }) {
            const from = id.startValue;
            yield Array.from({ length: newest - from + 1 }, (_, index) => ({ id: from + index }));
          },
        }),
      ),
  });
  const place = await deployed('apart', () => source() as unknown as Source, {
    decompose: 'parallel-isolated',
    mode: 'incremental',
  });
  const anyDate = { from: undefined, to: undefined } as unknown as Partial<RunRequest>;
  try {
    expect((await place.run(anyDate)).end).toMatchObject({ status: 'completed' });
    newest = 5;
    expect((await place.run(anyDate)).end).toMatchObject({ status: 'completed' });
    expect(
      await place.query('select count(*)::integer as n, max(id)::integer as last from data.left'),
    ).toEqual([{ n: 5, last: 5 }]);
    expect(
      await place.query(
        'select pipeline_name, max(version)::integer as version from data._dlt_pipeline_state group by all order by all',
      ),
    ).toEqual([
      { pipeline_name: 'apart_left', version: 2 },
      { pipeline_name: 'apart_right', version: 2 },
    ]);
  } finally {
    await place.close();
  }
}, 120_000);

test('a rerun of the resource that failed loads that one alone, and the ledger shows both', async () => {
  let broken = true;
  const loads: string[] = [];
  const source = defineSource({
    name: 'shop',
    resources: () => [
      resource({
        name: 'orders',
        extract: () => {
          loads.push('orders');
          return [[{ id: 1 }]];
        },
      }),
      resource({
        name: 'users',
        extract: () => {
          loads.push('users');
          if (broken) throw new Error('no users today');
          return [[{ id: 2 }]];
        },
      }),
    ],
  });
  const place = await deployed('partly', () => source() as unknown as Source);
  try {
    expect((await place.run()).end).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('users: EXTRACT_FAILED') },
    });
    broken = false;
    expect((await place.run({ resources: ['users'] })).end).toMatchObject({
      status: 'completed',
      result: { outcomes: [{ resource: 'users', status: 'loaded', rows: 1 }] },
    });
    expect(loads).toEqual(['orders', 'users', 'users']);
    expect(await place.ledger()).toMatchObject([
      { resource: 'orders', status: 'loaded', rows: 1 },
      { resource: 'users', status: 'failed', error_code: 'EXTRACT_FAILED' },
      { resource: 'users', status: 'loaded', rows: 1 },
    ]);
  } finally {
    await place.close();
  }
}, 120_000);
