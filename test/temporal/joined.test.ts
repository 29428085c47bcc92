import { type LoadIntervalInput, tickRunId, WORKFLOWS } from '../../src/contracts';
import { TidemarkError } from '../../src/errors';
import type { BackfillRequest, RunRequest } from '../../src/plan';
import { deploy, startBackfill, startRun } from '../../src/temporal';
import { fakeConfig, fakePipeline, fakeSource } from './fake-engine';
import { startTestServer } from './test-server';

// no worker: what is started stays under way
let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
}, 180_000);
afterAll(() => server.close());

let names = 0;

/** A deployment with an entry of its own; `plain` is reached by no interval. */
function place() {
  const name = `p${++names}`;
  const config = fakeConfig(
    [
      {
        pipeline: fakePipeline(name),
        source: () => fakeSource('s', ['a', 'b'], ['plain']),
        schedule: { cron: '@daily', startDate: '2024-01-01' },
      },
    ],
    { taskQueue: name },
  );
  const starter = { client: server.client, config };
  return {
    name,
    config,
    run: (request: Partial<RunRequest> = {}) =>
      startRun(starter, { pipeline: name, from: '2024-01-01', to: '2024-01-02', ...request }),
    backfill: (request: Partial<BackfillRequest> = {}) =>
      startBackfill(starter, { pipeline: name, from: '2024-01-01', to: '2024-01-31', ...request }),
    begin: (workflowId: string, input: Partial<LoadIntervalInput>) =>
      server.client.workflow.start(WORKFLOWS.loadInterval, {
        workflowId,
        taskQueue: name,
        args: [{ version: 1, pipeline: name, ...input }],
      }),
  };
}

async function refusal(asked: Promise<unknown>): Promise<TidemarkError> {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TidemarkError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe('a run of an interval that is under way', () => {
  test('is joined by a request for the same, however it names it', async () => {
    const { run } = place();
    const { runId, workflowId } = await run({ bind: { a: { x: 1 } } });
    expect(await run({ bind: { a: { x: 1 } } })).toEqual({ workflowId, runId, attached: true });
    expect(await run({ bind: { a: { x: 1 } }, resources: ['plain', 'b', 'a'], replace: false })).toEqual({
      workflowId,
      runId,
      attached: true,
    });
  });

  test.each<[string, Partial<RunRequest>, string]>([
    ['--full-refresh', { fullRefresh: true }, '--full-refresh: not set there, set here'],
    ['--replace', { replace: true }, '--replace: not set there, set here'],
    ['--resource', { resources: ['a'] }, '--resource: a, b, plain there, a here'],
    ['--bind', { bind: { a: { token: 'S3CRET' } } }, '--bind: not set there, a.token here'],
  ])('refuses what differs in %s, and names the commands that help', async (_, request, says) => {
    const { run } = place();
    const { workflowId } = await run();
    const { code, message } = await refusal(run(request));
    expect(code).toBe('USAGE');
    expect(message).toContain(says);
    expect(message).toContain(`tidemark show ${workflowId}`);
    expect(message).toContain(`tidemark cancel ${workflowId}`);
    expect(message).not.toContain('S3CRET');
  });

  test('refuses other values of what is bound, and says none', async () => {
    const { run } = place();
    await run({ bind: { a: { token: 'S3CRET' } } });
    const { message, details } = await refusal(run({ bind: { a: { token: 'OTHER' } } }));
    expect(message).toContain('--bind: a.token there, a.token (other values) here');
    expect(JSON.stringify({ message, details })).not.toMatch(/S3CRET|OTHER/);
  });

  test('is joined whoever started it: the Schedule, or a backfill that loads the same', async () => {
    const { name, begin, run } = place();
    await begin(tickRunId(name, '2024-01-02T00:00:00Z'), {});
    expect(await run()).toMatchObject({ attached: true });
    expect((await refusal(run({ fullRefresh: true }))).code).toBe('USAGE');
    const time = {
      kind: 'interval',
      interval: { start: '2024-01-02T00:00:00Z', end: '2024-01-03T00:00:00Z' },
    } as const;
    await begin(tickRunId(name, '2024-01-03T00:00:00Z'), { kind: 'backfill', time, unlessLoaded: true });
    const next = { from: '2024-01-02', to: '2024-01-03' };
    expect(await run({ ...next, resources: ['a', 'b'] })).toMatchObject({ attached: true });
    expect((await refusal(run(next))).message).toContain('--resource: a, b there, a, b, plain here');
  });

  test('that has ended is no hindrance', async () => {
    const { run } = place();
    const { workflowId, runId } = await run();
    await server.client.workflow.getHandle(workflowId, runId).terminate();
    expect(await run({ fullRefresh: true })).toMatchObject({ workflowId, attached: false });
  });
});

describe('a backfill that is under way', () => {
  test('is joined by a request for the same', async () => {
    const { backfill } = place();
    const { workflowId, runId } = await backfill({ chunk: 12 });
    const same: Partial<BackfillRequest>[] = [
      { chunk: '12' },
      { chunk: 12, parallel: 1, select: 'missing', order: 'oldest', group: 1 },
      { chunk: 12, resources: ['b', 'a'] },
    ];
    for (const request of same)
      expect(await backfill(request)).toEqual({ workflowId, runId, attached: true });
  });

  test.each<[Partial<BackfillRequest>, string]>([
    [{ select: 'all' }, 'selection: --missing there, --all here'],
    [{ chunk: '2d' }, '--chunk: cron there, 2d here'],
    [{ parallel: 7 }, '--parallel: 1 there, 7 here'],
    [{ order: 'newest' }, '--order: oldest there, newest here'],
    [{ group: 5 }, '--group: 1 there, 5 here'],
    [{ resources: ['a'] }, '--resource: a, b there, a here'],
  ])('refuses %j, naming what differs and the commands that help', async (request, says) => {
    const { backfill } = place();
    const { workflowId, runId } = await backfill();
    const { code, message, details } = await refusal(backfill(request));
    expect(code).toBe('USAGE');
    expect(message).toContain(says);
    for (const command of ['show', 'resize', 'cancel'])
      expect(message).toContain(`tidemark ${command} ${workflowId}`);
    expect(details).toMatchObject({ workflowId, runId });
  });

  test('names all that differs', async () => {
    const { backfill } = place();
    await backfill();
    const { message } = await refusal(backfill({ select: 'all', chunk: '2d', parallel: 7 }));
    expect(message).toMatch(/--chunk: .*; selection: .*; --parallel: /);
  });
});

test('deploying beside a catch-up that does something else warns of what it leaves', async () => {
  const name = 'caught';
  const configOf = (startDate: string) =>
    fakeConfig(
      [
        {
          pipeline: fakePipeline(name),
          source: () => fakeSource('s', ['a']),
          schedule: { cron: '@daily', startDate, catchup: true },
        },
      ],
      { taskQueue: name },
    );
  const now = new Date('2024-03-01T12:00:00Z');
  const config = configOf('2024-02-01');
  const first = await deploy({ client: server.client, config, now });
  expect(first.catchUps).toMatchObject([{ started: true }]);
  const again = await deploy({ client: server.client, config, now });
  expect(again.catchUps).toMatchObject([{ started: false }]);
  expect(again.warnings).toEqual([]);
  const earlier = await deploy({ client: server.client, config: configOf('2024-01-01'), now });
  expect(earlier.catchUps).toMatchObject([{ started: false, differences: [{ field: 'from' }] }]);
  expect(earlier.warnings.join('\n')).toContain(
    'from: 2024-02-01T00:00:00Z there, 2024-01-01T00:00:00Z here',
  );
});
