import { bigqueryDialect, literal } from '../../../src/destination/bigquery/dialect';
import type { ColumnSchema } from '../../../src/schema';

const { columnType, dataType, widenedType, quote, ...dialect } = bigqueryDialect('seed');

const column = (data_type: ColumnSchema['data_type'], more: Partial<ColumnSchema> = {}): ColumnSchema => ({
  name: 'c',
  ...(data_type === undefined ? {} : { data_type }),
  ...more,
});

describe('a column type of BigQuery', () => {
  test.each([
    [column('text'), 'STRING'],
    [column('text', { precision: 10 }), 'STRING(10)'],
    [column('binary', { precision: 16 }), 'BYTES(16)'],
    [column('timestamp', { timezone: false, precision: 3 }), 'TIMESTAMP'],
    [column('bigint', { precision: 16 }), 'INT64'],
    [column('wei', { precision: 20 }), 'BIGNUMERIC'],
    [column('decimal'), 'NUMERIC(38,9)'],
    [column('decimal', { precision: 29, scale: 0 }), 'NUMERIC(29,0)'],
    [column('decimal', { precision: 30, scale: 0 }), 'BIGNUMERIC(30,0)'],
    [column('decimal', { precision: 12, scale: 10 }), 'BIGNUMERIC(12,10)'],
  ])('is dlt’s of %p: %s', (given, type) => {
    expect(columnType(given)).toBe(type);
  });

  test.each([
    ['fewer digits than the fraction has', { precision: 5 }, 'NUMERIC(9,9)'],
    ['more whole digits than a NUMERIC has', { precision: 38, scale: 5 }, 'BIGNUMERIC(38,5)'],
    ['more whole digits than a BIGNUMERIC has', { precision: 50, scale: 0 }, 'BIGNUMERIC'],
  ])('is one that BigQuery takes for %s', (_, digits, type) => {
    expect(columnType(column('decimal', digits))).toBe(type);
  });
});

describe('what the catalogue says', () => {
  test.each([
    ['NUMERIC(38, 9)', 'decimal'],
    ['NUMERIC(20)', 'decimal'],
    ['NUMERIC', 'decimal'],
    ['BIGNUMERIC(76, 38)', 'decimal'],
    ['BIGNUMERIC', 'wei'],
    ['STRING(10)', 'text'],
    ['BYTES(16)', 'binary'],
    ['DATETIME', 'timestamp'],
    ['TIMESTAMP', 'timestamp'],
    ['ARRAY<STRING>', undefined],
    ['STRUCT<a INT64, b NUMERIC(38, 9)>', undefined],
    ['GEOGRAPHY', undefined],
  ])('is read as dlt reads it: %s', (actual, type) => {
    expect(dataType(actual)).toBe(type);
  });
});

describe('a stored column', () => {
  test.each([
    ['INT64', column('double'), 'FLOAT64'],
    ['INT64', column('decimal'), 'NUMERIC(38,9)'],
    ['INT64', column('decimal', { precision: 10, scale: 2 }), 'NUMERIC(21,2)'],
    ['INT64', column('wei'), 'BIGNUMERIC'],
    ['NUMERIC(38, 9)', column('wei'), 'BIGNUMERIC'],
    ['NUMERIC(10, 2)', column('decimal', { precision: 10, scale: 4 }), 'NUMERIC(12,4)'],
    ['NUMERIC(38, 9)', column('decimal', { precision: 38, scale: 20 }), 'BIGNUMERIC(49,20)'],
    ['STRING(10)', column('text', { precision: 20 }), 'STRING(20)'],
    ['STRING(10)', column('text'), 'STRING'],
    ['BYTES(4)', column('binary'), 'BYTES'],
  ])('%s becomes wider for %p: %s', (actual, wanted, type) => {
    expect(widenedType(actual, wanted)).toBe(type);
    expect(widenedType(type, wanted)).toBeUndefined();
  });

  test.each([
    ['NUMERIC(38, 9)', column('decimal')],
    ['NUMERIC', column('decimal')],
    ['BIGNUMERIC', column('decimal', { precision: 76, scale: 38 })],
    ['BIGNUMERIC', column('wei')],
    ['NUMERIC(38, 9)', column('double')],
    ['FLOAT64', column('decimal')],
    ['STRING(20)', column('text', { precision: 10 })],
    ['STRING', column('text', { precision: 10 })],
    ['STRING', column('bigint')],
    ['INT64', column('bigint')],
    ['DATETIME', column('timestamp')],
    ['DATE', column('timestamp')],
  ])('%s stays as it is for %p', (actual, wanted) => {
    expect(widenedType(actual, wanted)).toBeUndefined();
  });
});

describe('GoogleSQL', () => {
  test('quotes names with its escapes', () => {
    expect(quote('a`b\\c')).toBe('`a\\`b\\\\c`');
    expect(dialect.table('order')).toBe('`seed`.`order`');
  });

  test('writes a text on one line, whatever is in it', () => {
    expect(literal(`it's \\ "x"\n\r\t\u0000\u0007\u001f ä 😀 \``)).toBe(
      `'it\\'s \\\\ "x"\\n\\r\\t\\x00\\a\\x1f ä 😀 \`'`,
    );
  });

  test('has words of its own', () => {
    expect(dialect.instant('@p0')).toBe('TIMESTAMP(@p0)');
    expect(dialect.date('@p0')).toBe('CAST(@p0 AS DATE)');
    expect(dialect.countWhere('a IS NULL')).toBe('COUNTIF(a IS NULL)');
    expect(dialect.nullsLast('a', 'desc')).toBe('a DESC NULLS LAST');
    expect(dialect.createTemporary('t', 'SELECT 1')).toBe('CREATE TEMP TABLE `t` AS SELECT 1');
  });
});
