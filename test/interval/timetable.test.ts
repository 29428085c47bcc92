import { type Interval, makeTimetable } from '../../src/interval';

const pair = ({ start, end }: Interval): [string, string] => [start, end];

describe('the weekly example of the seed', () => {
  const weekly = makeTimetable({
    cron: '@weekly',
    startDate: '2023-02-01',
    endDate: '2023-08-01',
    catchup: true,
  });

  test('has 26 intervals, the first from 5 February, the last to 6 August', () => {
    const due = weekly.dueIntervals({ now: '2024-01-01T00:00:00Z' });
    expect(due).toHaveLength(26);
    expect(due[0]).toEqual({ start: '2023-02-05T00:00:00Z', end: '2023-02-12T00:00:00Z' });
    expect(due[25]).toEqual({ start: '2023-07-30T00:00:00Z', end: '2023-08-06T00:00:00Z' });
    expect(weekly.firstInterval).toEqual(due[0]);
    expect(weekly.lastInterval).toEqual(due[25]);
  });

  test('runs the first interval when it is over, not a second earlier', () => {
    expect(weekly.dueIntervals({ now: '2023-02-11T23:59:59Z' })).toEqual([]);
    expect(weekly.dueIntervals({ now: '2023-02-12T00:00:00Z' })).toHaveLength(1);
  });

  test('has no interval for the tick that startDate aligns to, nor for ticks after the last', () => {
    expect(weekly.intervalEndingAt('2023-02-05T00:00:00Z')).toBeNull();
    expect(weekly.intervalEndingAt('2023-02-12T00:00:00Z')).toEqual(weekly.firstInterval);
    expect(weekly.intervalEndingAt('2023-08-06T00:00:00Z')).toEqual(weekly.lastInterval);
    expect(weekly.intervalEndingAt('2023-08-13T00:00:00Z')).toBeNull();
  });

  test('goes on where the last interval ended, at most as many as asked for', () => {
    const due = weekly.dueIntervals({
      now: '2024-01-01T00:00:00Z',
      lastInterval: { start: '2023-02-05T00:00:00Z', end: '2023-02-12T00:00:00Z' },
      limit: 2,
    });
    expect(due.map(pair)).toEqual([
      ['2023-02-12T00:00:00Z', '2023-02-19T00:00:00Z'],
      ['2023-02-19T00:00:00Z', '2023-02-26T00:00:00Z'],
    ]);
  });
});

