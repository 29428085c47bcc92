import fc from 'fast-check';
import { DateTime } from 'luxon';
import { type CursorType, type IncrementalOptions, incremental } from '../../src/incremental';
import { compareCursorValues, sameCursorValue } from '../../src/incremental/cursor-value';
import { parseInstantText } from '../../src/incremental/iso-text';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../src/value';
import { at, bind, onTs, row } from './bind-for-test';

describe('cursor values', () => {
  test.each<[unknown, unknown]>([
    [1, 1.5],
    [1, 2n ** 70n],
    [new Decimal('1.10'), new Decimal('1.2')],
    [new Decimal('-3'), new Decimal('-2.99')],
    [new Decimal('9.99'), 10],
    [new Decimal('1e-400'), new Decimal('1e400')],
    ['a', 'b'],
    ['\ufffd', '😀'],
    [false, true],
    [new PlainDate('2024-01-31'), new PlainDate('2024-02-01')],
    [new PlainTime('10:00:00'), new PlainTime('10:00:00.5')],
    [new Date(1), DateTime.fromMillis(2)],
    [new Date(1), new Timestamp(1001n)],
  ])('%p comes before %p', (less, more) => {
    expect(compareCursorValues(less, more)).toBeLessThan(0);
    expect(compareCursorValues(more, less)).toBeGreaterThan(0);
  });

  test.each<[unknown, unknown]>([
    [1, 1n],
    [new Decimal('1.10'), new Decimal('1.1')],
    [new Decimal('100'), 100],
    [new Decimal('-0.0'), 0],
    [new PlainTime('10:00:00.50'), new PlainTime('10:00:00.5')],
    [new Date(5), new Timestamp(5000n)],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
  ])('%p and %p are the same', (a, b) => {
    expect(sameCursorValue(a, b)).toBe(true);
  });

  test.each<[unknown, unknown]>([
    [1, '1'],
    [1, true],
    ['2024-01-01', new PlainDate('2024-01-01')],
    [new PlainDate('2024-01-01'), at('2024-01-01T00:00:00Z')],
    [Number.NaN, 1],
    [new Date(Number.NaN), new Date(1)],
    [{ a: 1 }, { a: 1 }],
    [null, 1],
  ])('%p and %p have no order', (a, b) => {
    expect(compareCursorValues(a, b)).toBeUndefined();
    expect(compareCursorValues(b, a)).toBeUndefined();
  });

  test('that have no order fail the page with both values and the cure', () => {
    for (const value of ['x', true, Number.NaN, new Date(Number.NaN), { a: 1 }])
      expect(() => bind(onTs({ initialValue: 11 })).accept([row(1, value)])).toThrow(
        expect.objectContaining({
          code: 'CURSOR_COERCION',
          message: expect.stringMatching(/cannot be compared with "11" \(number\).*declare `type`/),
        }),
      );
  });

  test('order decimals as numbers', () => {
    const decimal = fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(decimal, decimal, ([a, x], [b, y]) => {
        const order = compareCursorValues(new Decimal(`${a}e${x}`), new Decimal(`${b}e${y}`));
        expect(Math.sign(order ?? Number.NaN)).toBe(Math.sign(a * 10 ** (x + 3) - b * 10 ** (y + 3)));
      }),
    );
  });
});

