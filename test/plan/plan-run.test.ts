import type { LoadIntervalInput, PlanIntervalInput } from '../../src/contracts';
import { type EntryComponent, planRun } from '../../src/plan';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

type Entry = Parameters<typeof fakeConfig>[0][number];

function entry(changes: Partial<Entry> = {}) {
  const [resolved] = fakeConfig([
    {
      pipeline: fakePipeline('zendesk'),
      source: () => fakeSource('zendesk', ['tickets', 'events']),
      schedule: { cron: '@weekly', startDate: '2023-02-01', endDate: '2023-08-01', catchup: true },
      ...changes,
    },
  ]).pipelines;
  if (resolved === undefined) throw new Error('the config has no entry');
  return resolved;
}

const component = (name: string, traits: { joins?: boolean; replaces?: boolean } = {}): EntryComponent => ({
  source: 'zendesk',
  name,
  resources: [{ name, joins: traits.joins ?? true, replaces: traits.replaces ?? false }],
});

function plan(
  options: {
    readonly entry?: ReturnType<typeof entry>;
    readonly components?: readonly EntryComponent[];
    readonly run?: Partial<LoadIntervalInput>;
    readonly input?: Partial<PlanIntervalInput>;
  } = {},
) {
  return planRun({
    entry: options.entry ?? entry(),
    components: options.components ?? [component('tickets'), component('events')],
    indexed: false,
    input: {
      version: 1,
      run: { version: 1, pipeline: 'zendesk', ...options.run },
      kind: 'manual',
      startedAt: '2023-06-14T10:00:00Z',
      origin: 'workflow/run',
      ...options.input,
    },
  });
}

describe('the interval of a run', () => {
  test('of a Schedule: the one that ends at its nominal time', () => {
    const { range, kind } = plan({ input: { kind: 'schedule', nominal: '2023-02-12T00:00:00Z' } });
    expect(kind).toBe('schedule');
    expect(range.interval).toEqual({ start: '2023-02-05T00:00:00Z', end: '2023-02-12T00:00:00Z' });
  });

  test('of a Schedule triggered by hand: the last complete one', () => {
    const { range } = plan({ input: { kind: 'schedule', nominal: '2023-06-14T10:00:00Z' } });
    expect(range.interval).toEqual({ start: '2023-06-04T00:00:00Z', end: '2023-06-11T00:00:00Z' });
  });

  test.each(['2023-02-05T00:00:00Z', '2023-09-03T00:00:00Z'])(
    'at %s, beyond the schedule, is none and loads nothing',
    (nominal) => {
      const planned = plan({ input: { kind: 'schedule', nominal } });
      expect(planned).toMatchObject({
        range: { interval: null },
        tasks: [],
        note: expect.stringContaining(nominal),
      });
    },
  );

  test('of a run by cronSchedule also covers the ticks that were skipped since the last one', () => {
    const { range } = plan({
      input: { kind: 'schedule', nominal: '2023-06-14T10:00:00Z', previousEnd: '2023-05-21T00:00:00Z' },
    });
    expect(range.interval).toEqual({ start: '2023-05-21T00:00:00Z', end: '2023-06-11T00:00:00Z' });
  });

  test('of a manual run: as it says', () => {
    const interval = { start: '2023-03-01T00:00:00Z', end: '2023-03-02T00:00:00Z' };
    expect(plan({ run: { time: { kind: 'interval', interval } } }).range.interval).toEqual(interval);
    const at = '2023-03-01T00:00:00Z';
    expect(plan({ run: { time: { kind: 'logicalDate', at } } }).range.interval).toEqual({
      start: at,
      end: at,
    });
    expect(plan({ run: { time: { kind: 'intervalAt', at } } }).range.interval).toEqual({
      start: '2023-02-19T00:00:00Z',
      end: '2023-02-26T00:00:00Z',
    });
  });

  test.each([{ time: { kind: 'now' } as const }, {}])(
    'a manual run without a date (%j) has none, loads nothing of what is loaded by interval, and a line says how to give it one',
    (run) => {
      const components = [component('tickets'), component('users', { joins: false })];
      const planned = plan({ run, components });
      expect(planned.range.interval).toBeNull();
      expect(planned.tasks.map(({ name }) => name)).toEqual(['users']);
      expect(plan({ run }).tasks).toEqual([]);
      expect(planned.note).toContain('--logical-date');
    },
  );

  test('in mode incremental a run without a date has none, and knows where coverage begins', () => {
    const incremental = entry({
      mode: 'incremental',
      schedule: { cron: '@weekly', startDate: '2023-02-01' },
    });
    expect(plan({ entry: incremental, run: { time: { kind: 'now' } } })).toMatchObject({
      range: { mode: 'incremental', interval: null, start: '2023-02-05T00:00:00Z' },
    });
  });

  test('a full refresh loads from the aligned startDate till now', () => {
    const { range } = plan({ run: { fullRefresh: true } });
    expect(range.interval).toEqual({ start: '2023-02-05T00:00:00Z', end: '2023-06-14T10:00:00Z' });
  });

  test('lookback moves the start that incrementals get, in the zone of the schedule, and not the interval', () => {
    const berlin = entry({ schedule: { cron: '0 0 * * *', timezone: 'Europe/Berlin', lookback: '1d' } });
    const planned = plan({ entry: berlin, input: { kind: 'schedule', nominal: '2024-03-31T22:00:00Z' } });
    expect(planned.range.interval).toEqual({ start: '2024-03-30T23:00:00Z', end: '2024-03-31T22:00:00Z' });
    expect(planned.range.start).toBe('2024-03-29T23:00:00Z');
  });

  test('delay starts a scheduled run later', () => {
    const late = entry({ schedule: { cron: '@daily', delay: '2h' } });
    const scheduled = plan({ entry: late, input: { kind: 'schedule', nominal: '2024-03-01T00:00:00Z' } });
    expect(scheduled.notBefore).toBe('2024-03-01T02:00:00Z');
    expect(plan({ entry: late, run: { time: { kind: 'now' } } }).notBefore).toBeUndefined();
  });
});

