import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { awaitRun, type TemporalAccess } from '../../src/temporal';
import { openTestServer } from '../temporal/test-server';
import { askDuckdb, type CommandResult, makeProject, type Project, printed, result } from './project';

/** As a build would leave it: a source of three pages, which waits before its second one until a file is there. */
const CONFIG = `const { defineConfig, defineSource, duckdb, pipeline, resource } = require('tidemark');
const { z } = require(require.resolve('zod', { paths: [require.resolve('tidemark')] }));
const { existsSync, writeFileSync } = require('node:fs');

const source = defineSource({
  name: 'shop',
  config: z.object({}),
  resources: () => [
    resource({
      name: 'orders',
      primaryKey: 'id',
      writeDisposition: 'merge',
      async *extract({ log }) {
        for (let page = 0; page < 3; page += 1) {
          log.info('a page', { page });
          if (page === 1) {
            writeFileSync('loading', '');
            while (!existsSync('go-on')) await new Promise((resolve) => setTimeout(resolve, 20));
          }
          yield [{ id: 2 * page }, { id: 2 * page + 1 }];
        }
      },
    }),
  ],
});

module.exports = defineConfig({
  temporal: { worker: { gracefulStop: '1m', memoryLimit: '4GB' } },
  pipelines: [
    { pipeline: pipeline({ name: 'shop', destination: duckdb({ path: 'zendesk.duckdb' }), dataset: 'data' }), source: () => source(), retries: 0, maxActiveRuns: 6 },
  ],
});
`;
const NOBODY = { url: 'http://127.0.0.1:1', credentials: { subdomain: 's', email: 'e', password: 'p' } };

let project: Project;
let access: TemporalAccess;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  project = await makeProject('', NOBODY);
  await rm(path.join(project.folder, 'temporal.config.ts'));
  await writeFile(path.join(project.folder, 'temporal.config.js'), CONFIG);
  access = await openTestServer(project.folder);
}, 180_000);
afterAll(async () => {
  worker?.kill('SIGKILL');
  await access.close();
  await project.remove();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

interface RunningWorker {
  readonly process: ChildProcess;
  readonly ended: Promise<CommandResult>;
  get(which: 'health' | 'metrics', path: string): Promise<{ status: number; text: string }>;
}

async function startWorker(): Promise<RunningWorker> {
  const ports = { health: await freePort(), metrics: await freePort() };
  const started = project.start(path.join('src', 'cli', 'main.js'), [
    ...['worker', '--health-port', String(ports.health), '--metrics-port', String(ports.metrics)],
  ]);
  worker = started;
  const ended = result(started);
  await printed(started, 'Working on task queue');
  return {
    process: started,
    ended,
    async get(which, at) {
      const response = await fetch(`http://127.0.0.1:${ports[which]}${at}`);
      return { status: response.status, text: await response.text() };
    },
  };
}

const logLines = ({ stderr }: CommandResult): Record<string, unknown>[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a stopped worker lets its load stop at a page, and the next one loads it all, telling of it', async () => {
  const first = await startWorker();
  expect(await first.get('health', '/healthz')).toMatchObject({ status: 200 });
  expect(await first.get('health', '/readyz')).toMatchObject({ status: 200 });
  expect(await first.get('health', '//')).toMatchObject({ status: 400 });
  expect(await first.get('metrics', '//')).toMatchObject({ status: 404 });
  const workflowId = 'shop-run';
  await access.client.workflow.start('tidemarkLoadInterval', {
    workflowId,
    taskQueue: 'tidemark',
    args: [{ version: 1, pipeline: 'shop' }],
  });
  while (!existsSync(path.join(project.folder, 'loading'))) await delay(20);
  first.process.kill('SIGTERM');
  await printed(first.process, 'Stopping');
  writeFileSync(path.join(project.folder, 'go-on'), '');
  const firstEnd = await first.ended;
  expect(firstEnd.code).toBe(0);
  const known = { pipeline: 'shop', resource: 'orders', interval: null, workflowId };
  expect(logLines(firstEnd)).toMatchObject([
    { ...known, attempt: 1, msg: 'load started' },
    { ...known, attempt: 1, msg: 'a page', page: 0 },
    { ...known, attempt: 1, msg: 'a page', page: 1 },
    { ...known, attempt: 1, msg: 'load stopped' },
  ]);

  const second = await startWorker();
  const end = await awaitRun({ client: access.client, workflowId });
  expect(end).toMatchObject({ status: 'completed', result: { outcomes: [{ status: 'loaded', rows: 6 }] } });
  const { text } = await second.get('metrics', '/metrics');
  expect(text).toMatch(/^tidemark_rows_total\{[^}]*pipeline="shop"[^}]*resource="orders"[^}]*\} 6$/m);
  expect(text).toMatch(/^tidemark_loads_total\{[^}]*status="loaded"[^}]*\} 1$/m);
  expect(text).toMatch(/^tidemark_commit_seconds_count\{[^}]*pipeline="shop"[^}]*\} 1$/m);
  expect(text).toMatch(/^tidemark_load_seconds_bucket\{[^}]*le="60"[^}]*\} 1$/m);
  expect(text).toContain('temporal_worker_task_slots_available');
  second.process.kill('SIGTERM');
  const secondEnd = await second.ended;
  expect(secondEnd.code).toBe(0);
  expect(logLines(secondEnd).at(-1)).toMatchObject({ ...known, attempt: 2, msg: 'load finished', rows: 6 });
  expect(await askDuckdb(project.database, 'select count(*)::int as n from data.orders')).toEqual([{ n: 6 }]);
}, 180_000);

