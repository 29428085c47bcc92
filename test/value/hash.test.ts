import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  canonicalJson,
  compareCodePoints,
  contentId,
  Decimal,
  keyHash,
  PlainDate,
  PlainTime,
  shake128,
  Timestamp,
} from '../../src/value';

const utc = (text: string) => new Timestamp(BigInt(Date.parse(text)) * 1000n);

describe('keyHash gives the hashes that dlt stores', () => {
  test.each<[unknown, string]>([
    [1, '669czW83KR00'],
    [2, 'Tp44cKMYfAuJ'],
    [3, 'Cn/dwi436vBb'],
    [-5, 'YKLpbTNFWBCZ'],
    [0, 'Yo55z3lIzRyh'],
    [123456789012345678n, 'BSoPV24fw+DL'],
    [true, '9pqHQJRzn+fs'],
    [null, 'KtLhiM3tliLb'],
    [1.5, 'Fplwv0GiPZps'],
    ['a', 'HXVczKyPrzLo'],
    ['1', '1n2MrcaMRluh'],
    ['😀', '7Dx7t4A9IJXN'],
    [[12, 34], '/eLagPrAVCDh'],
    [[1, 'a'], 'ndvRJS8rm8iA'],
    [[7], 'ZxF7bMImfzED'],
    [{ b: 1, a: 'x' }, 't8htE3Gr5Xyl'],
    [utc('2024-01-02T03:04:05Z'), '5JwkPaijmOvT'],
    [new Date('2024-01-02T03:04:05Z'), '5JwkPaijmOvT'],
    [DateTime.fromISO('2024-01-02T04:04:05+01:00'), '5JwkPaijmOvT'],
    [new Timestamp(1704164645678901n), 'pOY8g7h8JlbV'],
    [[1, utc('2024-01-02T03:04:05Z')], 'lR5V58vvxq0j'],
    [new PlainDate('2024-01-02'), 'Bkb6U0e63GvT'],
  ])('of %p', (key, hash) => {
    expect(keyHash(key)).toBe(hash);
  });

  test('a hash of dlt before 1.29 has 20 characters', () => {
    expect(keyHash(1, 'long')).toHaveLength(20);
    expect(keyHash(1, 'long').startsWith(keyHash(1))).toBe(true);
  });

  test('the old form writes an instant as text, so it differs from the new one', () => {
    const instant = utc('2024-01-02T03:04:05Z');
    expect(keyHash(instant, 'long')).toBe(shake128('"2024-01-02T03:04:05Z"', 15));
  });
});

describe('ids from content', () => {
  test('the id of a child row is the hash of parent, table and position', () => {
    expect(contentId('KyLBzolA5JqQYg_ticket_events__child_events_0')).toBe('1BwjobZvYQ+KdA');
  });

  test('the id of an upserted row is the hash of its key columns', () => {
    expect(contentId({ id: 1 })).toBe('z5jIxXIbUnmbKw');
  });

  test('padding is cut at every length', () => {
    expect([3, 4, 5].map((bytes) => shake128('x', bytes).length)).toEqual([4, 6, 7]);
    expect([3, 4, 5].some((bytes) => shake128('x', bytes).includes('='))).toBe(false);
  });
});

describe('canonicalJson', () => {
  test('writes numbers as dlt does', () => {
    const numbers = [1, -0, 1e15, 2 ** 53, 1e16, 1.5e300, 1e-5, 1e-6, 1.25e-7, 0.1, Number.NaN, 10n ** 30n];
    expect(canonicalJson(numbers)).toBe(
      '[1,0,1000000000000000,9007199254740992.0,1e+16,1.5e+300,0.00001,1e-6,1.25e-7,0.1,null,1000000000000000000000000000000]',
    );
  });

  test('writes typed values as text, instants as microseconds', () => {
    const value = {
      time: new PlainTime('10:00:00.5'),
      decimal: new Decimal('1.10'),
      bytes: new Uint8Array([1, 2, 255]),
      before: new Timestamp(-500_000n),
    };
    expect(canonicalJson(value)).toBe(
      '{"before":-500000,"bytes":"AQL/","decimal":"1.10","time":"10:00:00.500000"}',
    );
  });

  test('leaves out what is undefined and sorts keys at every depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined, a: null }], a: 'é\n' })).toBe(
      '{"a":"é\\n","b":[{"a":null,"d":1}]}',
    );
  });

  test('orders keys by code point: a surrogate pair comes after U+FFFD', () => {
    expect(canonicalJson({ '😀': 1, '\ufffd': 2, a: 3 })).toBe('{"a":3,"\ufffd":2,"😀":1}');
  });

  test('parses back to what it was given', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });
});

test('compareCodePoints orders texts as their UTF-8 bytes are ordered', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const bytes = Buffer.compare(new Uint8Array(Buffer.from(a)), new Uint8Array(Buffer.from(b)));
      expect(Math.sign(compareCodePoints(a, b))).toBe(bytes);
    }),
  );
});
