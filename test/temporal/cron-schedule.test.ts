import { WORKFLOWS } from '../../src/contracts';
import { createWorker } from '../../workers';
import { fakeConfig, fakeEngine, fakePipeline, fakeSource } from './fake-engine';
import { startTestServer } from './test-server';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(() => server.close());

test('a workflow with a cronSchedule gets the interval of its tick, and that of ticks skipped while it ran', async () => {
  const config = fakeConfig(
    [{ pipeline: fakePipeline('legacy'), source: () => fakeSource('s', ['r']), schedule: { every: '1s' } }],
    { taskQueue: 'legacy' },
  );
  // the first load runs until three more ticks have passed
  let loads = 0;
  const engine = fakeEngine(async ({ range }) => {
    loads += 1;
    const until = Date.parse(range?.interval?.end ?? '') + 3_500;
    while (loads === 1 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    return 1;
  });
  const worker = await createWorker({ access: server, config, engine });
  const handle = await server.client.workflow.start(WORKFLOWS.loadInterval, {
    workflowId: 'legacy-cron',
    taskQueue: 'legacy',
    cronSchedule: '@every 1s',
    args: [{ version: 1, pipeline: 'legacy' }],
  });
  while (engine.ledger.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  await server.client.workflow.getHandle(handle.workflowId).terminate();
  await worker.stop();

  const intervals = engine.requests.map(({ range }) => range?.interval ?? { start: '', end: '' });
  for (const [index, { start }] of intervals.entries())
    if (index > 0) expect(start).toBe(intervals[index - 1]?.end);
  const seconds = intervals.map(({ start, end }) => (Date.parse(end) - Date.parse(start)) / 1000);
  expect(seconds[0]).toBe(1);
  expect(seconds[1]).toBeGreaterThanOrEqual(3);
}, 60_000);
