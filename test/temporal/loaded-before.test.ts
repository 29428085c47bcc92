import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { defineSource, duckdb, incremental, pipeline, resource } from '../../src';
import { resolveConfig } from '../../src/config';
import type {
  LoadIntervalInput,
  LoadResourceInput,
  LoadResourceResult,
  PlanIntervalInput,
  RunPlan,
} from '../../src/contracts';
import { attemptInput } from '../../src/plan';
import { temporaryFolder } from './temporary-folder';

const INTERVAL = { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' };

/** An entry with a real DuckDB file: one resource that appends two rows of its interval, and has no key. */
function unkeyed(folder: string) {
  const target = pipeline({
    name: 'unkeyed',
    dataset: 'data',
    destination: duckdb({ path: path.join(folder, 'unkeyed.duckdb') }),
    workDir: path.join(folder, 'work'),
  });
  const source = defineSource({
    name: 'shop',
    resources: () => [
      resource({
        name: 'events',
        incremental: {
          at: incremental({
            cursor: 'at',
            type: 'iso',
            initialValue: '2000-01-01T00:00:00Z',
            allowExternalSchedulers: true,
          }),
        },
        extract: () => [
          { at: '2024-01-01T06:00:00Z', name: 'a' },
          { at: '2024-01-01T12:00:00Z', name: 'b' },
        ],
      }),
    ],
  });
  const config = resolveConfig({
    pipelines: [
      { pipeline: target, source: () => source(), schedule: { cron: '@daily', startDate: '2024-01-01' } },
    ],
  });
  const activities = createActivities({ config });
  const planInterval = (input: PlanIntervalInput) => activities.tidemarkPlanInterval(input);
  const loadResource = (input: LoadResourceInput) => activities.tidemarkLoadResource(input);
  const environment = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
  return {
    target,
    /** What a run with this origin does: its plan, and the load of its one component. */
    async run(origin: string, run: Partial<LoadIntervalInput>, nominal?: string) {
      const input: PlanIntervalInput = {
        version: 1,
        run: { version: 1, pipeline: 'unkeyed', ...run },
        kind: nominal === undefined ? 'manual' : 'schedule',
        startedAt: '2024-01-02T00:00:05Z',
        origin,
        ...(nominal !== undefined && { nominal }),
      };
      const plan: RunPlan = await environment.run(planInterval, input);
      const [task] = plan.tasks;
      if (task === undefined) throw new Error('nothing was planned');
      const request = attemptInput({ run: input.run, plan, task, attempt: 1 });
      const { outcomes }: LoadResourceResult = await environment.run(loadResource, request);
      return outcomes;
    },
  };
}

test('an interval that another run has loaded already stays loaded once, without a declared key too', async () => {
  const { folder, remove } = await temporaryFolder();
  const { target, run } = unkeyed(folder);
  const manual = await run('manual/run-1', { time: { kind: 'interval', interval: INTERVAL } });
  expect(manual).toMatchObject([{ status: 'loaded', rows: 2 }]);
  // the Schedule's own run of it, that waited for a slot meanwhile
  expect(await run('tick/run-2', {}, INTERVAL.end)).toMatchObject([{ status: 'loaded' }]);
  // and one that is delivered twice answers from the ledger
  expect(await run('tick/run-2', {}, INTERVAL.end)).toMatchObject([{ status: 'loaded' }]);

  const dataset = await target.openDataset();
  expect((await dataset.query('select name from events order by name')).rows).toEqual([
    { name: 'a' },
    { name: 'b' },
  ]);
  const rows = await dataset.ledger();
  expect(rows.filter(({ status }) => status === 'loaded')).toHaveLength(1);
  expect(await dataset.coverage({ source: 'shop', resource: 'events', ...INTERVAL })).toMatchObject({
    covered: [INTERVAL],
    gaps: [],
  });
  await dataset.close();
  await target.close();
  await remove();
});
