import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  addDuration,
  durationMs,
  formatInstant,
  instantMs,
  parseDuration,
  parseInstant,
  startOfUnit,
  zoneNamed,
} from '../../src/interval';

const berlin = zoneNamed('Europe/Berlin');
const read = (text: string, zone: string): string => formatInstant(parseInstant(text, zoneNamed(zone)));

describe('an instant on the wire', () => {
  test.each([
    ['2024-01-31T06:00:00Z', '2024-01-31T06:00:00Z'],
    ['2024-01-31T06:00Z', '2024-01-31T06:00:00Z'],
    ['2024-01-31T06:00:00.000Z', '2024-01-31T06:00:00Z'],
    ['2024-01-31T06:00:00.5Z', '2024-01-31T06:00:00.500Z'],
    ['2024-01-31T06:00:00.123456Z', '2024-01-31T06:00:00.123456Z'],
    ['2024-01-31T06:00:00.1234567Z', '2024-01-31T06:00:00.123456Z'],
    ['2024-01-31T06:00:00+05:30', '2024-01-31T00:30:00Z'],
    ['2024-01-31 06:00:00-0500', '2024-01-31T11:00:00Z'],
    ['1969-12-31T23:59:59.25Z', '1969-12-31T23:59:59.250Z'],
  ])('%s is %s', (text, expected) => {
    expect(formatInstant(instantMs(text))).toBe(expected);
  });

  test.each([
    '2024-01-31T06:00:00',
    '2024-01-31',
    '2024-02-30T00:00:00Z',
    '2024-01-31T24:00:00Z',
    'now',
    '',
    '1700000000',
  ])('"%s" is refused', (text) => {
    expect(() => instantMs(text)).toThrow(expect.objectContaining({ code: 'INSTANT_INVALID' }));
  });

  test('of whole seconds in UTC means what it means with a fraction, or nothing with it', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
    const near = (max: number) =>
      fc.integer({ min: 0, max: max + 1 }).map((value) => String(value).padStart(2, '0'));
    const year = fc.tuple(two, two).map(([a, b]) => a + b);
    const parts = fc.tuple(year, near(12), near(31), near(23), near(59), near(59));
    const wrong = fc.constantFrom(undefined, undefined, 0, 4, 8, 10, 13, 17, 19);
    fc.assert(
      fc.property(parts, wrong, ([y, month, day, hour, minute, second], at) => {
        const right = `${y}-${month}-${day}T${hour}:${minute}:${second}Z`;
        const text = at === undefined ? right : `${right.slice(0, at)}x${right.slice(at + 1)}`;
        const read = (one: string): number | undefined => {
          try {
            return instantMs(one);
          } catch {
            return undefined;
          }
        };
        expect(read(text)).toBe(read(`${text.slice(0, 19)}.000${text.slice(19)}`));
      }),
      { numRuns: 2000 },
    );
  });

  test('keeps every microsecond on its way through text', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2e15, max: 4e15 }), (micros) => {
        const text = formatInstant(micros / 1000);
        expect(Math.round(instantMs(text) * 1000)).toBe(micros);
        expect(formatInstant(instantMs(text))).toBe(text);
      }),
    );
  });
});

