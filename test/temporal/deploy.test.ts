import { setTimeout as delay } from 'node:timers/promises';
import { ScheduleNotFoundError } from '@temporalio/client';
import type { ResolvedConfig, ScheduleConfig } from '../../src/config';
import { awaitBackfill, catchUpAll, deploy } from '../../src/temporal';
import { createWorker, type TidemarkWorker } from '../../workers';
import { fakeConfig, fakeEngine, fakePipeline, fakeSource } from './fake-engine';
import { startTestServer } from './test-server';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(() => server.close());

const seedSchedule: ScheduleConfig = {
  cron: '@weekly',
  startDate: '2023-02-01',
  endDate: '2023-08-01',
  catchup: true,
};

function configOf(name: string, schedule: ScheduleConfig) {
  return fakeConfig(
    [{ pipeline: fakePipeline(name), source: () => fakeSource('zendesk', ['tickets'], ['users']), schedule }],
    {
      taskQueue: name,
    },
  );
}

async function scheduleIds(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of server.client.schedule.list()) ids.push(scheduleId);
  return ids.sort();
}

/** Waits until the server lists a Schedule, or doesn't any more: its list follows a little later than the change. */
async function untilListed(id: string, is: boolean): Promise<void> {
  while ((await scheduleIds()).includes(id) !== is) await delay(50);
}

const deployed = (config: ResolvedConfig) => deploy({ client: server.client, config });

async function withWorker(
  config: ReturnType<typeof configOf>,
  engine: ReturnType<typeof fakeEngine>,
  use: () => Promise<void>,
): Promise<void> {
  const worker: TidemarkWorker = await createWorker({ access: server, config, engine });
  try {
    await use();
  } finally {
    await worker.stop();
  }
}

describe('catch-up on a real server', () => {
  test("the seed's weekly example runs the 26 intervals that Airflow runs, in order, and a second deploy none", async () => {
    const config = configOf('weekly', seedSchedule);
    const engine = fakeEngine();
    await withWorker(config, engine, async () => {
      const report = await deployed(config);
      expect(report.catchUps).toEqual([
        expect.objectContaining({ from: '2023-02-05T00:00:00Z', to: '2023-08-06T00:00:00Z', started: true }),
      ]);
      const end = await awaitBackfill({ client: server.client, workflowId: 'tidemark-weekly-catchup' });
      expect(end).toMatchObject({
        status: 'completed',
        result: { total: 26, loaded: 26, failed: 0, rows: 26 },
      });
      const intervals = engine.requests.map(({ range }) => range?.interval);
      expect(intervals).toHaveLength(26);
      expect(intervals[0]).toEqual({ start: '2023-02-05T00:00:00Z', end: '2023-02-12T00:00:00Z' });
      expect(intervals.at(-1)).toEqual({ start: '2023-07-30T00:00:00Z', end: '2023-08-06T00:00:00Z' });
      for (const [index, interval] of intervals.entries())
        if (index > 0) expect(interval?.start).toBe(intervals[index - 1]?.end);

      await deployed(config);
      const again = await awaitBackfill({ client: server.client, workflowId: 'tidemark-weekly-catchup' });
      expect(again).toMatchObject({ status: 'completed', result: { total: 0, loaded: 0 } });
      expect(engine.requests).toHaveLength(26);
    });
  });
});

describe('what a worker catches up when it starts', () => {
  test('runs as many intervals at a time as may be active, and nothing that is not deployed', async () => {
    const entry = {
      ...{ pipeline: fakePipeline('starting'), source: () => fakeSource('zendesk', ['tickets']) },
      ...{ schedule: seedSchedule, maxActiveRuns: 3 },
    };
    const config = fakeConfig([entry], { taskQueue: 'starting' });
    const all = () => catchUpAll({ client: server.client, config });
    expect(await all()).toEqual([]);
    await withWorker(config, fakeEngine(), async () => {
      await deployed(config);
      await awaitBackfill({ client: server.client, workflowId: 'tidemark-starting-catchup' });
      expect(await all()).toMatchObject([{ pipeline: 'starting', started: true }]);
      const end = await awaitBackfill({ client: server.client, workflowId: 'tidemark-starting-catchup' });
      expect(end).toMatchObject({ status: 'completed', result: { parallel: 3, total: 0 } });
    });
  });
});

