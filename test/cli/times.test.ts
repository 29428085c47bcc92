import fc from 'fast-check';
import { printBackfillPlan } from '../../src/cli/output/backfill-plan';
import { formatLeft, formatRate, rateMeter } from '../../src/cli/output/rate';
import { timesIn, zoneNote } from '../../src/cli/output/times';
import { parseInstant, zoneNamed } from '../../src/interval';
import { fakeTerminal } from './fake-terminal';

describe('times that people read', () => {
  test('are on the wall clock of the zone, and near a change of the clock have their offset', () => {
    const { instant, interval } = timesIn('Europe/Berlin');
    expect(instant('2024-01-31T23:00:00Z')).toBe('2024-02-01');
    expect(instant('2024-06-01T04:30:00Z')).toBe('2024-06-01T06:30');
    expect(instant('2024-06-01T04:30:12.000Z')).toBe('2024-06-01T06:30:12');
    expect(['2024-10-27T00:30:00Z', '2024-10-27T01:30:00Z'].map(instant)).toEqual([
      '2024-10-27T02:30+02:00',
      '2024-10-27T02:30+01:00',
    ]);
    expect(interval({ start: '2024-01-31T23:00:00Z', end: '2024-02-01T23:00:00Z' })).toBe(
      '[2024-02-01, 2024-02-02)',
    );
    expect(interval(null)).toBe('–');
  });

  test('of UTC are as ever, and need no word of the zone', () => {
    expect(timesIn().instant('2024-06-01T04:30:00Z')).toBe('2024-06-01T04:30:00Z');
    expect([zoneNote(timesIn('UTC')), zoneNote(timesIn('Asia/Tokyo'))]).toEqual([
      '',
      ' (times in Asia/Tokyo)',
    ]);
  });

  test('mean the same when they are typed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'),
        fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) }),
        (zone, ms) => {
          const iso = new Date(ms - (ms % 1000)).toISOString();
          expect(new Date(parseInstant(timesIn(zone).instant(iso), zoneNamed(zone))).toISOString()).toBe(iso);
        },
      ),
    );
  });

  test('a plan says the zone once', () => {
    const { terminal, text } = fakeTerminal();
    const interval = { start: '2024-01-31T23:00:00Z', end: '2024-02-01T23:00:00Z' };
    printBackfillPlan(
      terminal,
      { version: 1, pipeline: 'shop', range: interval, chunks: [{ interval }], next: null, indexed: true },
      'Europe/Berlin',
    );
    expect(text()).toBe(
      '[2024-02-01, 2024-02-02)\n1 interval of shop would be loaded (times in Europe/Berlin).\n',
    );
  });
});

describe('a rate', () => {
  test('is that of the last ten seconds, and unknown at first', () => {
    let now = 0;
    const meter = rateMeter(() => now);
    const rates = [0, 100, 1_000, 5_000, 11_000, 21_000, 31_000].map((at) => {
      now = at;
      return meter.at(Math.min(at, 11_000));
    });
    expect(rates).toEqual([undefined, undefined, 1000, 1000, 1000, 0, 0]);
  });

  test('is written short, and gives what is left', () => {
    expect([formatRate(undefined), formatRate(1234.4), formatRate(0.5), formatRate(0)]).toEqual([
      '',
      '  1,234 rows/s',
      '  0.5 rows/s',
      '  0 rows/s',
    ]);
    expect([formatLeft(100, 10), formatLeft(0, 10), formatLeft(5, 0), formatLeft(5, undefined)]).toEqual([
      '  about 10 s left',
      '',
      '',
      '',
    ]);
  });
});
