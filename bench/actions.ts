// What a run, and an interval of a backfill, cost Temporal: actions as Temporal Cloud counts them, events and bytes of
// history, read from the histories of real runs. `npm run bench -- actions`. Counts, not times: they don't depend on the machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/worker';
import { defineConfig, defineSource, duckdb, incremental, pipeline, resource } from '../src';
import { environmentVariables, resolveConfig } from '../src/config';
import { awaitBackfill, awaitRun, openTemporal, startBackfill, startRun } from '../src/temporal';
import { createWorker } from '../workers';
import { BACKFILL_START, dayAfter } from './days';

type HistoryEvent = NonNullable<History['events']>[number];

/** The fields of an event each of which is one action: docs.temporal.io/cloud/actions. Heartbeats and queries leave no event. */
const ACTIONS = [
  'workflowExecutionStartedEventAttributes',
  'activityTaskStartedEventAttributes',
  'timerStartedEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
] as const;

/** What some runs cost together. */
interface Cost {
  actions: number;
  events: number;
  bytes: number;
}

function countAction(event: HistoryEvent): number {
  const attempts = event.activityTaskStartedEventAttributes?.attempt;
  if (attempts) return attempts;
  return ACTIONS.some((name) => event[name] !== undefined && event[name] !== null) ? 1 : 0;
}

/** What all workflows of a namespace have cost so far. */
async function costSoFar(client: Client): Promise<Cost> {
  const cost: Cost = { actions: 0, events: 0, bytes: 0 };
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { events }: { readonly events?: readonly HistoryEvent[] | null } = await handle.fetchHistory();
    for (const event of events ?? []) cost.actions += countAction(event);
    cost.events += events?.length ?? 0;
    cost.bytes += Number((await handle.describe()).historySize ?? 0);
  }
  return cost;
}

const source = (resources: number) =>
  defineSource({
    name: `with_${resources}`,
    resources: () =>
      Array.from({ length: resources }, (_, at) =>
        resource({
          name: `r${at}`,
          primaryKey: 'id',
          incremental: {
            cursor: incremental({
              cursor: 'at',
              type: 'iso',
              initialValue: BACKFILL_START,
              allowExternalSchedulers: true,
            }),
          },
          async *extract({ incremental: { cursor } }) {
            yield [{ id: cursor.startValue, at: cursor.startValue }];
          },
        }),
      ),
  })();

/** A unit of work, how many of it are done, and what does it. */
interface Case {
  readonly name: string;
  readonly units: number;
  run(): Promise<void>;
}

/** Prints what each unit of work costs Temporal. */
export async function printActions(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidemark-actions-'));
  const names = [1, 5];
  const pipelines = names.map((resources) => ({
    pipeline: pipeline({
      name: `p${resources}`,
      destination: duckdb({ path: path.join(folder, `p${resources}.duckdb`) }),
      workDir: path.join(folder, 'work'),
    }),
    source: () => source(resources),
    schedule: { cron: '@daily', startDate: BACKFILL_START },
  }));
  const config = resolveConfig(defineConfig({ temporal: { taskQueue: 'tidemark-actions' }, pipelines }));
  const env = Object.fromEntries(
    Object.entries(environmentVariables()).filter(([name]) => !name.startsWith('TEMPORAL_')),
  );
  const access = await openTemporal({ temporal: config.temporal, env, projectDir: folder });
  const { client } = access;
  const worker = await createWorker({ access, config });
  const runs = (name: string, from: number): Case => ({
    name: `a run, ${name === 'p1' ? 'one resource' : 'five resources'}`,
    units: 20,
    async run() {
      for (let day = from; day < from + 20; day += 1) {
        const interval = { from: dayAfter(day), to: dayAfter(day + 1) };
        const { workflowId } = await startRun({ client, config }, { pipeline: name, ...interval });
        const end = await awaitRun({ client, workflowId });
        if (end?.status !== 'completed') throw new Error(`${workflowId} ended as ${end?.status}.`);
      }
    },
  });
  const backfills = (name: string, how: { from: number; group?: number; chunk?: string }): Case => ({
    name: `an interval of a backfill, one resource${how.group ? `, --group ${how.group}` : ''}${how.chunk ? `, --chunk ${how.chunk}` : ''}`,
    units: 200,
    async run() {
      const { from, group, chunk } = how;
      const range = { from: dayAfter(from), to: dayAfter(from + 200) };
      const request = { pipeline: name, ...range, group, chunk, parallel: 8 };
      const { workflowId } = await startBackfill({ client, config }, request);
      const end = await awaitBackfill({ client, workflowId });
      if (end?.status !== 'completed') throw new Error(`${workflowId} ended as ${end?.status}.`);
    },
  });
  try {
    const cases = [
      runs('p1', 0),
      runs('p5', 0),
      backfills('p1', { from: 100 }),
      backfills('p1', { from: 300, group: 30 }),
      backfills('p1', { from: 500, chunk: '10d' }),
    ];
    console.log('| what | actions | events | bytes of history |\n| --- | --- | --- | --- |');
    for (const one of cases) {
      const before = await costSoFar(client);
      await one.run();
      const after = await costSoFar(client);
      const each = (of: keyof Cost, digits: number): string =>
        ((after[of] - before[of]) / one.units).toFixed(digits);
      console.log(`| ${one.name} | ${each('actions', 1)} | ${each('events', 0)} | ${each('bytes', 0)} |`);
    }
  } finally {
    await worker.stop();
    for (const { pipeline: target } of pipelines) await target.close();
    await access.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
