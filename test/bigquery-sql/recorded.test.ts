import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../temporary-folder';
import { describeWithGoogleSql, refusedOf } from './check';
import { recordedIn } from './recorded';

const folder = temporaryFolder('recorded-sql');

const TABLE = {
  dataset: 'data',
  table: 'stage',
  columns: [
    { name: 'n', type: 'NUMERIC(38, 9)', mode: 'REQUIRED' },
    {
      name: 'r0',
      type: 'STRUCT<id INT64, `at` TIMESTAMP, n NUMERIC(10, 2), deep STRUCT<tags ARRAY<STRING>>>',
    },
  ],
};

const written = (sql: string): string =>
  JSON.stringify({
    sql,
    parameters: [{ name: 'p0', parameterType: { type: 'STRING' }, parameterValue: { value: 'x' } }],
    defaultDataset: 'data',
    tables: [TABLE],
  });

/** What is refused of each query that is recorded. */
async function reasons(): Promise<readonly (readonly string[])[]> {
  const all: string[][] = [];
  for await (const query of recordedIn(folder)) all.push(refusedOf(query).map(({ reason }) => reason));
  return all;
}

describeWithGoogleSql('queries that a fake BigQuery has recorded', () => {
  test('are looked at with the parameters and tables that they had, records among them', async () => {
    const queries = [
      'SELECT r0.id + 1, TIMESTAMP_ADD(r0.at, INTERVAL 1 DAY), n + r0.n, tag FROM stage, UNNEST(r0.deep.tags) AS tag WHERE tag = @p0',
      'SELECT r0.nothing FROM data.stage',
      'SELECT @p0 + n FROM data.stage',
    ];
    writeFileSync(path.join(folder, '1.jsonl'), queries.map((sql) => `${written(sql)}\n`).join(''));
    expect(await reasons()).toEqual([
      [],
      [expect.stringContaining('Field name nothing does not exist in STRUCT')],
      [expect.stringContaining('No matching signature for operator +')],
    ]);
  });

  test('with parameters without a name have positional ones', async () => {
    const parameters = ['STRING', 'INT64'].map((type) => ({ parameterType: { type } }));
    const sql = "SELECT concat(?, 'a'), concat(?, 'a')";
    writeFileSync(path.join(folder, '1.jsonl'), `${JSON.stringify({ sql, parameters, tables: [] })}\n`);
    expect(await reasons()).toEqual([[expect.stringContaining('Argument types: INT64, STRING')]]);
  });
});