test('a compiled config is loaded without the TypeScript loader', () => {
  const script = (file: string): string =>
    `require('tidemark').defineConfig; require(require('node:path').join(require.resolve('tidemark'), '..', 'config')).loadConfigFile({ file: ${JSON.stringify(file)} }).then(() => console.log(Object.keys(require.cache).some((name) => /node_modules.jiti./.test(name))))`;
  const jitiLoadedFor = (file: string): string =>
    spawnSync(process.execPath, ['-e', script(file)], { cwd: project.folder, encoding: 'utf8' }).stdout;
  writeFileSync(
    path.join(project.folder, 'other.config.ts'),
    'export default { pipelines: [] as readonly [] };',
  );
  expect(jitiLoadedFor('temporal.config.js')).toBe('false\n');
  expect(jitiLoadedFor('other.config.ts')).toBe('true\n');
});

test('several workers share a task queue and a file: each waits until the other has let go of it', async () => {
  writeFileSync(path.join(project.folder, 'go-on'), '');
  const workers = [await startWorker(), await startWorker()];
  const days = Array.from({ length: 6 }, (_, day) => day + 1);
  const started = await Promise.all(
    days.map((day) => {
      const interval = { start: `2024-01-0${day}T00:00:00Z`, end: `2024-01-0${day + 1}T00:00:00Z` };
      return access.client.workflow.start('tidemarkLoadInterval', {
        workflowId: `shop-day-${day}`,
        taskQueue: 'tidemark',
        args: [{ version: 1, pipeline: 'shop', time: { kind: 'interval', interval } }],
      });
    }),
  );
  for (const { workflowId } of started)
    expect(await awaitRun({ client: access.client, workflowId })).toMatchObject({
      status: 'completed',
      error: undefined,
    });
  for (const one of workers) one.process.kill('SIGTERM');
  for (const one of workers) expect((await one.ended).code).toBe(0);
  const ledger = `select count(distinct interval_start)::int as n, count(*)::int as loads from data._tidemark_intervals
    where status = 'loaded' and interval_start >= '2024-01-01' and interval_end <= '2024-01-08'`;
  expect(await askDuckdb(project.database, ledger)).toEqual([{ n: 6, loads: 6 }]);
}, 90_000);
