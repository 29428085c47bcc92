import pairConfig, { backfill, daily } from '../../examples/bigquery/temporal.config';
import { Timestamp } from '../../src';
import { resolveConfig } from '../../src/config';
import type { Dataset } from '../../src/destination';
import { awaitBackfill, deploy } from '../../src/temporal';
import { createWorker, type TidemarkWorker } from '../../workers';
import { type BigQueryFake, startBigQuery } from '../emulators/bigquery';
import {
  EXPORTS,
  type Range,
  type Row,
  startZendeskEmulator,
  type ZendeskEmulator,
} from '../emulators/zendesk';
import { startTestServer } from '../temporal/test-server';

const WEEKS = 26;
const HISTORY = { from: '2023-02-05T00:00:00Z', to: '2023-08-06T00:00:00Z' };
const DAY_MS = 86_400_000;

/** Midnight of UTC, some days before now. */
const midnight = (daysAgo: number): string =>
  new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - daysAgo * DAY_MS).toISOString();

/** Few, so that it is quick. */
const PER_DAY = { tickets: 3, ticket_events: 10, ticket_metric_events: 4 };

describe('examples/bigquery: the history and the daily pipeline of Zendesk into one dataset', () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let fake: BigQueryFake;
  let zendesk: ZendeskEmulator;
  let worker: TidemarkWorker;
  let dataset: Dataset;
  const before = { ...process.env };
  const config = resolveConfig(pairConfig);

  beforeAll(async () => {
    [server, fake, zendesk] = await Promise.all([
      startTestServer(),
      startBigQuery(),
      startZendeskEmulator({ from: '2023-01-01T00:00:00Z', to: midnight(-1), perDay: PER_DAY }),
    ]);
    Object.assign(process.env, {
      DESTINATION__BIGQUERY__PROJECT_ID: fake.projectId,
      DESTINATION__BIGQUERY__API_ENDPOINT: fake.endpoint,
      SOURCES__ZENDESK__BASE_URL: zendesk.url,
      SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN: zendesk.credentials.subdomain,
      SOURCES__ZENDESK__CREDENTIALS__EMAIL: zendesk.credentials.email,
      SOURCES__ZENDESK__CREDENTIALS__PASSWORD: zendesk.credentials.password,
    });
    worker = await createWorker({ access: server, config });
    dataset = await daily.openDataset();
  });
  afterAll(async () => {
    await worker.stop();
    await dataset.close();
    await Promise.all([backfill.close(), daily.close(), zendesk.close(), fake.close()]);
    await server.close();
    process.env = before;
  });

  test('26 weeks and a day are loaded beside each other, with the rows that the API has', async () => {
    const { catchUps } = await deploy({ client: server.client, config });
    expect(catchUps).toHaveLength(2);
    const ends = await Promise.all(
      catchUps.map(({ workflowId }) => awaitBackfill({ client: server.client, workflowId })),
    );
    expect(ends.map((end) => end?.status)).toEqual(['completed', 'completed']);
    expect(ends.map((end) => end?.result?.loaded)).toEqual([WEEKS, 1]);

    const ledger = await dataset.ledger();
    const [ofWeeks, ofDay] = [backfill, daily].map(({ name }) =>
      ledger.filter((row) => row.pipeline === name),
    );
    expect(new Set(ofWeeks?.map((row) => row.interval_start)).size).toBe(WEEKS);
    expect(new Set(ofDay?.map((row) => row.interval_start)).size).toBe(1);
    expect(new Set(ledger.map(({ status }) => status))).toEqual(new Set(['loaded']));
    // what was loaded 1, claims 2, state 1, commit 3; tables and schemas are made a few times
    expect(fake.countJobs()).toBeLessThan(7 * ledger.length + 20);
  }, 600_000);

  /** What the API has of the intervals that were loaded. */
  async function loadedRanges(): Promise<readonly Range[]> {
    const [day] = (await dataset.ledger()).filter((row) => row.pipeline === daily.name);
    return [HISTORY, { from: day!.interval_start!, to: day!.interval_end! }];
  }

  test.each(EXPORTS)('rows of %s are equal to those of the API', async (table) => {
    const expected = (await loadedRanges()).flatMap((range) => zendesk.expected(range)[table]);
    const { rows } = await dataset.query(`SELECT * FROM ${table} ORDER BY id`);
    expect(rows.map(storedFields)).toEqual(expected.toSorted((a, b) => a.id - b.id).map(apiFields));
  });

  test('and so are the counts of rows of lists', async () => {
    const expected: Record<string, number> = {};
    for (const range of await loadedRanges())
      for (const [table, rows] of Object.entries(zendesk.expectedCounts(range)))
        expected[table] = (expected[table] ?? 0) + rows;
    const counted = await Promise.all(
      Object.keys(expected).map(async (table) => {
        const { rows } = await dataset.query(`SELECT count(*) AS n FROM ${table}`);
        return [table, rows[0]?.['n']] as const;
      }),
    );
    expect(Object.fromEntries(counted)).toEqual(expected);
    const tables = [...(await dataset.tables()).keys()].filter((name) => !name.startsWith('_'));
    expect(tables.sort()).toEqual(Object.keys(expected).sort());
  });
});

/** A row of the API by the names of columns: objects are flat, lists are tables of their own, times are milliseconds. */
function apiFields(row: Row): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const add = (value: unknown, name: string): void => {
    if (value === null || value === undefined || Array.isArray(value)) return;
    if (typeof value === 'object')
      for (const [key, inner] of Object.entries(value)) add(inner, name === '' ? key : `${name}__${key}`);
    else fields[name] = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : value;
  };
  add(row, '');
  return fields;
}

const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** A stored row likewise. */
const storedFields = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name, value]) => value !== null && !name.startsWith('_dlt_'))
      .map(([name, value]) => [name, value instanceof Timestamp ? Number(value.micros / 1000n) : value]),
  );
