import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { runHooksActivity } from '../../activities/run-hooks';
import { type HooksConfig, registerSecretValue, Secret } from '../../src/config';
import type {
  LoadResourceInput,
  PlanIntervalInput,
  ResourceOutcome,
  RunHooksInput,
} from '../../src/contracts';
import { callHook } from '../../src/run';
import { fakeConfig, fakeEngine, fakePipeline, fakeSource } from '../temporal/fake-engine';

const outcome = (status: ResourceOutcome['status'], message = 'broken'): ResourceOutcome => ({
  ...{ resource: 'r', status, rows: 2, tables: {}, bytes: 0, schemaChanges: [], loadId: null },
  ...(status === 'failed' && { error: { code: 'HTTP_STATUS', message } }),
});

const input: RunHooksInput = {
  version: 1,
  pipeline: 'p',
  kind: 'schedule',
  interval: { start: '2024-01-05T00:00:00Z', end: '2024-01-06T00:00:00Z' },
  now: '2024-01-06T00:00:01Z',
  outcomes: [outcome('loaded')],
  sources: { r: 's' },
};

const mock = () => new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });

function deployment(hooks: HooksConfig) {
  const engine = fakeEngine();
  const config = fakeConfig([
    {
      pipeline: fakePipeline('p'),
      source: () => fakeSource('s', ['r']),
      hooks,
      schedule: { cron: '@daily', startDate: '2024-01-01', catchup: true },
    },
  ]);
  return { engine, config };
}

const tell = (hooks: HooksConfig, changes: Partial<RunHooksInput> = {}) =>
  mock().run(runHooksActivity(deployment(hooks), { againAfterMs: 1 }), { ...input, ...changes });

/** A hook that notes what it was told. */
function noting() {
  const events: Record<string, unknown>[] = [];
  return { events, hook: (event: Readonly<Record<string, unknown>>) => void events.push(event) };
}

describe('hooks', () => {
  test('a run without a failure tells onSuccess alone', async () => {
    const [success, failure] = [noting(), noting()];
    await tell({ onSuccess: success.hook, onFailure: failure.hook });
    expect(success.events).toMatchObject([
      { event: 'success', pipeline: 'p', interval: input.interval, outcomes: [{ resource: 'r', rows: 2 }] },
    ]);
    expect(failure.events).toEqual([]);
  });

  test('one with a failure tells onFailure, without secrets', async () => {
    registerSecretValue('open-sesame-77');
    const failure = noting();
    await tell({ onFailure: failure.hook }, { outcomes: [outcome('failed', 'refused open-sesame-77')] });
    expect(failure.events).toMatchObject([
      {
        event: 'failure',
        outcomes: [{ error: { code: 'HTTP_STATUS', message: expect.not.stringContaining('sesame') } }],
      },
    ]);
  });

  test('one that fails is tried three times in all, and fails nothing', async () => {
    let calls = 0;
    const onSuccess = () => {
      calls += 1;
      throw new Error('no entry');
    };
    await expect(tell({ onSuccess })).resolves.toBeUndefined();
    expect(calls).toBe(3);
  });

  test('one that never ends is given up', async () => {
    const never = () => new Promise(() => undefined);
    await expect(callHook(never, {}, new AbortController().signal, 20)).rejects.toThrow('longer than 0.02 s');
  });

  test('the run right after a hole tells onGap of it; others tell of none', async () => {
    const day = (number: number) => ({
      start: `2024-01-0${number}T00:00:00Z`,
      end: `2024-01-0${number + 1}T00:00:00Z`,
    });
    const gap = noting();
    const { engine, config } = deployment({ onGap: gap.hook });
    const activities = createActivities({ config, engine });
    const load = (number: number) => {
      const loading: LoadResourceInput = {
        version: 1,
        pipeline: 'p',
        kind: 'schedule',
        range: { mode: 'interval', interval: day(number), now: input.now },
        task: {
          name: 'r',
          source: 's',
          components: [{ name: 'r', resources: ['r'], loadKey: `key-${number}` }],
          retry: { retries: 0, timeoutMs: 60_000, heartbeatTimeoutMs: 30_000 },
        },
        isolated: false,
        attempt: 1,
        options: {},
      };
      return mock().run(activities.tidemarkLoadResource, loading);
    };
    const tellOf = (number: number) =>
      mock().run(activities.tidemarkRunHooks, { ...input, interval: day(number) });
    await tellOf(5);
    expect(gap.events).toEqual([]);
    for (const number of [1, 2, 5, 6]) {
      await load(number);
      await tellOf(number);
    }
    expect(gap.events).toMatchObject([
      {
        event: 'gap',
        gaps: [{ resource: 'r', start: '2024-01-03T00:00:00Z', end: '2024-01-05T00:00:00Z' }],
      },
    ]);
  });

  test('the plan says whether there are any', async () => {
    const planning: PlanIntervalInput = {
      version: 1,
      run: { version: 1, pipeline: 'p', time: { kind: 'now' } },
      kind: 'manual',
      startedAt: input.now,
      origin: 'w/r',
    };
    const plan = (hooks: HooksConfig) =>
      mock().run(createActivities(deployment(hooks)).tidemarkPlanInterval, planning);
    expect(await plan({ onSuccess: noting().hook })).toMatchObject({ hooks: true });
    expect(await plan({})).toMatchObject({ hooks: false });
  });
});

describe('a webhook', () => {
  const received: { headers: IncomingHttpHeaders; body: unknown }[] = [];
  let status = 200;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += String(chunk);
      });
      request.on('end', () => {
        received.push({ headers: request.headers, body: JSON.parse(text) });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => server.close());
  beforeEach(() => received.splice(0));

  test('gets the event as JSON by POST, with its headers', async () => {
    status = 204;
    const headers = { authorization: new Secret('Bearer abc-def-ghi', { key: 'hook' }) };
    await tell({ onSuccess: { url, headers } });
    expect(received).toMatchObject([
      {
        headers: { 'content-type': 'application/json', authorization: 'Bearer abc-def-ghi' },
        body: { version: 1, event: 'success', pipeline: 'p' },
      },
    ]);
  });

  test('that answers with an error is tried again', async () => {
    status = 500;
    await tell({ onSuccess: { url } });
    expect(received).toHaveLength(3);
  });
});
