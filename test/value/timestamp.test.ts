import fc from 'fast-check';
import { Timestamp } from '../../src/value';

const SECOND = 1_000_000n;
/** What a Date holds, in microseconds. */
const LIMIT = 8_640_000_000_000_000_000n;

describe('the text of a timestamp', () => {
  test.each([
    [0n, '1970-01-01T00:00:00Z'],
    [-1n, '1969-12-31T23:59:59.999999Z'],
    [1_704_164_645_120_000n, '2024-01-02T03:04:05.120Z'],
    [1_704_164_645_000_001n, '2024-01-02T03:04:05.000001Z'],
    [253_402_300_800n * SECOND, '+010000-01-01T00:00:00Z'],
    [-62_198_755_200n * SECOND, '-000001-01-01T00:00:00Z'],
    [-LIMIT, '-271821-04-20T00:00:00Z'],
  ])('%s is %s', (micros, text) => {
    expect(new Timestamp(micros).toString()).toBe(text);
  });

  test('is that of its second by Date, whatever was written before it', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -LIMIT, max: LIMIT }), { maxLength: 5 }), (several) => {
        for (const micros of several) {
          const rest = ((micros % SECOND) + SECOND) % SECOND;
          const second = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, -5);
          const [base, fraction = ''] = new Timestamp(micros).toString().slice(0, -1).split('.');
          expect(base).toBe(second);
          expect(BigInt(fraction.padEnd(6, '0'))).toBe(rest);
        }
      }),
    );
  });
});