describe('a timetable', () => {
  test('without catch-up has the latest complete interval only', () => {
    const daily = makeTimetable({ cron: '@daily', timezone: 'America/New_York', startDate: '2024-01-01' });
    expect(daily.dueIntervals({ now: '2024-01-15T12:00:00Z' }).map(pair)).toEqual([
      ['2024-01-14T05:00:00Z', '2024-01-15T05:00:00Z'],
    ]);
    expect(makeTimetable({ cron: '@daily' }).dueIntervals({ now: '2024-01-15T00:00:00Z' }).map(pair)).toEqual(
      [['2024-01-14T00:00:00Z', '2024-01-15T00:00:00Z']],
    );
  });

  test('reads dates without an offset in its own zone', () => {
    const daily = makeTimetable({
      cron: '@daily',
      timezone: 'Asia/Tokyo',
      startDate: '2024-01-01',
      endDate: '2024-01-03',
    });
    expect(daily.startDate).toBe('2023-12-31T15:00:00Z');
    expect(daily.endDate).toBe('2024-01-02T15:00:00Z');
    expect(daily.firstInterval?.start).toBe('2023-12-31T15:00:00Z');
    expect(daily.lastInterval?.start).toBe('2024-01-02T15:00:00Z');
  });

  test('takes the last tick for a nominal time that is none: a trigger by hand gives the last complete interval', () => {
    const hourly = makeTimetable({ cron: '@hourly' });
    expect(hourly.intervalEndingAt('2024-01-01T12:34:56.789Z')).toEqual({
      start: '2024-01-01T11:00:00Z',
      end: '2024-01-01T12:00:00Z',
    });
    expect(hourly.intervalBefore('2024-01-01T11:59:59.999999Z')?.end).toBe('2024-01-01T11:00:00Z');
    expect(hourly.align('2024-01-01T11:00:00.000001Z')).toBe('2024-01-01T12:00:00Z');
    expect(hourly.tickBefore('2024-01-01T11:00:00Z')).toBe('2024-01-01T11:00:00Z');
  });

  test('of a fixed period counts from the epoch', () => {
    const every = makeTimetable({ every: '36h', startDate: '2024-01-01', catchup: true });
    expect(every.dueIntervals({ now: '2024-01-05T00:00:00Z' }).map(pair)).toEqual([
      ['2024-01-01T12:00:00Z', '2024-01-03T00:00:00Z'],
      ['2024-01-03T00:00:00Z', '2024-01-04T12:00:00Z'],
    ]);
    expect(every.cron.expression).toBe('@every 36h');
  });

  test('of a fixed period longer than its history finds its last tick', () => {
    expect(makeTimetable({ every: '40000d' }).intervalBefore('2024-01-01T00:00:00Z')).toEqual({
      start: '1860-06-26T00:00:00Z',
      end: '1970-01-01T00:00:00Z',
    });
  });

  test('gives one interval over the ticks that were skipped since the last completed run', () => {
    const hourly = makeTimetable({ cron: '@hourly' });
    const last = { start: '2024-01-01T08:00:00Z', end: '2024-01-01T09:00:00Z' };
    expect(hourly.intervalSince(last, '2024-01-01T12:00:00Z')).toEqual({
      start: '2024-01-01T09:00:00Z',
      end: '2024-01-01T12:00:00Z',
    });
    expect(hourly.intervalSince(last, '2024-01-01T09:30:00Z')).toBeNull();
  });

  test('lists the intervals that lie wholly in a range', () => {
    const weekly = makeTimetable({ cron: '@weekly', startDate: '2023-02-01', endDate: '2023-03-01' });
    const range = { start: '2023-01-01T00:00:00Z', end: '2023-02-20T00:00:00Z' };
    expect([...weekly.intervalsIn(range)].map(pair)).toEqual([
      ['2023-02-05T00:00:00Z', '2023-02-12T00:00:00Z'],
      ['2023-02-12T00:00:00Z', '2023-02-19T00:00:00Z'],
    ]);
    expect([...weekly.intervalsIn({ ...range, end: '2024-01-01T00:00:00Z' })]).toHaveLength(4);
  });

  test('whose cron has no tick left has no interval', () => {
    const past = makeTimetable({ cron: '0 0 1 1 * 2020', startDate: '2024-01-01', catchup: true });
    expect(past.firstInterval).toBeNull();
    expect(past.dueIntervals({ now: '2030-01-01T00:00:00Z' })).toEqual([]);
    expect(past.intervalEndingAt('2030-01-01T00:00:00Z')).toBeNull();
    expect([...past.intervalsIn({ start: '2000-01-01T00:00:00Z', end: '2030-01-01T00:00:00Z' })]).toEqual([]);
  });

  test.each([
    [{ cron: '@daily', startDate: '2024-02-01', endDate: '2024-01-01' }, 'INTERVAL_INVALID'],
    [{ cron: '@daily', startDate: '2024-02-31' }, 'INSTANT_INVALID'],
    [{ cron: '@daily', timezone: 'Mars/Phobos' }, 'ZONE_INVALID'],
    [{ cron: 'daily' }, 'CRON_INVALID'],
    [{ every: 'day' }, 'CRON_INVALID'],
    [{}, 'CRON_INVALID'],
    [{ cron: '@daily', every: '1d' }, 'CRON_INVALID'],
  ])('of %j is refused as %s', (options, code) => {
    expect(() => makeTimetable(options)).toThrow(expect.objectContaining({ code }));
  });
});
