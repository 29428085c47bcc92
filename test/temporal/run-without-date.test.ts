import path from 'node:path';
import { defineSource, duckdb, incremental, pipeline, resource } from '../../src';
import { resolveConfig } from '../../src/config';
import { WORKFLOWS } from '../../src/contracts';
import { entryOf } from '../../src/plan';
import { type EntryConfig, executeRun } from '../../src/run';
import type { Source } from '../../src/source';
import { awaitRun, startRun } from '../../src/temporal';
import { createWorker } from '../../workers';
import { silent } from '../silent-log';
import { startTestServer } from './test-server';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(() => server.close());

/** `hours` and what replaces its table are loaded by interval; `users` is not. */
function place(name: string, names: readonly string[]) {
  const cursor = () =>
    incremental({
      ...{ cursor: 'at', type: 'iso', initialValue: '2023-01-01T00:00:00Z' },
      allowExternalSchedulers: true,
    });
  const all = [
    resource({
      name: 'hours',
      incremental: { at: cursor() },
      extract: () => [[{ at: '2023-01-01T05:00:00Z' }]],
    }),
    resource({
      ...{ name: 'newest', writeDisposition: 'replace' },
      incremental: { at: cursor() },
      extract: () => [[{ at: '2023-01-01T05:00:00Z' }]],
    }),
    resource({ name: 'users', primaryKey: 'id', extract: () => [[{ id: 1 }]] }),
  ].filter((one) => names.includes(one.name));
  const target = pipeline({
    name,
    dataset: 'data',
    destination: duckdb({ path: path.join(server.projectDir, `${name}.duckdb`) }),
    workDir: path.join(server.projectDir, 'work'),
  });
  const source = defineSource({ name: 'feed', resources: () => all });
  const config: EntryConfig = resolveConfig({
    temporal: { taskQueue: name },
    pipelines: [
      {
        pipeline: target,
        source: () => source() as unknown as Source,
        schedule: { cron: '@daily', startDate: '2023-01-01', paused: true },
      },
    ],
  });
  return {
    config,
    async read(sql: string) {
      const dataset = await target.openDataset();
      try {
        return { ledger: await dataset.ledger(), rows: (await dataset.query(sql)).rows };
      } finally {
        await dataset.close();
      }
    },
    async ledger() {
      const dataset = await target.openDataset();
      const rows = await dataset.ledger();
      await dataset.close();
      return rows;
    },
    close: () => target.close(),
  };
}

const run = { version: 1, kind: 'manual' } as const;
const DAY = { start: '2023-01-01T00:00:00Z', end: '2023-01-02T00:00:00Z' };

test('that has nothing to load is refused before it starts; a workflow of somebody else ends well with its note, and leaves no trace', async () => {
  const { config, ledger, close } = place('dated', ['hours']);
  const worker = await createWorker({ access: server, config });
  try {
    await expect(startRun({ client: server.client, config }, { pipeline: 'dated' })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/hours is loaded by interval.*--logical-date/),
    });
    const workflowId = 'somebodys-own';
    await server.client.workflow.start(WORKFLOWS.loadInterval, {
      workflowId,
      taskQueue: 'dated',
      args: [{ version: 1, pipeline: 'dated' }],
    });
    expect(await awaitRun({ client: server.client, workflowId })).toMatchObject({
      status: 'completed',
      result: { interval: null, outcomes: [], note: expect.stringContaining('--logical-date') },
    });
    expect(await ledger()).toEqual([]);
  } finally {
    await worker.stop();
    await close();
  }
}, 120_000);

test('loads what has no interval, keeps what it leaves out as it is, and covers nothing', async () => {
  const { config, read, close } = place('mixed', ['hours', 'newest', 'users']);
  const entry = entryOf(config, 'mixed');
  const options = { entry, signal: new AbortController().signal, log: silent };
  const dated = { ...run, pipeline: 'mixed', time: { kind: 'interval', interval: DAY } } as const;
  await executeRun({ ...options, run: dated });
  const { result } = await executeRun({
    ...options,
    run: { ...run, pipeline: 'mixed', time: { kind: 'now' } },
  });
  expect(result).toMatchObject({ interval: null, outcomes: [{ resource: 'users', status: 'loaded' }] });
  expect(result.note).toMatch(/^hours, newest are loaded by interval.*leaves them out/);
  const { ledger, rows } = await read('SELECT (SELECT count(*)::int FROM newest) AS newest');
  expect(rows).toEqual([{ newest: 1 }]);
  expect(ledger.slice(3)).toMatchObject([{ resource: 'users', interval_start: null, cursor_end: null }]);
  await close();
});
