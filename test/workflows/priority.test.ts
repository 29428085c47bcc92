import { type BackfillInput, type LoadIntervalInput, WORKFLOWS } from '../../src/contracts';
import { awaitBackfill, readBackfillProgress } from '../../src/temporal';
import { env } from './env-of-tests';
import { hours, loaded, scriptedActivities } from './plan-activities';

test('a live run goes before the waiting chunks of a backfill where activity slots are scarce', async () => {
  const queue = 'scarce';
  const chunks = hours(24);
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const activities = scriptedActivities({
    chunks,
    async load({ kind }) {
      if (kind === 'backfill') await opened;
      return [loaded('r')];
    },
  });
  await env.work(queue, activities, { maxConcurrentActivityTaskExecutions: 1 });
  const { workflow } = env.access.client;
  const range = { from: chunks[0]?.interval.start ?? '', to: chunks.at(-1)?.interval.end ?? '' };
  const backfill: BackfillInput = { version: 1, pipeline: queue, kind: 'backfill', range, parallel: 24 };
  const workflowId = 'scarce-backfill';
  await workflow.start(WORKFLOWS.backfill, { workflowId, taskQueue: queue, args: [backfill] });
  // every chunk has asked for the one slot, and one load holds it
  const waits = async (id: string): Promise<boolean> =>
    ((await workflow.getHandle(id).describe()).raw.pendingActivities?.length ?? 0) > 0;
  while ((await readBackfillProgress(env.access.client, workflowId))?.running.length !== 24);
  while (activities.loads.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const live: LoadIntervalInput = { version: 1, pipeline: queue, kind: 'manual', time: { kind: 'now' } };
  await workflow.start(WORKFLOWS.loadInterval, { workflowId: 'scarce-live', taskQueue: queue, args: [live] });
  while (!(await waits('scarce-live')));
  open();
  await awaitBackfill({ client: env.access.client, workflowId });
  const place = activities.loads.findIndex(({ kind }) => kind === 'manual');
  // without priority it would be the last; some are handed out while it goes from its plan to its load
  expect(place).toBeGreaterThan(0);
  expect(place).toBeLessThanOrEqual(12);
}, 60_000);
