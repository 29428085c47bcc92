import { type BigQueryFake, startBigQuery } from './index';
import { LOCATION, type Rest, restOf } from './rest';

let fake: BigQueryFake;
let rest: Rest;

beforeAll(async () => {
  fake = await startBigQuery({ projectId: 'p' });
  rest = restOf(fake);
  await rest.call('POST', '/datasets', { datasetReference: { datasetId: 'd' }, location: LOCATION });
  await rest.query(
    [
      'CREATE TABLE d.t (k STRING, n INT64, f FLOAT64, w BIGNUMERIC, j JSON, at_time TIMESTAMP);',
      "INSERT INTO d.t (k, n, f, w, j, at_time) VALUES ('a', 1, 0.5, 3, JSON '{}', TIMESTAMP '2020-01-01'),",
      " ('b', 2, NULL, BIGNUMERIC '1e20', NULL, NULL);",
      'CREATE TABLE d.o (k STRING, n INT64 NOT NULL);',
      "INSERT INTO d.o (k, n) VALUES ('a', 10), ('c', 30);",
    ].join('\n'),
  );
});

afterAll(async () => {
  rest.close();
  await fake.close();
});

describe('what is refused, as BigQuery refuses it', () => {
  test.each([
    ['a reserved word as a name', 'SELECT 1 AS order', /Unexpected keyword ORDER/],
    ['an unclosed text', "SELECT 'a''", /Unclosed string literal/],
    ['two quotes as one', "SELECT 'it''s' AS x", /Syntax error/],
    ['a name in double quotes', 'SELECT "k" + 1 AS x FROM d.t', /STRING, INT64/],
    [
      'a text compared with a number',
      "SELECT k FROM d.t WHERE n = '1'",
      /operator = for argument types: INT64, STRING/,
    ],
    ['a number compared with a text', 'SELECT k FROM d.t WHERE k = 1', /STRING, INT64/],
    ['a text among numbers', "SELECT k FROM d.t WHERE n IN (1, 'a')", /operator IN/],
    ['two types of a CASE', "SELECT CASE WHEN n = 1 THEN 1 ELSE 'a' END AS x FROM d.t", /operator CASE/],
    ['two types of coalesce', 'SELECT coalesce(k, n) AS x FROM d.t', /function COALESCE/],
    ['a number as a condition', 'SELECT k FROM d.t WHERE n', /should return type BOOL/],
    ['JSON compared', 'SELECT k FROM d.t WHERE j = j', /not defined for arguments of type JSON/],
    ['an unknown column', 'SELECT nope FROM d.t', /Unrecognized name: nope at \[1:8\]/],
    ['an unknown function', 'SELECT nope(1) AS x', /Function not found: NOPE/],
    ['a name of two tables', 'SELECT k FROM d.t JOIN d.o ON t.k = o.k', /Column name k is ambiguous/],
    ['two results of one name', 'SELECT k, n AS K FROM d.t', /Duplicate column names/],
    ['a table without its dataset', 'SELECT k FROM t', /must be qualified with a dataset/],
    ['a table in another case', 'SELECT k FROM d.T', /Not found: Table p:d.T/],
    [
      'a text into a number',
      "INSERT INTO d.o (n) VALUES ('1')",
      /Value has type STRING which cannot be inserted into column n, which has type INT64/,
    ],
    [
      'a text of a query into a number',
      'INSERT INTO d.o (n) SELECT k FROM d.t',
      /Query column 1 has type STRING/,
    ],
    [
      'a number into a text',
      'UPDATE d.t SET k = n WHERE TRUE',
      /Value of type INT64 cannot be assigned to k, which has type STRING/,
    ],
    ['a fraction into a whole number', 'INSERT INTO d.o (n) VALUES (1.5)', /type FLOAT64/],
    [
      'a number into an instant',
      'UPDATE d.t SET at_time = n WHERE TRUE',
      /INT64 cannot be assigned to at_time/,
    ],
    ['a value too few', 'INSERT INTO d.o (k, n) VALUES (1)', /wrong column count; Has 1, expected 2/],
    ['no value for a required column', "INSERT INTO d.o (k) VALUES ('x')", /Required field n cannot be null/],
    ['NULL for a required column', 'UPDATE d.o SET n = NULL WHERE TRUE', /Required field n cannot be null/],
    ['DELETE without WHERE', 'DELETE FROM d.o', /DELETE must have a WHERE clause/],
    ['UPDATE without WHERE', 'UPDATE d.o SET n = 1', /UPDATE must have a WHERE clause/],
    ['a column twice in a table', 'CREATE TABLE d.x (a INT64, A STRING)', /Duplicate column name A/],
    ['a table again', 'CREATE TABLE d.t (a INT64)', /^duplicate: Already Exists: Table p:d.t/],
    ['a column again', 'ALTER TABLE d.t ADD COLUMN K STRING', /Column already exists: K/],
    ['a new required column', 'ALTER TABLE d.t ADD COLUMN r INT64 NOT NULL', /Cannot add required fields/],
    [
      'a narrower type',
      'ALTER TABLE d.t ALTER COLUMN f SET DATA TYPE INT64',
      /is assignable to the new type/,
    ],
    ['a parameter that isn’t given', 'SELECT @p9 AS x', /Query parameter 'p9' not found/],
    ['a late DECLARE', 'SELECT 1 AS x; DECLARE a INT64;', /only at the start of a block or script/],
    ['a variable that isn’t declared', 'SET a = 1;', /Undeclared variable: a/],
    ['a comparison of comparisons', 'SELECT 1 = 1 = TRUE AS x', /Syntax error/],
    ['a union without its kind', 'SELECT 1 AS a UNION SELECT 2', /Expected keyword ALL or keyword DISTINCT/],
    [
      'a text that is no instant',
      "SELECT k FROM d.t WHERE at_time > 'yesterday'",
      /Could not cast literal "yesterday" to type TIMESTAMP/,
    ],
    ['NULL as an operand', "SELECT 'a' = NULL AS x", /Operands of = cannot be literal NULL/],
    ['groups by a literal', 'SELECT count(*) AS c FROM d.t GROUP BY TRUE', /Cannot GROUP BY literal values/],
    [
      'a column that DISTINCT has left out',
      'SELECT DISTINCT k FROM d.t ORDER BY n',
      /not visible after SELECT DISTINCT/,
    ],
    ['a table of a column without a name', 'CREATE TABLE d.x AS SELECT 1', /column 1 has no name/],
    ['the name of a column without one', 'SELECT x.f0_ FROM (SELECT 1) x', /Name f0_ not found inside x/],
    ['a union of two types', "SELECT 1 AS a UNION ALL SELECT 'a'", /incompatible types: INT64, STRING/],
    [
      'two source rows for one',
      "UPDATE d.t SET n = s.n FROM (SELECT 'a' AS k, 1 AS n UNION ALL SELECT 'a', 2) s WHERE t.k = s.k",
      /at most one source row/,
    ],
    [
      'OR of two EXISTS that depend on the row',
      'SELECT k FROM d.t t WHERE EXISTS (SELECT 1 FROM d.o s WHERE s.k = t.k) OR EXISTS (SELECT 1 FROM d.o s WHERE s.n = t.n)',
      /Correlated subqueries that reference other tables/,
    ],
    [
      'EXISTS without an equality',
      'SELECT k FROM d.t t WHERE EXISTS (SELECT 1 FROM d.o s WHERE s.n > t.n)',
      /LEFT SEMI JOIN cannot be used without a condition/,
    ],
    ['division by zero', 'SELECT 1 / (n - n) AS x FROM d.t', /division by zero/],
    ['a whole number that overflows', 'SELECT n + 9223372036854775807 AS x FROM d.t', /overflow/i],
    ['a text that is no number', "SELECT CAST('1.5' AS INT64) AS x", /Bad int64 value: 1.5/],
  ])('%s', async (_, sql, message) => {
    const { error } = await rest.query(sql);
    expect(error).toMatch(message);
    expect(error).toMatch(/^(invalidQuery|invalid|notFound|duplicate): /);
  });
});

