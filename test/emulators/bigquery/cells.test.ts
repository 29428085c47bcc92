import { type BigQueryFake, startBigQuery } from './index';
import { LOCATION, type Rest, restOf } from './rest';
import type { QueryResults } from './rest-types';

let fake: BigQueryFake;
let rest: Rest;

beforeAll(async () => {
  fake = await startBigQuery();
  rest = restOf(fake);
});

afterAll(async () => {
  rest.close();
  await fake.close();
});

test('values are texts, each of its type', async () => {
  const sql = [
    "SELECT 9223372036854775807 AS a, 1e22 AS b, CAST('inf' AS FLOAT64) AS c, 0.1 AS d, TRUE AS e, 'x' AS f, b'\\x00\\xff' AS g,",
    "NUMERIC '-1.10' AS h, BIGNUMERIC '0.00000000000000000000000000000000000001' AS i, DATE '0001-01-01' AS j, TIME '01:02:03.000004' AS k,",
    "DATETIME '1969-12-31 23:59:59.999' AS l, JSON '[1]' AS m, CAST(NULL AS STRING) AS n",
  ].join(' ');
  const { rows, results } = await rest.query(sql);
  expect(rows).toEqual([
    [
      '9223372036854775807',
      '1E22',
      'Infinity',
      '0.1',
      'true',
      'x',
      'AP8=',
      '-1.1',
      '0.00000000000000000000000000000000000001',
      '0001-01-01',
      '01:02:03.000004',
      '1969-12-31T23:59:59.999',
      '[1]',
      null,
    ],
  ]);
  expect(results.schema?.fields?.map(({ type }) => type)).toEqual([
    ...['INTEGER', 'FLOAT', 'FLOAT', 'FLOAT', 'BOOLEAN', 'STRING', 'BYTES', 'NUMERIC', 'BIGNUMERIC'],
    ...['DATE', 'TIME', 'DATETIME', 'JSON', 'STRING'],
  ]);
});

test.each([
  ['', '1.582934399999999E9'],
  ['&formatOptions.useInt64Timestamp=true', '1582934399999999'],
  ['&formatOptions.timestampOutputFormat=INT64', '1582934399999999'],
  ['&formatOptions.timestampOutputFormat=ISO8601_STRING', '2020-02-28T23:59:59.999999Z'],
])('instants come as they are asked for: "%s"', async (format, text) => {
  const { job } = await rest.query("SELECT TIMESTAMP '2020-02-28 23:59:59.999999+00' AS t");
  const path = `/queries/${job.jobReference?.jobId}?location=${LOCATION}${format}`;
  const { body } = await rest.call<QueryResults>('GET', path);
  expect(body.rows).toEqual([{ f: [{ v: text }] }]);
});