describe('Schedules on a real server', () => {
  test('a Schedule that is deployed twice is one, and the second time nothing changes', async () => {
    const config = configOf('daily', { cron: '@daily', startDate: '2023-01-01', paused: true });
    const first = await deployed(config);
    expect(first.schedules).toMatchObject([{ scheduleId: 'tidemark-daily', action: 'create' }]);
    const second = await deployed(config);
    expect(second.schedules).toMatchObject([{ action: 'unchanged', differences: [] }]);
    await untilListed('tidemark-daily', true);
    expect((await scheduleIds()).filter((id) => id === 'tidemark-daily')).toHaveLength(1);
  });

  test('what changed in the config is changed in the Schedule, and named', async () => {
    await deployed(configOf('changing', { cron: '@daily', paused: true }));
    const report = await deployed(
      configOf('changing', { cron: '0 6 * * *', timezone: 'Europe/Berlin', paused: true }),
    );
    expect(report.schedules[0]?.differences).toEqual([
      { field: 'cron', from: '@daily', to: '0 6 * * *' },
      { field: 'timezone', from: 'UTC', to: 'Europe/Berlin' },
    ]);
    const { info, spec } = await server.client.schedule.getHandle('tidemark-changing').describe();
    expect(spec.timezone).toBe('Europe/Berlin');
    expect(info.nextActionTimes[0]?.toISOString()).toMatch(/T0[45]:00:00/);
  });

  test('a dry run changes nothing and says what it would do', async () => {
    const config = configOf('imagined', seedSchedule);
    const report = await deploy({ client: server.client, config, dryRun: true });
    expect(report.schedules).toMatchObject([{ action: 'create' }]);
    expect(report.catchUps).toMatchObject([
      { from: '2023-02-05T00:00:00Z', to: '2023-08-06T00:00:00Z', started: false },
    ]);
    expect(await scheduleIds()).not.toContain('tidemark-imagined');
  });

  test('a Schedule paused by hand stays paused; a changed "paused" in the config counts', async () => {
    await deployed(configOf('resting', { cron: '@daily' }));
    const handle = server.client.schedule.getHandle('tidemark-resting');
    await handle.pause('holidays');
    await deployed(configOf('resting', { cron: '@hourly' }));
    expect((await handle.describe()).state).toMatchObject({ paused: true, note: 'holidays' });
    await handle.unpause();
    await deployed(configOf('resting', { cron: '@hourly', paused: true }));
    expect((await handle.describe()).state.paused).toBe(true);
    await deployed(configOf('resting', { cron: '@hourly', paused: false }));
    expect((await handle.describe()).state.paused).toBe(false);
  });

  test('prune deletes what has no entry any more, of this deployment only', async () => {
    const entry = (name: string) => ({
      pipeline: fakePipeline(name),
      source: () => fakeSource('s', ['r']),
      schedule: { cron: '@daily', paused: true },
    });
    await deployed(fakeConfig([entry('kept'), entry('gone')], { taskQueue: 'mine' }));
    await deployed(fakeConfig([entry('foreign')], { taskQueue: 'theirs' }));
    for (const id of ['tidemark-gone', 'tidemark-kept', 'tidemark-foreign']) await untilListed(id, true);
    const less = fakeConfig([entry('kept')], { taskQueue: 'mine' });
    const reported = await deployed(less);
    expect(reported.warnings.join()).toContain('tidemark-gone');
    const pruned = await deploy({ client: server.client, config: less, prune: true });
    expect(pruned.schedules).toContainEqual(
      expect.objectContaining({ scheduleId: 'tidemark-gone', action: 'delete' }),
    );
    await expect(server.client.schedule.getHandle('tidemark-gone').describe()).rejects.toThrow(
      ScheduleNotFoundError,
    );
    await untilListed('tidemark-gone', false);
    const ids = await scheduleIds();
    expect(ids).toEqual(expect.arrayContaining(['tidemark-kept', 'tidemark-foreign']));
    expect(ids).not.toContain('tidemark-gone');
  });

  test('the last tick is the end of the last interval, which starts at or before endDate', async () => {
    await deployed(
      configOf('ending', { cron: '@weekly', startDate: '2023-02-01', endDate: '2023-08-01', paused: true }),
    );
    const { spec } = await server.client.schedule.getHandle('tidemark-ending').describe();
    expect(spec.startAt?.toISOString()).toBe('2023-02-12T00:00:00.000Z');
    expect(spec.endAt?.toISOString()).toBe('2023-08-06T00:00:00.000Z');
  });

  test('a tick runs the interval that ends at it', async () => {
    const config = configOf('ticking', { every: '1s', cron: undefined as never });
    const engine = fakeEngine();
    await withWorker(config, engine, async () => {
      await deployed(config);
      while (engine.requests.filter(({ range }) => range?.interval).length < 3)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await server.client.schedule.getHandle('tidemark-ticking').delete();
    });
    for (const { range } of engine.requests) {
      const { start, end } = range?.interval ?? { start: '', end: '' };
      expect(Date.parse(end) - Date.parse(start)).toBe(1000);
    }
  });
});
