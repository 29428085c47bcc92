/**
 * A backfill of 200 daily intervals in parallel, while a live pipeline loads into the same dataset: the worker is killed
 * with SIGKILL five times, the server once. Every row must be there once. Not part of the test suite; it runs the build:
 * `npm run build && node dist/test/scale/killed-backfill.js [days] [parallel] [group]`.
 */
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { backfillId } from '../../src/contracts';
import { awaitBackfill } from '../../src/temporal';
import { askDuckdb, countTables, makeProject, printed, result } from '../e2e/project';
import { startZendeskEmulator } from '../emulators/zendesk';
import { startKillableServer } from '../temporal/killable-server';
import { runMain } from './run-main';

const DAY = 86_400_000;
const START = Date.UTC(2023, 1, 1);
const KILLS = 5;
const LIVE_DAYS = 6;
const iso = (ms: number): string => new Date(ms).toISOString();

const config = (end: string): string => `import { defineConfig, duckdb, pipeline } from 'tidemark';
import { zendesk } from 'tidemark/sources/zendesk';

const destination = duckdb({ path: 'zendesk.duckdb' });
const dataset = 'support_data';
const exports = ['tickets', 'ticket_events', 'ticket_metric_events'] as const;

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({ name: 'history', destination, dataset }),
      source: () => zendesk().withResources(...exports),
      maxActiveRuns: 16,
      schedule: { cron: '@daily', startDate: '${iso(START)}', endDate: '${end}', paused: true },
    },
    {
      pipeline: pipeline({ name: 'live', destination, dataset }),
      source: () => zendesk({ startDate: '${end}' }).withResources(...exports),
      mode: 'incremental',
    },
  ],
});
`;

async function main([days = '200', parallel = '8', group = '1']: readonly string[]): Promise<void> {
  const end = START + Number(days) * DAY;
  const emulator = await startZendeskEmulator({ now: iso(end), faults: { latencyMs: 20 } });
  const project = await makeProject(config(iso(end)), emulator);
  const server = await startKillableServer();
  const { access } = server;
  const env = { TEMPORAL_ADDRESS: server.address };
  const startWorker = async (): Promise<ChildProcess> => {
    const child = project.start(path.join('test', 'e2e', 'worker-process.js'), [], env);
    await printed(child, 'working');
    return child;
  };
  const say = (text: string): void => void process.stderr.write(`${new Date().toISOString()} ${text}\n`);
  const ask = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await project.tidemark(args, env);
    if (code !== 0) throw new Error(`tidemark ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };

  let worker = await startWorker();
  say(await ask('deploy'));
  const began = Date.now();
  say(
    await ask(
      'backfill',
      'history',
      '--from',
      iso(START),
      '--to',
      iso(end),
      '--parallel',
      parallel,
      ...(group === '1' ? [] : ['--group', group]),
      '--detach',
    ),
  );

  // beside the backfill: a day of new data, then another
  let liveRuns = 0;
  const live = (async () => {
    for (let day = 1; day <= LIVE_DAYS; day += 1) {
      emulator.setNow(iso(end + day * DAY));
      await ask('run', 'live');
      liveRuns += 1;
    }
  })();
  live.catch((error: unknown) => say(`live: ${String(error)}`));

  const workflowId = backfillId('history', { from: iso(START), to: iso(end) });
  const handle = access.client.workflow.getHandle(workflowId);
  const done = async (): Promise<number> =>
    handle.query<{ loaded: number }>('tidemarkBackfillProgress').then(
      ({ loaded }) => loaded,
      () => -1,
    );
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const wanted = Math.floor((kill * Number(days)) / (KILLS + 2));
    while ((await done()) < wanted) await delay(50);
    await delay(Math.random() * 400);
    const ended = result(worker);
    worker.kill('SIGKILL');
    await ended;
    say(`worker killed at ${wanted}`);
    worker = await startWorker();
    if (kill !== 3) continue;
    await server.crash();
    say('server killed and started again');
  }
  const outcome = await awaitBackfill({ client: access.client, workflowId });
  const seconds = (Date.now() - began) / 1000;
  await live;
  const ended = result(worker);
  worker.kill('SIGTERM');
  const workerCode = (await ended).code;

  const range = { from: iso(START), to: iso(end + LIVE_DAYS * DAY) };
  const counts = await countTables(project.database, 'support_data');
  const expected = emulator.expectedCounts(range);
  const wrong: string[] = [];
  const served = emulator.expected(range);
  for (const table of ['tickets', 'ticket_events', 'ticket_metric_events'] as const) {
    const ids = await askDuckdb(project.database, `select id from support_data.${table} order by id`);
    const wanted = served[table].map(({ id }) => id).sort((a, b) => a - b);
    if (JSON.stringify(ids.map(({ id }) => Number(id))) !== JSON.stringify(wanted)) wrong.push(table);
  }
  const [ledger] = await askDuckdb(
    project.database,
    `select count(*)::integer as rows, count(distinct (pipeline, resource, interval_start))::integer as intervals
     from support_data._tidemark_intervals where status = 'loaded'`,
  );
  const { status, result: { total, loaded, failed } = {} } = outcome ?? {};
  process.stdout.write(
    `${JSON.stringify({ status, total, loaded, failed, seconds, liveRuns, workerCode, ledger, counts, expected, wrong }, undefined, 2)}\n`,
  );
  await server.close();
  await emulator.close();
  await project.remove();
}

runMain(main);
