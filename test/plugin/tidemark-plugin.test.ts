import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { defineConfig, duckdb, pipeline } from '../../src';
import type { TemporalConfig } from '../../src/config';
import { tidemarkPlugin } from '../../src/plugin';
import { ROOT } from '../root';
import { fakePipeline, fakeSource } from '../temporal/fake-engine';
import { startTestServer, testEnvironment } from '../temporal/test-server';

const EXAMPLE = path.join(ROOT, 'dist', 'examples', 'plugin');

let server: Awaited<ReturnType<typeof startTestServer>>;
const children: ChildProcess[] = [];
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.close();
});

/** Runs a program of the example against the server, as its reader would. */
function start(program: string, args: readonly string[] = []): ChildProcess {
  const env = { ...testEnvironment(), TEMPORAL_ADDRESS: server.address };
  const child = spawn(process.execPath, [path.join(EXAMPLE, program), ...args], {
    cwd: server.projectDir,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (text += String(data)));
  await new Promise((resolve) => child.once('exit', resolve));
  return text;
}

describe("tidemark in somebody's own worker and client", () => {
  test('the example loads a day in a child of its own workflow, and tells the rows', async () => {
    const worker = start('worker.js');
    expect(await output(start('client.js', ['2024-01-31']))).toBe('2024-01-31: 24 orders\n');
    worker.kill('SIGTERM');
    await new Promise((resolve) => worker.once('exit', resolve));
    const shop = pipeline({
      name: 'shop',
      dataset: 'shop_data',
      destination: duckdb({ path: path.join(server.projectDir, 'shop.duckdb') }),
    });
    const dataset = await shop.openDataset();
    expect((await dataset.query('select count(*)::int as n from orders')).rows).toEqual([{ n: 24 }]);
    await dataset.close();
  }, 120_000);

  const pluginOf = (temporal: TemporalConfig = {}) =>
    tidemarkPlugin(
      defineConfig({
        temporal,
        pipelines: [{ pipeline: fakePipeline('p'), source: () => fakeSource('s', ['r']) }],
      }),
    );
  const mine = { mine: () => Promise.resolve() };

  test('activities are added to what the worker has, once, whatever gave it the plugin', async () => {
    const plugin = pluginOf();
    const once = await plugin.configureWorker({
      taskQueue: 'mine',
      workflowsPath: '/mine.js',
      activities: mine,
    });
    expect(Object.keys(once.activities ?? {})).toEqual(
      expect.arrayContaining(['mine', 'tidemarkLoadResource', 'tidemarkPlanInterval']),
    );
    expect(once).toMatchObject({ taskQueue: 'mine', workflowsPath: '/mine.js' });
    expect(once).not.toHaveProperty('workflowBundle');
    expect(await plugin.configureWorker(once)).toBe(once);
  });

  test("a worker without workflows of its own gets tidemark's, and the limits of the config", async () => {
    const worker = { maxConcurrentActivities: 2, gracefulStop: '3s' };
    const options = await pluginOf({ worker }).configureWorker({ taskQueue: 'mine' });
    expect(options.workflowBundle).toBeDefined();
    expect(options).toMatchObject({ maxConcurrentActivityTaskExecutions: 2, shutdownGraceTime: 3_000 });
  });

  test('limits that the worker has of its own stay', async () => {
    const tuned = {
      taskQueue: 'mine',
      maxConcurrentActivityTaskExecutions: 50,
      shutdownGraceTime: '1m' as const,
    };
    const options = await pluginOf({ worker: { memoryLimit: '1GB' } }).configureWorker(tuned);
    expect(options).toMatchObject(tuned);
    expect(options).not.toHaveProperty('tuner');
  });

  test('a second plugin, or an activity of the same name, is refused', async () => {
    const clash = { taskQueue: 'mine', activities: { tidemarkLoadResource: () => Promise.resolve() } };
    await expect(pluginOf().configureWorker(clash)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('"tidemarkLoadResource"'),
    });
  });

  test('a connection that names an address gets nothing of the config, least of all its key', () => {
    const plugin = pluginOf({ address: 'temporal.example:7233', apiKey: 'sesame-sesame', namespace: 'ours' });
    expect(plugin.configureConnection({ address: 'other:7233' })).toEqual({ address: 'other:7233' });
    expect(plugin.configureNativeConnection({})).toEqual({
      address: 'temporal.example:7233',
      apiKey: 'sesame-sesame',
      tls: true,
    });
    expect(plugin.configureClient({})).toEqual({ namespace: 'ours' });
    expect(plugin.configureClient({ namespace: 'other' })).toEqual({ namespace: 'other' });
  });
});
