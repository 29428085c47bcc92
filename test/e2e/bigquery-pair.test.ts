import pairConfig, { backfill, daily } from '../../examples/bigquery/temporal.config';
import { resolveConfig } from '../../src/config';
import type { Dataset } from '../../src/destination';
import { awaitBackfill, deploy } from '../../src/temporal';
import { createWorker, type TidemarkWorker } from '../../workers';
import { type BigQueryFake, startBigQuery } from '../emulators/bigquery';
import { startZendeskEmulator, type ZendeskEmulator } from '../emulators/zendesk';
import { startTestServer } from '../temporal/test-server';

const WEEKS = 26;
const HISTORY = { from: '2023-02-05T00:00:00Z', to: '2023-08-06T00:00:00Z' };
const DAY_MS = 86_400_000;

/** Midnight of UTC, some days before now. */
const midnight = (daysAgo: number): string =>
  new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - daysAgo * DAY_MS).toISOString();

/** How many rows of tags a week may have. */
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
  });

  test.each(['tickets', 'ticket_events', 'ticket_metric_events'] as const)(
    'rows of %s are equal to those of the API',
    async (table) => {
      const [day] = (await dataset.ledger()).filter((row) => row.pipeline === daily.name);
      const ranges = [HISTORY, { from: day!.interval_start!, to: day!.interval_end! }];
      const expected = ranges.flatMap((range) => zendesk.expected(range)[table]);
      const { rows } = await dataset.query(`SELECT id FROM ${table} ORDER BY id`);
      expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id).sort((a, b) => a - b));
    },
  );
});
