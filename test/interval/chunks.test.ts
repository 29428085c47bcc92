import fc from 'fast-check';
import {
  chunks,
  formatInstant,
  type Interval,
  instantMs,
  parseChunkSize,
  parseCron,
} from '../../src/interval';

const daily = parseCron('0 6 * * *', 'Europe/Berlin');
const cut = (start: string, end: string, size: string, cron = daily): [string, string][] =>
  [...chunks({ range: { start, end }, by: parseChunkSize(size), cron })].map((one) => [one.start, one.end]);

describe('a range', () => {
  test('is cut at the ticks of its schedule', () => {
    expect(cut('2024-01-01T00:00:00Z', '2024-01-02T12:00:00Z', 'cron')).toEqual([
      ['2024-01-01T00:00:00Z', '2024-01-01T05:00:00Z'],
      ['2024-01-01T05:00:00Z', '2024-01-02T05:00:00Z'],
      ['2024-01-02T05:00:00Z', '2024-01-02T12:00:00Z'],
    ]);
  });

  test('is cut in days of the zone, which may have 23 hours', () => {
    expect(cut('2024-03-30T05:00:00Z', '2024-04-01T04:00:00Z', '1d')).toEqual([
      ['2024-03-30T05:00:00Z', '2024-03-31T04:00:00Z'],
      ['2024-03-31T04:00:00Z', '2024-04-01T04:00:00Z'],
    ]);
  });

  test('is cut in months from its start, without drifting from the last day', () => {
    expect(
      cut('2024-01-31T00:00:00Z', '2024-04-30T00:00:00Z', 'P1M', parseCron('@daily')).map(([, end]) => end),
    ).toEqual(['2024-02-29T00:00:00Z', '2024-03-31T00:00:00Z', '2024-04-30T00:00:00Z']);
  });

  test('is cut where months begin', () => {
    expect(cut('2024-01-15T00:00:00Z', '2024-03-10T00:00:00Z', 'month', parseCron('@daily'))).toEqual([
      ['2024-01-15T00:00:00Z', '2024-02-01T00:00:00Z'],
      ['2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
      ['2024-03-01T00:00:00Z', '2024-03-10T00:00:00Z'],
    ]);
  });

  test('is cut in a number of parts at whole seconds, and in fewer where it has not so many milliseconds', () => {
    expect(cut('2024-01-01T00:00:00Z', '2024-01-01T00:00:10Z', '3')).toEqual([
      ['2024-01-01T00:00:00Z', '2024-01-01T00:00:03Z'],
      ['2024-01-01T00:00:03Z', '2024-01-01T00:00:06Z'],
      ['2024-01-01T00:00:06Z', '2024-01-01T00:00:10Z'],
    ]);
    expect(cut('2024-01-01T00:00:00Z', '2024-01-01T00:00:00.003Z', '10')).toHaveLength(3);
  });

  test('that is empty has no chunk', () => {
    for (const size of ['cron', '1d', 'month', '5'])
      expect(cut('2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z', size)).toEqual([]);
  });

  test('may lie before the first tick or after the last', () => {
    expect(cut('1990-01-01T00:00:00Z', '1991-01-01T00:00:00Z', 'cron')).toHaveLength(1);
    expect(cut('2101-06-01T00:00:00Z', '2102-01-01T00:00:00Z', 'cron')).toHaveLength(1);
  });

  test.each(['', '0', '-1', '1x', 'fortnight', '1.5', '1M'])('is not cut by "%s"', (size) => {
    expect(() => parseChunkSize(size)).toThrow(expect.objectContaining({ code: 'DURATION_INVALID' }));
  });
});

const ranges = fc
  .tuple(
    fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2026, 0, 1) }),
    fc.integer({ min: 1, max: 40 * 86_400_000 }),
  )
  .map(([start, length]): Interval => ({ start: formatInstant(start), end: formatInstant(start + length) }));
const sizes = fc
  .constantFrom(
    'cron',
    '7h',
    '1d',
    '3d12h',
    'P1M',
    '1w',
    'hour',
    'day',
    'week',
    'month',
    'year',
    '1',
    '7',
    '1000',
  )
  .map(parseChunkSize);
const schedules = fc
  .tuple(
    fc.constantFrom('*/30 0-3 * * *', '@daily', '@weekly', '@every 5h'),
    fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Apia'),
  )
  .map(([text, zone]) => parseCron(text, zone));

describe('chunks of any range and size', () => {
  test('tile the range', () => {
    fc.assert(
      fc.property(ranges, sizes, schedules, (range, by, cron) => {
        const list = [...chunks({ range, by, cron })];
        expect(list[0]?.start).toBe(range.start);
        expect(list.at(-1)?.end).toBe(range.end);
        const broken = list.filter(
          ({ start, end }, index) =>
            instantMs(end) <= instantMs(start) || (index > 0 && start !== list[index - 1]!.end),
        );
        expect(broken).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('are the same when read on from any of them', () => {
    fc.assert(
      fc.property(ranges, sizes, schedules, fc.nat(), (range, by, cron, pick) => {
        const list = [...chunks({ range, by, cron })];
        const index = pick % list.length;
        expect([...chunks({ range, by, cron, from: list[index]!.start })]).toEqual(list.slice(index));
        expect([...chunks({ range, by, cron, from: range.end })]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test('the last pages of a million chunks are reached without those before', () => {
  const range = { start: '2020-01-01T00:00:00Z', end: '2022-01-01T00:00:00Z' };
  const by = parseChunkSize('1000000');
  const list = [...chunks({ range, by, cron: daily, from: '2021-12-31T23:50:00Z' })];
  expect(list.length).toBeLessThan(20);
  expect(list.at(-1)?.end).toBe(range.end);
});