describe('what is answered', () => {
  test.each<[string, string, unknown[][]]>([
    [
      'texts with escapes',
      String.raw`SELECT 'it\'s \\ \u00e9 \x41' AS a, "dou'ble" AS b, r'\n' AS c, '''a'b''' AS d`,
      [["it's \\ é A", "dou'ble", '\\n', "a'b"]],
    ],
    ['bytes', String.raw`SELECT b'\xffa' AS a, TO_HEX(b'\x00\x0f') AS b`, [['/2E=', '000f']]],
    ['a name in one pair of backticks', 'SELECT k FROM `p.d.t` WHERE n = 1', [['a']]],
    ['names in any case', 'SELECT T.K FROM d.t WHERE N = 1', [['a']]],
    ['nulls first, and last', 'SELECT k FROM d.t ORDER BY f', [['b'], ['a']]],
    ['nulls last when it descends', 'SELECT k FROM d.t ORDER BY f DESC', [['a'], ['b']]],
    ['nulls where they are wanted', 'SELECT k FROM d.t ORDER BY f ASC NULLS LAST', [['a'], ['b']]],
    ['great numbers compared', "SELECT k FROM d.t WHERE w > 5 AND w < BIGNUMERIC '1e21'", [['b']]],
    [
      'great numbers in order, and as text',
      'SELECT CAST(w AS STRING) AS x FROM d.t ORDER BY w DESC',
      [['100000000000000000000'], ['3']],
    ],
    [
      'NUMERIC without zeros',
      "SELECT NUMERIC '1.50' AS a, CAST(NUMERIC '-0.000000001' AS STRING) AS b",
      [['1.5', '-0.000000001']],
    ],
    [
      'floats as text',
      'SELECT CAST(1.0 AS STRING) AS a, CAST(1e20 AS STRING) AS b, CAST(0.1 AS STRING) AS c',
      [['1', '1e+20', '0.1']],
    ],
    [
      'instants as text',
      "SELECT CAST(TIMESTAMP '2020-01-01 00:00:00.5+02' AS STRING) AS a",
      [['2019-12-31 22:00:00.500+00']],
    ],
    [
      'JSON with its members in order',
      `SELECT PARSE_JSON('{"b": 1.0, "a": [true, null], "b": 2}') AS a`,
      [['{"a":[true,null],"b":1.0}']],
    ],
    [
      'a number of JSON rounded',
      `SELECT PARSE_JSON('12345678901234567890123', wide_number_mode => 'round') AS a`,
      [['1.2345678901234568e+22']],
    ],
    [
      'JSON as text',
      'SELECT TO_JSON_STRING(j) AS a, TO_JSON_STRING(k) AS b FROM d.t ORDER BY k',
      [
        ['{}', '"a"'],
        ['null', '"b"'],
      ],
    ],
    ['a part of JSON', `SELECT JSON_VALUE(JSON '{"a": {"b c": [1, "x"]}}', '$.a."b c"[1]') AS a`, [['x']]],
    [
      'casts that may fail',
      "SELECT SAFE_CAST('x' AS INT64) AS a, SAFE_CAST('2020-02-30' AS DATE) AS b, SAFE_CAST('5' AS INT64) AS c",
      [[null, null, '5']],
    ],
    ['halves away from zero', 'SELECT CAST(2.5 AS INT64) AS a, CAST(-2.5 AS INT64) AS b', [['3', '-3']]],
    ['division', 'SELECT 7 / 2 AS a, DIV(7, 2) AS b, MOD(7, 2) AS c', [['3.5', '3', '1']]],
    [
      'aggregates',
      'SELECT count(*) AS a, COUNTIF(n > 1) AS b, sum(n) AS c, max(k) AS d, count(DISTINCT k) AS e FROM d.t',
      [['2', '1', '3', 'b', '2']],
    ],
    [
      'groups by name and place',
      'SELECT k AS x, count(*) FROM d.t GROUP BY x HAVING count(*) = 1 ORDER BY 1',
      [
        ['a', '1'],
        ['b', '1'],
      ],
    ],
    [
      'numbers of rows',
      'SELECT k, row_number() OVER (PARTITION BY 1 = 1 ORDER BY n DESC) AS place FROM d.t ORDER BY k',
      [
        ['a', '2'],
        ['b', '1'],
      ],
    ],
    [
      'a name of the result before a column',
      "SELECT k AS n, count(*) AS c FROM d.t GROUP BY n HAVING n > '' ORDER BY n || 'x' DESC",
      [
        ['b', '1'],
        ['a', '1'],
      ],
    ],
    [
      'a common table',
      'WITH x AS (SELECT n FROM d.t), y AS (SELECT n + 1 AS m FROM x) SELECT m FROM y ORDER BY m',
      [['2'], ['3']],
    ],
    [
      'a union whose types widen',
      'SELECT n FROM d.t UNION ALL SELECT w FROM d.t WHERE n = 1 UNION ALL SELECT NULL ORDER BY n',
      [[null], ['1'], ['2'], ['3']],
    ],
    [
      'joins',
      'SELECT t.k, o.n FROM d.t LEFT JOIN d.o ON t.k = o.k ORDER BY t.k',
      [
        ['a', '10'],
        ['b', null],
      ],
    ],
    ['a join of a shared column', 'SELECT k, o.n FROM d.t JOIN d.o USING (k)', [['a', '10']]],
    [
      'EXISTS and NOT IN',
      'SELECT k FROM d.t t WHERE NOT EXISTS (SELECT 1 FROM d.o s WHERE s.k = t.k) AND k NOT IN (SELECT o.k FROM d.o)',
      [['b']],
    ],
    [
      'a subquery of the row',
      'SELECT k, (SELECT max(o.n) FROM d.o WHERE o.k = t.k) AS m FROM d.t ORDER BY k',
      [
        ['a', '10'],
        ['b', null],
      ],
    ],
    [
      'all columns but some',
      'SELECT * EXCEPT (f, w, j, at_time) FROM d.t ORDER BY k LIMIT 1 OFFSET 1',
      [['b', '2']],
    ],
    [
      'LIKE with an escape',
      String.raw`SELECT 'a%b' LIKE 'a\\%_' AS a, 'axb' LIKE 'a\\%_' AS b`,
      [['true', 'false']],
    ],
    ['formats', "SELECT FORMAT('a:%d %s%%', n, k) AS x FROM d.t WHERE n = 1", [['a:1 a%']]],
    ['columns without a name', 'SELECT 1, k, 2 FROM d.t WHERE n = 1', [['1', 'a', '2']]],
    ['the alias of a table before a column', 'SELECT n.k FROM d.o AS n WHERE n.n = 10', [['a']]],
  ])('%s', async (_, sql, rows) => {
    const outcome = await rest.query(sql);
    expect(outcome.error).toBeUndefined();
    expect(outcome.rows).toEqual(rows);
  });

  test('named parameters in scripts: a text is an instant where one is wanted', async () => {
    const texts = { p0: "a'\n\u0000", p1: '2020-01-01T00:00:00Z' };
    const script =
      'DECLARE five INT64 DEFAULT 0; SET five = 4 + 1; SELECT @p0 AS a, TIMESTAMP(@P1) = at_time AS b, @p1 = at_time AS c, five FROM d.t WHERE k = "a";';
    expect((await rest.query(script, { texts })).rows).toEqual([[texts.p0, 'true', 'true', '5']]);
    expect((await rest.query('SELECT k FROM d.t WHERE n = @p1', { texts })).error).toMatch(/INT64, STRING/);
  });

  test('positional parameters of several types', async () => {
    const parameters = [
      { parameterType: { type: 'INT64' }, parameterValue: { value: '2' } },
      { parameterType: { type: 'STRING' }, parameterValue: {} },
      { parameterType: { type: 'NUMERIC' }, parameterValue: { value: '1.5' } },
    ];
    const sql =
      'SELECT k, x.none, x.number FROM (SELECT ? AS two, ? AS none, ? AS number) x JOIN d.t ON n = two';
    expect((await rest.query(sql, { parameters })).rows).toEqual([['b', null, '1.5']]);
  });

  test('MERGE: updates, deletes and inserts', async () => {
    await rest.query(
      "CREATE TABLE d.m (k STRING, n INT64); INSERT INTO d.m (k, n) VALUES ('a', 1), ('b', 2), ('c', 3);",
    );
    const source = "(SELECT 'a' AS k, 9 AS n UNION ALL SELECT 'b', NULL UNION ALL SELECT 'd', 4)";
    const { results, error } = await rest.query(
      `MERGE d.m t USING ${source} s ON t.k = s.k WHEN MATCHED AND s.n IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET n = s.n` +
        ' WHEN NOT MATCHED THEN INSERT (k, n) VALUES (s.k, s.n) WHEN NOT MATCHED BY SOURCE THEN UPDATE SET n = 0',
    );
    expect([error, results.numDmlAffectedRows]).toEqual([undefined, '4']);
    expect(await fake.sql('SELECT k, n FROM d.m ORDER BY k')).toEqual([
      { k: 'a', n: '9' },
      { k: 'c', n: '0' },
      { k: 'd', n: '4' },
    ]);
  });

  test('columns get wider types, and keep their values', async () => {
    await rest.query(
      "CREATE TABLE d.wide (a INT64, b NUMERIC, s STRING(3)); INSERT INTO d.wide (a, b, s) VALUES (-5, 1.5, 'abc');",
    );
    for (const [column, type] of [
      ['a', 'NUMERIC'],
      ['a', 'BIGNUMERIC'],
      ['b', 'BIGNUMERIC(60, 30)'],
      ['s', 'STRING'],
    ])
      expect(
        (await rest.query(`ALTER TABLE d.wide ALTER COLUMN ${column} SET DATA TYPE ${type}`)).error,
      ).toBeUndefined();
    expect(await fake.sql('SELECT * FROM d.wide')).toEqual([{ a: '-5', b: '1.5', s: 'abc' }]);
    const { rows } = await rest.query(
      "SELECT column_name, data_type, is_nullable, ordinal_position FROM d.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'wide' ORDER BY ordinal_position",
    );
    expect(rows).toEqual([
      ['a', 'BIGNUMERIC', 'YES', '1'],
      ['b', 'BIGNUMERIC(60, 30)', 'YES', '2'],
      ['s', 'STRING', 'YES', '3'],
    ]);
  });

  test('a script answers what its last statement did', async () => {
    const script =
      "DECLARE n0, n1 INT64 DEFAULT 0; CREATE TEMP TABLE x AS SELECT 1 AS a UNION ALL SELECT 2; SET n0 = (SELECT count(*) FROM x); DELETE FROM x WHERE a = 1; SET n1 = @@row_count; IF n0 + n1 > 3 THEN RAISE USING MESSAGE = 'no'; ELSEIF n0 = 2 THEN SELECT n0, n1, @@script.bytes_billed AS billed; ELSE SELECT 0 AS other; END IF;";
    expect((await rest.query(script)).rows).toEqual([['2', '1', String(2 * 10 * 2 ** 20)]]);
  });
});
