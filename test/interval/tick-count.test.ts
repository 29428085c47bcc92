import fc from 'fast-check';
import { parseCron, tickCounter, zoneNamed } from '../../src/interval';
import { ticksFrom } from '../../src/interval/canonical-ticks';

const DAY_MS = 86_400_000;
const CRONS = [
  ...['* * * * *', '*/5 * * * *', '0 * * * *', '30 2 * * *', '0 0 * * *', '0 0 * * 1', '0 0 13 * 5'],
  ...['15 1,2,3 * * *', '0 0 1 * *', '0 12 * * 0', '59 23 31 12 *', '*/20 30 23,0,1 * * * 2000-2030'],
  ...['@every 90m/15m', '@every 7d'],
];
/** Those that change at midnight, by half an hour, twice in a spring, or over a day. */
const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'America/Noronha', 'Asia/Gaza'],
  ...['Africa/Casablanca', 'Australia/Lord_Howe', 'Pacific/Apia'],
];

/** How many a walk finds. */
function walked(cron: ReturnType<typeof parseCron>, { start, end }: { start: number; end: number }): number {
  let count = 0;
  for (const tick of ticksFrom(cron, start)) {
    if (tick >= end) break;
    count += 1;
  }
  return count;
}

describe('ticks are counted as a walk counts them', () => {
  test('around changes of the clocks', () => {
    const zone = fc.constantFrom(...ZONES);
    const ms = fc.integer({ min: 0, max: 4 * DAY_MS });
    fc.assert(
      fc.property(zone, fc.constantFrom(...CRONS), fc.nat(), ms, ms, (name, text, choice, before, after) => {
        const changes = zoneNamed(name)
          .periods(Date.UTC(2006, 0, 5), Date.UTC(2026, 0))
          .slice(1);
        const at = changes[choice % Math.max(1, changes.length)]?.from ?? Date.UTC(2020, 1, 29);
        const span = { start: at - before, end: at + after };
        const cron = parseCron(text, name);
        const count = tickCounter(cron);
        expect(count(span)).toBe(walked(cron, span));
        // what was remembered of the longer span
        const shorter = { start: span.start + 60_000, end: at + Math.floor(after / 2) };
        expect(count(shorter)).toBe(walked(cron, shorter));
        expect(count(span)).toBe(walked(cron, span));
      }),
      { numRuns: 150 },
    );
  });

  test('from before the first to beyond the last that there is, and between parts of a second', () => {
    const cron = parseCron('0 6 1 * *', 'Europe/Berlin');
    const always = { start: Date.UTC(1970, 0), end: Date.UTC(2200, 0) };
    expect(tickCounter(cron)(always)).toBe(101 * 12);
    const tick = Date.UTC(2024, 0, 1, 5);
    expect(tickCounter(cron)({ start: tick, end: tick + 0.5 })).toBe(1);
    expect(tickCounter(cron)({ start: tick + 0.5, end: tick + 1000 })).toBe(0);
    expect(tickCounter(cron)({ start: tick, end: tick })).toBe(0);
    expect(tickCounter(cron)({ start: tick + 1, end: tick - DAY_MS })).toBe(0);
  });
});
