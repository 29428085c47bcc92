import { describeWithGoogleSql, refusedOf } from './check';
import type { StoredTable } from './googlesql';

const TABLES: readonly StoredTable[] = [
  {
    dataset: 'data',
    table: 'items',
    columns: [
      { name: 'id', type: 'INT64', mode: 'REQUIRED' },
      { name: 'name', type: 'STRING' },
      { name: 'price', type: 'FLOAT64' },
      { name: 'amount', type: 'NUMERIC' },
      { name: 'at', type: 'TIMESTAMP' },
      { name: 'day', type: 'DATE' },
      { name: 'extra', type: 'JSON' },
      { name: 'tags', type: 'STRING', mode: 'REPEATED' },
    ],
  },
  { dataset: 'data', table: '_tidemark_dataset', columns: [{ name: 'version', type: 'INT64' }] },
  {
    dataset: 'data',
    table: 'stage',
    columns: [
      {
        name: 'r0',
        type: 'RECORD',
        fields: [
          { name: 'id', type: 'INTEGER' },
          { name: 'extra', type: 'STRING' },
        ],
      },
    ],
  },
];

const PARAMETERS = [{ name: 'p0', type: 'STRING' }];

const reasonsOf = (sql: string): readonly string[] =>
  refusedOf({ sql, tables: TABLES, parameters: PARAMETERS, defaultDataset: 'data' }).map(
    ({ reason }) => reason,
  );

const TAKEN = [
  'SELECT id, `name` FROM `data`.`items` WHERE `at` >= TIMESTAMP(@p0) AND day = CAST(@p0 AS DATE)',
  'SELECT count(*), COUNTIF(price > 1), max(amount) FROM items GROUP BY ROLLUP(name) ORDER BY 1 DESC NULLS LAST LIMIT 5',
  'SELECT tag FROM items, UNNEST(tags) AS tag QUALIFY row_number() OVER (PARTITION BY id ORDER BY tag) = 1',
  'SELECT CAST(id AS BIGINT), CAST(id AS DECIMAL), CAST(TRUE AS BOOLEAN) FROM items',
  'SELECT column_name, data_type FROM `data`.INFORMATION_SCHEMA.COLUMNS WHERE table_name = @p0',
  String.raw`SELECT 'it\'s', 'a\nb', "a text in double quotes"`,
  'DELETE FROM items WHERE TRUE',
  'DELETE FROM items AS i WHERE EXISTS (SELECT 1 FROM stage s WHERE s.r0.id = i.id)',
  "UPDATE items AS i SET extra = PARSE_JSON(s.r0.extra, wide_number_mode => 'round') FROM stage AS s WHERE s.r0.id = i.id",
  'INSERT INTO items (id, name, `at`) VALUES (1, @p0, TIMESTAMP(@p0)), (2, NULL, NULL)',
  'INSERT INTO items (id) SELECT s.id FROM (SELECT r0.* FROM stage WHERE r0 IS NOT NULL) s',
  'MERGE INTO _tidemark_dataset AS t USING (SELECT 1 AS one) AS s ON FALSE WHEN NOT MATCHED THEN INSERT (version) VALUES (1)',
  'CREATE TABLE IF NOT EXISTS data.made (`id` INT64 NOT NULL, `at` TIMESTAMP, n NUMERIC(38,9), t STRING(10)) PARTITION BY DATE(`at`) CLUSTER BY id OPTIONS(description="made")',
  'ALTER TABLE data.items ADD COLUMN IF NOT EXISTS more INT64, ADD COLUMN IF NOT EXISTS other JSON; SELECT more, other FROM items',
  'ALTER TABLE data.items ALTER COLUMN id SET DATA TYPE NUMERIC; SELECT id + NUMERIC "1.5" FROM items',
  'DROP TABLE IF EXISTS data.stage',
];

