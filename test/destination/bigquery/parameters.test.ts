import { positional, Texts } from '../../../src/destination/bigquery/parameters';
import { LaterNumber } from '../../../src/destination/commit';
import { Decimal, PlainDate, PlainTime, Timestamp } from '../../../src/value';

const filled = (sql: string, params: Parameters<Texts['fill']>[1]): string => new Texts().fill(sql, params);

describe('parameters of statements', () => {
  test('numbers, truth values and null are written into the statement', () => {
    expect(filled('VALUES (?, ?, ?, ?)', [1, 2n ** 60n, true, null])).toBe(
      'VALUES (1, 1152921504606846976, true, NULL)',
    );
  });

  test('a text is a literal, with its quotes, backslashes and line breaks escaped', () => {
    expect(filled('SELECT ?', ["it's\n\\ here"])).toBe("SELECT 'it\\'s\\n\\\\ here'");
  });

  test('a long text is a named parameter, once', () => {
    const long = 'x'.repeat(300);
    const texts = new Texts();
    expect(texts.fill('SELECT ?, ?', [long, 'short'])).toBe("SELECT @p0, 'short'");
    expect(texts.fill('SELECT ?, ?', [`${long}y`, long])).toBe('SELECT @p1, @p0');
    expect(texts.parameters).toEqual([
      { name: 'p0', parameterType: { type: 'STRING' }, parameterValue: { value: long } },
      { name: 'p1', parameterType: { type: 'STRING' }, parameterValue: { value: `${long}y` } },
    ]);
  });

  test('a number of the script is what the script calls it', () => {
    expect(filled('VALUES (?)', [new LaterNumber('tm_n3')])).toBe('VALUES (tm_n3)');
  });

  test('a ? in a text, a quoted name or a comment is none', () => {
    expect(filled("SELECT 'a?\\'?', `b?\\`?`, \"c?\", ? -- ?\n# ?\n/* ? */", [1])).toBe(
      "SELECT 'a?\\'?', `b?\\`?`, \"c?\", 1 -- ?\n# ?\n/* ? */",
    );
  });
});

describe('parameters of a query', () => {
  test.each([
    ['a', 'STRING', 'a'],
    [true, 'BOOL', 'true'],
    [1, 'INT64', '1'],
    [1.5, 'FLOAT64', '1.5'],
    [1e300, 'FLOAT64', '1e+300'],
    [2n ** 63n - 1n, 'INT64', '9223372036854775807'],
    [2n ** 63n, 'BIGNUMERIC', '9223372036854775808'],
    [new Decimal('1.10'), 'BIGNUMERIC', '1.10'],
    [new Timestamp(1_500_000n), 'TIMESTAMP', '1970-01-01T00:00:01.500Z'],
    [new Date(0), 'TIMESTAMP', '1970-01-01T00:00:00.000Z'],
    [new PlainDate('2024-02-29'), 'DATE', '2024-02-29'],
    [new PlainTime('01:02:03'), 'TIME', '01:02:03'],
    [new Uint8Array([1, 2]), 'BYTES', 'AQI='],
    [{ a: 1 }, 'STRING', '{"a":1}'],
  ])('%p is a %s', (value, type, text) => {
    expect(positional('SELECT ?', [value])).toEqual({
      sql: 'SELECT ?',
      parameters: [{ parameterType: { type }, parameterValue: { value: text } }],
    });
  });

  test('a null stands in the text, where it has whatever type is asked for', () => {
    expect(positional("SELECT '?', ? = ?, ?", [1, null, 'a'])).toEqual({
      sql: "SELECT '?', ? = NULL, ?",
      parameters: [
        { parameterType: { type: 'INT64' }, parameterValue: { value: '1' } },
        { parameterType: { type: 'STRING' }, parameterValue: { value: 'a' } },
      ],
    });
  });
});
