import { expectFailure, expectSame, rowsOf } from '../../../src/conformance/check';
import { commit } from '../../../src/conformance/load-package';
import { canonical } from '../../../src/conformance/match-tables';
import type { DataType } from '../../../src/schema';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../../src/value';
import type { Check, CheckGroup } from '../check';
import { withDataset } from '../with-dataset';

interface TypeOfColumn {
  readonly dataType: DataType;
  /** As `INFORMATION_SCHEMA.COLUMNS` writes it. */
  readonly type: string;
  readonly values: readonly unknown[];
  readonly precision?: number;
  readonly scale?: number;
}

/** The most digits of a whole number that isn't text. */
const DIGITS = 38;

/** Each type's values are those at its ends, and beside them. */
const COLUMNS: Readonly<Record<string, TypeOfColumn>> = {
  a_text: { dataType: 'text', type: 'STRING', values: ['', 'a\nb\t"c" \'d\' \\ `e` ?', '\u{10ffff}漢'] },
  a_bigint: { dataType: 'bigint', type: 'INT64', values: [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n] },
  a_double: {
    dataType: 'double',
    type: 'FLOAT64',
    values: [5e-324, 1.7976931348623157e308, 0.1 + 0.2],
  },
  a_bool: { dataType: 'bool', type: 'BOOL', values: [true, false, true] },
  a_timestamp: {
    dataType: 'timestamp',
    type: 'TIMESTAMP',
    values: [-62_135_596_800_000_000n, 253_402_300_799_999_999n, -1n].map((micros) => new Timestamp(micros)),
  },
  a_date: {
    dataType: 'date',
    type: 'DATE',
    values: ['0001-01-01', '9999-12-31', '2024-02-29'].map((day) => new PlainDate(day)),
  },
  a_time: {
    dataType: 'time',
    type: 'TIME',
    values: ['00:00:00', '23:59:59.999999', '12:00:00.000001'].map((time) => new PlainTime(time)),
  },
  a_decimal: {
    dataType: 'decimal',
    type: 'NUMERIC(38, 9)',
    values: [
      '99999999999999999999999999999.999999999',
      '-99999999999999999999999999999.999999999',
      '0.000000001',
    ].map((text) => new Decimal(text)),
  },
  a_long_decimal: {
    dataType: 'decimal',
    precision: 76,
    scale: 38,
    type: 'BIGNUMERIC(76, 38)',
    values: [
      `${'9'.repeat(DIGITS)}.${'9'.repeat(DIGITS)}`,
      `-${'9'.repeat(DIGITS)}.${'9'.repeat(DIGITS)}`,
      `0.${'0'.repeat(DIGITS - 1)}1`,
    ].map((text) => new Decimal(text)),
  },
  a_wei: {
    dataType: 'wei',
    type: 'BIGNUMERIC',
    values: ['9'.repeat(DIGITS), `-${'9'.repeat(DIGITS)}`, '9223372036854775808'].map(
      (text) => new Decimal(text),
    ),
  },
  a_binary: {
    dataType: 'binary',
    type: 'BYTES',
    values: [new Uint8Array(), Uint8Array.from({ length: 256 }, (_, byte) => byte), Uint8Array.of(0, 255)],
  },
};

const everyType: Check = {
  name: 'values at the ends of each type come back exactly, and columns have their types',
  run: (target) =>
    withDataset(target.place(), async (dataset, { name }) => {
      const entries = Object.entries(COLUMNS);
      const rows = [0, 1, 2].map((id) => ({
        id,
        ...Object.fromEntries(entries.map(([column, { values }]) => [column, values[id]])),
      }));
      const columns = Object.fromEntries(
        entries.map(([column, { dataType, precision, scale }]) => [
          column,
          { data_type: dataType, ...(precision !== undefined && { precision, scale: scale! }) },
        ]),
      );
      await commit(dataset, { resources: [{ rows, hints: { columns } }] });
      for (const [column, { values }] of entries) {
        const found = await rowsOf(dataset, `SELECT ${column} AS value FROM items ORDER BY id`);
        expectSame(
          `values of ${column}`,
          found.map(({ value }) => canonical(value)),
          values.map(canonical),
        );
      }
      const types = await rowsOf(
        dataset,
        `SELECT column_name, data_type FROM \`${name}\`.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'items' AND STARTS_WITH(column_name, 'a_') ORDER BY ordinal_position`,
      );
      expectSame(
        'types',
        Object.fromEntries(types.map((row) => [String(row['column_name']), row['data_type']])),
        Object.fromEntries(entries.map(([column, { type }]) => [column, type])),
      );
      return undefined;
    }),
};

/** As texts: what is stored may have its keys in another order. */
const DOCUMENTS = [
  '{"least":-9223372036854775808,"greatest":18446744073709551615}',
  '{"a":[1,2.5,1e300,true,null,"x"],"b":{"c":{}}}',
  '{"text":"quote \\" back \\\\ line \\n snowman ☃ 😀"}',
  '[]',
  '[[[[1]]]]',
];

const documents: Check = {
  name: 'JSON keeps whole numbers of 64 bits, doubles, nesting and texts; a longer number is refused by name',
  run: (target) =>
    withDataset(target.place(), async (dataset) => {
      const hints = { columns: { doc: { data_type: 'json' as const } } };
      const load = (rows: readonly unknown[]) => commit(dataset, { resources: [{ rows, hints }] });
      await load(DOCUMENTS.map((text, id) => ({ id, doc: exact(text) })));
      const found = await rowsOf(dataset, 'SELECT TO_JSON_STRING(doc) AS doc FROM items ORDER BY id');
      expectSame(
        'documents',
        found.map(({ doc }) => canonicalJson(String(doc))),
        DOCUMENTS.map(canonicalJson),
      );
      await expectFailure(
        'a whole number of 20 digits in JSON',
        load([{ id: 9, doc: { n: 2n ** 64n } }]),
        'ROW_INVALID',
      );
      return undefined;
    }),
};

/** A text of JSON as a row has it: whole numbers beyond 53 bits are bigints. */
const exact = (text: string): unknown =>
  JSON.parse(
    text.replace(/-?\d{17,}/g, (digits) => `"bigint:${digits}"`),
    (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith('bigint:') ? BigInt(value.slice(7)) : value,
  );

/** Whole numbers keep their digits, and keys are in order. */
const canonicalJson = (text: string): string =>
  JSON.stringify(
    JSON.parse(text.replace(/-?\d{17,}/g, (digits) => `"bigint:${digits}"`)),
    (_key, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  );

const LONG = 300;

const longNames: Check = {
  name: `tables and columns with names of ${LONG} characters`,
  run: (target) =>
    withDataset(target.place(), async (dataset) => {
      const [table, column] = ['t', 'c'].map((letter) => letter.repeat(LONG)) as [string, string];
      await commit(dataset, { resources: [{ name: table, rows: [{ id: 1, [column]: 'x' }] }] });
      expectSame('the row', await rowsOf(dataset, `SELECT ${column} AS x FROM ${table}`), [{ x: 'x' }]);
      return undefined;
    }),
};

/** Every type, its boundary values, and names as long as they may be. */
export const types: CheckGroup = { group: 'types', checks: [everyType, documents, longNames] };
