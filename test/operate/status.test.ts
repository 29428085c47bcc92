import { TidemarkError } from '../../src/errors';
import { Access } from '../../src/operate/access';
import { readLedgers, readStatuses } from '../../src/operate/status';
import type { TemporalAccess } from '../../src/temporal';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

const LOAD = 'tidemarkLoadInterval';
const BACKFILL = 'tidemarkBackfill';

/** A server that lists what runs, the last that was started first, and whose worker says that the backfill is paused. */
function fakeServer(workflows: readonly { readonly type: string; readonly id: string }[]): TemporalAccess {
  const client = {
    withDeadline: (_at: number, ask: () => unknown) => ask(),
    workflow: {
      async *list({ query }: { readonly query: string }) {
        for (const { type, id } of workflows.filter((one) => query.includes(`"${one.type}"`)))
          yield {
            ...{ workflowId: id, runId: `run-of-${id}`, type, status: { name: 'RUNNING' } },
            ...{ memo: {}, searchAttributes: {}, startTime: new Date(0), closeTime: undefined },
          };
      },
      getHandle: () => ({ query: () => Promise.resolve({ phase: 'paused', reason: 'lunch' }) }),
    },
  };
  const pollers = [{ lastAccessTime: { seconds: Date.now() / 1000 } }];
  const workflowService = { describeTaskQueue: () => Promise.resolve({ pollers }) };
  return { client, connection: { workflowService }, namespace: 'default' } as unknown as TemporalAccess;
}

function statusOf(temporal: TemporalAccess, openDataset: () => Promise<never>) {
  const pipeline = fakePipeline('p');
  jest.spyOn(pipeline, 'openDataset').mockImplementation(openDataset);
  const config = fakeConfig([{ pipeline, source: () => fakeSource('s', ['a']) }]);
  const access = new Access({ config, directory: '.' }, { temporal });
  return readStatuses({ access, entries: config.pipelines, now: new Date() });
}

const held = () => Promise.reject(new TidemarkError('DESTINATION_LOCKED', 'It is open in PID 7.'));

test('a backfill under way is listed before the five newest of the others, whatever else runs', async () => {
  const loads = Array.from({ length: 8 }, (_, index) => ({ type: LOAD, id: `tidemark-p-${index}` }));
  const backfill = { type: BACKFILL, id: 'tidemark-p-backfill' };
  const [status] = await statusOf(fakeServer([...loads, backfill]), held);
  expect(status?.runs.map(({ workflowId, phase, reason }) => [workflowId, phase, reason])).toEqual([
    ['tidemark-p-backfill', 'paused', 'lunch'],
    ...loads.slice(0, 5).map(({ id }) => [id, undefined, undefined]),
  ]);
});

test('a file that another program holds hides nothing of what Temporal knows', async () => {
  const [status] = await statusOf(fakeServer([{ type: LOAD, id: 'tidemark-p-1' }]), held);
  expect(status).toMatchObject({
    runs: [{ workflowId: 'tidemark-p-1' }],
    resources: undefined,
    unread: 'It is open in PID 7.',
  });
  const broken = () => Promise.reject(new TidemarkError('DESTINATION_NOT_A_DATABASE', 'It is a picture.'));
  await expect(statusOf(fakeServer([]), broken)).rejects.toMatchObject({
    code: 'DESTINATION_NOT_A_DATABASE',
  });
});

test('a file that is held is waited for once, however many pipelines load into it', async () => {
  const waits: (number | undefined)[] = [];
  const access = {
    withDataset: (_entry: unknown, _use: unknown, wait?: number) => {
      waits.push(wait);
      return held();
    },
  } as unknown as Access;
  const entries = fakeConfig(
    ['a', 'b', 'c'].map((name) => ({ pipeline: fakePipeline(name), source: () => fakeSource('s', ['r']) })),
  ).pipelines;
  const tolerates = (): boolean => true;
  const found = await readLedgers({ access, entries, now: new Date(), tolerates });
  expect(waits).toEqual([2000, 0, 0]);
  expect(found.map(({ unread }) => unread)).toEqual(Array(3).fill('It is open in PID 7.'));
});
