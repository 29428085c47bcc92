import { runSuite, SUITE_KINDS } from '../../src/conformance';
import { inBigQuery } from '../bigquery/destinations';
import { type BigQueryFake, startBigQuery } from '../emulators/bigquery';
import { OWN_CASES } from './case-files';

/** The recorded cases are run one by one in bigquery.test.ts. */
const KINDS = SUITE_KINDS.filter((kind) => kind !== 'normalize' && kind !== 'load');

let fake: BigQueryFake;

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());

describe('the suite for destinations, on BigQuery', () => {
  test.each(KINDS)('%s', async (kind) => {
    const failed: unknown[] = [];
    let passed = 0;
    for await (const result of runSuite({
      destination: () => inBigQuery(fake),
      cases: OWN_CASES,
      only: [kind],
    }))
      if (result.passed) passed += 1;
      else failed.push(result);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  });
});
