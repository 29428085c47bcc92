import { openClient, type TidemarkClient } from '../../src/operate';
import type { TemporalAccess } from '../../src/temporal';
import { createWorker } from '../../workers';
import { startTestServer } from '../temporal/test-server';
import { days } from './market';
import { type Script, shopConfig } from './shop';

describe('the trace of a run', () => {
  const script: Script = { day: () => undefined };
  let server: TemporalAccess & { readonly projectDir: string };
  let client: TidemarkClient;
  let worker: Awaited<ReturnType<typeof createWorker>>;

  beforeAll(async () => {
    server = await startTestServer();
    const config = shopConfig(server.projectDir, { day: (day) => script.day(day) });
    client = await openClient(config, { directory: server.projectDir, temporal: server });
    worker = await createWorker({ access: server, config: client.config });
  });
  afterAll(async () => {
    await worker.stop();
    await client.close();
    await server.close();
  });

  const run = async (day: number): Promise<string> => {
    const { start: from, end: to } = days(day);
    const { workflowId } = await client.startRun({ pipeline: 'shop', resources: ['orders'], from, to });
    await client.watchRun(workflowId);
    return workflowId;
  };

  test('has its waits, each attempt, and the parts of each load', async () => {
    const workflowId = await run(1);
    const trace = await client.trace(workflowId);
    expect(trace).toMatchObject({
      workflowId,
      pipeline: 'shop',
      interval: days(1),
      attempts: [{ task: 'orders', attempt: 1, status: 'completed', pausedMs: 0 }],
      resources: [{ resource: 'orders', status: 'loaded', rows: 2 }],
    });
    const { totalMs, planMs, queueMs, attempts, resources } = trace;
    const workerMs = attempts[0]!.workerMs!;
    const ranMs = attempts[0]!.ranMs!;
    expect(planMs + queueMs + workerMs + ranMs).toBeLessThanOrEqual(totalMs!);
    for (const ms of [planMs, queueMs, workerMs, ranMs]) expect(ms).toBeGreaterThanOrEqual(0);
    expect(resources[0]!.timings!.totalMs).toBeLessThanOrEqual(ranMs + 1);
    expect(resources[0]!.timings!.phasesMs.extract ?? 0).toBeLessThanOrEqual(ranMs);
  });

  test('is found by a date of its interval, too', async () => {
    const workflowId = await run(2);
    expect(await client.trace('shop', '2024-01-02')).toEqual(await client.trace(workflowId));
  });

  test('of one that runs has what is known by then', async () => {
    let begun = (): void => undefined;
    let goOn = (): void => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    const held = new Promise<void>((resolve) => (goOn = resolve));
    script.day = () => {
      begun();
      return held;
    };
    const { start: from, end: to } = days(3);
    const { workflowId } = await client.startRun({ pipeline: 'shop', resources: ['orders'], from, to });
    await started;
    const trace = await client.trace(workflowId);
    goOn();
    await client.watchRun(workflowId);
    expect(trace).toMatchObject({
      totalMs: undefined,
      attempts: [{ task: 'orders', status: 'running', ranMs: undefined }],
      resources: [],
    });
  });

  test('of a failed one has its attempts', async () => {
    script.day = () => {
      throw new Error('not today');
    };
    const workflowId = await run(4);
    script.day = () => undefined;
    expect(await client.trace(workflowId)).toMatchObject({
      attempts: [{ task: 'orders', attempt: 1, status: 'failed' }],
      resources: [{ resource: 'orders', status: 'failed', timings: undefined }],
    });
  });

  test('is refused of what there is not, or that Temporal did not run', async () => {
    await expect(client.trace('tidemark-shop-nothing')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(client.trace('shop', '2024-01-05')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('no run has loaded it'),
    });
    const [entry] = client.config.pipelines;
    await entry!.pipeline.run(entry!.sources()[0]!, { interval: days(5) });
    await expect(client.trace('shop', '2024-01-05')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('without Temporal'),
    });
  });
});