describe('ISO text', () => {
  test('is read as Date reads it', () => {
    const ms = fc.integer({
      min: Date.parse('0001-01-01T00:00:00Z'),
      max: Date.parse('9999-12-31T23:59:59Z'),
    });
    fc.assert(
      fc.property(ms, fc.constantFrom('Z', '+00:00', ' '), (value, form) => {
        const text = new Date(value).toISOString();
        const written = form === ' ' ? text.replace('T', ' ') : text.replace('Z', form);
        expect(parseInstantText(written)?.micros).toBe(BigInt(value) * 1000n);
      }),
    );
  });

  test.each<[string, string]>([
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['2024-01-01T00:00:00.1Z', '2024-01-01T00:00:00.100Z'],
    ['2024-01-01T00:00:00.1234567Z', '2024-01-01T00:00:00.123456Z'],
    ['2024-01-01T01:30:00+01:30', '2024-01-01T00:00:00Z'],
    ['2023-12-31T19:00:00-0500', '2024-01-01T00:00:00Z'],
    ['2024-01-01', '2024-01-01T00:00:00Z'],
    ['2024-01-01T00:00', '2024-01-01T00:00:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstantText(text)?.toString()).toBe(instant);
  });

  test.each([
    '2024-02-30T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:0xZ',
    '2024-01-01T00:00:00z',
    '20240101',
    'x',
    '',
  ])('"%s" names no instant', (text) => {
    expect(parseInstantText(text)).toBeUndefined();
  });
});

describe('with a declared type', () => {
  const of = (type: CursorType, initialValue?: unknown) =>
    incremental({ cursor: 'ts', type, initialValue } as IncrementalOptions<unknown> & {
      readonly type?: never;
    });

  test('datetime compares ISO text and typed values as instants', () => {
    const bound = bind(of('datetime', '2024-01-01T12:00:00Z'));
    const rows = [
      row(1, '2024-01-01T13:00:00+02:00'),
      row(2, '2024-01-01T13:00:00Z'),
      row(3, '2024-01-01 15:00:00+01:00'),
      row(4, new Date('2024-01-01T12:30:00Z')),
    ];
    expect(bound.accept(rows)).toEqual(rows.slice(1));
    expect(bound.lastValue).toEqual(DateTime.utc(2024, 1, 1, 14));
    expect(bound.state()?.last_value).toEqual(at('2024-01-01T14:00:00Z'));
    expect(bind(of('datetime'), { stored: bound.state() }).startValue).toEqual(DateTime.utc(2024, 1, 1, 14));
  });

  test('date compares days given as text', () => {
    const bound = bind(of('date', new PlainDate('2024-01-02')));
    expect(
      bound.accept([row(1, '2024-01-01'), row(2, '2024-01-02'), row(3, new PlainDate('2024-01-03'))]),
    ).toHaveLength(2);
    expect(bound.lastValue).toEqual(new PlainDate('2024-01-03'));
  });

  test('a stored cursor of another form is read, and one of another kind refused with the cure', () => {
    const stored = (last: unknown) => ({ initial_value: null, last_value: last, unique_hashes: [] });
    expect(bind(of('datetime'), { stored: stored('2024-01-01T14:00:00Z') }).startValue).toEqual(
      DateTime.utc(2024, 1, 1, 14),
    );
    expect(() => bind(of('unix'), { stored: stored('2024') })).toThrow(/stored cursor "2024".*or reset it/);
  });

  test.each<[CursorType, unknown, RegExp]>([
    ['unix', '1700000000', /declared as type 'unix'.*a number of seconds.*'iso'/],
    ['iso', 1700000000, /declared as type 'iso'.*ISO text.*'unix'/],
    ['date', '2024-01-01T00:00:00Z', /declared as type 'date'.*YYYY-MM-DD/],
    ['datetime', 'monday', /declared as type 'datetime'/],
    ['datetime', 5, /'unix', 'unixMs'/],
  ])('%s refuses the row value %p', (type, value, message) => {
    expect(() => bind(of(type)).accept([row(1, value)])).toThrow(
      expect.objectContaining({ code: 'CURSOR_COERCION', message: expect.stringMatching(message) }),
    );
  });

  test('refuses a bound of another kind', () => {
    expect(() => bind(of('unix', 'monday'))).toThrow(
      /initialValue "monday" \(text\) is not a valid value of type 'unix'/,
    );
    expect(() => bind(onTs({ initialValue: new Date(Number.NaN) }))).toThrow(/initialValue/);
  });
});

test('what a stateful run covers ends at its last value', () => {
  const bound = bind(incremental({ cursor: 'ts', type: 'unix', initialValue: 10 }));
  bound.accept([row(1, 20)]);
  expect(bound.covered).toEqual({ start: at('1970-01-01T00:00:10Z'), end: at('1970-01-01T00:00:20Z') });
  expect(bind(onTs({ initialValue: 10 })).covered).toEqual({ start: undefined, end: undefined });
  const down = bind(incremental({ cursor: 'ts', type: 'unix', initialValue: 10, lastValueFunc: 'min' }));
  down.accept([row(1, 5)]);
  expect(down.covered).toEqual({ start: at('1970-01-01T00:00:05Z'), end: at('1970-01-01T00:00:10Z') });
});
