import fc from 'fast-check';
import { DateTime } from 'luxon';
import { zoneClock } from '../../../ui/grid/model/zone-clock';

const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Africa/Casablanca'],
  ...['Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kolkata'],
];
const DAY = 86_400;
const at = (iso: string): number => Date.parse(iso) / 1000;

const walls = (seconds: number, zone: string): number => {
  const { offset } = DateTime.fromSeconds(seconds, { zone });
  return seconds + offset * 60;
};

test('every time of a span is what the zone’s clocks show', () => {
  const span = fc.tuple(
    fc.constantFrom(...ZONES),
    fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
    fc.integer({ min: 0, max: 4000 * DAY }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
  );
  fc.assert(
    fc.property(span, ([zone, from, length, parts]) => {
      const { local } = zoneClock(zone, from, from + length);
      for (const part of [0, 1, ...parts]) {
        const seconds = from + Math.floor(part * length);
        expect(local(seconds)).toBe(walls(seconds, zone));
      }
    }),
    { numRuns: 60 },
  );
});

test('the change of the clocks lies at its very second', () => {
  const change = at('2024-03-31T01:00:00Z');
  const { local } = zoneClock('Europe/Berlin', at('2024-01-01T00:00:00Z'), at('2024-12-31T00:00:00Z'));
  expect([local(change - 1) - (change - 1), local(change) - change]).toEqual([3600, 7200]);
});

test('a zone that the browser does not know is UTC, and says so', () => {
  const clock = zoneClock('Mars/Olympus', 0, DAY);
  expect(clock.zone).toBe('UTC');
  expect(clock.local(1234)).toBe(1234);
});
