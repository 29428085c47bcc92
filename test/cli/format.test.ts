import fc from 'fast-check';
import {
  formatCell,
  formatCount,
  formatDuration,
  formatInstant,
  formatInterval,
  plural,
  toJsonText,
} from '../../src/cli/output/format';
import { registerSecretValue } from '../../src/redaction';
import { Decimal, PlainDate, Timestamp } from '../../src/value';

describe('numbers, times and cells as a person reads them', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
    [12345678901234567890n, '12,345,678,901,234,567,890'],
  ])('%s is written %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  test('one is singular, everything else is plural', () => {
    expect([plural(1, 'row'), plural(0, 'row'), plural(2000, 'row'), plural(2, 'entry', 'entries')]).toEqual([
      '1 row',
      '0 rows',
      '2,000 rows',
      '2 entries',
    ]);
  });

  test.each([
    [400, '0.4 s'],
    [12_345, '12 s'],
    [59_700, '1 min 0 s'],
    [185_000, '3 min 5 s'],
    [7_800_000, '2 h 10 min'],
  ])('%i milliseconds read %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('midnight in UTC is a date, any other instant keeps its time', () => {
    expect(formatInstant('2023-02-05T00:00:00Z')).toBe('2023-02-05');
    expect(formatInstant('2023-02-05T00:00:00.000Z')).toBe('2023-02-05');
    expect(formatInstant('2023-02-05T06:30:00.000Z')).toBe('2023-02-05T06:30:00Z');
    expect(formatInterval({ start: '2023-02-05T00:00:00Z', end: '2023-02-12T00:00:00Z' })).toBe(
      '[2023-02-05, 2023-02-12)',
    );
    expect(formatInterval(undefined)).toBe('–');
  });

  test('a cell shows what a destination can hold', () => {
    expect(
      [
        null,
        'text',
        1.5,
        2n ** 70n,
        true,
        new Timestamp(1_675_555_200_000_000n),
        new PlainDate('2023-02-05'),
        new Decimal('1.10'),
        new Uint8Array([1, 255]),
        { a: [1] },
        [1, 'x'],
      ].map(formatCell),
    ).toEqual([
      '',
      'text',
      '1.5',
      '1180591620717411303424',
      'true',
      '2023-02-05T00:00:00Z',
      '2023-02-05',
      '1.10',
      '0x01ff',
      '{"a":[1]}',
      '[1,"x"]',
    ]);
  });

  test('JSON keeps every digit of a bigint, and a text that looks like one stays a text', () => {
    expect(toJsonText({ id: 12345678901234567890n, list: [1n], text: '\u0000bigint:x' })).toBe(
      '{"id":12345678901234567890,"list":[1],"text":"\\u0000bigint:x"}',
    );
    expect(toJsonText(undefined)).toBe('null');
  });

  test('JSON of many rows is whole, and has no secret', () => {
    registerSecretValue('a-secret-of-the-format-test');
    const rows = Array.from({ length: 30_000 }, (_, n) => ({ n }));
    const text = toJsonText({ rows, told: 'a-secret-of-the-format-test' });
    expect(JSON.parse(text)).toEqual({ rows, told: '[secret]' });
  });

  test('JSON without a bigint is what JSON.stringify gives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText(value, 2)).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });
});
