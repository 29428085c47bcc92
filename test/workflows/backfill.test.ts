import { Context } from '@temporalio/activity';
import { type BackfillInput, type BackfillProgress, type PlannedChunk, WORKFLOWS } from '../../src/contracts';
import {
  awaitBackfill,
  type BackfillEnd,
  cancelRun,
  pauseBackfill,
  readBackfillProgress,
  resizeBackfill,
  resumeBackfill,
} from '../../src/temporal';
import { env } from './env-of-tests';
import { failure, hours, loaded, scriptedActivities } from './plan-activities';

let count = 0;

async function begin(
  taskQueue: string,
  chunks: readonly PlannedChunk[],
  input: Partial<BackfillInput> = {},
): Promise<string> {
  const workflowId = `${taskQueue}-backfill`;
  const range = {
    from: chunks[0]?.interval.start ?? '',
    to: chunks.at(-1)?.interval.end ?? '',
    ...input.range,
  };
  const args: [BackfillInput] = [{ version: 1, pipeline: taskQueue, kind: 'backfill', ...input, range }];
  await env.access.client.workflow.start(WORKFLOWS.backfill, { workflowId, taskQueue, args });
  return workflowId;
}

async function ended(workflowId: string): Promise<BackfillEnd> {
  const end = await awaitBackfill({ client: env.access.client, workflowId });
  if (end === undefined) throw new Error('the backfill has no end');
  return end;
}

/** Asks until the progress is as wanted. */
async function progressWhere(
  workflowId: string,
  wanted: (progress: BackfillProgress) => boolean,
): Promise<BackfillProgress> {
  for (;;) {
    const progress = await readBackfillProgress(env.access.client, workflowId);
    if (progress !== undefined && wanted(progress)) return progress;
  }
}

