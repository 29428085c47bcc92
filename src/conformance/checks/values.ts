import { isTidemarkError } from '../../errors';
import type { DataType } from '../../schema';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../value';
import { type Check, type CheckKind, expectSame, Mismatch, rowsOf } from '../check';
import { commit } from '../load-package';
import { canonical } from '../match-tables';

/** Values of one type go in and come out alike: by value, whatever zeros a decimal or a time ends in. */
function roundTrip(name: string, type: DataType, values: readonly unknown[]): Check {
  return {
    name,
    async run(place) {
      const dataset = await place.open();
      const rows = [...values, null].map((value, id) => ({ id, value }));
      await commit(dataset, {
        resources: [{ rows, hints: { columns: { value: { data_type: type } } } }],
      });
      const found = (await rowsOf(dataset, 'SELECT id, value FROM items ORDER BY id')).map(({ value }) =>
        type === 'json' && value !== null ? JSON.parse(String(value)) : value,
      );
      expectSame(`values of ${type}`, found.map(canonical), [...values, null].map(canonical));
    },
  };
}

const NUL = 'before\u0000after';

/** Values come back as they were given. */
export const values: CheckKind = {
  kind: 'values',
  checks: [
    roundTrip('whole numbers up to 64 bits are exact', 'bigint', [
      ...[0, -1, 2 ** 53 - 1, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)],
    ]),
    roundTrip('doubles keep every bit', 'double', [0.1, -1.5, 5e-324, 1.7976931348623157e308, 2 ** 60]),
    roundTrip('booleans are true and false', 'bool', [true, false]),
    roundTrip('instants keep microseconds, before 1970 too', 'timestamp', [
      new Timestamp(0n),
      new Timestamp(-1n),
      new Timestamp(-62_135_596_799_999_999n),
      new Timestamp(1_704_164_645_678_901n),
      new Timestamp(253_402_300_799_999_999n),
    ]),
    roundTrip(
      'dates are days without a zone',
      'date',
      ['1970-01-01', '1969-12-31', '0001-01-01', '2024-02-29', '9999-12-31'].map((day) => new PlainDate(day)),
    ),
    roundTrip(
      'times of day keep microseconds',
      'time',
      ['00:00:00', '12:30:45.5', '23:59:59.999999', '00:00:00.000001'].map((time) => new PlainTime(time)),
    ),
    roundTrip(
      'decimals of 38 digits are exact',
      'decimal',
      [
        '12345678901234567890123456789.123456789',
        '-99999999999999999999999999999.999999999',
        '0.000000001',
        '0',
      ].map((text) => new Decimal(text)),
    ),
    roundTrip('text is kept letter by letter, an empty one is no null', 'text', [
      '',
      ' ',
      `'quoted' "twice" \`thrice\` back\\slash \\' ? $1 :name %s`,
      'line\nbreak\r\ttab',
      '\\N',
      'NULL',
      'ünï 漢字 👩‍👩‍👧‍👦 \u{10ffff}',
      'twelve bytes',
      'x'.repeat(1_000_000),
    ]),
    roundTrip('bytes are kept, none of them too', 'binary', [
      new Uint8Array(),
      Uint8Array.of(0),
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      new Uint8Array(100_000).fill(255),
    ]),
    roundTrip('JSON is kept as it was', 'json', [
      { a: [1, 'x', null, { b: true }], 'key "quoted"': "it's" },
      [],
      {},
    ]),
    {
      name: 'text with a NUL is kept, stripped of it, or refused; it is never cut off there',
      async run(place) {
        const dataset = await place.open();
        try {
          await commit(dataset, { resources: [{ rows: [{ id: 1, value: NUL }] }] });
        } catch (error) {
          if (!isTidemarkError(error)) throw error;
          expectSame('tables after the refusal', [...(await dataset.tables()).keys()], []);
          return;
        }
        const found = (await rowsOf(dataset, 'SELECT value FROM items'))[0]?.['value'];
        if (found !== NUL && found !== NUL.replace('\u0000', ''))
          throw new Mismatch('text with a NUL', JSON.stringify(NUL), JSON.stringify(found));
      },
    },
    {
      name: '5,000 rows of all types, with nulls between: every row is there once, in its own columns',
      async run(place) {
        const dataset = await place.open();
        const rows = Array.from({ length: 5000 }, (_, id) => ({
          id,
          text: id % 3 === 0 ? null : `text ${id}`,
          double: id % 5 === 0 ? null : id + 0.5,
          flag: id % 7 === 0 ? null : id % 2 === 0,
          at: id % 11 === 0 ? null : new Timestamp(BigInt(id) * 1_000_001n),
        }));
        await commit(dataset, { resources: [{ rows }] });
        const names = ['id', 'text', 'double', 'flag', 'at'].map((name) => dataset.quote(name));
        const found = await rowsOf(dataset, `SELECT ${names.join(', ')} FROM items ORDER BY id`);
        expectSame('rows', found, rows);
      },
    },
  ],
};
