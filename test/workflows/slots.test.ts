import fc from 'fast-check';
import {
  type LoadIntervalInput,
  QUERIES,
  type RunKind,
  type SlotState,
  slotsId,
  WORKFLOWS,
} from '../../src/contracts';
import { awaitRun, cancelRun } from '../../src/temporal';
import { afterAsk, afterGrants, afterRelease, firstSlots, type Slots } from '../../workflows/slot-state';
import { env } from './env-of-tests';
import { hours, loaded, type ScriptedActivities, scriptedActivities } from './plan-activities';

let count = 0;

/** Loads that end when they are let go, and how many of them there were at a time. */
function heldLoads(limit: number) {
  const held: { readonly start: string; readonly go: () => void }[] = [];
  let most = 0;
  const activities: ScriptedActivities = scriptedActivities({
    plan: { maxActiveRuns: limit },
    async load({ interval }) {
      let go = (): void => undefined;
      const gone = new Promise<void>((resolve) => {
        go = resolve;
      });
      const entry = { start: interval?.start ?? '', go };
      held.push(entry);
      most = Math.max(most, held.length);
      await gone;
      held.splice(held.indexOf(entry), 1);
      return [loaded('r')];
    },
  });
  return { activities, held, most: () => most };
}

async function start(pipeline: string, index: number, kind: RunKind): Promise<string> {
  const { interval } = hours(index + 1)[index] ?? { interval: { start: '', end: '' } };
  const workflowId = `${pipeline}-run-${index}`;
  const args: [LoadIntervalInput] = [{ version: 1, pipeline, kind, time: { kind: 'interval', interval } }];
  await env.access.client.workflow.start(WORKFLOWS.loadInterval, { workflowId, taskQueue: pipeline, args });
  return workflowId;
}

async function slotsWhere(pipeline: string, wanted: (state: SlotState) => boolean): Promise<SlotState> {
  for (;;) {
    const handle = env.access.client.workflow.getHandle(slotsId(pipeline));
    const state = await handle.query<SlotState>(QUERIES.slotState).catch(() => undefined);
    if (state !== undefined && wanted(state)) return state;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const startOf = (index: number): string => hours(index + 1)[index]?.interval.start ?? '';
const nextPipeline = (): string => `slots${count++}`;

describe('the slots of a pipeline', () => {
  test('are never more than maxActiveRuns over runs of every kind; live runs go before catch-up', async () => {
    const pipeline = nextPipeline();
    const { activities, held, most } = heldLoads(2);
    await env.work(pipeline, activities);
    // continuing as new in the middle must forget nobody
    await env.access.client.workflow.start(WORKFLOWS.slots, {
      workflowId: slotsId(pipeline),
      taskQueue: pipeline,
      args: [{ version: 1, pipeline, continueAfter: 3 }],
    });
    const kinds: RunKind[] = ['catchup', 'catchup', 'catchup', 'schedule', 'manual', 'catchup'];
    const ids: string[] = [];
    for (const [index, kind] of kinds.entries()) {
      ids.push(await start(pipeline, index, kind));
      await slotsWhere(pipeline, ({ holders, waiting }) => holders.length + waiting.length === index + 1);
    }
    const order: string[] = [];
    for (let ended = 0; ended < kinds.length; ended += 1) {
      await until(() => held.length === Math.min(2, kinds.length - ended));
      const first = held[0];
      order.push(first?.start ?? '');
      first?.go();
      await until(() => !held.includes(first as (typeof held)[number]));
    }
    expect(most()).toBe(2);
    expect(order.slice(2)).toEqual([3, 4, 2, 5].map(startOf));
    for (const workflowId of ids)
      expect(await awaitRun({ client: env.access.client, workflowId })).toMatchObject({
        status: 'completed',
      });
    await slotsWhere(pipeline, ({ holders, waiting }) => holders.length === 0 && waiting.length === 0);
  });

  test('a backfill takes none', async () => {
    const pipeline = nextPipeline();
    const { activities, held } = heldLoads(1);
    await env.work(pipeline, {
      ...activities,
      async tidemarkPlanInterval(input) {
        const { maxActiveRuns, ...plan } = await activities.tidemarkPlanInterval(input);
        return input.kind === 'backfill' || maxActiveRuns === undefined ? plan : { ...plan, maxActiveRuns };
      },
    });
    await start(pipeline, 0, 'schedule');
    await until(() => held.length === 1);
    await start(pipeline, 1, 'backfill');
    await until(() => held.length === 2);
    for (const { go } of [...held]) go();
  });

  test('a slot is taken back from a run that was terminated, when somebody waits for it', async () => {
    const pipeline = nextPipeline();
    const { activities, held } = heldLoads(1);
    await env.work(pipeline, activities);
    const first = await start(pipeline, 0, 'schedule');
    await until(() => held.length === 1);
    await start(pipeline, 1, 'schedule');
    await slotsWhere(pipeline, ({ waiting }) => waiting.length === 1);
    await env.access.client.workflow.getHandle(first).terminate();
    await until(() => held.some((load) => load.start === startOf(1)));
    for (const { go } of [...held]) go();
  }, 60_000);

  test('a run that is cancelled in the queue leaves it, and is recorded as cancelled', async () => {
    const pipeline = nextPipeline();
    const { activities, held } = heldLoads(1);
    await env.work(pipeline, activities);
    const first = await start(pipeline, 0, 'schedule');
    await until(() => held.length === 1);
    const second = await start(pipeline, 1, 'schedule');
    await slotsWhere(pipeline, ({ waiting }) => waiting.length === 1);
    await cancelRun(env.access.client, second);
    expect(await awaitRun({ client: env.access.client, workflowId: second })).toMatchObject({
      status: 'cancelled',
    });
    expect(activities.recorded.flatMap(({ entries }) => entries)).toMatchObject([{ status: 'cancelled' }]);
    expect(await slotsWhere(pipeline, ({ waiting }) => waiting.length === 0)).toMatchObject({
      holders: [{ workflowId: first }],
    });
    held[0]?.go();
  });

  test('whatever runs ask and give back, no more hold one than may, and nobody is forgotten', () => {
    const step = fc.record({ ask: fc.boolean(), run: fc.integer({ min: 0, max: 6 }), rank: fc.nat(1) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, limit) => {
        let slots: Slots = firstSlots(undefined);
        const open = new Set<string>();
        for (const { ask, run, rank } of steps) {
          const workflowId = `run-${run}`;
          const holder = { workflowId, origin: workflowId };
          if (ask) open.add(workflowId);
          else open.delete(workflowId);
          slots = ask
            ? afterAsk(slots, { limit, ask: { ...holder, rank, startedAt: `2024-01-0${run + 1}T00:00:00Z` } })
            : afterRelease(slots, holder);
          slots = afterGrants(slots);
          const ids = [...slots.holders, ...slots.waiting].map((one) => one.workflowId);
          expect(slots.holders.length).toBe(Math.min(limit, open.size));
          expect(ids.sort()).toEqual([...open].sort());
        }
      }),
    );
  });
});
