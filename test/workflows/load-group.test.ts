import { Context } from '@temporalio/activity';
import {
  type LoadGroupInput,
  type LoadIntervalInput,
  type TidemarkActivities,
  WORKFLOWS,
} from '../../src/contracts';
import { awaitRun, cancelRun, type RunEnd } from '../../src/temporal';
import { env } from './env-of-tests';
import { failure, hours, loaded, type ScriptedActivities, scriptedActivities } from './plan-activities';

let count = 0;
const intervals = hours(45).map(({ interval }) => interval);

/** Loads a group of intervals with a worker of its own; `during` is told the id of the run once it has begun. */
async function run(
  activities: Partial<TidemarkActivities>,
  {
    group = intervals.slice(0, 3),
    during = async () => {},
  }: {
    readonly group?: LoadIntervalInput['group'];
    readonly during?: (workflowId: string) => Promise<void>;
  } = {},
): Promise<RunEnd> {
  const taskQueue = `group-${count++}`;
  const worker = await env.work(taskQueue, activities);
  const args: [LoadIntervalInput] = [{ version: 1, pipeline: 'p', kind: 'backfill', group: group ?? [] }];
  const workflowId = `${taskQueue}-run`;
  await env.access.client.workflow.start(WORKFLOWS.loadInterval, { workflowId, taskQueue, args });
  await during(workflowId);
  const end = await awaitRun({ client: env.access.client, workflowId });
  await worker.stop();
  if (end === undefined) throw new Error('the run has no end');
  return end;
}

const attemptsOf = ({ loads }: ScriptedActivities): string[] =>
  loads.map(({ interval, attempt }) => `${interval?.start.slice(11, 13)} ${attempt}`);

test('first attempts of many intervals are made by one activity, and what is attempted again by one of its own', async () => {
  const activities = scriptedActivities({
    retries: 1,
    load: ({ interval, attempt }) =>
      interval?.start === intervals[1]?.start && attempt === 1
        ? Promise.reject(failure('HTTP_STATUS'))
        : Promise.resolve([loaded('r', 2)]),
  });
  const end = await run(activities, { group: intervals });
  expect(end).toMatchObject({
    status: 'completed',
    result: { group: { loaded: 45, failures: [] }, outcomes: [{ resource: 'r', rows: 90 }] },
  });
  expect(activities.groups.map(({ length }) => length)).toEqual([20, 20, 5]);
  expect(activities.groups.flat()).toEqual(intervals);
  expect(activities.loads).toHaveLength(46);
  expect(attemptsOf(activities).filter((one) => one.endsWith('2'))).toEqual(['01 2']);
});

test('a first attempt that failed is one of the attempts that there are', async () => {
  const activities = scriptedActivities({ load: () => Promise.reject(failure('HTTP_STATUS')) });
  const end = await run(activities);
  expect(attemptsOf(activities)).toEqual(['00 1', '01 1', '02 1']);
  expect(end).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED' } });
  expect(activities.recorded.map(({ interval }) => interval)).toEqual(intervals.slice(0, 3));
});

test('where the worker is lost over the first attempts, each interval is attempted as if it had been before', async () => {
  const activities = scriptedActivities({ heartbeatTimeoutMs: 1_000 });
  const silent = { ...activities, tidemarkLoadGroup: () => Context.current().cancelled };
  const end = await run(silent);
  expect(end).toMatchObject({ status: 'completed', result: { group: { loaded: 3 } } });
  expect(attemptsOf(activities)).toEqual(['00 2', '01 2', '02 2']);
});

test('a worker of an earlier version, which has no such activity, loads them one by one', async () => {
  const activities = scriptedActivities({});
  const { tidemarkLoadGroup: _, ...earlier } = activities;
  const end = await run(earlier);
  expect(end).toMatchObject({ status: 'completed', result: { group: { loaded: 3 } } });
  expect(attemptsOf(activities)).toEqual(['00 2', '01 2', '02 2']);
});

test('cancelled, what was loaded stays loaded, and the interval where it was is noted as cancelled', async () => {
  const activities = scriptedActivities({});
  let begun = (): void => {};
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const interrupted: TidemarkActivities = {
    ...activities,
    async tidemarkLoadGroup(input: LoadGroupInput) {
      const { loads } = await activities.tidemarkLoadGroup({
        ...input,
        intervals: input.intervals.slice(0, 2),
      });
      begun();
      const beat = setInterval(() => Context.current().heartbeat(), 50);
      await Context.current().cancelled.catch(() => undefined);
      clearInterval(beat);
      return { version: 1, loads: loads.map((load, at) => (at === 1 ? { ...load, attempts: {} } : load)) };
    },
  };
  const end = await run(interrupted, {
    async during(workflowId) {
      await first;
      await cancelRun(env.access.client, workflowId);
    },
  });
  expect(end.status).toBe('cancelled');
  expect(activities.recorded).toMatchObject([
    { interval: intervals[1], entries: [{ resource: 'r', status: 'cancelled' }] },
  ]);
});

test('hooks are told of each interval', async () => {
  const activities = scriptedActivities({ plan: { hooks: true } });
  await run(activities);
  expect(activities.told.map(({ interval }) => interval)).toEqual(intervals.slice(0, 3));
});

test('those who wait for a slot load one by one', async () => {
  const activities = scriptedActivities({});
  const taskQueue = `group-${count++}`;
  const worker = await env.work(taskQueue, activities);
  const args: [LoadIntervalInput] = [
    { version: 1, pipeline: 'p', kind: 'catchup', group: intervals.slice(0, 2) },
  ];
  const workflowId = `${taskQueue}-run`;
  await env.access.client.workflow.start(WORKFLOWS.loadInterval, { workflowId, taskQueue, args });
  const end = await awaitRun({ client: env.access.client, workflowId });
  await worker.stop();
  expect(end).toMatchObject({ status: 'completed', result: { group: { loaded: 2 } } });
  expect(activities.groups).toEqual([]);
  expect(attemptsOf(activities)).toEqual(['00 1', '01 1']);
});
