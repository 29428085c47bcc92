import { convert } from '../../src/normalize/convert';
import type { Stored } from '../../src/normalize/stored-value';
import type { DataType } from '../../src/schema';

type Line = readonly [
  from: DataType,
  value: Stored,
  to: DataType,
  inferred: Stored | undefined,
  declared: Stored | undefined,
];

describe('a value of one type in a column of another', () => {
  // undefined: it goes to a variant.
  const lines: readonly Line[] = [
    ['bigint', 5, 'text', '5', '5'],
    ['double', 1.5, 'text', '1.5', '1.5'],
    ['bool', true, 'text', 'true', 'true'],
    ['decimal', '1.50', 'text', '1.50', '1.50'],
    ['timestamp', 0, 'text', '1970-01-01T00:00:00+00:00', '1970-01-01T00:00:00+00:00'],
    ['json', '{"a":1}', 'text', '{"a":1}', '{"a":1}'],
    ['text', '12', 'bigint', 12, 12],
    ['text', '0012', 'bigint', undefined, 12],
    ['text', ' 12 ', 'bigint', undefined, 12],
    ['text', '0x1f', 'bigint', undefined, 31],
    ['text', '12.0', 'bigint', undefined, undefined],
    ['text', '9223372036854775807', 'bigint', 9223372036854775807n, 9223372036854775807n],
    ['text', '9223372036854775808', 'bigint', undefined, undefined],
    ['double', 2, 'bigint', 2, 2],
    ['double', 2.5, 'bigint', undefined, undefined],
    ['double', 1e300, 'bigint', undefined, undefined],
    ['double', Number.NaN, 'bigint', undefined, undefined],
    ['decimal', '3.0', 'bigint', 3, 3],
    ['bool', true, 'bigint', undefined, undefined],
    ['text', '2.5', 'double', 2.5, 2.5],
    ['text', '1.50', 'double', undefined, 1.5],
    ['text', '1e3', 'double', undefined, 1000],
    ['text', 'NaN', 'double', undefined, undefined],
    ['bigint', 2n ** 60n, 'double', 2 ** 60, 2 ** 60],
    ['bigint', 2n ** 60n + 1n, 'double', undefined, 2 ** 60],
    ['decimal', '2.250', 'double', 2.25, 2.25],
    ['decimal', '0.12345678901234567890', 'double', undefined, 0.12345678901234568],
    ['text', '2.25', 'decimal', '2.25', '2.25'],
    ['text', '1.10', 'decimal', undefined, '1.1'],
    ['double', 1e-7, 'decimal', '0.0000001', '0.0000001'],
    ['double', 1e-10, 'decimal', undefined, undefined],
    ['decimal', '1e3', 'decimal', '1000', '1000'],
    ['wei', '18446744073709551616', 'decimal', '18446744073709551616', '18446744073709551616'],
    ['decimal', '1.5', 'wei', undefined, undefined],
    ['wei', '9'.repeat(39), 'wei', undefined, undefined],
    ['bigint', 1, 'bool', undefined, true],
    ['double', 0, 'bool', undefined, false],
    ['decimal', '0.00', 'bool', undefined, false],
    ['text', 'true', 'bool', true, true],
    ['text', 'Yes', 'bool', undefined, true],
    ['text', 'perhaps', 'bool', undefined, undefined],
    ['text', '1970-01-02', 'timestamp', 86_400_000_000, 86_400_000_000],
    ['text', 'soon', 'timestamp', undefined, undefined],
    ['bigint', 1, 'timestamp', undefined, 1_000_000],
    ['bigint', 10 ** 15, 'timestamp', undefined, undefined],
    ['date', 1, 'timestamp', 86_400_000_000, 86_400_000_000],
    ['bool', true, 'timestamp', undefined, undefined],
    ['text', '1970-01-02', 'date', 1, 1],
    ['text', '1970-01-02T01:00:00Z', 'date', undefined, 1],
    ['timestamp', 86_400_000_001, 'date', undefined, 1],
    ['bigint', 86_400, 'date', undefined, 1],
    ['text', '00:00:01', 'time', 1_000_000, 1_000_000],
    ['timestamp', 0, 'time', undefined, undefined],
    ['text', 'YQ==', 'binary', new Uint8Array([97]), new Uint8Array([97])],
    ['text', '0x61', 'binary', new Uint8Array([97]), new Uint8Array([97])],
    ['text', '???', 'binary', undefined, undefined],
    ['text', '[1]', 'json', '[1]', '[1]'],
    ['text', 'nope', 'json', undefined, undefined],
    ['bigint', 7, 'json', undefined, undefined],
  ];

  test.each(lines)('%s %p in %s: inferred %p, declared %p', (from, value, type, inferred, declared) => {
    expect(convert(value, from, { type, declared: false })).toEqual(inferred);
    expect(convert(value, from, { type, declared: true })).toEqual(declared);
  });

  test('a precision of its own limits a column', () => {
    expect(convert(127, 'bigint', { type: 'bigint', declared: true, precision: 8 })).toBe(127);
    expect(convert(128, 'bigint', { type: 'bigint', declared: true, precision: 8 })).toBeUndefined();
    expect(convert('12.34', 'decimal', { type: 'decimal', declared: true, precision: 4, scale: 2 })).toBe(
      '12.34',
    );
    expect(
      convert('123.4', 'decimal', { type: 'decimal', declared: true, precision: 4, scale: 2 }),
    ).toBeUndefined();
  });
});
