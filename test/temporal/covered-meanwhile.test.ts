import path from 'node:path';
import { defineSource, duckdb, incremental, pipeline, resource } from '../../src';
import { resolveConfig } from '../../src/config';
import type { BackfillRequest } from '../../src/plan';
import { entryOf, resolveRun } from '../../src/plan';
import { type EntryConfig, executeRun } from '../../src/run';
import type { Source } from '../../src/source';
import { awaitBackfill, startBackfill } from '../../src/temporal';
import { createWorker } from '../../workers';
import { silent } from '../silent-log';
import { startTestServer } from './test-server';

let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(() => server.close());

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(`2023-01-${text}:00Z`);

/** A row an hour in two resources, one without a key; `meanwhile` is called where a backfill first asks for a start. */
async function place(name: string, meanwhile: (start: string, load: typeof loadByHand) => Promise<void>) {
  const starts: string[] = [];
  const failures: unknown[] = [];
  const day = () =>
    incremental({
      ...{ cursor: 'at', type: 'iso', initialValue: '2023-01-01T00:00:00Z' },
      allowExternalSchedulers: true,
    });
  let byHand = false;
  const source = defineSource({
    name: 'feed',
    resources: () =>
      [{ name: 'events' }, { name: 'people', primaryKey: 'at' }].map((one) =>
        resource({
          ...one,
          incremental: { at: day() },
          async *extract({ incremental: { at: cursor } }) {
            const start = cursor.startValue.slice(8, 13);
            if (!byHand) {
              starts.push(`${one.name} ${start}`);
              if (one.name === 'events' && !starts.slice(0, -1).includes(`events ${start}`))
                await meanwhile(start, loadByHand);
            }
            const rows: { at: string }[] = [];
            for (let ms = Date.parse(cursor.startValue); ms < Date.parse(cursor.endValue!); ms += HOUR_MS)
              rows.push({ at: new Date(ms).toISOString() });
            yield rows;
          },
        }),
      ),
  });
  const target = pipeline({
    name,
    dataset: 'data',
    destination: duckdb({ path: path.join(server.projectDir, `${name}.duckdb`) }),
    workDir: path.join(server.projectDir, 'work'),
  });
  const config: EntryConfig = resolveConfig({
    temporal: { taskQueue: name },
    pipelines: [
      {
        pipeline: target,
        source: () => source() as unknown as Source,
        retries: 0,
        decompose: 'serialize',
        schedule: { cron: '@daily', startDate: '2023-01-01', paused: true },
        hooks: { onFailure: (event) => void failures.push(event) },
      },
    ],
  });

  async function loadByHand(from: string, to: string, resources?: readonly string[]): Promise<void> {
    const range = { from: new Date(at(from)).toISOString(), to: new Date(at(to)).toISOString() };
    const entry = entryOf(config, name);
    const { input: run } = resolveRun(entry, { pipeline: name, ...range, resources });
    byHand = true;
    const { result } = await executeRun({ entry, run, signal: new AbortController().signal, log: silent });
    byHand = false;
    if (result.outcomes.some(({ status }) => status !== 'loaded')) throw new Error('nothing was loaded');
  }

  const worker = await createWorker({ access: server, config });
  return {
    starts,
    failures,
    async backfill(request: Partial<BackfillRequest>) {
      const { workflowId } = await startBackfill(
        { client: server.client, config },
        { pipeline: name, ...request },
      );
      return awaitBackfill({ client: server.client, workflowId });
    },
    async read() {
      const dataset = await target.openDataset();
      try {
        const count = async (table: string) =>
          (await dataset.query(`SELECT count(*)::int AS n, count(DISTINCT "at")::int AS hours FROM ${table}`))
            .rows[0];
        const ledger = await dataset.ledger();
        return {
          events: await count('events'),
          people: await count('people'),
          unloaded: ledger.filter(({ status }) => status !== 'loaded'),
        };
      } finally {
        await dataset.close();
      }
    },
    async close() {
      await worker.stop();
      await target.close();
    },
  };
}

test('what others loaded of a chunk since it was planned is not loaded again: wholly, in part, and while it is extracted', async () => {
  const { starts, failures, backfill, read, close } = await place('chunks', async (start, load) => {
    if (start === '01T00') {
      await load('06T00', '11T00');
      await load('12T00', '13T00', ['events']);
    }
    // while this one is being loaded
    if (start === '16T00') await load('17T00', '18T00', ['events']);
  });
  try {
    const end = await backfill({ from: '2023-01-01', to: '2023-01-21', chunk: '5d' });
    expect(end).toMatchObject({
      status: 'completed',
      result: { total: 4, loaded: 4, failed: 0, failures: [] },
    });
    expect(starts.filter((one) => one.startsWith('events'))).toEqual([
      'events 01T00',
      ...['events 11T00', 'events 11T00', 'events 13T00'],
      ...['events 16T00', 'events 16T00', 'events 18T00'],
    ]);
    expect(starts.filter((one) => one.startsWith('people'))).toEqual([
      'people 01T00',
      'people 11T00',
      'people 16T00',
    ]);
    const { events, people, unloaded } = await read();
    expect(events).toMatchObject({ n: 480, hours: 480 });
    expect(people).toMatchObject({ n: 480, hours: 480 });
    expect(unloaded).toEqual([]);
    expect(failures).toEqual([]);
  } finally {
    await close();
  }
}, 120_000);

test('so it is with the intervals of a group', async () => {
  const { starts, failures, backfill, read, close } = await place('groups', async (start, load) => {
    if (start !== '01T00') return;
    await load('02T00', '03T00');
    await load('04T06', '04T12', ['events']);
  });
  try {
    const end = await backfill({ from: '2023-01-01', to: '2023-01-06', group: 5 });
    expect(end).toMatchObject({ status: 'completed', result: { total: 5, loaded: 5, failed: 0 } });
    expect(starts).not.toContain('events 02T00');
    expect(starts).toContain('events 04T12');
    const { events, people, unloaded } = await read();
    expect(events).toMatchObject({ n: 120, hours: 120 });
    expect(people).toMatchObject({ n: 120, hours: 120 });
    expect(unloaded).toEqual([]);
    expect(failures).toEqual([]);
  } finally {
    await close();
  }
}, 120_000);
