// A backfill through Temporal as a user has it: an embedded server, a worker, one workflow for each chunk. Only the time
// from the start of the backfill to its end is measured; starting the server and the worker is not. With `local` the same
// intervals one after the other, without Temporal.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  defineConfig,
  defineSource,
  duckdb,
  type Incremental,
  incremental,
  pipeline,
  resource,
} from '../../src';
import { environmentVariables, resolveConfig } from '../../src/config';
import { awaitBackfill, openTemporal, startBackfill } from '../../src/temporal';
import { createWorker } from '../../workers';
import { BACKFILL_START, dayAfter, pagesBetween } from '../days';
import { type BackfillTask, type ContenderReport, DATABASE, DATASET, pageFile, pageNumbers } from '../task';
import { contend, ownCpuSeconds, taskOf } from './report';

const PARALLEL = 10;
const CLOCK_TICKS = 100;

const task = taskOf<BackfillTask>();
const { pages, days, group = 1, chunk = 1, folder } = task;

async function* extract(cursor: Incremental<string>): AsyncGenerator<unknown[], void, void> {
  if (pages === undefined || cursor.endValue === undefined) return;
  const range = { ...pages, ...pagesBetween(cursor.startValue, cursor.endValue) };
  for (const page of pageNumbers(range)) {
    yield JSON.parse((await readFile(pageFile(range, page))).toString('utf8')) as unknown[];
    if (cursor.endOutOfRange) return;
  }
}

const source = defineSource({
  name: 'bench',
  resources: () => [
    resource({
      name: 'flat',
      primaryKey: 'id',
      incremental: {
        cursor: incremental({
          cursor: 'created_at',
          type: 'iso',
          initialValue: BACKFILL_START,
          allowExternalSchedulers: true,
        }),
      },
      extract: ({ incremental: { cursor } }) => extract(cursor),
    }),
  ],
});

const target = pipeline({
  name: 'bench',
  destination: duckdb({ path: path.join(folder, DATABASE) }),
  dataset: DATASET,
  workDir: path.join(folder, 'work'),
});

/** User and system seconds of the server, from the kernel; 0 where it keeps no such file. */
function serverCpuSeconds(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

async function runLocally(): Promise<ContenderReport['measured']> {
  const wall = performance.now();
  const cpu = ownCpuSeconds();
  // held, since the file would be opened and closed for each run otherwise
  const held = await target.openDataset();
  for (let day = 0; day < days; day += chunk)
    await target.run(source(), {
      interval: { start: dayAfter(day), end: dayAfter(Math.min(day + chunk, days)) },
    });
  await held.close();
  await target.close();
  return { wallSeconds: (performance.now() - wall) / 1000, cpuSeconds: ownCpuSeconds() - cpu };
}

contend(() => (task.local === true ? runLocally() : runOnTemporal()));

async function runOnTemporal(): Promise<ContenderReport['measured']> {
  const config = resolveConfig(
    defineConfig({
      temporal: { taskQueue: 'tidemark-bench' },
      pipelines: [
        { pipeline: target, source: () => source(), schedule: { cron: '@daily', startDate: BACKFILL_START } },
      ],
    }),
  );
  const env = Object.fromEntries(
    Object.entries(environmentVariables()).filter(([name]) => !name.startsWith('TEMPORAL_')),
  );
  const access = await openTemporal({ temporal: config.temporal, env, projectDir: folder });
  const worker = await createWorker({ access, config });
  try {
    const wall = performance.now();
    const cpu = ownCpuSeconds() + serverCpuSeconds(access.embedded?.pid);
    const { workflowId } = await startBackfill(
      { client: access.client, config },
      {
        pipeline: target.name,
        from: BACKFILL_START,
        to: dayAfter(days),
        chunk: chunk === 1 ? 'cron' : `${chunk}d`,
        group,
        parallel: PARALLEL,
      },
    );
    const end = await awaitBackfill({ client: access.client, workflowId });
    if (end?.status !== 'completed')
      throw new Error(`The backfill ended as ${end?.status}: ${end?.error?.message}`);
    return {
      wallSeconds: (performance.now() - wall) / 1000,
      cpuSeconds: ownCpuSeconds() + serverCpuSeconds(access.embedded?.pid) - cpu,
    };
  } finally {
    await worker.stop();
    await target.close();
    await access.close();
  }
}
