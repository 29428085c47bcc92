import { cronWarnings, instantMs, parseCron } from '../../src/interval';

const now = instantMs('2024-01-15T00:00:00Z');
const codes = (text: string, zone = 'UTC', timezone?: string): string[] =>
  cronWarnings(parseCron(text, zone), now, timezone).map(({ code }) => code);
const messages = (text: string, zone: string): string[] =>
  cronWarnings(parseCron(text, zone), now).map(({ message }) => message);

describe('at deploy, a cron', () => {
  test.each([
    ['@daily', 'UTC'],
    ['0 6 * * MON-FRI', 'Europe/Berlin'],
    ['0 0 1-31 * 1', 'UTC'],
    ['@hourly', 'America/New_York'],
    ['*/15 * * * *', 'Australia/Lord_Howe'],
    ['30 2 * * *', 'Asia/Kolkata'],
  ])('%s in %s needs no warning', (text, zone) => {
    expect(codes(text, zone)).toEqual([]);
  });

  test('with day of month and weekday is warned about: both must match', () => {
    const [warning] = cronWarnings(parseCron('0 0 13 * FRI'), now);
    expect(warning).toMatchObject({ code: 'DAY_AND_WEEKDAY' });
    expect(warning?.message).toContain('day of month "13" and weekday "FRI" both');
  });

  test('with a tick in a repeated hour is warned about, with the day', () => {
    expect(codes('30 1 * * *', 'America/New_York')).toEqual(['TICK_REPEATED']);
    expect(messages('30 1 * * *', 'America/New_York')[0]).toContain('on 2024-11-03, 01:30 comes twice');
  });

  test('with a tick in a skipped hour is warned about, with the day', () => {
    expect(codes('30 2 * * *', 'America/New_York')).toEqual(['TICK_SKIPPED']);
    expect(messages('30 2 * * *', 'America/New_York')[0]).toContain('on 2024-03-10, 02:30 is skipped');
  });

  test('loses a weekday whose midnight is skipped', () => {
    expect(messages('0 12 * * SUN', 'America/Havana')[0]).toContain('on 2024-03-10, 12:00 is left out');
  });

  test('with a hash in a field is warned about: the rest is a comment', () => {
    expect(codes('0 0 * * 1#2')).toEqual(['TEXT_AFTER_HASH']);
    expect(codes('0 0 * * 1 # Mondays')).toEqual([]);
  });

  test('with a zone of its own is warned about where the schedule has another', () => {
    expect(codes('TZ=Asia/Tokyo 0 6 * * *', 'UTC', 'UTC')).toEqual(['ZONE_IN_CRON']);
    expect(codes('TZ=Asia/Tokyo 0 6 * * *', 'UTC', 'Asia/Tokyo')).toEqual([]);
  });

  test('of a fixed period in a zone is warned about: the zone has no part in it', () => {
    expect(codes('@every 24h', 'Europe/Berlin')).toEqual(['ZONE_WITHOUT_EFFECT']);
  });

  test('that never ticks any more is warned about', () => {
    expect(codes('0 0 30 2 *')).toEqual(['NO_MORE_TICKS']);
    expect(codes('0 0 1 1 * 2020')).toEqual(['NO_MORE_TICKS']);
  });
});
