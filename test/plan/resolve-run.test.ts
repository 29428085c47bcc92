import {
  type BackfillRequest,
  backfillRange,
  planBackfillPage,
  type RunRequest,
  resolveRun,
} from '../../src/plan';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

/** When a schedule begins and ends. */
interface Bounds {
  readonly startDate?: string;
  readonly endDate?: string;
}

const [entry] = fakeConfig([
  {
    pipeline: fakePipeline('p'),
    source: () => fakeSource('s', ['r']),
    schedule: { cron: '@daily', timezone: 'Europe/Berlin', startDate: '2024-01-01' },
  },
]).pipelines;

function resolved(request: Omit<RunRequest, 'pipeline'>) {
  if (entry === undefined) throw new Error('the config has no entry');
  return resolveRun(entry, { pipeline: 'p', ...request });
}

describe('a manual run', () => {
  test('reads dates without an offset in the zone of the schedule', () => {
    const { input } = resolved({ from: '2024-06-01', to: '2024-06-01T12:00:00Z' });
    expect(input.time).toEqual({
      kind: 'interval',
      interval: { start: '2024-05-31T22:00:00Z', end: '2024-06-01T12:00:00Z' },
    });
  });

  test('has the id of the tick where its interval is one, so that it cannot run beside the Schedule', () => {
    const tick = 'tidemark-p-2024-06-01T22:00:00Z';
    expect(resolved({ from: '2024-06-01', to: '2024-06-02' }).workflowId).toBe(tick);
    expect(resolved({ intervalAt: '2024-06-02T05:00:00+02:00' }).workflowId).toBe(tick);
    expect(resolved({ from: '2024-06-01', to: '2024-06-03' }).workflowId).not.toBe(tick);
  });

  test.each([
    [{ from: '2024-06-01' }, 'USAGE'],
    [{ from: '2024-06-02', to: '2024-06-01' }, 'INTERVAL_INVALID'],
    [{ logicalDate: '2024-06-01', intervalAt: '2024-06-01' }, 'USAGE'],
    [{ logicalDate: 'yesterday' }, 'INSTANT_INVALID'],
  ])('%j is refused with %s', (request, code) => {
    expect(() => resolved(request)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the range of a backfill without --to', () => {
  const NOW = new Date('2024-05-01T12:00:00Z');

  function scheduled(schedule: Bounds) {
    const [one] = fakeConfig([
      {
        pipeline: fakePipeline('p'),
        source: () => fakeSource('s', ['r']),
        schedule: { cron: '@daily', startDate: '2024-01-01', ...schedule },
      },
    ]).pipelines;
    if (one === undefined) throw new Error('the config has no entry');
    return one;
  }
  const rangeOf = (schedule: Bounds, request: Partial<BackfillRequest> = {}) =>
    backfillRange(scheduled(schedule), { pipeline: 'p', ...request }, NOW);

  test('ends with the last interval of the schedule, as no interval starts after endDate', () => {
    const start = '2024-01-01T00:00:00Z';
    expect(rangeOf({ endDate: '2024-03-30' })).toEqual({ start, end: '2024-03-31T00:00:00Z' });
    expect(rangeOf({})).toEqual({ start, end: '2024-05-01T00:00:00Z' });
    expect(rangeOf({ endDate: '2025-01-01' })).toEqual({ start, end: '2024-05-01T00:00:00Z' });
  });

  test('begins with the first interval, where startDate is no tick', () => {
    expect(rangeOf({ startDate: '2024-01-01T05:00', endDate: '2024-01-10' })).toEqual({
      start: '2024-01-02T00:00:00Z',
      end: '2024-01-11T00:00:00Z',
    });
  });

  test('an end that is given is taken as it is', () => {
    expect(rangeOf({ endDate: '2024-03-30' }, { to: '2024-04-15' }).end).toBe('2024-04-15T00:00:00Z');
  });

  test('a schedule without any interval has none', () => {
    expect(() => rangeOf({ startDate: '2024-01-01T05:00', endDate: '2024-01-01T06:00' })).toThrow(
      expect.objectContaining({ code: 'INTERVAL_INVALID' }),
    );
  });

  test.each([
    ['5d', 18],
    ['month', 3],
    ['P1M', 3],
    ['7', 7],
    ['cron', 90],
  ])('cut by %s it has %d chunks, and the last one ends with it', async (chunk, count) => {
    const entry = scheduled({ endDate: '2024-03-30' });
    const { start: from, end: to } = rangeOf({ endDate: '2024-03-30' });
    const { chunks, total } = await planBackfillPage({
      entry,
      components: [{ source: 's', name: 'r', resources: [{ name: 'r', joins: true, replaces: false }] }],
      input: { version: 1, pipeline: 'p', kind: 'backfill', range: { from, to, chunk }, limit: 1000 },
      gaps: (_, range) => Promise.resolve([{ ...range, cause: 'never-planned' }]),
      indexed: false,
    });
    expect(chunks).toHaveLength(count);
    expect(total).toBe(count);
    expect(chunks.at(-1)?.interval.end).toBe(to);
  });
});
