import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities } from '../../activities';
import { registerSecretValue } from '../../src/config';
import type { LoadFailureDetails, LoadResourceInput } from '../../src/contracts';
import { TidemarkError } from '../../src/errors';
import type { LoadRequest, LoadResult } from '../../src/pipeline';
import { fakeConfig, fakeEngine, fakePipeline, fakeSource, report } from '../temporal/fake-engine';
import { loadInput } from './load-input';

const input = { ...loadInput({ pipeline: 'p', source: 's', resource: 'tickets' }), attempt: 2 };

const config = fakeConfig([
  { pipeline: fakePipeline('p'), source: () => fakeSource('s', ['tickets', 'users']) },
]);

const mockEnvironment = () => new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });

function run(load: (request: LoadRequest) => Promise<number>, changes: Partial<LoadResourceInput> = {}) {
  const engine = fakeEngine(load);
  const { tidemarkLoadResource } = createActivities({ config, engine });
  const environment = mockEnvironment();
  return { engine, environment, done: environment.run(tidemarkLoadResource, { ...input, ...changes }) };
}

async function failureOf(
  done: Promise<unknown>,
): Promise<ApplicationFailure & { details: [LoadFailureDetails] }> {
  return done.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as ApplicationFailure & { details: [LoadFailureDetails] },
  );
}

describe('the activity that loads', () => {
  test('asks for its interval, under its key, as its attempt, with the now of the run', async () => {
    const { engine, done } = run(() => Promise.resolve(3));
    expect(await done).toMatchObject({ outcomes: [{ resource: 'tickets', status: 'loaded', rows: 3 }] });
    const [request] = engine.requests;
    expect(request).toMatchObject({
      resources: ['tickets'],
      loadKey: 'key',
      range: input.range,
      attempt: { attempt: 2 },
    });
  });

  test('answers with what a payload can hold, however many columns are new', async () => {
    const fake = fakeEngine();
    const changes = Array.from({ length: 60_000 }, (_, at) => `new column kind_${at % 200}.col_${at} (text)`);
    const engine = {
      ...fake,
      load: async (...asked: Parameters<typeof fake.load>): Promise<LoadResult> => {
        const { info, causes } = await fake.load(...asked);
        const resources = info.resources.map((one) => ({ ...one, schemaChanges: changes }));
        return { info: { ...info, resources } as LoadResult['info'], causes };
      },
    };
    const { tidemarkLoadResource } = createActivities({ config, engine });
    const answer = await mockEnvironment().run(tidemarkLoadResource, input);
    expect(answer).toMatchObject({
      outcomes: [{ schemaChanges: [...changes.slice(0, 200), 'and 59800 more'] }],
    });
  });

  test('beats from its beginning', async () => {
    const environment = mockEnvironment();
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => beats.push(details));
    await environment.run(createActivities({ config, engine: fakeEngine() }).tidemarkLoadResource, input);
    expect(beats[0]).toMatchObject({ version: 1, task: 'tickets' });
  });

  test.each([
    ['HTTP_UNAUTHORIZED', new TidemarkError('HTTP_UNAUTHORIZED', 'no entry'), true],
    ['HTTP_STATUS', new TidemarkError('HTTP_STATUS', 'broken'), false],
    ['UNKNOWN', new TypeError('an author made a mistake'), false],
  ])('an error becomes a failure of its code: %s', async (type, error, nonRetryable) => {
    const failure = await failureOf(run(() => Promise.reject(error)).done);
    expect(failure).toMatchObject({ type, nonRetryable, message: error.message });
  });

  test('a rate limit says when to come back', async () => {
    const limit = new TidemarkError('HTTP_RATE_LIMITED', 'later', { retryAfterMs: 4_000 });
    const failure = await failureOf(run(() => Promise.reject(limit)).done);
    expect(failure).toMatchObject({ nextRetryDelay: 4_000, details: [{ retryAfterMs: 4_000 }] });
  });

  test('no secret leaves in a message', async () => {
    registerSecretValue('hunter2hunter2');
    const failure = await failureOf(run(() => Promise.reject(new Error('refused hunter2hunter2'))).done);
    expect(failure.message).not.toContain('hunter2');
    expect(JSON.stringify(failure.details)).not.toContain('hunter2');
  });

  test('of several components each is loaded under its own key, and what was loaded is told with the failure', async () => {
    const components = [
      { name: 'tickets', resources: ['tickets'], loadKey: 'one' },
      { name: 'users', resources: ['users'], loadKey: 'two' },
    ];
    const { engine, done } = run(
      ({ loadKey }) =>
        loadKey === 'one' ? Promise.resolve(7) : Promise.reject(new TidemarkError('HTTP_STATUS', 'broken')),
      { task: { ...input.task, components } },
    );
    const failure = await failureOf(done);
    expect(engine.requests.map(({ loadKey }) => loadKey)).toEqual(['one', 'two']);
    expect(failure.details[0].outcomes).toMatchObject([
      { resource: 'tickets', status: 'loaded', rows: 7 },
      { resource: 'users', status: 'failed', error: { code: 'HTTP_STATUS' } },
    ]);
  });

  test('what an earlier attempt had committed counts as loaded', async () => {
    const engine = fakeEngine();
    const answered = { ...report('tickets', 4), status: 'skipped' as const };
    const { tidemarkLoadResource } = createActivities({
      config,
      engine: {
        ...engine,
        load: async () => ({ info: { resources: [answered] }, causes: [] }) as unknown as LoadResult,
      },
    });
    const result = await mockEnvironment().run(tidemarkLoadResource, input);
    expect(result).toMatchObject({ outcomes: [{ status: 'loaded', rows: 4 }] });
  });

  test('a cancel reaches the load as its signal, and ends as a cancel', async () => {
    const { environment, done } = run(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new TidemarkError('CANCELLED', 'stopped')));
        }),
    );
    environment.cancel();
    await expect(done).rejects.toMatchObject({ name: 'CancelledFailure' });
  });

  test.each(['a cancel', 'a stop of the worker'])(
    'what was committed before %s is told with it',
    async (how) => {
      const components = [
        { name: 'tickets', resources: ['tickets'], loadKey: 'one' },
        { name: 'users', resources: ['users'], loadKey: 'two' },
      ];
      const environment = mockEnvironment();
      let stopping = false;
      const engine = fakeEngine(() => {
        if (how === 'a cancel') environment.cancel();
        else stopping = true;
        return 7;
      });
      const { tidemarkLoadResource } = createActivities({ config, engine, stopping: () => stopping });
      const failure = await failureOf(
        environment.run(tidemarkLoadResource, { ...input, task: { ...input.task, components } }),
      );
      expect(failure).toMatchObject(
        how === 'a cancel' ? { name: 'CancelledFailure' } : { type: 'WORKER_STOPPED' },
      );
      expect(engine.requests.map(({ loadKey }) => loadKey)).toEqual(['one']);
      expect(failure.details[0].outcomes).toMatchObject([{ resource: 'tickets', status: 'loaded', rows: 7 }]);
    },
  );

  test('a pipeline that the worker does not have is named', async () => {
    const failure = await failureOf(run(() => Promise.resolve(1), { pipeline: 'absent' }).done);
    expect(failure).toMatchObject({
      type: 'PIPELINE_UNKNOWN',
      nonRetryable: true,
      message: expect.stringContaining('"p"'),
    });
  });
});
