import path from 'node:path';
import { IANAZone } from 'luxon';
import { duckdb, pipeline } from '../../src';
import type { ScheduleConfig } from '../../src/config';
import { type Interval, openClient, type PreviewRequest, type SchedulePreview } from '../../src/operate';
import { temporaryFolder } from '../temporal/temporary-folder';
import { shopConfig } from './shop';

const NOW = '2024-03-20T10:15:30.250Z';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  place = await temporaryFolder();
});
afterEach(() => place.remove());

/** What a client answers whose only pipeline is `shop`; of schedule `deployed`, or of none where that is null. */
async function preview(
  request: PreviewRequest,
  options: { readonly now?: string; readonly deployed?: ScheduleConfig | null } = {},
): Promise<SchedulePreview> {
  const { now = NOW, deployed = { cron: '@daily' } } = options;
  const config = shopConfig(place.folder, { day: () => undefined });
  const { schedule: _, ...shop } = config.pipelines[0]!;
  const entry = {
    ...shop,
    pipeline: pipeline({ name: 'shop', destination: duckdb({ path: path.join(place.folder, 'x.duckdb') }) }),
    ...(deployed === null ? {} : { schedule: deployed }),
  };
  const client = await openClient({ pipelines: [entry] }, { directory: place.folder });
  await using _closed = client;
  return client.previewSchedule(request, { now: new Date(now) });
}

const starts = ({ runs }: SchedulePreview): string[] => runs.map(({ interval: { start } }) => start);
const codes = ({ warnings }: SchedulePreview): string[] => warnings.map(({ code }) => code);
const warned = ({ warnings }: SchedulePreview, code: string): string | undefined =>
  warnings.find((warning) => warning.code === code)?.message;

describe('the next runs of a schedule', () => {
  test('are twenty, each at the end of its interval, and the intervals tile', async () => {
    const { words, runs, zone, warnings, against } = await preview({ cron: '@daily' });
    expect(words).toBe('Every day at 00:00');
    expect(runs).toHaveLength(20);
    expect(runs[0]).toEqual({
      at: '2024-03-21T00:00:00Z',
      interval: { start: '2024-03-20T00:00:00Z', end: '2024-03-21T00:00:00Z' },
    });
    for (const [index, { at, interval }] of runs.entries()) {
      expect(at).toBe(interval.end);
      if (index > 0) expect(interval.start).toBe(runs[index - 1]!.at);
    }
    expect({ zone, warnings, against }).toEqual({ zone: 'UTC', warnings: [], against: undefined });
  });

  test('begin with the one at this very instant', async () => {
    const { runs } = await preview({ cron: '@daily' }, { now: '2024-03-21T00:00:00Z' });
    expect(runs[0]?.at).toBe('2024-03-21T00:00:00Z');
    const { runs: later } = await preview({ cron: '@daily' }, { now: '2024-03-21T00:00:00.001Z' });
    expect(later[0]?.at).toBe('2024-03-22T00:00:00Z');
  });

  test.each([
    ['every 6h', '2024-03-20T12:00:00Z', '2024-03-20T06:00:00Z'],
    ['  every   90m/15m ', '2024-03-20T10:45:00Z', '2024-03-20T09:15:00Z'],
    ['@every 1s', '2024-03-20T10:15:31Z', '2024-03-20T10:15:30Z'],
  ])('of "%s" count from the epoch', async (cron, at, start) => {
    const { runs } = await preview({ cron });
    expect(runs[0]).toEqual({ at, interval: { start, end: at } });
  });

  test('of the 29th of February are of leap years, as far as crons tick', async () => {
    const { runs } = await preview({ cron: '0 0 29 2 *' });
    expect(runs.slice(0, 2).map(({ interval }) => interval)).toEqual([
      { start: '2024-02-29T00:00:00Z', end: '2028-02-29T00:00:00Z' },
      { start: '2028-02-29T00:00:00Z', end: '2032-02-29T00:00:00Z' },
    ]);
    expect(runs.at(-1)?.at).toBe('2096-02-29T00:00:00Z');
  });

  test('of a week that begins in the middle of one begin with the next tick, and say so', async () => {
    const answer = await preview({ cron: '@weekly', startDate: '2024-04-03' });
    expect(answer.runs[0]?.interval).toEqual({ start: '2024-04-07T00:00:00Z', end: '2024-04-14T00:00:00Z' });
    expect(answer.warnings).toEqual([
      {
        code: 'FIRST_INTERVAL',
        message:
          'startDate "2024-04-03T00:00:00Z" is not a tick: the first interval begins at the next one, 2024-04-07T00:00:00Z. As in Airflow, what lies before is in no interval.',
      },
    ]);
    expect(codes(await preview({ cron: '@weekly', startDate: '2024-04-07' }))).toEqual([]);
  });

  test('of a period with a start say where Airflow would begin', async () => {
    const answer = await preview({ cron: 'every 6h', startDate: '2024-04-03T01:00' });
    expect(answer.runs[0]?.interval.start).toBe('2024-04-03T06:00:00Z');
    expect(warned(answer, 'FIRST_INTERVAL')).toContain('in Airflow one would count from the start date');
  });

  test('read dates in the zone', async () => {
    const request = {
      cron: '@daily',
      timezone: 'Europe/Berlin',
      startDate: '2024-04-03',
      endDate: '2024-04-05',
    };
    const answer = await preview(request);
    expect(starts(answer)).toEqual(['2024-04-02T22:00:00Z', '2024-04-03T22:00:00Z', '2024-04-04T22:00:00Z']);
    expect(answer).toMatchObject({ zone: 'Europe/Berlin', warnings: [] });
  });

  test('end with the interval that starts at endDate', async () => {
    const { runs } = await preview({ cron: '@weekly', endDate: '2024-03-31' });
    expect(runs.map(({ at }) => at)).toEqual([
      '2024-03-24T00:00:00Z',
      '2024-03-31T00:00:00Z',
      '2024-04-07T00:00:00Z',
    ]);
  });
});

