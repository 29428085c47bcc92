import { activityInfo, Context } from '@temporalio/activity';
import { type LoadIntervalInput, WORKFLOWS } from '../../src/contracts';
import { awaitRun, cancelRun, type RunEnd } from '../../src/temporal';
import { env } from './env-of-tests';
import { failure, loaded, type ScriptedActivities, scriptedActivities } from './plan-activities';

let count = 0;
const INTERVAL = { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' };

async function begin(taskQueue: string, input: Partial<LoadIntervalInput> = {}): Promise<string> {
  const workflowId = `${taskQueue}-run`;
  const args: [LoadIntervalInput] = [
    { version: 1, pipeline: 'p', time: { kind: 'interval', interval: INTERVAL }, ...input },
  ];
  await env.access.client.workflow.start(WORKFLOWS.loadInterval, { workflowId, taskQueue, args });
  return workflowId;
}

/** Runs a workflow to its end with a worker of its own. */
async function run(activities: ScriptedActivities): Promise<RunEnd> {
  const taskQueue = `load-${count++}`;
  const worker = await env.work(taskQueue, activities);
  const workflowId = await begin(taskQueue);
  const end = await awaitRun({ client: env.access.client, workflowId });
  await worker.stop();
  if (end === undefined) throw new Error('the run has no end');
  return end;
}

const attemptsOf = (activities: ScriptedActivities, task = 'r'): number[] =>
  activities.loads.filter((load) => load.task === task).map(({ attempt }) => attempt);

/** Says nothing until its worker stops. */
const silent = (): Promise<never> => Context.current().cancelled;

describe('one run of an interval', () => {
  test('each task is loaded once, and the result tells what of it', async () => {
    const activities = scriptedActivities({ tasks: ['a', 'b'] });
    const end = await run(activities);
    expect(end).toMatchObject({
      status: 'completed',
      result: { pipeline: 'p', interval: INTERVAL, outcomes: [loaded('a'), loaded('b')] },
    });
    expect(activities.loads.map(({ loadKeys }) => loadKeys[0])).toEqual(['key-a', 'key-b']);
    expect(activities.recorded).toEqual([]);
  });

  test('retries: n is n more tries after a failure', async () => {
    const activities = scriptedActivities({ retries: 2, load: () => Promise.reject(failure('HTTP_STATUS')) });
    const end = await run(activities);
    expect(attemptsOf(activities)).toEqual([1, 2, 3]);
    expect(end).toMatchObject({ status: 'failed', error: { code: 'RUN_FAILED' } });
  });

  test('a failure that cannot pass is not tried again', async () => {
    const activities = scriptedActivities({
      retries: 5,
      load: () => Promise.reject(failure('HTTP_UNAUTHORIZED', false)),
    });
    await run(activities);
    expect(attemptsOf(activities)).toEqual([1]);
  });

  test('waiting for a rate limit is no try', async () => {
    const activities = scriptedActivities({
      retries: 0,
      load: ({ attempt }) =>
        attempt <= 2
          ? Promise.reject(failure('HTTP_RATE_LIMITED', true, 10))
          : Promise.resolve([loaded('r')]),
    });
    expect(await run(activities)).toMatchObject({ status: 'completed' });
    expect(attemptsOf(activities)).toEqual([1, 2, 3]);
  });

  test('the failure names every resource that failed, has what was loaded, and the ledger is told', async () => {
    const activities = scriptedActivities({
      tasks: ['a', 'b', 'c'],
      load: ({ task }) =>
        task === 'b' ? Promise.resolve([loaded('b', 7)]) : Promise.reject(failure(`CODE_${task}`, false)),
    });
    const end = await run(activities);
    expect(end.error?.message).toMatch(/2 of 3 resources failed.*a: CODE_a it failed.*c: CODE_c it failed/s);
    expect(end.result?.outcomes.map(({ resource, status, rows }) => [resource, status, rows])).toEqual([
      ['a', 'failed', 0],
      ['b', 'loaded', 7],
      ['c', 'failed', 0],
    ]);
    expect(activities.recorded).toMatchObject([
      {
        interval: INTERVAL,
        entries: [
          {
            source: 's',
            resource: 'a',
            loadKey: 'key-a',
            status: 'failed',
            attempt: 1,
            error: { code: 'CODE_a' },
          },
          { source: 's', resource: 'c', status: 'failed' },
        ],
      },
    ]);
  });

  test('with all_success nothing runs after a failure, and what did not run is named', async () => {
    const activities = scriptedActivities({
      tasks: ['a', 'b', 'c'],
      plan: { triggerRule: 'all_success' },
      load: ({ task }) =>
        task === 'a' ? Promise.reject(failure('HTTP_STATUS', false)) : Promise.resolve([loaded(task)]),
    });
    const end = await run(activities);
    expect(activities.loads.map(({ task }) => task)).toEqual(['a']);
    expect(end.result?.outcomes.map(({ status }) => status)).toEqual(['failed', 'skipped', 'skipped']);
  });

  test('parallel decomposition keeps to its limit', async () => {
    let now = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const activities = scriptedActivities({
      tasks: ['a', 'b', 'c', 'd', 'e'],
      plan: { decompose: { kind: 'parallel', limit: 2 } },
      async load({ task }) {
        now += 1;
        most = Math.max(most, now);
        // each waits for another one, the last for nobody: two are seen together or the test hangs
        if (waiting.length === 0 && task !== 'e') await new Promise<void>((resolve) => waiting.push(resolve));
        else waiting.pop()?.();
        now -= 1;
        return [loaded(task)];
      },
    });
    const end = await run(activities);
    expect(end.result?.outcomes.map(({ resource }) => resource)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(most).toBe(2);
  });

  test('a worker that falls silent is no try; after three of them the run fails as WORKER_LOST', async () => {
    const activities = scriptedActivities({ heartbeatTimeoutMs: 300, load: silent });
    const end = await run(activities);
    expect(attemptsOf(activities)).toEqual([1, 2, 3]);
    expect(end.result?.outcomes[0]?.error).toMatchObject({ code: 'WORKER_LOST' });
  });

  test('a load that its stopping worker gave up goes on in the next worker', async () => {
    const taskQueue = `load-${count++}`;
    let started = (): void => undefined;
    const isLoading = new Promise<void>((resolve) => {
      started = resolve;
    });
    const stopping = scriptedActivities({
      async load() {
        started();
        const { heartbeat, cancelled } = Context.current();
        const timer = setInterval(() => heartbeat(), 50);
        await cancelled.catch(() => undefined).finally(() => clearInterval(timer));
        throw failure('WORKER_STOPPED');
      },
    });
    const first = await env.work(taskQueue, stopping);
    const workflowId = await begin(taskQueue);
    await isLoading;
    await first.stop();
    const next = scriptedActivities({});
    await env.work(taskQueue, next);
    const end = await awaitRun({ client: env.access.client, workflowId });
    expect(end?.status).toBe('completed');
    expect(attemptsOf(next)).toEqual([2]);
  });

  test('cancelling waits for the load; what was past its commit is reported as loaded', async () => {
    const taskQueue = `load-${count++}`;
    let started = (): void => undefined;
    const isLoading = new Promise<void>((resolve) => {
      started = resolve;
    });
    const activities = scriptedActivities({
      tasks: ['committing', 'later'],
      async load({ task }) {
        started();
        const { heartbeat, cancelled } = Context.current();
        const timer = setInterval(() => heartbeat(), 50);
        await cancelled.catch(() => undefined).finally(() => clearInterval(timer));
        return [loaded(task, 3)];
      },
      heartbeatTimeoutMs: 1_000,
    });
    await env.work(taskQueue, activities);
    const workflowId = await begin(taskQueue);
    await isLoading;
    await cancelRun(env.access.client, workflowId);
    const end = await awaitRun({ client: env.access.client, workflowId });
    expect(end?.status).toBe('cancelled');
    expect(end?.result?.outcomes.map(({ resource, status, rows }) => [resource, status, rows])).toEqual([
      ['committing', 'loaded', 3],
      ['later', 'cancelled', 0],
    ]);
    expect(activities.recorded[0]?.entries).toMatchObject([{ resource: 'later', status: 'cancelled' }]);
  });

  test('progress tells of each task, with the rows of a load under way', async () => {
    const taskQueue = `load-${count++}`;
    const activities = scriptedActivities({
      tasks: ['a', 'b'],
      async load({ task }) {
        if (task === 'a') return [loaded('a', 5)];
        const { heartbeat } = Context.current();
        const details = { version: 1, task, resources: { b: { rows: 42, pages: 1, bytes: 1 } } };
        const timer = setInterval(() => heartbeat(details), 50);
        heartbeat(details);
        await seen.finally(() => clearInterval(timer));
        expect(activityInfo().heartbeatTimeoutMs).toBe(30_000);
        return [loaded('b')];
      },
    });
    let release = (): void => undefined;
    const seen = new Promise<void>((resolve) => {
      release = resolve;
    });
    await env.work(taskQueue, activities, { maxHeartbeatThrottleInterval: 50 });
    const workflowId = await begin(taskQueue);
    const shown: string[] = [];
    await awaitRun({
      client: env.access.client,
      workflowId,
      onProgress({ tasks }) {
        shown.push(tasks.map(({ name, phase, rows }) => `${name} ${phase} ${rows}`).join(', '));
        if (tasks[1]?.rows === 42) release();
      },
    });
    expect(shown).toContain('a done 5, b loading 42');
  });
});