describe('the one now of a run', () => {
  test('is when the server started it', () => {
    expect(plan({ run: { time: { kind: 'now' } } }).range.now).toBe('2023-06-14T10:00:00Z');
  });

  test('is never before its nominal time', () => {
    const nominal = '2023-06-18T00:00:00Z';
    expect(
      plan({ input: { kind: 'schedule', nominal, startedAt: '2023-06-17T23:59:59.900Z' } }).range.now,
    ).toBe(nominal);
  });
});

describe('what a run loads', () => {
  const interval = { start: '2023-03-05T00:00:00Z', end: '2023-03-12T00:00:00Z' };
  const time = { kind: 'interval', interval } as const;

  test('one task a component, each with a key of its own that comes out the same again', () => {
    const first = plan({ run: { time } }).tasks;
    expect(first.map(({ name }) => name)).toEqual(['tickets', 'events']);
    const keys = first.flatMap(({ components }) => components.map(({ loadKey }) => loadKey));
    expect(new Set(keys).size).toBe(2);
    expect(plan({ run: { time }, input: { startedAt: '2025-01-01T00:00:00Z' } }).tasks).toEqual(first);
    const other = plan({ run: { time }, input: { origin: 'workflow/other-run' } }).tasks;
    expect(other[0]?.components[0]?.loadKey).not.toBe(keys[0]);
  });

  test('with decomposition none, one task a source, each component still under its own key', () => {
    const { tasks } = plan({ entry: entry({ decompose: 'none' }), run: { time } });
    expect(tasks).toMatchObject([{ name: 'zendesk', components: [{ name: 'tickets' }, { name: 'events' }] }]);
  });

  test('retries and timeouts of a resource override those of the entry', () => {
    const overridden = entry({
      retries: 1,
      timeout: '1h',
      overrides: { tickets: { retries: 5, timeout: '2h' } },
    });
    const [tickets, events] = plan({ entry: overridden, run: { time } }).tasks;
    expect(tickets?.retry).toMatchObject({ retries: 5, timeoutMs: 7_200_000 });
    expect(events?.retry).toMatchObject({ retries: 1, timeoutMs: 3_600_000 });
  });

  test('backfill and catch-up leave out what an interval does not reach, and name it', () => {
    const components = [
      component('tickets'),
      component('users', { joins: false }),
      component('tags', { replaces: true }),
    ];
    for (const kind of ['catchup', 'backfill'] as const) {
      const planned = plan({ components, run: { time }, input: { kind } });
      expect(planned.tasks.map(({ name }) => name)).toEqual(['tickets']);
      expect(planned.leftOut).toEqual(['users', 'tags']);
    }
    expect(plan({ components, run: { time } }).tasks).toHaveLength(3);
  });
});
