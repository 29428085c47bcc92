import fc from 'fast-check';
import {
  compareIntervals,
  covers,
  formatInstant,
  gaps,
  type Interval,
  instantMs,
  intersect,
  intervalContains,
  intervalSet,
  intervalsOverlap,
  isEmptyInterval,
  makeInterval,
  overlapsAny,
  sameInterval,
  subtract,
  unbrokenUntil,
  unionOf,
} from '../../src/interval';

const DAY = 86_400_000;
const day = (index: number): string => formatInstant(Date.UTC(2024, 0, 1) + index * DAY);
const days = (from: number, to: number): Interval => ({ start: day(from), end: day(to) });

const someIntervals = fc.array(
  fc.tuple(fc.nat(30), fc.nat(8)).map(([start, length]) => days(start, start + length)),
  { maxLength: 12 },
);
const daysOf = (set: readonly Interval[]): number[] =>
  Array.from({ length: 40 }, (_, index) => index).filter((index) =>
    set.some((one) => intervalContains(one, day(index))),
  );

describe('an interval', () => {
  test('is half open', () => {
    expect(intervalContains(days(0, 1), day(0))).toBe(true);
    expect(intervalContains(days(0, 1), day(1))).toBe(false);
    expect(intervalsOverlap(days(0, 1), days(1, 2))).toBe(false);
    expect(intervalsOverlap(days(0, 2), days(1, 3))).toBe(true);
  });

  test('is written with Z, whatever offset it was given in', () => {
    const interval = makeInterval('2024-01-01T01:00:00+01:00', '2024-01-02T00:00:00.000Z');
    expect(interval).toEqual(days(0, 1));
    expect(sameInterval(interval, { start: '2024-01-01T01:00:00+01:00', end: day(1) })).toBe(true);
  });

  test('of one instant is empty; one that ends before it starts is refused', () => {
    expect(isEmptyInterval(makeInterval(day(1), day(1)))).toBe(true);
    expect(() => makeInterval(day(1), day(0))).toThrow(expect.objectContaining({ code: 'INTERVAL_INVALID' }));
  });

  test('is ordered by start, then end, fractions of a second included', () => {
    const fine = { start: '2024-01-01T00:00:00.500Z', end: day(1) };
    expect([fine, days(0, 2), days(0, 1)].sort(compareIntervals)).toEqual([days(0, 1), days(0, 2), fine]);
  });
});

describe('a set of intervals', () => {
  test('joins what overlapsAny and overlaps, and drops what is empty', () => {
    expect(intervalSet([days(5, 6), days(0, 1), days(1, 2), days(8, 8), days(5, 7)])).toEqual([
      days(0, 2),
      days(5, 7),
    ]);
  });

  test('holds exactly the days of its operands, for every operation', () => {
    fc.assert(
      fc.property(someIntervals, someIntervals, (a, b) => {
        const [left, right] = [new Set(daysOf(a)), new Set(daysOf(b))];
        const all = [...new Set([...left, ...right])].sort((x, y) => x - y);
        expect(daysOf(unionOf(a, b))).toEqual(all);
        expect(daysOf(subtract(a, b))).toEqual(all.filter((one) => left.has(one) && !right.has(one)));
        expect(daysOf(intersect(a, b))).toEqual(all.filter((one) => left.has(one) && right.has(one)));
        for (const set of [unionOf(a, b), subtract(a, b), intersect(a, b)])
          expect(intervalSet(set)).toEqual(set);
      }),
    );
  });

  test('and its gaps make up the range', () => {
    fc.assert(
      fc.property(someIntervals, (covered) => {
        const range = days(3, 20);
        const missing = gaps(range, covered);
        expect(unionOf(missing, intersect([range], covered))).toEqual([range]);
        expect(missing.some((gap) => overlapsAny(covered, gap))).toBe(false);
        expect(covers(covered, range)).toBe(missing.length === 0);
      }),
    );
  });

  test('tells where unbroken coverage ends', () => {
    const set = [days(0, 1), days(1, 3), days(4, 5)];
    expect(unbrokenUntil(set, day(0))).toBe(day(3));
    expect(unbrokenUntil(set, day(2))).toBe(day(3));
    expect(unbrokenUntil(set, day(3))).toBe(day(3));
    expect(unbrokenUntil([], '2024-01-01T01:00:00+01:00')).toBe(day(0));
  });

  test('keeps instants that differ by a microsecond apart', () => {
    const first = { start: day(0), end: '2024-01-01T12:00:00.000001Z' };
    expect(gaps(days(0, 1), [first])).toEqual([{ start: '2024-01-01T12:00:00.000001Z', end: day(1) }]);
    expect(instantMs(first.end)).toBeGreaterThan(instantMs('2024-01-01T12:00:00Z'));
  });
});
