import fc from 'fast-check';
import {
  dayOfMicros,
  isoDate,
  isoformat,
  isoTime,
  microsOfEpoch,
  parseIsoDate,
  parseIsoTime,
  parseIsoTimestamp,
} from '../../src/normalize/iso-time';

describe('texts that are instants', () => {
  test.each([
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00+00:00'],
    ['2024-01-01 00:00:00', '2024-01-01T00:00:00+00:00'],
    ['2024/01/01T00:00:00Z', '2024-01-01T00:00:00+00:00'],
    ['2024-01-01T02:00:00+02:00', '2024-01-01T00:00:00+00:00'],
    ['2024-01-01T02:00:00+0200', '2024-01-01T00:00:00+00:00'],
    ['2024-01-01T02:00:00-03', '2024-01-01T05:00:00+00:00'],
    ['2024-01-01T00:00:00.5Z', '2024-01-01T00:00:00.500000+00:00'],
    ['2024-01-01T00:00:00,123456789', '2024-01-01T00:00:00.123456+00:00'],
    ['2024-01-01T00:00:00.1234567', '2024-01-01T00:00:00.123456+00:00'],
    ['2024-01-01T00:00Z', '2024-01-01T00:00:00+00:00'],
    ['20240101T000000Z', '2024-01-01T00:00:00+00:00'],
    ['20240101 0000', '2024-01-01T00:00:00+00:00'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00+00:00'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999+00:00'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59+00:00'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999+00:00'],
  ])('%s is %s', (text, iso) => {
    expect(isoformat(parseIsoTimestamp(text) ?? 0)).toBe(iso);
  });

  test.each([
    '2024-01-01',
    '12:30:00',
    '2024',
    '2024-W01-1T00:00:00Z',
    '2024-001T00:00:00Z',
    '2024-01-01t00:00:00Z',
    '2024-01-01T00:00:00z',
    ' 2024-01-01T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-1-1T0:0:0Z',
    '2024-01/01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+05:00',
    '9999-12-31T23:59:59-01:00',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:0a:00Z',
  ])('%s is none', (text) => {
    expect(parseIsoTimestamp(text)).toBeUndefined();
  });

  test('a date that was refused stays refused after another day was read', () => {
    expect(parseIsoTimestamp('2024-02-28T00:00:00Z')).toBeDefined();
    expect(parseIsoTimestamp('2024-02-30T00:00:00Z')).toBeUndefined();
    expect(parseIsoTimestamp('2024-02-30T00:00:00Z')).toBeUndefined();
  });

  test('every instant is read back from its text to the microsecond', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }), (micros) => {
        expect(BigInt(parseIsoTimestamp(isoformat(micros)) ?? -1)).toBe(micros);
      }),
    );
  });
});

describe('the calendar', () => {
  test('every day from year 1 to 9999 is where Date has it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const day = date.toISOString().slice(0, 10);
          expect(parseIsoDate(day)).toBe(Date.parse(day) / 86_400_000);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('dates, times and epochs', () => {
  test('dates have dashes, slashes or nothing between their parts', () => {
    for (const text of ['2024-01-31', '2024/01/31', '20240131'])
      expect(isoDate(parseIsoDate(text) ?? 0)).toBe('2024-01-31');
    for (const text of ['2024-01/31', '2024-02-30', '24-01-31']) expect(parseIsoDate(text)).toBeUndefined();
  });

  test('times have seconds and their digits if given', () => {
    expect(['01:02', '01:02:03', '01:02:03.5'].map((text) => isoTime(parseIsoTime(text) ?? 0))).toEqual([
      '01:02:00',
      '01:02:03',
      '01:02:03.500000',
    ]);
    for (const text of ['24:00', '01:60', '1:02', 'noon']) expect(parseIsoTime(text)).toBeUndefined();
  });

  test('an epoch outside the years 1 to 9999 is none', () => {
    expect(isoformat(microsOfEpoch(1_704_067_200.25) ?? 0)).toBe('2024-01-01T00:00:00.250000+00:00');
    expect(microsOfEpoch(1_704_067_200_000)).toBeUndefined();
    expect(microsOfEpoch(-62_135_596_801n)).toBeUndefined();
    expect(microsOfEpoch(Number.NaN)).toBeUndefined();
  });

  test('the day of an instant is its UTC day, before 1970 too', () => {
    expect(dayOfMicros(-1)).toBe(-1);
    expect(dayOfMicros(0)).toBe(0);
    expect(dayOfMicros(-86_400_000_001n)).toBe(-2);
  });
});
