/**
 * Records a history of each workflow into `histories/`, for the replay test. Run it when a workflow changes on purpose:
 * `npx jiti test/workflows/record-histories.ts [NAME…]`, by default all. Old files stay, so that runs of older versions go
 * on replaying; before the first release they may go.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { type BackfillInput, type LoadIntervalInput, slotsId, UPDATES, WORKFLOWS } from '../../src/contracts';
import { ROOT } from '../root';
import { failure, hours, loaded, scriptedActivities } from './plan-activities';
import { startWorkflowTest } from './workflow-test';

const VERSION = 1;
const ONLY = process.argv.slice(2);

async function main(): Promise<void> {
  const env = await startWorkflowTest();
  const { client } = env.access;
  const taskQueue = 'recorded';
  const chunks = hours(9);
  const activities = scriptedActivities({
    chunks,
    tasks: ['a', 'b'],
    retries: 1,
    plan: { indexed: true, maxActiveRuns: 1 },
    load: ({ task, attempt, interval }) =>
      task === 'b' && attempt === 1 && interval?.start === chunks[1]?.interval.start
        ? Promise.reject(failure('HTTP_STATUS'))
        : Promise.resolve([loaded(task)]),
  });
  await env.work(taskQueue, activities);
  const save = async (name: string, workflowId: string, runId: string): Promise<void> => {
    if (ONLY.length > 0 && !ONLY.includes(name)) return;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const file = path.join(ROOT, 'test', 'workflows', 'histories', `${name}-v${VERSION}.json`);
    const json: unknown = JSON.parse(historyToJSON(history), (key, value: unknown) =>
      key === 'stackTrace'
        ? ''
        : typeof value === 'string'
          ? value.replace(/\d+@[\w.-]+/, 'recorder')
          : value,
    );
    // what was recorded stays: raise VERSION for another one
    await writeFile(file, `${JSON.stringify(json, null, 1)}\n`, { flag: 'wx' });
  };
  const load = async (name: string, input: LoadIntervalInput): Promise<void> => {
    const handle = await client.workflow.start(WORKFLOWS.loadInterval, {
      workflowId: name,
      taskQueue,
      args: [input],
    });
    await handle.result().catch(() => undefined);
    await save(name, name, handle.firstExecutionRunId);
  };
  const interval = chunks[1]?.interval ?? { start: '', end: '' };
  await load('load-interval', { version: 1, pipeline: 'p', time: { kind: 'interval', interval } });

  await load('load-group', {
    version: 1,
    pipeline: 'p',
    kind: 'backfill',
    group: chunks.slice(0, 3).map((chunk) => chunk.interval),
  });
  // goes on for ever; of two runs, so that what is carried is there
  const home = await client.workflow.start(WORKFLOWS.home, {
    workflowId: 'home',
    taskQueue,
    args: [{ version: 1, continueAfter: 2 }],
  });
  for (const [host, datasetId] of [['a'], ['a', 'x'], ['b'], ['b', 'x'], ['b']])
    await client.workflow
      .getHandle('home')
      .executeUpdate(UPDATES.askHome, { args: [{ version: 1, host, location: `/${host}`, datasetId }] })
      .catch(() => undefined);
  await save('home', 'home', home.firstExecutionRunId);
  const { runId: homeRun } = await client.workflow.getHandle('home').describe();
  await save('home-continued-as-new', 'home', homeRun);

  // ends when no request counts any more
  const rates = await client.workflow.start(WORKFLOWS.rates, {
    workflowId: 'rates',
    taskQueue,
    args: [{ version: 1 }],
  });
  for (const holder of ['a', 'b'])
    await rates.executeUpdate(UPDATES.askRate, {
      args: [
        {
          version: 1,
          holder,
          number: 1,
          requests: 10,
          perMs: 1000,
          started: [1],
          used: 0,
          ranOut: false,
          pausedMs: 0,
        },
      ],
    });
  await rates.result();
  await save('rates', 'rates', rates.firstExecutionRunId);

  // ends when nobody has asked for half a minute
  const slots = client.workflow.getHandle(slotsId('p'));
  const { runId: slotsRun } = await slots.describe();
  await slots.result();
  await save('slots', slotsId('p'), slotsRun);

  const input: BackfillInput = {
    version: 1,
    pipeline: 'p',
    kind: 'backfill',
    range: { from: chunks[0]?.interval.start ?? '', to: chunks.at(-1)?.interval.end ?? '' },
    parallel: 2,
    continueAfter: 5,
  };
  const backfill = await client.workflow.start(WORKFLOWS.backfill, {
    workflowId: 'backfill',
    taskQueue,
    args: [input],
  });
  await backfill.result();
  const { runId } = await client.workflow.getHandle('backfill').describe();
  await save('backfill-continued-as-new', 'backfill', backfill.firstExecutionRunId);
  await save('backfill', 'backfill', runId);

  const failing = scriptedActivities({
    tasks: ['a', 'b'],
    load: () => Promise.reject(failure('LOST', false)),
  });
  await env.work('failing', failing);
  const failed = await client.workflow.start(WORKFLOWS.loadInterval, {
    workflowId: 'failed',
    taskQueue: 'failing',
    args: [{ version: 1, pipeline: 'p' }],
  });
  await failed.result().catch(() => undefined);
  await save('load-interval-failed', 'failed', failed.firstExecutionRunId);

  const told = scriptedActivities({
    tasks: ['a', 'b'],
    plan: { hooks: true, decompose: { kind: 'parallel-isolated', limit: 2 } },
  });
  await env.work('told', told);
  const unplanned = {
    ...scriptedActivities({}),
    tidemarkPlanInterval: () => Promise.reject(failure('PIPELINE_UNKNOWN', false)),
  };
  await env.work('unplanned', unplanned);
  for (const [name, queue] of [
    ['load-interval-hooks', 'told'],
    ['load-interval-unplanned', 'unplanned'],
  ] as const) {
    const run = await client.workflow.start(WORKFLOWS.loadInterval, {
      workflowId: name,
      taskQueue: queue,
      args: [{ version: 1, pipeline: 'p' }],
    });
    await run.result().catch(() => undefined);
    await save(name, name, run.firstExecutionRunId);
  }

  // others have loaded the first hour meanwhile
  const wanted = { start: chunks[0]?.interval.start ?? '', end: chunks[2]?.interval.end ?? '' };
  const rest = scriptedActivities({
    chunks: chunks.slice(1, 3),
    load: ({ task, interval: of }) =>
      of?.start === wanted.start
        ? Promise.reject(failure('INTERVAL_OVERLAP', false))
        : Promise.resolve([loaded(task)]),
  });
  await env.work('rest', rest);
  const partly = await client.workflow.start(WORKFLOWS.loadInterval, {
    workflowId: 'load-interval-rest',
    taskQueue: 'rest',
    args: [
      {
        version: 1,
        pipeline: 'p',
        kind: 'backfill',
        time: { kind: 'interval', interval: wanted },
        unlessLoaded: true,
      },
    ],
  });
  await partly.result();
  await save('load-interval-rest', 'load-interval-rest', partly.firstExecutionRunId);

  const held = scriptedActivities({
    tasks: ['a', 'b'],
    plan: { notBefore: new Date(Date.now() + 1_000).toISOString(), maxActiveRuns: 1 },
    async load() {
      const beat = setInterval(() => Context.current().heartbeat(), 50);
      await Context.current().cancelled.finally(() => clearInterval(beat));
      return [];
    },
  });
  await env.work('held', held);
  const cancelled = await client.workflow.start(WORKFLOWS.loadInterval, {
    workflowId: 'load-interval-cancelled',
    taskQueue: 'held',
    args: [{ version: 1, pipeline: 'held' }],
  });
  while (held.loads.length === 0) await delay(20);
  await cancelled.cancel();
  await cancelled.result().catch(() => undefined);
  await save('load-interval-cancelled', 'load-interval-cancelled', cancelled.firstExecutionRunId);
  await env.close();
}

void main();
