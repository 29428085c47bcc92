import fc from 'fast-check';
import { parseCron } from '../../src/interval';
import { scheduleText, scheduleWords } from '../../src/operate/schedule-words';

const words = (cron: string): string => scheduleWords(parseCron(cron));

describe('a schedule in words', () => {
  test.each([
    ['@daily', 'Every day at 00:00'],
    ['@hourly', 'Every hour'],
    ['@weekly', 'At 00:00, only on Sunday'],
    ['@monthly', 'At 00:00, on day 1 of the month'],
    ['*/30 * * * *', 'Every 30 minutes'],
    ['0 6 * * MON', 'At 06:00, only on Monday'],
    ['30 18 * * monday-fri', 'At 18:30, Monday through Friday'],
    ['0 0 * * 6,7', 'At 00:00, only on Saturday and Sunday'],
    ['0 0 * * 5-7', 'At 00:00, Friday through Sunday'],
    ['0 */6 * * *', 'Every day at 00:00, 06:00, 12:00 and 18:00'],
    ['0 9-17 * * *', 'Every hour, between 09:00 and 17:00'],
    // a step that doesn't divide the hour is not as even as it looks
    ['*/25 * * * *', 'At 0, 25, and 50 minutes past the hour'],
    // six fields end with the year, seven begin with seconds
    ['0 6 * * 1 2024', 'At 06:00, only on Monday, only in 2024'],
    ['*/15 * * * * * *', 'Every 15 seconds'],
    ['CRON_TZ=Europe/Berlin 0 6 * * * # early', 'Every day at 06:00'],
  ])('%s: %s', (cron, expected) => {
    expect(words(cron)).toBe(expected);
  });

  test.each([
    ['0 0 13 * 5', 'At 00:00, on day 13 of the month, if it is a Friday'],
    ['0 0 13 6 FRI 2025', 'At 00:00, on day 13 of the month, if it is a Friday, only in June, only in 2025'],
    ['0 0 1-7 * 1,0', 'At 00:00, between day 1 and 7 of the month, if it is a Monday or Sunday'],
    ['0 0 13 * 0-5', 'At 00:00, on day 13 of the month, unless it is a Saturday'],
    ['0 0 13 * 1-5', 'At 00:00, on day 13 of the month, unless it is a Saturday or Sunday'],
    // all of them is no condition
    ['0 0 13 * 0-6', 'At 00:00, on day 13 of the month'],
    ['0 0 */1 * 5', 'At 00:00, only on Friday'],
  ])('day of month and weekday must both match: %s', (cron, expected) => {
    expect(words(cron)).toBe(expected);
  });

  test.each([
    ['@every 6h', 'Every 6 hours'],
    ['@every 1h', 'Every hour'],
    ['@every 90m', 'Every 90 minutes'],
    ['@every 45s', 'Every 45 seconds'],
    ['@every 90m/15m', 'Every 90 minutes, counted from 1970-01-01 00:15 UTC'],
    ['@every 1d', 'Every day at 00:00 UTC'],
    ['@every 1d/6h', 'Every day at 06:00 UTC'],
    ['@every 7d', 'Every 7 days, counted from 1970-01-01 00:00 UTC'],
    ['@every 50s/10s', 'Every 50 seconds, counted from 1970-01-01 00:00:10 UTC'],
  ])('a period: %s', (cron, expected) => {
    expect(words(cron)).toBe(expected);
  });

  test('whatever Temporal takes has words, and the same for the same times', () => {
    const field = (min: number, max: number): fc.Arbitrary<string> => {
      const value = fc.integer({ min, max });
      const part = fc.oneof(
        fc.constant('*'),
        value.map(String),
        fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        fc.tuple(value, fc.integer({ min: 1, max: 40 })).map(([a, step]) => `${a}/+0${step}`),
        fc.integer({ min: 1, max: 40 }).map((step) => `*/${step}`),
      );
      return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
    };
    const fields = [
      ...[field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)],
      field(2000, 2100),
    ];
    fc.assert(
      fc.property(fc.tuple(...fields), (parts) => {
        const cron = parseCron(parts.join(' '));
        if (cron.kind !== 'calendar') throw new Error('a calendar was written');
        const text = scheduleWords(cron);
        expect(text).not.toMatch(/undefined|NaN|null|By cron/);
        const listed = (name: 'hour' | 'minute'): string =>
          [...cron[name].accepts.entries()].flatMap(([value, one]) => (one === 1 ? [value] : [])).join(',');
        const again = [parts[0], listed('minute'), listed('hour'), ...parts.slice(3)].join(' ');
        expect(words(again)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('is written as its config has it', () => {
    expect(scheduleText({ cron: '0 6 * * 1' })).toBe('0 6 * * 1');
    expect(scheduleText({ cron: '@daily' })).toBe('@daily');
    expect(scheduleText({ cron: '@every 90m/15m' })).toBe('every 90m/15m');
  });
});
