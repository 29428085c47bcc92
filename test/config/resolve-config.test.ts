import { defineConfig, type PipelineConfig, resolveConfig, Secret } from '../../src/config';
import { resource, sourceOf } from '../../src/source';
import specSample from '../source/spec-config-sample';

const things = resource({
  name: 'things',
  *extract() {
    yield [1];
  },
});
const others = resource({
  name: 'others',
  *extract() {
    yield [1];
  },
});
const source = () => sourceOf({ name: 's', resources: [things, others] });
const entry: PipelineConfig = { pipeline: { name: 'p' }, source };
const failure = (change: Record<string, unknown>, rest: Record<string, unknown> = {}): unknown => {
  try {
    resolveConfig({ pipelines: [{ ...entry, ...change }], ...rest } as never);
  } catch (error) {
    return error;
  }
  return undefined;
};
const now = Date.parse('2024-01-01T00:00:00Z');

describe('a config', () => {
  test('gets every default', () => {
    const { temporal, pipelines, warnings } = resolveConfig(defineConfig({ pipelines: [entry] }), { now });
    expect(temporal).toEqual({ taskQueue: 'tidemark' });
    expect(pipelines[0]).toMatchObject({
      name: 'p',
      decompose: { kind: 'serialize', limit: 1 },
      triggerRule: 'all_done',
      retries: 3,
      maxActiveRuns: 1,
      mode: 'interval',
      timeoutMs: 86_400_000,
      overrides: {},
      schedule: undefined,
      http: {},
      hooks: {},
    });
    expect(pipelines[0]!.sources().map(({ resourceNames }) => resourceNames)).toEqual([['things', 'others']]);
    expect(warnings).toEqual([]);
  });

  test('takes an entry before the defaults of the file, and those before its own', () => {
    const { pipelines } = resolveConfig({
      defaults: { retries: 7, decompose: 'parallel', mode: 'incremental', http: { concurrency: 2 } },
      pipelines: [
        entry,
        {
          ...entry,
          pipeline: { name: 'q' },
          retries: 0,
          decompose: { kind: 'parallel', limit: 2 },
          mode: 'interval',
          overrides: { things: { retries: 5, timeout: '2h' } },
        },
      ],
    });
    expect(pipelines[0]).toMatchObject({
      retries: 7,
      decompose: { kind: 'parallel', limit: 4 },
      mode: 'incremental',
      http: { concurrency: 2 },
    });
    expect(pipelines[1]).toMatchObject({
      retries: 0,
      decompose: { kind: 'parallel', limit: 2 },
      mode: 'interval',
      overrides: { things: { retries: 5, timeoutMs: 7_200_000 } },
    });
  });

  test('keeps "parallel-isolated" apart from "parallel"', () => {
    const { pipelines } = resolveConfig({
      pipelines: [{ ...entry, decompose: { kind: 'parallel-isolated', limit: 3 } }],
    });
    expect(pipelines[0]?.decompose).toEqual({ kind: 'parallel-isolated', limit: 3 });
  });

  test('reads dates without an offset in the zone of the schedule', () => {
    const { pipelines } = resolveConfig({
      pipelines: [
        {
          ...entry,
          schedule: {
            cron: '@weekly',
            timezone: 'Europe/Berlin',
            startDate: '2023-02-01',
            endDate: new Date('2023-08-01T00:00:00Z'),
            catchup: true,
            jitter: '5m',
            delay: '2m',
            lookback: '1d',
          },
        },
      ],
    });
    expect(pipelines[0]!.schedule).toEqual({
      cron: '@weekly',
      timezone: 'Europe/Berlin',
      startDate: '2023-01-31T23:00:00Z',
      endDate: '2023-08-01T00:00:00Z',
      catchup: true,
      jitterMs: 300_000,
      paused: false,
      delayMs: 120_000,
      lookback: '1d',
    });
  });

  test('reads a fixed period as the server does', () => {
    const { pipelines } = resolveConfig({ pipelines: [{ ...entry, schedule: { every: '90m' } }] });
    expect(pipelines[0]!.schedule).toMatchObject({ cron: '@every 90m', timezone: 'UTC' });
  });

  test('hides the API key', () => {
    const { temporal } = resolveConfig({ temporal: { apiKey: 'a-temporal-api-key' }, pipelines: [entry] });
    expect(temporal.apiKey).toBeInstanceOf(Secret);
    expect(JSON.stringify(temporal)).not.toContain('a-temporal-api-key');
  });

  test('warns of a cron that Airflow reads in another way', () => {
    const { warnings } = resolveConfig(
      { pipelines: [{ ...entry, schedule: { cron: '0 0 13 * FRI' } }] },
      { now },
    );
    expect(warnings).toEqual([expect.stringMatching(/^p: cron "0 0 13 \* FRI".*Airflow/)]);
  });

  test.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'an invalid cron',
      { schedule: { cron: '61 * * * *' } },
      'CRON_INVALID',
      /^"pipelines\[0\]\.schedule": .*"61/,
    ],
    [
      'an unknown zone',
      { schedule: { cron: '@daily', timezone: 'Europe/Berlinn' } },
      'ZONE_INVALID',
      /Europe\/Berlinn/,
    ],
    [
      'an invalid date',
      { schedule: { cron: '@daily', startDate: '2023-02-30' } },
      'INSTANT_INVALID',
      /"2023-02-30"/,
    ],
    [
      'an end before the start',
      { schedule: { cron: '@daily', startDate: '2023-02-01', endDate: '2023-01-01' } },
      'INTERVAL_INVALID',
      /2023-01-01/,
    ],
    ['neither cron nor period', { schedule: {} }, 'CONFIG_INVALID', /either "cron" or "every"/],
    [
      'cron and period',
      { schedule: { cron: '@daily', every: '1d' } },
      'CONFIG_INVALID',
      /either "cron" or "every"/,
    ],
    [
      'catch-up without a start',
      { schedule: { cron: '@daily', catchup: true } },
      'CONFIG_INVALID',
      /"pipelines\[0\]\.schedule\.catchup".*startDate/,
    ],
    [
      'catch-up in mode incremental',
      { mode: 'incremental', schedule: { cron: '@daily', startDate: '2023-01-01', catchup: true } },
      'CONFIG_INVALID',
      /mode "interval"/,
    ],
    [
      'a duration without a length',
      { schedule: { cron: '@daily', jitter: '1mo' } },
      'CONFIG_INVALID',
      /"pipelines\[0\]\.schedule\.jitter" is "1mo"/,
    ],
    ['half a retry', { retries: 1.5 }, 'CONFIG_INVALID', /"pipelines\[0\]\.retries" is "1\.5"/],
    ['an unknown mode', { mode: 'daily' }, 'CONFIG_INVALID', /"pipelines\[0\]\.mode" is "daily".*interval/],
    ['an unknown decomposition', { decompose: 'both' }, 'CONFIG_INVALID', /"both".*"serialize"/],
    ['a misspelt setting', { retry: 1 }, 'CONFIG_INVALID', /"pipelines\[0\]\.retry" is not a setting/],
    [
      'an override of a resource that is not loaded',
      { overrides: { thing: {} } },
      'RESOURCE_UNKNOWN',
      /"thing".*"things", "others"/,
    ],
    [
      'a source that is no function',
      { source: source() },
      'CONFIG_INVALID',
      /"pipelines\[0\]\.source".*\(\) => zendesk\(\)/,
    ],
    ['a function that gives no source', { source: () => 5 }, 'CONFIG_INVALID', /returned "number"/],
    [
      'a source with an unknown resource',
      { source: () => source().withResources('wrong' as 'things') },
      'RESOURCE_UNKNOWN',
      /"pipelines\[0\]\.source": .*"wrong"/,
    ],
    ['no pipeline', { pipeline: 'p' }, 'CONFIG_INVALID', /"pipelines\[0\]\.pipeline" is "p"/],
  ])('is refused with %s, naming the path, the value and the cure', (_, change, code, message) => {
    const error = failure(change);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(message);
  });

  test('is refused with two entries of one pipeline, or none', () => {
    expect(() => resolveConfig({ pipelines: [entry, entry] })).toThrow(
      /"pipelines\[1\]\.pipeline": the name "p" is taken/,
    );
    expect(() => resolveConfig({ pipelines: [] })).toThrow(/one pipeline at least/);
  });

  test('never quotes a secret that does not fit', () => {
    const error = failure({}, { temporal: { apiKey: { wrong: 'hidden-key' } } });
    expect((error as Error).message).not.toContain('hidden-key');
  });
});

test('the sample of the specification resolves, without a secret', () => {
  const { pipelines } = resolveConfig(specSample);
  expect(pipelines[0]).toMatchObject({
    name: 'zendesk',
    retries: 0,
    overrides: { tickets: { retries: 5 } },
    schedule: { startDate: '2023-02-01T00:00:00Z', endDate: '2023-08-01T00:00:00Z', catchup: true },
  });
});

test('a pipeline with devMode is refused: no run could know what is loaded', () => {
  expect(failure({ pipeline: { name: 'p', devMode: true } })).toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/pipelines\[0\]\.pipeline.*"p" has devMode.*pipeline\.run\(\)/s),
  });
});