/** Statements that must be refused, and what of the reason tells that it is for the right one. */
const REFUSED: readonly (readonly [what: string, sql: string, reason: RegExp])[] = [
  ['a reserved word as a name', 'SELECT max(id) AS at FROM items', /keyword AT/],
  ['a reserved word of BigQuery alone', 'SELECT id AS qualify FROM items', /keyword QUALIFY/],
  ['DELETE without WHERE', 'DELETE FROM items', /must have a WHERE/],
  ['UPDATE without WHERE', 'UPDATE items SET id = 1', /must have a WHERE/],
  ['a text into INT64', 'INSERT INTO items (id) VALUES (@p0)', /STRING.*id.*INT64/],
  ['a text that is set to INT64', 'UPDATE items SET id = name WHERE TRUE', /STRING.*id.*INT64/],
  ['an unknown column', 'SELECT nothing FROM items', /Unrecognized name: nothing/],
  ['an unknown column that is written', 'INSERT INTO items (nothing) VALUES (1)', /nothing/],
  ['an unknown table', 'SELECT 1 FROM data.nothing', /not found: data.nothing/],
  ['a table by another case', 'SELECT 1 FROM data.Items', /"data.Items"/],
  ['an unknown function', 'SELECT count_if(id > 1) FROM items', /Function not found: count_if/],
  ['doubled quotes', "SELECT 'it''s'", /concatenated string literals/],
  ['a line break in a text', "SELECT 'a\nb'", /Unclosed string literal/],
  ['a type of other databases', 'SELECT CAST(id AS VARCHAR) FROM items', /Type not found: VARCHAR/],
  ['FILTER', 'SELECT count(*) FILTER (WHERE id > 1) FROM items', /Syntax error/],
  ['a cast by colons', 'SELECT id::STRING FROM items', /Syntax error/],
  ['ON COMMIT DROP', 'CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1 AS a', /Syntax error/],
  ['a name in double quotes', 'SELECT 1 FROM "data"."items"', /Unexpected string literal/],
  ['an INSERT of too few values', 'INSERT INTO items (id, name) VALUES (1)', /wrong column count/],
  ['an INSERT of too few columns', 'INSERT INTO items (id, name) SELECT 1', /wrong column count/],
  ['UNION without ALL or DISTINCT', 'SELECT 1 UNION SELECT 2', /ALL or keyword DISTINCT/],
  [
    'JSON that is compared',
    'SELECT 1 FROM items a JOIN items b ON a.extra = b.extra',
    /Equality is not defined.*JSON/,
  ],
  [
    'a FLOAT64 that partitions',
    'SELECT rank() OVER (PARTITION BY price ORDER BY id) FROM items',
    /FLOAT64 is not allowed/,
  ],
  ['ON CONFLICT', 'INSERT INTO items (id) VALUES (1) ON CONFLICT DO NOTHING', /Syntax error|not supported/],
  ['RETURNING', 'DELETE FROM items WHERE TRUE RETURNING id', /Syntax error|not supported/],
  ['an unknown parameter', 'SELECT @p1', /parameter 'p1' not found/],
];

describeWithGoogleSql('GoogleSQL takes', () => {
  test.each(TAKEN)('%s', (sql) => {
    expect(reasonsOf(sql)).toEqual([]);
  });
});

describeWithGoogleSql('GoogleSQL refuses', () => {
  test.each(REFUSED)('%s', (_what, sql, reason) => {
    expect(reasonsOf(sql)).toEqual([expect.stringMatching(reason)]);
  });
});

describeWithGoogleSql('of a script', () => {
  const script = (...statements: readonly string[]): string =>
    [
      'DECLARE n0, n1 INT64 DEFAULT 0',
      'BEGIN TRANSACTION',
      'UPDATE `data`.`_tidemark_dataset` SET version = version + 1 WHERE version = 7',
      'SET n0 = @@row_count',
      "IF n0 <> 1 THEN RAISE USING MESSAGE = 'tidemark:moved'; END IF",
      ...statements,
      'COMMIT TRANSACTION',
      'SELECT n0, n1, @@script.bytes_billed AS bytes_billed, @@script.slot_ms AS slot_ms',
    ]
      .map((statement) => `${statement};\n`)
      .join('');

  test('variables, temporary tables and their columns are known from where they are made', () => {
    const sql = script(
      'CREATE TEMP TABLE `roots` AS SELECT s.*, id + n1 AS next FROM (SELECT r0.* FROM stage WHERE r0 IS NOT NULL) s',
      'SET n1 = (SELECT count(*) FROM roots WHERE next > n0)',
      'DELETE FROM items WHERE id IN (SELECT next FROM roots)',
      "IF n1 > 17 THEN RAISE USING MESSAGE = FORMAT('tidemark:check:0:%d', n1); END IF",
    );
    expect(reasonsOf(sql)).toEqual([]);
  });

  test.each<readonly [string, string, RegExp]>([
    ['a temporary table before it is made', 'SELECT 1 FROM later', /Table not found: later/],
    [
      'a column that a temporary table lacks',
      'CREATE TEMP TABLE t AS SELECT id FROM items; SELECT name FROM t',
      /name/,
    ],
    ['a variable that is not declared', 'SET n2 = 1', /"n2" isn't declared/],
    ['a text in a number', 'SET n1 = @p0', /Expected type INT64; found STRING/],
    ['a condition that is none', 'IF n1 THEN SELECT 1; END IF', /Expected type BOOL; found INT64/],
    ['a message that is no text', 'RAISE USING MESSAGE = n1', /Expected type STRING; found INT64/],
    ['a faulty statement in a branch', 'IF n1 = 0 THEN SELECT nothing; END IF', /Unrecognized name: nothing/],
    ['a late declaration', 'DECLARE late INT64', /declared before/],
    [
      'a change of a table in a transaction',
      'ALTER TABLE data.items ADD COLUMN x INT64',
      /within a transaction/,
    ],
    ['a table that is made in a transaction', 'CREATE TABLE data.made (x INT64)', /within a transaction/],
    ['a loop, which no script here has', 'LOOP BREAK; END LOOP', /has to be taught/],
  ])('%s is refused', (_what, statement, reason) => {
    expect(reasonsOf(script(statement))).toEqual([expect.stringMatching(reason)]);
  });

  test('a syntax error refuses all of it', () => {
    expect(reasonsOf(script('SELECT 1 FROM'))).toEqual([expect.stringMatching(/Syntax error/)]);
  });
});
