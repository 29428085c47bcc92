import path from 'node:path';
import { CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { duckdb, incremental, pipeline, resource } from '../../src';
import { type PipelineConfig, resolveConfig } from '../../src/config';
import type { LoadGroupInput, LoadGroupResult } from '../../src/contracts';
import type { Destination } from '../../src/destination';
import { TidemarkError } from '../../src/errors';
import { sourceOf } from '../pipeline/sources';
import { inDatabase } from '../postgres/destinations';
import { startPostgres } from '../postgres/server';
import { temporaryFolder } from '../temporary-folder';
import { hours } from '../workflows/plan-activities';

const folder = temporaryFolder('group');

const intervals = hours(5).map(({ interval }) => interval);
const input: LoadGroupInput = {
  version: 1,
  plan: {
    version: 1,
    run: { version: 1, pipeline: 'grouped', kind: 'backfill' },
    kind: 'backfill',
    startedAt: '2024-02-01T00:00:00Z',
    origin: 'origin',
  },
  intervals,
};
let places = 0;

/** Two resources, `a` and then `b`; `extract` is called with the hour that `b` is asked for. */
function deployment(
  extract: (hour: number) => void = () => {},
  entry: Pick<PipelineConfig, 'decompose'> = {},
  destination: Destination = duckdb({ path: path.join(folder, `${++places}.duckdb`) }),
) {
  const hourOf = (start: unknown): number => new Date(String(start)).getUTCHours();
  const one = (name: string, before: (hour: number) => void) =>
    resource({
      name,
      primaryKey: 'id',
      incremental: {
        at: incremental({
          ...{ cursor: 'at', type: 'iso', initialValue: '2024-01-01T00:00:00Z' },
          allowExternalSchedulers: true,
        }),
      },
      *extract({ incremental: { at } }) {
        before(hourOf(at.startValue));
        yield [{ id: hourOf(at.startValue), at: at.startValue }];
      },
    });
  const target = pipeline({
    name: 'grouped',
    dataset: 'data',
    destination,
    workDir: path.join(folder, 'work'),
  });
  const config = resolveConfig({
    pipelines: [
      {
        pipeline: target,
        source: () => sourceOf('shop', [one('a', () => {}), one('b', extract)]),
        schedule: { cron: '@hourly', startDate: '2024-01-01T00:00:00Z' },
        ...entry,
      },
    ],
  });
  const { tidemarkLoadGroup } = createActivities({ config });
  const environment = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
  return {
    environment,
    run: (): Promise<LoadGroupResult> => environment.run(tidemarkLoadGroup, input),
    async read(sql: string): Promise<readonly unknown[]> {
      const dataset = await target.openDataset();
      try {
        return (await dataset.query(sql)).rows;
      } finally {
        await dataset.close();
      }
    },
  };
}

const statuses = ({ loads }: LoadGroupResult) =>
  loads.map(({ attempts }) =>
    Object.fromEntries(
      Object.entries(attempts).map(([name, end]) => [
        name,
        end.status === 'failed' ? end.code : end.status === 'loaded' && end.outcomes.map(({ rows }) => rows),
      ]),
    ),
  );

test('each interval is a load of its own, with its key, its rows and its place in the ledger', async () => {
  const { run, read } = deployment();
  const result = await run();
  expect(statuses(result)).toEqual(intervals.map(() => ({ a: [1], b: [1] })));
  expect(result.loads.map(({ plan }) => plan.range.interval)).toEqual(intervals);
  const keys = result.loads.flatMap(({ plan }) =>
    plan.tasks.flatMap(({ components }) => components.map(({ loadKey }) => loadKey)),
  );
  expect(new Set(keys).size).toBe(10);
  const ledger = await read('SELECT DISTINCT load_key, load_id FROM _tidemark_intervals WHERE rows = 1');
  expect(ledger).toHaveLength(10);
  expect(await read('SELECT id FROM b ORDER BY id')).toEqual([0, 1, 2, 3, 4].map((id) => ({ id })));
  expect(await read('SELECT * FROM _tidemark_claims')).toEqual([]);
});

test('run again, it answers with what it loaded', async () => {
  const { run, read } = deployment();
  await run();
  expect(statuses(await run())).toEqual(intervals.map(() => ({ a: [1], b: [1] })));
  expect(await read('SELECT count(*)::int AS n FROM a')).toEqual([{ n: 5 }]);
  expect(await read('SELECT count(*)::int AS n FROM _tidemark_intervals')).toEqual([{ n: 10 }]);
});

test('a load that fails stops the tasks after it, and no other interval', async () => {
  const { run, read } = deployment((hour) => {
    if (hour === 2) throw new TidemarkError('HTTP_UNAUTHORIZED', 'no entry');
  });
  const result = await run();
  expect(statuses(result)).toEqual(
    intervals.map((_, hour) => ({ a: [1], b: hour === 2 ? 'HTTP_UNAUTHORIZED' : [1] })),
  );
  expect(result.loads[2]?.attempts['b']).toMatchObject({
    retryable: false,
    message: expect.stringContaining('no entry'),
    outcomes: [{ resource: 'b', status: 'failed' }],
  });
  expect(await read('SELECT id FROM b ORDER BY id')).toEqual([0, 1, 3, 4].map((id) => ({ id })));
});

test('cancelled, it ends with what it has done, and says where it was', async () => {
  const { run, environment, read } = deployment((hour) => {
    if (hour === 3) environment.cancel();
  });
  expect(statuses(await run())).toEqual([
    { a: [1], b: [1] },
    { a: [1], b: [1] },
    { a: [1], b: [1] },
    { a: [1] },
  ]);
  expect(await read('SELECT id FROM b ORDER BY id')).toEqual([0, 1, 2].map((id) => ({ id })));
});

test('cancelled between two components of a task, it tells what was committed', async () => {
  const { run, environment } = deployment(
    (hour) => {
      if (hour === 1) environment.cancel();
    },
    { decompose: 'none' },
  );
  const { loads } = await run();
  expect(loads.map(({ attempts }) => attempts)).toMatchObject([
    { shop: { status: 'loaded', outcomes: [{ rows: 1 }, { rows: 1 }] } },
    { shop: { status: 'cancelled', outcomes: [{ resource: 'a', status: 'loaded', rows: 1 }] } },
  ]);
});

test('cancelled while it waits for its claims, which another program holds up, it ends at once', async () => {
  const server = await startPostgres();
  const { run, environment, read } = deployment(undefined, {}, inDatabase(server, server.database));
  await run();
  await server.sql('BEGIN');
  await server.sql('SELECT 1 FROM data._tidemark_dataset FOR UPDATE');
  const ended = run().catch((error: unknown) => error);
  let waiting: readonly unknown[] = [];
  while (waiting.length === 0)
    waiting = await server.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  environment.cancel();
  expect(await ended).toBeInstanceOf(CancelledFailure);
  await server.sql('ROLLBACK');
  expect(await read('SELECT * FROM _tidemark_claims')).toEqual([]);
  await server.close();
});
