import type { ScheduleConfig } from '../../src/config';
import { catchUpRange } from '../../src/plan';
import { fakeConfig, fakePipeline, fakeSource } from './fake-engine';

function range(
  schedule: ScheduleConfig,
  times: { readonly now: string; readonly firstTick?: string },
  mode?: 'incremental',
) {
  const [entry] = fakeConfig([
    { pipeline: fakePipeline('p'), source: () => fakeSource('s', ['r']), schedule, ...(mode && { mode }) },
  ]).pipelines;
  if (entry === undefined) throw new Error('the config has no entry');
  return catchUpRange({
    entry,
    firstTick: times.firstTick === undefined ? undefined : new Date(times.firstTick),
    now: new Date(times.now),
  });
}

describe('what is caught up', () => {
  test("begins at the aligned startDate and ends before the Schedule's own first interval", () => {
    const schedule = { cron: '@daily', startDate: '2024-01-01T06:00:00Z', catchup: true };
    expect(range(schedule, { now: '2024-01-10T12:00:00Z', firstTick: '2024-01-11T00:00:00Z' })).toEqual({
      from: '2024-01-02T00:00:00Z',
      to: '2024-01-10T00:00:00Z',
      select: 'missing',
    });
  });

  test('leaves the interval of a tick that the Schedule still has to fire to the Schedule', () => {
    const schedule = { cron: '@daily', startDate: '2024-01-01', catchup: true };
    expect(range(schedule, { now: '2024-01-10T00:00:00.100Z', firstTick: '2024-01-10T00:00:00Z' })?.to).toBe(
      '2024-01-09T00:00:00Z',
    );
  });

  test('is everything where the schedule is over', () => {
    const schedule = { cron: '@weekly', startDate: '2023-02-01', endDate: '2023-08-01', catchup: true };
    expect(range(schedule, { now: '2024-01-01T00:00:00Z' })).toMatchObject({
      from: '2023-02-05T00:00:00Z',
      to: '2023-08-06T00:00:00Z',
    });
  });

  test('is the latest complete interval without catchup, and nothing once the schedule is over', () => {
    const daily = { cron: '@daily', startDate: '2024-01-01' };
    expect(range(daily, { now: '2024-01-10T12:00:00Z', firstTick: '2024-01-11T00:00:00Z' })).toMatchObject({
      from: '2024-01-09T00:00:00Z',
      to: '2024-01-10T00:00:00Z',
    });
    expect(range({ ...daily, endDate: '2024-01-05' }, { now: '2024-02-01T00:00:00Z' })).toBeUndefined();
  });

  test('is nothing before the first interval is complete, while paused, and in mode incremental', () => {
    const schedule = { cron: '@daily', startDate: '2024-01-01', catchup: true };
    expect(
      range(schedule, { now: '2024-01-01T12:00:00Z', firstTick: '2024-01-02T00:00:00Z' }),
    ).toBeUndefined();
    expect(range({ ...schedule, paused: true }, { now: '2024-01-10T12:00:00Z' })).toBeUndefined();
    expect(
      range({ ...schedule, catchup: false }, { now: '2024-01-10T12:00:00Z' }, 'incremental'),
    ).toBeUndefined();
  });
});