/** Something that loads wait for, until it is opened. */
function gate(): { open(): void; readonly opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

const nextQueue = (): string => `backfill${count++}`;

describe('a backfill', () => {
  test('runs every planned interval once, oldest first, under the id that the Schedule would give', async () => {
    const queue = nextQueue();
    const chunks = hours(5);
    const activities = scriptedActivities({ chunks });
    await env.work(queue, activities);
    const end = await ended(await begin(queue, chunks));
    expect(end).toMatchObject({
      status: 'completed',
      result: { phase: 'done', total: 5, loaded: 5, rows: 5, failed: 0 },
    });
    expect(activities.loads.map(({ interval }) => interval)).toEqual(chunks.map(({ interval }) => interval));
    const child = await env.access.client.workflow
      .getHandle(`tidemark-${queue}-2024-01-01T01:00:00Z`)
      .describe();
    expect(child.status.name).toBe('COMPLETED');
  });

  test('newest first where that is wanted', async () => {
    const queue = nextQueue();
    const chunks = hours(3);
    const activities = scriptedActivities({ chunks });
    await env.work(queue, activities);
    await ended(await begin(queue, chunks, { range: { from: '', to: '', order: 'newest' } }));
    expect(activities.loads.map(({ interval }) => interval?.start)).toEqual(
      chunks.map(({ interval }) => interval.start).reverse(),
    );
  });

  test('continues as new with nothing running, and loses and doubles nothing on the way', async () => {
    const queue = nextQueue();
    const chunks = hours(17);
    const activities = scriptedActivities({ chunks });
    await env.work(queue, activities);
    const workflowId = await begin(queue, chunks, { continueAfter: 4, parallel: 3 });
    const first = await env.access.client.workflow.getHandle(workflowId).describe();
    const end = await ended(workflowId);
    expect(end.result).toMatchObject({ total: 17, loaded: 17, elsewhere: 0 });
    const starts = activities.loads.map(({ interval }) => interval?.start).sort();
    expect(starts).toEqual(chunks.map(({ interval }) => interval.start));
    const last = await env.access.client.workflow.getHandle(workflowId).describe();
    expect(last.runId).not.toBe(first.runId);
    expect(last.historyLength).toBeLessThan(120);
  });

  test('a failed interval stops nothing and is listed; the backfill fails in the end', async () => {
    const queue = nextQueue();
    const chunks = hours(4);
    const activities = scriptedActivities({
      chunks,
      load: ({ interval }) =>
        interval?.start === chunks[1]?.interval.start
          ? Promise.reject(failure('HTTP_UNAUTHORIZED', false))
          : Promise.resolve([loaded('r', 2)]),
    });
    await env.work(queue, activities);
    const end = await ended(await begin(queue, chunks));
    expect(end).toMatchObject({
      status: 'failed',
      error: { code: 'RUN_FAILED' },
      result: { loaded: 3, failed: 1, rows: 6 },
    });
    expect(end.result?.failures).toMatchObject([
      { interval: chunks[1]?.interval, code: 'HTTP_UNAUTHORIZED' },
    ]);
    expect(end.error?.message).toContain('1 of 4 intervals');
  });

  test('ten failures in a row with one code pause it, saying why; resumed it goes on', async () => {
    const queue = nextQueue();
    const chunks = hours(12);
    let broken = true;
    const activities = scriptedActivities({
      chunks,
      load: () =>
        broken ? Promise.reject(failure('SECRET_MISSING', false)) : Promise.resolve([loaded('r')]),
    });
    await env.work(queue, activities);
    const workflowId = await begin(queue, chunks);
    const paused = await progressWhere(workflowId, ({ phase }) => phase === 'paused');
    expect(paused).toMatchObject({
      failed: 10,
      loaded: 0,
      reason: expect.stringContaining('SECRET_MISSING'),
    });
    broken = false;
    await resumeBackfill(env.access.client, workflowId);
    expect((await ended(workflowId)).result).toMatchObject({ failed: 10, loaded: 2 });
  });

  test('it is paused, resized and resumed while it runs, and keeps to its window', async () => {
    const queue = nextQueue();
    const chunks = hours(8);
    const first = gate();
    const rest = gate();
    const activities = scriptedActivities({
      chunks,
      async load({ interval }) {
        await (interval?.start === chunks[0]?.interval.start ? first : rest).opened;
        return [loaded('r')];
      },
    });
    await env.work(queue, activities);
    const workflowId = await begin(queue, chunks);
    await progressWhere(workflowId, ({ running }) => running.length === 1);
    await pauseBackfill(env.access.client, workflowId, 'lunch');
    first.open();
    const paused = await progressWhere(workflowId, ({ loaded: done }) => done === 1);
    expect(paused).toMatchObject({ phase: 'paused', reason: 'lunch', running: [] });
    await resizeBackfill(env.access.client, workflowId, 3);
    await resumeBackfill(env.access.client, workflowId);
    await progressWhere(workflowId, ({ running }) => running.length === 3);
    rest.open();
    expect((await ended(workflowId)).result).toMatchObject({ loaded: 8, parallel: 3 });
  });

  test('cancelling ends what runs and starts nothing more', async () => {
    const queue = nextQueue();
    const chunks = hours(6);
    const activities = scriptedActivities({
      chunks,
      heartbeatTimeoutMs: 1_000,
      async load({ interval }) {
        if (interval?.start === chunks[0]?.interval.start) return [loaded('r')];
        const { heartbeat, cancelled } = Context.current();
        const timer = setInterval(() => heartbeat(), 50);
        return cancelled.finally(() => clearInterval(timer));
      },
    });
    await env.work(queue, activities, { maxHeartbeatThrottleInterval: 50 });
    const workflowId = await begin(queue, chunks);
    await progressWhere(workflowId, ({ loaded: done, running }) => done === 1 && running.length === 1);
    await cancelRun(env.access.client, workflowId);
    const end = await ended(workflowId);
    expect(end).toMatchObject({
      status: 'cancelled',
      result: { phase: 'cancelled', loaded: 1, cancelled: 1, failed: 0 },
    });
    expect(activities.loads.length).toBeLessThanOrEqual(2);
  });

  test('a group is one run whose intervals are loads of their own; those that fail are listed one by one', async () => {
    const queue = nextQueue();
    const single = hours(7);
    const chunks: PlannedChunk[] = [single.slice(0, 3), single.slice(3, 6), single.slice(6)].map((group) => ({
      interval: { start: group[0]?.interval.start ?? '', end: group.at(-1)?.interval.end ?? '' },
      ...(group.length > 1 && { intervals: group.map(({ interval }) => interval) }),
    }));
    const activities = scriptedActivities({
      chunks,
      load: ({ interval }) =>
        interval?.start === single[4]?.interval.start
          ? Promise.reject(failure('HTTP_UNAUTHORIZED', false))
          : Promise.resolve([loaded('r', 2)]),
    });
    await env.work(queue, activities);
    const end = await ended(await begin(queue, chunks));
    expect(end.result).toMatchObject({ total: 7, loaded: 6, failed: 1, rows: 12 });
    expect(end.result?.failures).toMatchObject([
      { interval: single[4]?.interval, code: 'HTTP_UNAUTHORIZED' },
    ]);
    expect(activities.loads.map(({ interval }) => interval)).toEqual(single.map(({ interval }) => interval));
    expect(activities.recorded).toMatchObject([{ interval: single[4]?.interval }]);
  });

  test('hundreds of intervals, with failures and a pause, keep history and payload flat', async () => {
    const queue = nextQueue();
    const chunks = hours(240);
    const activities = scriptedActivities({
      chunks,
      load: ({ interval }) =>
        new Date(interval?.start ?? 0).getUTCHours() % 2 === 0
          ? Promise.resolve([loaded('r')])
          : Promise.reject(failure('HTTP_STATUS', false)),
    });
    await env.work(queue, activities);
    const workflowId = await begin(queue, chunks, { continueAfter: 40, parallel: 8 });
    await progressWhere(workflowId, (progress) => progress.loaded > 30);
    await pauseBackfill(env.access.client, workflowId);
    await progressWhere(workflowId, ({ phase, running }) => phase === 'paused' && running.length === 0);
    await resizeBackfill(env.access.client, workflowId, 6);
    await resumeBackfill(env.access.client, workflowId);
    const end = await ended(workflowId);
    expect(end.result).toMatchObject({ total: 240, loaded: 120, failed: 120, rows: 120, parallel: 6 });
    expect(end.result?.failures).toHaveLength(100);
    const starts = activities.loads.map(({ interval }) => interval?.start);
    expect(new Set(starts).size).toBe(240);
    const handle = env.access.client.workflow.getHandle(workflowId);
    const { events } = await handle.fetchHistory();
    expect(events?.length).toBeLessThan(1_000);
    const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    expect(input?.data?.length).toBeLessThan(64 * 1024);
  }, 120_000);

  test('an interval that runs already is left to that run', async () => {
    const queue = nextQueue();
    const chunks = hours(2);
    const live = gate();
    const activities = scriptedActivities({
      chunks,
      async load({ kind }) {
        if (kind === 'manual') await live.opened;
        return [loaded('r')];
      },
    });
    await env.work(queue, activities);
    const handle = await env.access.client.workflow.start(WORKFLOWS.loadInterval, {
      workflowId: `tidemark-${queue}-2024-01-01T01:00:00Z`,
      taskQueue: queue,
      args: [
        {
          version: 1,
          pipeline: queue,
          kind: 'manual',
          time: { kind: 'interval', interval: chunks[0]?.interval },
        },
      ],
    });
    const end = await ended(await begin(queue, chunks));
    expect(end.result).toMatchObject({ loaded: 1, elsewhere: 1 });
    live.open();
    await handle.result();
  });
});