describe('where the clocks change', () => {
  test('a tick in the hour that Berlin skips is left out, and told', async () => {
    const answer = await preview({ cron: '30 2 * * *', timezone: 'Europe/Berlin' });
    const around = answer.runs.find(({ interval }) => interval.start === '2024-03-30T01:30:00Z');
    expect(around?.at).toBe('2024-04-01T00:30:00Z');
    expect(warned(answer, 'TICK_SKIPPED')).toContain('in Europe/Berlin, on 2024-03-31, 02:30 is skipped');
  });

  test('a tick in the hour that New York repeats comes twice, and is told', async () => {
    const answer = await preview(
      { cron: '30 1 * * *', timezone: 'America/New_York' },
      { now: '2024-11-01T12:00:00Z' },
    );
    expect(answer.runs.slice(0, 4).map(({ at }) => at)).toEqual([
      '2024-11-02T05:30:00Z',
      '2024-11-03T05:30:00Z',
      '2024-11-03T06:30:00Z',
      '2024-11-04T06:30:00Z',
    ]);
    expect(warned(answer, 'TICK_REPEATED')).toContain('on 2024-11-03, 01:30 comes twice');
  });

  test('a tick in the hour that Berlin repeats comes once, with the second', async () => {
    const { runs } = await preview(
      { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
      { now: '2024-10-26T12:00:00Z' },
    );
    expect(runs[0]).toEqual({
      at: '2024-10-27T01:30:00Z',
      interval: { start: '2024-10-26T00:30:00Z', end: '2024-10-27T01:30:00Z' },
    });
  });

  test('days have 23 and 25 hours', async () => {
    const spring = await preview({ cron: '@daily', timezone: 'Europe/Berlin' });
    expect(starts(spring)).toContain('2024-03-30T23:00:00Z');
    expect(spring.runs.find(({ interval }) => interval.start === '2024-03-30T23:00:00Z')?.at).toBe(
      '2024-03-31T22:00:00Z',
    );
    const autumn = await preview(
      { cron: '@daily', timezone: 'America/New_York' },
      { now: '2024-11-03T12:00:00Z' },
    );
    expect(autumn.runs[0]?.interval).toEqual({ start: '2024-11-03T04:00:00Z', end: '2024-11-04T05:00:00Z' });
  });

  test('changes before the start are of no account', async () => {
    const request = { cron: '30 2 * * *', timezone: 'Europe/Berlin', startDate: '2024-12-01T02:30' };
    expect(warned(await preview(request), 'TICK_SKIPPED')).toContain('on 2025-03-30');
  });
});

describe('a warning', () => {
  test('tells of days that must match both', async () => {
    const answer = await preview({ cron: '0 0 13 * FRI' });
    expect(answer.runs[0]?.at).toBe('2024-09-13T00:00:00Z');
    expect(warned(answer, 'DAY_AND_WEEKDAY')).toContain('day of month "13" and weekday "FRI" both');
  });

  test('tells of a zone in the cron beside another one, and not where none is given', async () => {
    const cron = 'TZ=Asia/Tokyo 0 6 * * *';
    const answer = await preview({ cron, timezone: 'Europe/Berlin' });
    expect(answer).toMatchObject({ zone: 'Asia/Tokyo', warnings: [{ code: 'ZONE_IN_CRON' }] });
    expect(codes(await preview({ cron }))).toEqual([]);
  });

  test.each<[string, PreviewRequest, string]>([
    ['a date that never comes', { cron: '0 0 30 2 *' }, 'it never ticks any more'],
    [
      'an end that is past',
      { cron: '@daily', endDate: '2024-02-01' },
      'the last run was at 2024-02-02T00:00:00Z',
    ],
    [
      'a start and end without a tick between them',
      { cron: '@weekly', startDate: '2024-04-01', endDate: '2024-04-02' },
      'none of its intervals starts by endDate "2024-04-02T00:00:00Z"',
    ],
    ['a last tick that begins no interval', { cron: '0 0 1 1 * 2025' }, 'no two ticks are left'],
  ])('tells once of no run: %s', async (_, request, words) => {
    const answer = await preview(request);
    expect(answer.runs).toEqual([]);
    expect(codes(answer)).toEqual(['NO_MORE_TICKS']);
    expect(answer.warnings[0]?.message).toContain(words);
  });
});

describe('wrong input is named with its cure', () => {
  test.each<[PreviewRequest, string, string]>([
    [{ cron: '0 25 * * *' }, 'CRON_INVALID', 'hour "25": "25" is out of range'],
    [{ cron: '' }, 'CRON_INVALID', 'Write "minute hour day-of-month month weekday"'],
    [{ cron: 'every 6x' }, 'CRON_INVALID', '"6x" is not a period such as 90m'],
    [{ cron: '@daily', timezone: 'Europe/Berlim' }, 'ZONE_INVALID', '"Europe/Berlim" is not known'],
    [{ cron: '@daily', timezone: 'europe/berlin' }, 'ZONE_INVALID', 'did you mean "Europe/Berlin"?'],
    [
      { cron: '@daily', startDate: '31.12.2024' },
      'INSTANT_INVALID',
      '"31.12.2024" is not a date; write 2024-01-31',
    ],
    [{ cron: '@daily', endDate: '2023-02-29' }, 'INSTANT_INVALID', '"2023-02-29" is not a date'],
    [
      { cron: '@daily', startDate: '2024-02-01', endDate: '2024-01-01' },
      'INTERVAL_INVALID',
      'lies before startDate "2024-02-01T00:00:00Z"; give a later endDate',
    ],
    [{ cron: '@daily', pipeline: 'shp' }, 'PIPELINE_UNKNOWN', 'Did you mean "shop"?'],
  ])('%j', async (request, code, words) => {
    await expect(preview(request)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test('a pipeline without a schedule', async () => {
    await expect(preview({ cron: '@daily', pipeline: 'shop' }, { deployed: null })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'The pipeline "shop" has no schedule to compare with; choose another pipeline, or none.',
    });
  });
});

/** A schedule as this test reckons it: which wall clocks tick, looked at minute by minute. */
interface Reckoned {
  readonly zone: string;
  readonly ticks: (wall: Date, at: number) => boolean;
  readonly startMs?: number;
  readonly endMs?: number;
}

const HOUR = 60 * MINUTE;
/** Offsets change at a full hour in the zones of this test; asking for each quarter takes long. */
const offsets = new Map<string, number>();
function offsetAt(zone: string, at: number): number {
  const hour = at - (at % HOUR);
  const known = offsets.get(`${zone} ${hour}`) ?? IANAZone.create(zone).offset(hour) * MINUTE;
  offsets.set(`${zone} ${hour}`, known);
  return known;
}

/** Intervals between consecutive ticks of a year and more, by trying each quarter of an hour. */
function reckonIntervals({ zone, ticks, startMs = -Infinity, endMs = Infinity }: Reckoned): Interval[] {
  const found: number[] = [];
  for (
    let at = Date.parse('2023-12-01T00:00:00Z');
    at < Date.parse('2025-02-02T00:00:00Z');
    at += 15 * MINUTE
  )
    if (at >= startMs && ticks(new Date(at + offsetAt(zone, at)), at)) found.push(at);
  const text = (ms: number): string => new Date(ms).toISOString().replace('.000', '');
  return found
    .slice(1)
    .map((end, index) => [found[index]!, end] as const)
    .filter(([start]) => start <= endMs)
    .map(([start, end]) => ({ start: text(start), end: text(end) }));
}

/** The comparison, of all intervals there are. */
function reckon(from: readonly Interval[], to: readonly Interval[], now: number) {
  const after = (intervals: readonly Interval[]) => intervals.filter(({ end }) => Date.parse(end) >= now);
  const end = Math.min(
    now + 90 * DAY,
    ...[from, to].map((one) => Date.parse(after(one)[200]?.end ?? '9999-01-01')),
  );
  const within = (at: string): boolean => Date.parse(at) >= now && Date.parse(at) < end;
  const ticksOf = (intervals: readonly Interval[]) => intervals.map((one) => one.end).filter(within);
  const only = (these: readonly Interval[], those: readonly Interval[]) => {
    const others = ticksOf(those);
    return ticksOf(these).filter((at) => !others.includes(at));
  };
  const beside = new Map(to.map((one) => [one.start, one]));
  const moved = from
    .map((one) => ({ from: one, to: beside.get(one.start) ?? one }))
    .filter((pair) => pair.from.end !== pair.to.end)
    .filter((pair) => within(pair.from.end) || within(pair.to.end));
  return { end, gained: only(to, from), lost: only(from, to), moved };
}

const hourIs =
  (...hours: number[]) =>
  (wall: Date): boolean =>
    wall.getUTCMinutes() === 0 && hours.includes(wall.getUTCHours());
const SCHEDULES: Readonly<Record<string, { readonly config: ScheduleConfig; readonly reckoned: Reckoned }>> =
  {
    daily: { config: { cron: '@daily' }, reckoned: { zone: 'UTC', ticks: hourIs(0) } },
    'daily in Berlin': {
      config: { cron: '@daily', timezone: 'Europe/Berlin' },
      reckoned: { zone: 'Europe/Berlin', ticks: hourIs(0) },
    },
    'half past two in Berlin': {
      config: { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
      reckoned: {
        zone: 'Europe/Berlin',
        // of the hour that comes twice, Temporal means the second one where clocks are ahead of UTC
        ticks: (wall, at) =>
          wall.getUTCHours() === 2 &&
          wall.getUTCMinutes() === 30 &&
          at !== Date.parse('2024-10-27T00:30:00Z'),
      },
    },
    'half past one in New York': {
      config: { cron: '30 1 * * *', timezone: 'America/New_York' },
      reckoned: {
        zone: 'America/New_York',
        ticks: (wall) => wall.getUTCHours() === 1 && wall.getUTCMinutes() === 30,
      },
    },
    'weekdays at six': {
      config: { cron: '0 6 * * MON-FRI' },
      reckoned: { zone: 'UTC', ticks: (wall) => hourIs(6)(wall) && wall.getUTCDay() % 6 !== 0 },
    },
    weekly: {
      config: { cron: '@weekly' },
      reckoned: { zone: 'UTC', ticks: (wall) => hourIs(0)(wall) && wall.getUTCDay() === 0 },
    },
    monthly: {
      config: { cron: '@monthly' },
      reckoned: { zone: 'UTC', ticks: (wall) => hourIs(0)(wall) && wall.getUTCDate() === 1 },
    },
    'the first, if a Monday': {
      config: { cron: '0 0 1-7 * MON' },
      reckoned: {
        zone: 'UTC',
        ticks: (wall) => hourIs(0)(wall) && wall.getUTCDate() <= 7 && wall.getUTCDay() === 1,
      },
    },
    'every six hours': { config: { every: '6h' }, reckoned: { zone: 'UTC', ticks: hourIs(0, 6, 12, 18) } },
    'every quarter': {
      config: { cron: '*/15 * * * *' },
      reckoned: { zone: 'UTC', ticks: () => true },
    },
    'daily from April to May': {
      config: { cron: '@daily', startDate: '2024-04-03T12:00:00Z', endDate: '2024-05-07' },
      reckoned: {
        zone: 'UTC',
        ticks: hourIs(0),
        startMs: Date.parse('2024-04-03T12:00:00Z'),
        endMs: Date.parse('2024-05-07T00:00:00Z'),
      },
    },
    'weekly, ended in February': {
      config: { cron: '@weekly', endDate: '2024-02-01' },
      reckoned: {
        zone: 'UTC',
        ticks: (wall) => hourIs(0)(wall) && wall.getUTCDay() === 0,
        endMs: Date.parse('2024-02-01T00:00:00Z'),
      },
    },
  };
const requestOf = ({ cron, every, timezone, startDate, endDate }: ScheduleConfig): PreviewRequest => ({
  cron: cron ?? `every ${every}`,
  timezone,
  startDate: startDate as string | undefined,
  endDate: endDate as string | undefined,
  pipeline: 'shop',
});

describe('beside the deployed schedule', () => {
  const names = Object.keys(SCHEDULES);
  let reckoned: ReadonlyMap<string, readonly Interval[]>;
  beforeAll(() => {
    reckoned = new Map(names.map((name) => [name, reckonIntervals(SCHEDULES[name]!.reckoned)]));
  });

  test.each(names)('%s, every other schedule differs by exactly what is told', async (deployed) => {
    for (const planned of names)
      for (const now of ['2024-03-17T00:00:00Z', '2024-09-04T13:07:30.250Z']) {
        const request = requestOf(SCHEDULES[planned]!.config);
        const { against } = await preview(request, { now, deployed: SCHEDULES[deployed]!.config });
        const nowMs = Date.parse(now);
        const expected = reckon(reckoned.get(deployed)!, reckoned.get(planned)!, nowMs);
        const { range, gained, lost, moved } = against!;
        expect({ planned, now, end: Date.parse(range.end), gained, lost, moved }).toEqual({
          planned,
          now,
          ...expected,
        });
        expect(Date.parse(range.start)).toBe(nowMs);
        for (const list of [gained, lost, moved]) expect(list.length).toBeLessThanOrEqual(200);
      }
  });

  test('the range ends before the 201st run of either, or after 90 days', async () => {
    const hourly = await preview({ cron: '@hourly', pipeline: 'shop' });
    expect(hourly.against?.range).toEqual({ start: '2024-03-20T10:15:30.250Z', end: '2024-03-28T19:00:00Z' });
    expect(hourly.against?.gained).toHaveLength(192);
    const monthly = await preview({ cron: '@monthly', pipeline: 'shop' });
    expect(monthly.against?.range.end).toBe('2024-06-18T10:15:30.250Z');
    expect(monthly.against?.lost).toHaveLength(87);
  });

  test('the same schedule in other words neither gains, loses nor moves', async () => {
    const { against } = await preview({ cron: '0 0 * * 0-6', pipeline: 'shop' });
    expect(against).toMatchObject({ gained: [], lost: [], moved: [] });
  });

  test('an interval whose old run is past is moved where the new one ends later', async () => {
    const { against } = await preview({ cron: '@weekly', pipeline: 'shop' });
    expect(against?.moved[0]).toEqual({
      from: { start: '2024-03-17T00:00:00Z', end: '2024-03-18T00:00:00Z' },
      to: { start: '2024-03-17T00:00:00Z', end: '2024-03-24T00:00:00Z' },
    });
    expect(against?.gained).toEqual([]);
  });
});

test.each(['* * * * *', 'every 1s', '* * * * * * *'])('%s since 1970 is answered', async (cron) => {
  const answer = await preview({ cron, startDate: '1970-01-01', pipeline: 'shop' });
  expect(answer.runs).toHaveLength(20);
  expect(answer.runs[0]!.at > NOW.slice(0, 19)).toBe(true);
});
