import path from 'node:path';
import { inBigQuery } from '../bigquery/destinations';
import { type BigQueryFake, startBigQuery } from '../emulators/bigquery';
import { caseFiles, OWN_CASES, readCases } from './case-files';
import { runCase } from './run-case';

/** The kinds that load into a destination. */
const LOADING = ['load', 'normalize'];

let fake: BigQueryFake;

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());

const cases = caseFiles(OWN_CASES)
  .filter((file) => LOADING.includes(path.basename(file, '.json')))
  .flatMap((file) => readCases(file));

describe('conformance on BigQuery', () => {
  test.each(cases.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    expect(await runCase(one, async () => inBigQuery(fake))).toBeUndefined();
  });
});
