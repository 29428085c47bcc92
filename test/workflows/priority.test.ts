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
  const LIVE = 'scarce-live';
  /** On its way from its plan to its load the live run asks for no slot: what has the slot then keeps it until it does. */
  async function liveAsks(): Promise<void> {
    for (;;) {
      const { raw, status } = await env.access.client.workflow.getHandle(LIVE).describe();
      if ((raw.pendingActivities?.length ?? 0) > 0 || status.name !== 'RUNNING') return;
    }
  }
  const activities = scriptedActivities({
    chunks,
    async load({ kind }) {
      if (kind === 'backfill') {
        await opened;
        await liveAsks();
      }
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
  await workflow.start(WORKFLOWS.loadInterval, { workflowId: LIVE, taskQueue: queue, args: [live] });
  while (!(await waits(LIVE)));
  open();
  await awaitBackfill({ client: env.access.client, workflowId });
  const place = activities.loads.findIndex(({ kind }) => kind === 'manual');
  // without priority it would be the last
  expect(place).toBeGreaterThan(0);
  expect(place).toBeLessThanOrEqual(12);
}, 60_000);
