import fc from 'fast-check';
import { DateTime } from 'luxon';
import { dateInPath } from '../../../src/sources/files/path-date';
import { parsePathPattern } from '../../../src/sources/files/path-pattern';
import { searchPrefixes } from '../../../src/sources/files/search-prefixes';

const HOUR = 3_600_000;
/** Zones whose days have 23, 24, 24 ½ and 25 hours, begin at one o'clock, or are left out. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Cairo',
];
const GLOBS = [
  '{yyyy}/{MM}/{dd}/*.csv',
  'a/{yyyy}-{MM}/{yyyy}{MM}{dd}_*',
  'h/{yyyy}{MM}{dd}/{HH}{mm}.csv',
  '*/{yyyy}/{MM}/{dd}',
];

const pathAt = (glob: string, instant: number, zone: string): string =>
  glob
    .replace(/\{(\w+)\}/g, (_, part: string) => DateTime.fromMillis(instant, { zone }).toFormat(part))
    .replaceAll('*', 'x');

describe('where files of a range are looked for', () => {
  test('every file whose date lies in the range begins with one of the prefixes', () => {
    const hours = fc.integer({ min: Date.UTC(2009, 0) / HOUR, max: Date.UTC(2020, 0) / HOUR });
    const arbitrary = fc.record({
      zone: fc.constantFrom(...ZONES),
      glob: fc.constantFrom(...GLOBS),
      from: hours,
      length: fc.integer({ min: 0, max: 100 }),
      offset: fc.integer({ min: -30, max: 130 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ zone, glob, from, length, offset }) => {
        const pattern = parsePathPattern(glob);
        const path = pathAt(glob, (from + offset) * HOUR, zone);
        const at = dateInPath(path, pattern.regex, zone)!.toMillis();
        const range = { start: from * HOUR, end: (from + length) * HOUR };
        const prefixes = searchPrefixes(pattern, range, zone);
        const found = prefixes.some((prefix) => path.startsWith(prefix));
        return at < range.start || at >= range.end || found;
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['{yyyy}/{MM}/{dd}/*.csv', ['2024/02/28/', '2024/02/29/', '2024/03/01/']],
    ['x/{yyyy}-{MM}/*.csv', ['x/2024-02/', 'x/2024-03/']],
    ['x/{yyyy}/*/{MM}/{dd}.csv', ['x/2024/']],
    ['x/*/{yyyy}/{MM}.csv', ['x/']],
    ['x/[ab]/{yyyy}.csv', ['x/']],
  ])('%s', (glob, expected) => {
    const range = { start: Date.UTC(2024, 1, 28), end: Date.UTC(2024, 2, 1, 1) };
    expect(searchPrefixes(parsePathPattern(glob), range, 'UTC')).toEqual(expected);
  });

  test('a range that is open, or of many years, is looked for everywhere below the fixed part', () => {
    const pattern = parsePathPattern('logs/{yyyy}/{MM}/{dd}/*');
    expect(searchPrefixes(pattern, { start: 0, end: undefined }, 'UTC')).toEqual(['logs/']);
    expect(searchPrefixes(pattern, { start: 0, end: Date.UTC(2024, 0) }, 'UTC')).toEqual(['logs/']);
  });

  test('a part that comes twice must be the same', () => {
    const { regex } = parsePathPattern('{yyyy}/{yyyy}-{MM}.csv');
    expect(
      ['2024/2024-05.csv', '2024/2025-05.csv', '2024/2024-13.csv'].map((path) => regex.test(path)),
    ).toEqual([true, false, false]);
  });
});
