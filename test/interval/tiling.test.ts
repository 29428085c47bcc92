import fc from 'fast-check';
import {
  formatInstant,
  type Interval,
  instantMs,
  makeTimetable,
  parseCron,
  ticks,
  zoneNamed,
} from '../../src/interval';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const zones = fc.constantFrom(
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Asia/Tehran',
  'America/St_Johns',
  'Antarctica/Troll',
  'Pacific/Auckland',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'UTC',
);

/** An instant within three days of a change of the clocks, where the zone has one. */
const zonedInstants = zones.chain((name) => {
  const changes = zoneNamed(name)
    .periods(Date.UTC(2001, 0, 1), Date.UTC(2030, 0, 1))
    .slice(1);
  const around = changes.length === 0 ? [Date.UTC(2024, 2, 31)] : changes.map(({ from }) => from);
  return fc
    .tuple(fc.constantFrom(...around), fc.integer({ min: -3 * DAY, max: 3 * DAY }))
    .map(([change, distance]) => ({ zone: name, at: change + distance, change }));
});

const field = (values: fc.Arbitrary<number>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    values.map(String),
    fc.uniqueArray(values, { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
    values.map((value) => `${value}/5`),
  );

const crons = fc.oneof(
  fc.constantFrom(
    '@hourly',
    '@daily',
    '@weekly',
    '*/15 * * * *',
    '30 2 * * *',
    '0 0,1,2,3 * * *',
    '@every 7h/25m',
  ),
  fc
    .tuple(
      fc.constantFrom('0', '30', '*/15', '7,59', '0/20'),
      field(fc.integer({ min: 0, max: 23 })),
      fc.constantFrom('*', '*', '*/2', '1,15,28-31'),
      fc.constantFrom('*', '*', 'MON-FRI', '0', 'FRI,SAT,SUN'),
    )
    .map(([minute, hour, day, weekday]) => `${minute} ${hour} ${day} * ${weekday}`),
);

const cases = fc.record({ where: zonedInstants, cron: crons });

/** All intervals of ten days from the instant on. */
function intervalsAround(cron: string, zone: string, at: number): Interval[] {
  const timetable = makeTimetable({ cron, timezone: zone, startDate: formatInstant(at), catchup: true });
  return timetable.dueIntervals({ now: formatInstant(at + 10 * DAY) });
}

describe('the intervals of a schedule, around changes of the clocks', () => {
  test('tile time: none is empty, negative, doubled or left out', () => {
    fc.assert(
      fc.property(cases, ({ cron, where: { zone, at } }) => {
        const intervals = intervalsAround(cron, zone, at);
        const broken = intervals.filter(
          ({ start, end }, index) =>
            instantMs(end) <= instantMs(start) ||
            instantMs(start) < at ||
            (index > 0 && start !== intervals[index - 1]!.end),
        );
        expect(broken).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('are found again from any nominal time up to the next tick, without knowledge of the others', () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (one, pick, share) => {
        const { cron, where } = one;
        const intervals = intervalsAround(cron, where.zone, where.at);
        fc.pre(intervals.length > 1);
        const index = pick % (intervals.length - 1);
        const [interval, next] = [intervals[index]!, intervals[index + 1]!];
        const nominal = instantMs(next.start) + share * (instantMs(next.end) - instantMs(next.start) - 1);
        const options = { cron, timezone: where.zone };
        const bounded = makeTimetable({ ...options, startDate: formatInstant(where.at) });
        expect(bounded.intervalEndingAt(interval.end)).toEqual(interval);
        expect(bounded.intervalEndingAt(formatInstant(Math.floor(nominal)))).toEqual(interval);
        expect(makeTimetable(options).intervalBefore(formatInstant(Math.floor(nominal)))).toEqual(interval);
      }),
      { numRuns: 150 },
    );
  });

  test('are the same from whatever startDate they are counted', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 5 * DAY }), ({ cron, where: { zone, at } }, earlier) => {
        const intervals = intervalsAround(cron, zone, at);
        const others = intervalsAround(cron, zone, at - earlier);
        const shared = others.filter(({ start }) => instantMs(start) >= at);
        expect(intervals.slice(0, shared.length)).toEqual(shared);
      }),
      { numRuns: 150 },
    );
  });

  test('are the same whether they become due at once or one after the other', () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ cron, where: { zone, at } }, pick) => {
        const intervals = intervalsAround(cron, zone, at);
        fc.pre(intervals.length > 0);
        const index = pick % intervals.length;
        const timetable = makeTimetable({
          cron,
          timezone: zone,
          startDate: formatInstant(at),
          catchup: true,
        });
        const now = formatInstant(at + 10 * DAY);
        expect(timetable.dueIntervals({ now, lastInterval: intervals[index]! })).toEqual(
          intervals.slice(index + 1),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('lie between the ticks that the server fires when it runs through the change', () => {
    fc.assert(
      fc.property(cases, ({ cron, where: { zone, change } }) => {
        // The server's own chain stands still where clocks changed a minute after midnight, and at a skipped day.
        fc.pre(zone !== 'America/St_Johns' || change > Date.UTC(2012, 0, 1));
        fc.pre(zone !== 'Pacific/Apia' || Math.abs(change - Date.UTC(2011, 11, 30)) > 5 * DAY);
        const from = change - 4 * DAY;
        const range = { after: from - 1, upTo: from + 8 * DAY };
        const fired = [...ticks(parseCron(cron, zone), range)].map(formatInstant);
        const timetable = makeTimetable({
          cron,
          timezone: zone,
          startDate: formatInstant(from),
          catchup: true,
        });
        const intervals = timetable.dueIntervals({ now: formatInstant(range.upTo) });
        expect(intervals.map(({ start }) => start)).toEqual(fired.slice(0, -1));
        expect(intervals.map(({ end }) => end)).toEqual(fired.slice(1));
      }),
      { numRuns: 100 },
    );
  });
});

test('a chain at which the server stands still ends, and the intervals go on', () => {
  const after = Date.UTC(2011, 11, 30, 8);
  const upTo = Date.UTC(2011, 11, 31);
  expect([...ticks(parseCron('0 * * * *', 'Pacific/Apia'), { after, upTo })].map(formatInstant)).toEqual([
    '2011-12-30T09:00:00Z',
  ]);
  const timetable = makeTimetable({
    cron: '0 * * * *',
    timezone: 'Pacific/Apia',
    startDate: formatInstant(after),
    catchup: true,
  });
  expect(timetable.dueIntervals({ now: formatInstant(upTo) })).toHaveLength(15);
});

test('a repeated hour gives a short interval more, a skipped one a long interval', () => {
  const at = (cron: string, from: string, to: string): [string, number][] => {
    const timetable = makeTimetable({ cron, timezone: 'America/New_York', startDate: from, catchup: true });
    return timetable
      .dueIntervals({ now: to })
      .map(({ start, end }) => [start, (instantMs(end) - instantMs(start)) / HOUR]);
  };
  expect(at('30 1 * * *', '2024-11-02', '2024-11-05T00:00:00Z')).toEqual([
    ['2024-11-02T05:30:00Z', 24],
    ['2024-11-03T05:30:00Z', 1],
    ['2024-11-03T06:30:00Z', 24],
  ]);
  expect(at('30 2 * * *', '2024-03-09', '2024-03-12T00:00:00Z')).toEqual([['2024-03-09T07:30:00Z', 47]]);
});
