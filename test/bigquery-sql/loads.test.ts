import path from 'node:path';
import type { Destination } from '../../src/destination';
import { withPrefix } from '../bigquery/destinations';
import { caseFiles, OWN_CASES, readCases } from '../conformance/case-files';
import { runCase } from '../conformance/run-case';
import { startBigQuery } from '../emulators/bigquery';
import { temporaryFolder } from '../temporary-folder';
import { describeWithGoogleSql, refusedOf } from './check';
import type { Refused } from './googlesql';
import { recordedIn } from './recorded';
import { SCENARIOS } from './scenarios';

const folder = temporaryFolder('bigquery-sql');

/** All that was sent by the tests that ran before. */
const all: string[] = [];

let fakes = 0;

/** Runs loads on a fake BigQuery that tells what it is sent. @returns what GoogleSQL refuses of it */
async function refusedBy(work: (destination: Destination) => Promise<void>): Promise<readonly Refused[]> {
  fakes += 1;
  const recordSql = path.join(folder, String(fakes));
  const fake = await startBigQuery({ recordSql });
  await work(withPrefix(fake, 'x_'));
  await fake.close();
  const refused: Refused[] = [];
  for await (const query of recordedIn(recordSql)) {
    all.push(query.sql);
    refused.push(...refusedOf(query));
  }
  return refused;
}

describeWithGoogleSql('all that BigQuery is sent is GoogleSQL, for', () => {
  test.each(Object.entries(SCENARIOS))('%s', async (_name, scenario) => {
    const refused = await refusedBy(async (destination) => {
      const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
      await scenario(dataset);
      await dataset.close();
    });
    expect(refused).toEqual([]);
  });

  // statements that the loads above must have led to: without them, they would prove nothing
  test.each([
    ['a table that is made with a row', /^CREATE TABLE IF NOT EXISTS \S+ \(.*\) AS SELECT/m],
    ['columns that are added', /^ALTER TABLE \S+ ADD COLUMN IF NOT EXISTS/m],
    ['a type that is widened', /^ALTER TABLE \S+ ALTER COLUMN \S+ SET DATA TYPE/m],
    ['JSON that is parsed', /PARSE_JSON\(r\d+\./],
    ['a row that wins by its order', /row_number\(\) OVER \(PARTITION BY .* NULLS LAST/],
    ['rows that no row says are deleted', /AND NOT deleting/],
    ['rows of either key', /^CREATE TEMP TABLE `tidemark_doomed_\d+` .* WHERE EXISTS .* WHERE EXISTS /m],
    ['rows of children', /IN \(SELECT `_dlt_id` FROM `tidemark_doomed_/],
    ['newer rows that stay', /NOT coalesce\(\w+\.`ts` > \w+\.`ts`, false\)/],
    ['rows of which newer ones are stored', /^DELETE FROM `tidemark_\w+` WHERE EXISTS/m],
    ['groups of which newer ones are stored', /^CREATE TEMP TABLE `tidemark_newest_/m],
    ['versions that end', /^UPDATE \S+ AS \w+ SET `_dlt_valid_to` = TIMESTAMP\(.* WHERE .* IS NULL/m],
    ['versions that are new', /NOT EXISTS \(SELECT 1 FROM \S+ \w+ WHERE \w+\.`_dlt_id` = \w+\.`_dlt_id`/],
    ['rows that another resource has', /NOT IN \(SELECT load_id FROM/],
    ['a count that must not be too great', /^IF tm_n\d+ > \d+ THEN RAISE/m],
    [
      'rows whose key is not stored',
      /^CREATE TEMP TABLE `tidemark_keep_\d+` AS SELECT \S+ FROM \S+ \w+ WHERE NOT EXISTS/m,
    ],
    ['root ids that are filled', /^UPDATE \S+ AS \w+ SET `_dlt_root_id`/m],
    ['load ids that are renamed', /^UPDATE \S+ AS \w+ SET .* = \w+\.new_id/m],
    ['claims that end', /^DELETE FROM \S+_tidemark_claims` WHERE load_key/m],
    ['ledger rows that are superseded', /SET status = 'superseded'/],
    ['ledger rows of a time', /interval_end > TIMESTAMP\(/],
    ['hashes of versions that a drop has changed', /SET version_hash = version_hash \|\| ' dropped'/],
    ['a table that is emptied', /^TRUNCATE TABLE `x_data`\.`items`/m],
  ])('and there was %s', (_what, form) => {
    expect(all.filter((sql) => form.test(sql)).slice(0, 1)).toHaveLength(1);
  });

  /*
   * Beyond the language, BigQuery must find a join for what looks into another table row by row: it refuses an EXISTS that stands in
   * an OR, and one without an equality of both sides.
   */
  test('and no EXISTS stands in an OR', () => {
    expect(
      all.filter((sql) => /\bOR (NOT )?EXISTS\b|EXISTS (\((?:[^()]|\([^()]*\))*\)) OR\b/.test(sql)),
    ).toEqual([]);
  });

  test('and each EXISTS begins with an equality of both tables', () => {
    const conditions = all.flatMap((sql) =>
      [...sql.matchAll(/EXISTS \(SELECT 1 FROM \S+ (\w+) WHERE (\S+)\.(\S+) = (\S+)\.([^\s)]+)/g)].map(
        ([, inner, left, , right]) => [left, right].filter((side) => side === inner).length,
      ),
    );
    const written = all.flatMap((sql) => sql.match(/\bEXISTS \(/g) ?? []);
    expect(conditions).toEqual(written.map(() => 1));
    expect(written.length).toBeGreaterThan(50);
  });

  // those that were drawn by chance: the others are much like the loads above
  const cases = caseFiles(OWN_CASES)
    .flatMap(readCases)
    .filter(({ id }) => id.startsWith('load-rand-'));

  test.each(cases.map((one) => [one.id, one] as const))('%s, as dlt has loaded it', async (_id, one) => {
    const refused = await refusedBy(async (destination) => {
      expect(await runCase(one, () => destination)).toBeUndefined();
    });
    expect(refused).toEqual([]);
  });
});
