/**
 * A backfill of 1,000 one-minute chunks that is paused, resumed, resized and cancelled, all by the command line, and then
 * finished by a second one of what is missing. Every row must be there once. Not part of the test suite; it runs the
 * build: `npm run build && node dist/test/scale/controlled-backfill.js [chunks]`.
 */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BackfillProgress, backfillId, QUERIES } from '../../src/contracts';
import { awaitBackfill, openTemporal } from '../../src/temporal';
import { askDuckdb, makeProject, printed, result } from '../e2e/project';
import { testEnvironment } from '../temporal/test-server';
import { runMain } from './run-main';

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const ROWS_PER_MINUTE = 6;
const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const CONFIG = `import { defineConfig, defineSource, duckdb, incremental, pipeline, resource } from 'tidemark';

const ticks = defineSource({
  name: 'ticks',
  resources: () => [
    resource({
      name: 'ticks',
      primaryKey: 'id',
      incremental: { at: incremental({ cursor: 'at', type: 'unix', initialValue: 0, allowExternalSchedulers: true }) },
      async *extract({ incremental: { at } }) {
        const [from, to] = [Math.ceil(at.startValue / 10) * 10, at.endValue];
        yield Array.from({ length: Math.max(0, Math.ceil((to - from) / 10)) }, (_, index) => ({ id: from + index * 10, at: from + index * 10 }));
      },
    }),
  ],
});

export default defineConfig({
  pipelines: [
    {
      pipeline: pipeline({ name: 'minutes', destination: duckdb({ path: 'zendesk.duckdb' }), dataset: 'data' }),
      source: () => ticks(),
      maxActiveRuns: 16,
      schedule: { cron: '* * * * *', startDate: '${iso(START)}', paused: true },
    },
  ],
});
`;

async function main([chunks = '1000']: readonly string[]): Promise<void> {
  const total = Number(chunks);
  const range = { from: iso(START), to: iso(START + total * MINUTE) };
  const project = await makeProject(CONFIG, {
    url: 'http://127.0.0.1:9',
    credentials: { subdomain: '', email: '', password: '' },
  });
  const temporal = {
    ...{ address: undefined, namespace: undefined, taskQueue: 'tidemark' },
    ...{ apiKey: undefined, tls: undefined, profile: undefined },
  };
  const access = await openTemporal({ temporal, env: testEnvironment(), projectDir: project.folder });
  const worker = project.start(path.join('test', 'e2e', 'worker-process.js'), []);
  await printed(worker, 'working');
  const steps: string[] = [];
  const ask = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await project.tidemark(args);
    if (code !== 0) throw new Error(`tidemark ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    process.stderr.write(`$ tidemark ${args.join(' ')}\n${stdout}\n`);
    return stdout;
  };
  const id = backfillId('minutes', range);
  const handle = access.client.workflow.getHandle(id);
  const progress = (): Promise<BackfillProgress> => handle.query<BackfillProgress>(QUERIES.backfillProgress);
  const until = async (wanted: (progress: BackfillProgress) => boolean): Promise<BackfillProgress> => {
    for (;;) {
      const seen = await progress();
      if (wanted(seen)) return seen;
      await delay(100);
    }
  };

  await ask('deploy');
  const began = Date.now();
  const start = ['backfill', 'minutes', '--from', range.from, '--to', range.to];
  await ask(...start, '--parallel', '4', '--detach');
  await until(({ loaded }) => loaded >= total * 0.1);
  await ask('pause', id);
  const paused = await until(({ running }) => running.length === 0);
  await delay(3000);
  const still = await progress();
  steps.push(`paused at ${paused.loaded}, three seconds later ${still.loaded}`);
  await ask('resume', id);
  await until(({ loaded }) => loaded >= total * 0.2);
  await ask('resize', id, '--parallel', '12');
  const resized = await until(({ running, loaded }) => running.length > 4 || loaded > total * 0.5);
  steps.push(`resized to 12: ${resized.running.length} at a time`);
  await until(({ loaded }) => loaded >= total * 0.5);
  await ask('cancel', id);
  const cancelled = await awaitBackfill({ client: access.client, workflowId: id });
  steps.push(`${cancelled?.status} with ${cancelled?.result?.loaded} loaded`);
  await ask('status', 'minutes');
  await ask(...start, '--missing', '--parallel', '10');
  const seconds = (Date.now() - began) / 1000;
  const ended = result(worker);
  worker.kill('SIGTERM');
  await ended;
  const [rows] = await askDuckdb(
    project.database,
    'select count(*)::integer as rows, count(distinct id)::integer as ids, min(id)::integer as first, max(id)::integer as last from data.ticks',
  );
  const [ledger] = await askDuckdb(
    project.database,
    "select count(*)::integer as rows, count(distinct interval_start)::integer as intervals from data._tidemark_intervals where status = 'loaded'",
  );
  const expected = {
    rows: total * ROWS_PER_MINUTE,
    first: START / 1000,
    last: START / 1000 + total * 60 - 10,
  };
  process.stdout.write(`${JSON.stringify({ steps, seconds, rows, expected, ledger }, undefined, 2)}\n`);
  await access.close();
  await project.remove();
}

runMain(main);
