import fc from 'fast-check';
import { DateTime } from 'luxon';
import { decodePlain, encodePlain } from '../../src/pipeline/checkpoint/plain-data';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../src/value';

const typed = fc.oneof(
  fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }).map((micros) => new Timestamp(micros)),
  fc.constantFrom(new PlainDate('2024-02-29'), new PlainTime('23:59:59.000001'), new Decimal('1.10')),
  fc.date({ noInvalidDate: true }),
  fc.bigInt(),
  fc.uint8Array(),
  fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, undefined),
);
const rows = fc.array(fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), typed, fc.array(typed))));

test('rows come back as they were: value types, NaN, -0, undefined, big integers, any text', () => {
  fc.assert(
    fc.property(rows, (given) => {
      expect(decodePlain(encodePlain(given))).toStrictEqual(given.map((row) => ({ ...row })));
    }),
  );
});

test('an instant of luxon keeps its zone', () => {
  const at = DateTime.fromISO('2024-03-31T01:30:00.123', { zone: 'Europe/Berlin' });
  const [back] = decodePlain(encodePlain([at])) as [DateTime];
  expect(back.toISO()).toBe(at.toISO());
  expect(back.zoneName).toBe('Europe/Berlin');
});

test('what would come back as something else is refused', () => {
  class Money {}
  for (const value of [new Money(), new Map(), Uint16Array.of(1), DateTime.invalid('no'), () => 1])
    expect(() => encodePlain([{ value }])).toThrow();
});
