import { isTidemarkError } from '../../src/errors';
import { formatInstant, instantMs, nextTick, parseCron, ticks, zoneNamed } from '../../src/interval';

const between = (text: string, zone: string, after: string, upTo: string): string[] =>
  [...ticks(parseCron(text, zone), { after: instantMs(after), upTo: instantMs(upTo) })].map(formatInstant);

function refusal(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (isTidemarkError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a cron text', () => {
  test.each([
    ['@yearly', '0 0 1 1 *'],
    ['@annually', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * SUN'],
    ['@daily', '0 0 * * *'],
    ['@midnight', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
  ])('%s ticks like %s', (preset, fields) => {
    const range = ['2024-01-15T00:00:00Z', '2024-04-15T00:00:00Z'] as const;
    expect(between(preset, 'Europe/Berlin', ...range)).toEqual(between(fields, 'Europe/Berlin', ...range));
  });

  test('of six fields has the year last, of seven the seconds first as well', () => {
    expect(between('0 12 1 1 * 2025', 'UTC', '2024-01-01T00:00:00Z', '2030-01-01T00:00:00Z')).toEqual([
      '2025-01-01T12:00:00Z',
    ]);
    expect(between('5/25 0 12 1 1 * 2025', 'UTC', '2024-01-01T00:00:00Z', '2030-01-01T00:00:00Z')).toEqual([
      '2025-01-01T12:00:05Z',
      '2025-01-01T12:00:30Z',
      '2025-01-01T12:00:55Z',
    ]);
  });

  test('takes names by prefix in any case, and 7 for Sunday', () => {
    expect(parseCron('0 0 * sept,DEC Tues-Satur')).toMatchObject({
      month: { text: 'sept,DEC' },
      weekday: { accepts: Uint8Array.of(0, 0, 1, 1, 1, 1, 1, 0) },
    });
    expect(parseCron('0 0 * * 5-7')).toMatchObject({
      weekday: { accepts: Uint8Array.of(1, 0, 0, 0, 0, 1, 1, 1) },
    });
  });

  test('needs both day of month and weekday to match', () => {
    expect(between('0 0 13 * FRI', 'UTC', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z')).toEqual([
      '2024-09-13T00:00:00Z',
      '2024-12-13T00:00:00Z',
    ]);
  });

  test('may tick where either matches, for a workflow started with cronSchedule', () => {
    const days = (text: string): string[] => {
      const range = { after: instantMs('2024-09-30T12:00:00Z'), upTo: instantMs('2024-10-10T12:00:00Z') };
      return [...ticks(parseCron(text, 'UTC', 'either'), range)].map((tick) =>
        formatInstant(tick).slice(8, 10),
      );
    };
    expect(days('0 0 3 * FRI')).toEqual(['03', '04']);
    expect(days('0 0 3,7 * *')).toEqual(['03', '07']);
    expect(days('0 0 * * FRI')).toEqual(['04']);
  });

  test('is cut at a hash, and its zone prefix beats the zone given', () => {
    const cron = parseCron(' CRON_TZ=Asia/Tokyo  0  6 * * *  # at six', 'Europe/Berlin');
    expect(cron.zone.name).toBe('Asia/Tokyo');
    expect(cron.expression).toBe('0 6 * * *');
    expect(nextTick(cron, instantMs('2024-01-01T00:00:00Z'))).toBe(instantMs('2024-01-01T21:00:00Z'));
  });

  test('with @every counts from the epoch, with an offset if one is given', () => {
    const range = ['2024-01-01T00:00:00Z', '2024-01-01T06:00:00Z'] as const;
    expect(between('@every 90m', 'Asia/Kolkata', ...range)).toEqual([
      '2024-01-01T01:30:00Z',
      '2024-01-01T03:00:00Z',
      '2024-01-01T04:30:00Z',
      '2024-01-01T06:00:00Z',
    ]);
    expect(between('@every 2h30m/15m', 'UTC', ...range)[0]).toBe('2024-01-01T00:45:00Z');
    expect(parseCron('@every 1.5d')).toMatchObject({ every: { seconds: 129_600, offsetSeconds: 0 } });
  });

  test('that matches no day gives no tick', () => {
    expect(nextTick(parseCron('0 0 30 2 *'), instantMs('2024-01-01T00:00:00Z'))).toBeNull();
    expect(nextTick(parseCron('0 0 1 1 * 2020'), instantMs('2024-01-01T00:00:00Z'))).toBeNull();
  });

  test.each([
    ['61 * * * *', 'minute "61"'],
    ['* 24 * * *', 'hour "24"'],
    ['* * 0 * *', 'day of month "0"'],
    ['* * * 13 *', 'month "13"'],
    ['* * * ja *', 'month "ja"'],
    ['* * * * 8', 'weekday "8"'],
    ['* * * * s', 'weekday "s"'],
    ['* * * * * 1999', 'year "1999"'],
    ['60 * * * * * *', 'second "60"'],
    ['*/0 * * * *', 'the step "0"'],
    ['*/x * * * *', 'the step "x"'],
    ['1/2/3 * * * *', 'two steps'],
    ['5-1 * * * *', 'runs backwards'],
    ['1-2-3 * * * *', 'is not a range'],
    ['* * * * SAT-SUN', 'runs backwards'],
    ['1,,2 * * * *', 'a value is missing'],
    ['0 0 L * *', '"L" is not supported'],
    ['0 0 15W * *', '"15W" is not supported'],
    ['0 0 ? * *', '"?" is not supported'],
    ['0 0 * * 5L', '"5L" is not supported'],
    ['* * * *', 'it has 4 fields'],
    ['* * * * * * * *', 'it has 8 fields'],
    ['', 'it has 0 fields'],
    ['@Daily', 'the preset "@Daily"'],
    ['@reboot', 'the preset "@reboot"'],
    ['constructor', 'it has 1 field'],
    ['@every', 'not a period'],
    ['@every1h', 'need a space'],
    ['@every 90', 'not a period'],
    ['@every 500ms', 'shorter than a second'],
    ['@every 1h/2h', 'not shorter than the period'],
    ['@every 1h/x', 'not an offset'],
    ['@every 1h/1m/1m', 'two offsets'],
  ])('"%s" is refused, and what is wrong is named', (text, part) => {
    const { code, message } = refusal(() => parseCron(text));
    expect(code).toBe('CRON_INVALID');
    expect(message).toContain(`"${text}"`);
    expect(message).toContain(part);
  });
});

describe('a zone', () => {
  test.each([
    'UTC',
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'US/Eastern',
    'Etc/GMT+5',
    'EST5EDT',
    'GMT',
  ])('%s is known', (name) => {
    expect(zoneNamed(name).name).toBe(name);
  });

  test.each([
    'Mars/Phobos',
    '',
    'local',
    '+05:30',
    'PST',
    'utc',
    'europe/berlin',
    'asia/kolkata',
    'EUROPE/BERLIN',
  ])('"%s" is refused', (name) => {
    expect(refusal(() => zoneNamed(name))).toMatchObject({
      code: 'ZONE_INVALID',
      message: expect.stringContaining(`"${name}"`),
    });
  });

  test('in the wrong case is refused with the right spelling', () => {
    expect(refusal(() => zoneNamed('europe/berlin')).message).toContain('"Europe/Berlin"');
  });

  test('has the offsets of the zone database at every hour of two years', () => {
    for (const name of ['America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kathmandu']) {
      const zone = zoneNamed(name);
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        hour: '2-digit',
        minute: '2-digit',
      });
      const start = instantMs('2023-01-01T00:00:00Z');
      for (let at = start; at < start + 730 * 86_400_000; at += 7 * 3_600_000) {
        const wall = new Date(at + zone.offsetAt(at)).toISOString().slice(11, 16);
        expect(format.format(at)).toBe(wall);
      }
    }
  });

  test('tells when its clocks change, to the second', () => {
    const periods = zoneNamed('America/New_York').periods(
      instantMs('2024-01-01T00:00:00Z'),
      instantMs('2025-01-01T00:00:00Z'),
    );
    expect(periods.map(({ from, offset }) => [formatInstant(from), offset / 3_600_000])).toEqual([
      ['2024-01-01T00:00:00Z', -5],
      ['2024-03-10T07:00:00Z', -4],
      ['2024-11-03T06:00:00Z', -5],
    ]);
  });
});