describe("a user's date", () => {
  test.each([
    ['2024-02-01', 'UTC', '2024-02-01T00:00:00Z'],
    ['2024-02-01', 'Europe/Berlin', '2024-01-31T23:00:00Z'],
    ['2024-02-01T06:30', 'Europe/Berlin', '2024-02-01T05:30:00Z'],
    ['2024-02-01T06:30Z', 'Europe/Berlin', '2024-02-01T06:30:00Z'],
    ['2024-02-01 06:30:15.5', 'Asia/Kolkata', '2024-02-01T01:00:15.500Z'],
    // skipped: as if the clocks had not been moved
    ['2024-03-31T02:30', 'Europe/Berlin', '2024-03-31T01:30:00Z'],
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00Z'],
    // repeated: the first
    ['2024-10-27T02:30', 'Europe/Berlin', '2024-10-27T00:30:00Z'],
    ['2024-11-03T01:30', 'America/New_York', '2024-11-03T05:30:00Z'],
    ['2024-04-07T01:45', 'Australia/Lord_Howe', '2024-04-06T14:45:00Z'],
    // a day that Samoa did not have
    ['2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T22:00:00Z'],
    ['1890-01-01', 'Europe/Berlin', '1889-12-31T23:06:32Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(read(text, zone)).toBe(expected);
  });

  test('may be a Date or a luxon DateTime', () => {
    const at = Date.UTC(2024, 0, 1);
    expect(parseInstant(new Date(at), berlin)).toBe(at);
    expect(parseInstant(DateTime.fromMillis(at, { zone: 'Asia/Tokyo' }), berlin)).toBe(at);
  });

  test.each(['2024-13-01', '2024-02-30', '01.02.2024', 'yesterday', '2024-1-1', ''])(
    '"%s" is refused',
    (text) => {
      expect(() => parseInstant(text, berlin)).toThrow(expect.objectContaining({ code: 'INSTANT_INVALID' }));
    },
  );

  test('an invalid Date is refused', () => {
    expect(() => parseInstant(new Date('x'), berlin)).toThrow(
      expect.objectContaining({ code: 'INSTANT_INVALID' }),
    );
  });

  test('is the instant that luxon gives, in any zone and year, except where the clocks change', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'America/New_York',
          'Europe/Berlin',
          'Australia/Lord_Howe',
          'Asia/Tehran',
          'America/St_Johns',
        ),
        fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2040, 0, 1) }),
        (name, ms) => {
          const at = DateTime.fromMillis(Math.floor(ms / 1000) * 1000, { zone: name });
          fc.pre(at.getPossibleOffsets().length === 1);
          expect(parseInstant(at.toISO({ includeOffset: false })!, zoneNamed(name))).toBe(at.toMillis());
        },
      ),
    );
  });
});

describe('a duration', () => {
  test.each([
    ['90m', { months: 0, days: 0, ms: 5_400_000 }],
    ['1h30m', { months: 0, days: 0, ms: 5_400_000 }],
    ['500ms', { months: 0, days: 0, ms: 500 }],
    ['1d', { months: 0, days: 1, ms: 0 }],
    ['2w', { months: 0, days: 14, ms: 0 }],
    ['1mo', { months: 1, days: 0, ms: 0 }],
    ['1y', { months: 12, days: 0, ms: 0 }],
    ['P1M', { months: 1, days: 0, ms: 0 }],
    ['P1Y2M3W4DT5H6M7S', { months: 14, days: 25, ms: 18_367_000 }],
    ['PT90M', { months: 0, days: 0, ms: 5_400_000 }],
  ])('%s', (text, expected) => {
    expect(parseDuration(text)).toEqual(expected);
  });

  test.each(['', '5', 'd', '1M', '1 d', '-1d', 'P', 'PT', 'P1', '0d', 'PT0S', '1.5h'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'DURATION_INVALID' }));
    },
  );

  test('in milliseconds has days of 24 hours, and no months', () => {
    expect(durationMs('1d12h')).toBe(129_600_000);
    expect(() => durationMs('1mo')).toThrow(expect.objectContaining({ code: 'DURATION_INVALID' }));
  });

  test('of a day keeps the wall time over a change of the clocks; 24 hours do not', () => {
    const noon = parseInstant('2024-03-30T12:00', berlin);
    expect(addDuration(noon, parseDuration('1d'), berlin) - noon).toBe(23 * 3_600_000);
    expect(addDuration(noon, parseDuration('24h'), berlin) - noon).toBe(24 * 3_600_000);
  });

  test('of a month ends with the month', () => {
    const from = parseInstant('2024-01-31T06:00', berlin);
    expect(addDuration(from, parseDuration('P1M'), berlin)).toBe(parseInstant('2024-02-29T06:00', berlin));
    expect(addDuration(from, parseDuration('P13M'), berlin)).toBe(parseInstant('2025-02-28T06:00', berlin));
  });
});

test.each([
  ['hour', '2024-05-15T13:00'],
  ['day', '2024-05-15'],
  ['week', '2024-05-13'],
  ['month', '2024-05-01'],
  ['year', '2024-01-01'],
] as const)('a %s starts on the clocks of the zone', (unit, expected) => {
  expect(startOfUnit(parseInstant('2024-05-15T13:45:10', berlin), unit, berlin)).toBe(
    parseInstant(expected, berlin),
  );
});

test('the second copy of a repeated hour has its own start', () => {
  const second = instantMs('2024-10-27T01:30:00Z');
  expect(formatInstant(startOfUnit(second, 'hour', berlin))).toBe('2024-10-27T01:00:00Z');
});
