import fc from 'fast-check';
import { parseJsonExactly } from '../../src/http';
import { hasLongDigits } from '../../src/http/exact-json';
import { backoffMs, retryAfterMs } from '../../src/http/retry';

describe('the wait before another try', () => {
  test('grows twice with each failure, is spread at random, and is never more than half a minute', () => {
    expect([1, 2, 3, 7, 20].map((failures) => backoffMs(failures, () => 1))).toEqual([
      500, 1000, 2000, 30_000, 30_000,
    ]);
    expect(backoffMs(3, () => 0)).toBe(0);
    expect(backoffMs(3, () => 0.5)).toBe(1000);
  });

  test.each([
    ['120', 120_000],
    ['0', 0],
    ['1.5', 1500],
    ['Mon, 01 Jan 2024 00:01:00 GMT', 60_000],
    ['Sun, 31 Dec 2023 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('Retry-After %p asks for %p ms', (header, expected) => {
    expect(retryAfterMs(header, Date.parse('2024-01-01T00:00:00Z'))).toBe(expected);
  });
});

describe('JSON', () => {
  test('loses no digit of an integer, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.constantFrom('', ' ', '\n'),
        (integer, space) => {
          const [first, { a }] = parseJsonExactly(
            `[${space}${integer}${space},{"a":${space}${integer}}]`,
          ) as [unknown, { a: unknown }];
          const expected = integer > 2n ** 53n || integer < -(2n ** 53n) ? integer : Number(integer);
          expect([first, a]).toEqual([expected, expected]);
          expect(parseJsonExactly(String(integer))).toEqual(expected);
        },
      ),
    );
  });

  test('has its sixteen digits in a row found, wherever they stand', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[0-9]{1,20}$/),
      fc.constantFrom(...['é', '-', '.', '",', '/', ':', '0', '9', '2024-01-01T00:00:00Z']),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        expect(hasLongDigits(Buffer.from(text))).toBe(/\d{16}/.test(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('is what JSON.parse gives wherever that is exact', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseJsonExactly(`{"long":12345678901234567,"rest":${text}}`)).toEqual({
          long: 12345678901234567n,
          rest: JSON.parse(text),
        });
      }),
    );
  });

  test('that is broken is refused', () => {
    for (const text of ['', '{', '{"a":12345678901234567', '[1,]', 'nil'])
      expect(() => parseJsonExactly(text)).toThrow(SyntaxError);
  });
});
