import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { catchUpId } from '../../src/contracts';
import { awaitBackfill, type TemporalAccess } from '../../src/temporal';
import { startZendeskEmulator, type ZendeskEmulator } from '../emulators/zendesk';
import { openTestServer } from '../temporal/test-server';
import { askDuckdb, configText, countTables, makeProject, type Project, printed, result } from './project';

const RANGE = { from: '2023-02-05T00:00:00Z', to: '2023-04-09T00:00:00Z' };
const INTERVALS = 9;
const TABLES = ['tickets', 'ticket_events', 'ticket_metric_events'] as const;

/** When each worker is killed: at so many requests of the source since its start, and so much later. */
const KILLS = [
  { requests: 2, afterMs: 0 },
  { requests: 6, afterMs: 120 },
  { requests: 9, afterMs: 250 },
];

/** Asks again and again; the moments of interest here leave no event behind. */
function until(true_: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!true_()) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a worker that is killed in the middle of the catch-up', () => {
  let emulator: ZendeskEmulator;
  let project: Project;
  let access: TemporalAccess;
  let worker: ChildProcess | undefined;

  beforeAll(async () => {
    emulator = await startZendeskEmulator({ faults: { latencyMs: 30 } });
    project = await makeProject(
      configText("cron: '@weekly', startDate: '2023-02-01', endDate: '2023-04-02', catchup: true"),
      emulator,
    );
    access = await openTestServer(project.folder);
  });
  afterAll(async () => {
    worker?.kill('SIGKILL');
    await access.close();
    await emulator.close();
    await project.remove();
  });

  async function startWorker(): Promise<ChildProcess> {
    worker = project.start(path.join('test', 'e2e', 'worker-process.js'), []);
    await printed(worker, 'working');
    return worker;
  }

  test('has lost and doubled nothing once another one has gone on', async () => {
    expect((await project.tidemark(['deploy'])).code).toBe(0);
    for (const { requests, afterMs } of KILLS) {
      emulator.resetServed();
      const victim = await startWorker();
      const ended = result(victim);
      await until(() => emulator.log.length >= requests);
      await later(afterMs);
      victim.kill('SIGKILL');
      expect((await ended).code).toBe(null);
    }
    const last = await startWorker();
    const workflowId = catchUpId('support');
    const end = await awaitBackfill({ client: access.client, workflowId });
    expect(end).toMatchObject({
      status: 'completed',
      result: { total: INTERVALS, loaded: INTERVALS, failed: 0, failures: [] },
    });
    const ended = result(last);
    last.kill('SIGTERM');
    expect((await ended).code).toBe(0);

    expect(await countTables(project.database, 'support_data')).toEqual(emulator.expectedCounts(RANGE));
    const expected = emulator.expected(RANGE);
    for (const table of TABLES) {
      const ids = await askDuckdb(project.database, `select id from support_data.${table} order by id`);
      expect(ids.map(({ id }) => Number(id))).toEqual(
        expected[table].map(({ id }) => id).sort((a, b) => a - b),
      );
    }
    const [ledger] = await askDuckdb(
      project.database,
      `select count(*)::integer as rows, count(distinct load_key)::integer as loads,
         count(distinct (resource, interval_start))::integer as intervals
       from support_data._tidemark_intervals where status = 'loaded'`,
    );
    const loads = INTERVALS * TABLES.length;
    expect(ledger).toEqual({ rows: loads, loads, intervals: loads });
  }, 240_000);
});
