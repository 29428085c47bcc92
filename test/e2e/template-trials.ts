import { gzipSync } from 'node:zlib';
import { startChessEmulator } from '../../examples/chess-emulator';
import { reply, startEmulator } from '../../examples/emulator-kit';
import { startFacebookEmulator } from '../../examples/facebook-emulator';
import { startS3Emulator } from '../../examples/files-emulator';
import { startGithubEmulator } from '../../examples/github-emulator';
import { startStripeEmulator } from '../../examples/stripe-emulator';
import { startTwitterEmulator } from '../../examples/twitter-emulator';
import { startZendeskEmulator } from '../../examples/zendesk-emulator';
import type { TemplateName } from '../../src/cli/init/templates';
import { startBigQuery } from '../emulators/bigquery';
import { startPostgres } from '../postgres/server';

/** What a template is tried with: an API, and what a load of it must bring. */
export interface Trial {
  readonly env: Readonly<Record<string, string>>;
  /** After `run`. */
  readonly args: readonly string[];
  /** Rows by table; there may be others. */
  readonly rows: Readonly<Record<string, number>>;
  /** Rows by table, where they aren't in a DuckDB file. */
  count?(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** Few rows, so that it is quick. */
const FEW = { tickets: 3, ticket_events: 10, ticket_metric_events: 4 };

const labelsOf = (issues: readonly Readonly<Record<string, unknown>>[]): number =>
  issues.reduce((sum, { labels }) => sum + (labels as unknown[]).length, 0);

export const TRIALS: Readonly<Record<TemplateName, () => Promise<Trial>>> = {
  async zendesk() {
    const emulator = await startZendeskEmulator({ from: '2024-01-01T00:00:00Z', to: '2024-02-01T00:00:00Z' });
    const range = { from: '2024-01-03T00:00:00Z', to: '2024-01-05T00:00:00Z' };
    return {
      env: {
        SOURCES__ZENDESK__BASE_URL: emulator.url,
        SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN: 'example',
        SOURCES__ZENDESK__CREDENTIALS__OAUTH_TOKEN: emulator.tokens.oauthToken,
      },
      args: ['zendesk_support', '--from', '2024-01-03', '--to', '2024-01-05'],
      rows: emulator.expectedCounts(range),
      close: emulator.close,
    };
  },
  async bigquery() {
    const [fake, emulator] = await Promise.all([
      startBigQuery(),
      startZendeskEmulator({ from: '2024-01-01T00:00:00Z', to: '2024-01-06T00:00:00Z', perDay: FEW }),
    ]);
    const rows = emulator.expectedCounts({ from: '2024-01-03T00:00:00Z', to: '2024-01-05T00:00:00Z' });
    return {
      env: {
        DESTINATION__BIGQUERY__PROJECT_ID: fake.projectId,
        DESTINATION__BIGQUERY__API_ENDPOINT: fake.endpoint,
        SOURCES__ZENDESK__BASE_URL: emulator.url,
        SOURCES__ZENDESK__CREDENTIALS__SUBDOMAIN: 'example',
        SOURCES__ZENDESK__CREDENTIALS__OAUTH_TOKEN: emulator.tokens.oauthToken,
      },
      args: ['zendesk_support_new', '--from', '2024-01-03', '--to', '2024-01-05'],
      rows,
      async count() {
        const counts: Record<string, number> = {};
        for (const table of Object.keys(rows)) {
          const [row] = await fake.sql(`SELECT count(*) AS n FROM zendesk_support_data.${table}`);
          counts[table] = Number(row?.['n']);
        }
        return counts;
      },
      close: async () => {
        await Promise.all([emulator.close(), fake.close()]);
      },
    };
  },
  async stripe() {
    const emulator = await startStripeEmulator({ now: '2024-01-20T00:00:00Z' });
    const range = { from: '2024-01-10T00:00:00Z', to: '2024-01-14T00:00:00Z' };
    return {
      env: {
        SOURCES__STRIPE__BASE_URL: emulator.url,
        SOURCES__STRIPE__API_KEY: emulator.credentials.apiKey,
      },
      args: ['stripe', '--from', '2024-01-10', '--to', '2024-01-14'],
      rows: {
        balance_transactions: emulator.objects('balance_transactions', range).length,
        events: emulator.events(range).length,
      },
      close: emulator.close,
    };
  },
  async chess() {
    const emulator = await startChessEmulator({ now: '2024-03-01T00:00:00Z' });
    const players = ['magnuscarlsen', 'hikaru'];
    const games = emulator.games({ players, from: '2024-01-10T00:00:00Z', to: '2024-01-20T00:00:00Z' });
    return {
      env: { SOURCES__CHESS__BASE_URL: emulator.url },
      args: ['chess', '--from', '2024-01-10', '--to', '2024-01-20'],
      rows: { players_games: games.length, players_profiles: players.length },
      close: emulator.close,
    };
  },
  async twitter() {
    const emulator = await startTwitterEmulator({});
    const day = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const [from, to] = [day(3), day(2)];
    const posts = emulator.terms.flatMap((term) =>
      emulator.posts({ term, fromMs: Date.parse(from), toMs: Date.parse(to) }),
    );
    return {
      env: {
        SOURCES__TWITTER__BASE_URL: emulator.url,
        SOURCES__TWITTER__BEARER_TOKEN: emulator.credentials.bearerToken,
      },
      args: ['twitter_tweets', '--from', from, '--to', to],
      rows: { tweets: posts.length },
      close: emulator.close,
    };
  },
  async facebook() {
    const emulator = await startFacebookEmulator({ now: '2024-03-01T12:00:00Z' });
    // the interval, and the week before it that is looked back at
    const told = emulator.insights({ since: '2024-01-27', until: '2024-02-03' });
    const actions = told.flatMap(({ actions: list }) => (list as unknown[] | undefined) ?? []);
    return {
      env: {
        SOURCES__FACEBOOK_ADS__BASE_URL: emulator.url,
        SOURCES__FACEBOOK_ADS__ACCOUNT_ID: emulator.accountId,
        SOURCES__FACEBOOK_ADS__ACCESS_TOKEN: emulator.accessToken,
        SOURCES__FACEBOOK_ADS__INSIGHTS__POLL_SECONDS: '0.01',
      },
      args: ['facebook_insights', '--interval-at', '2024-02-04'],
      rows: { insights: told.length, insights__actions: actions.length },
      close: emulator.close,
    };
  },
  async github() {
    const emulator = await startGithubEmulator({ now: '2024-01-20T00:00:00Z' });
    const { issues } = emulator.expected({ from: '2024-01-03T00:00:00Z', to: '2024-01-05T00:00:00Z' });
    const { accessToken, baseUrl } = emulator.config;
    return {
      env: {
        SOURCES__GITHUB__BASE_URL: baseUrl,
        SOURCES__GITHUB__OWNER: 'octo',
        SOURCES__GITHUB__REPO: 'hello',
        SOURCES__GITHUB__ACCESS_TOKEN: accessToken,
      },
      args: ['github_issues', '--from', '2024-01-03', '--to', '2024-01-05'],
      rows: { issues: issues.length, issues__labels: labelsOf(issues) },
      close: emulator.close,
    };
  },
  async rest() {
    const emulator = await startGithubEmulator({ now: '2024-01-20T00:00:00Z' });
    const { issues } = emulator.expected({ from: '2024-01-03T00:00:00Z', to: '2024-01-05T00:00:00Z' });
    const { accessToken, baseUrl } = emulator.config;
    return {
      env: {
        SOURCES__REPOSITORY__BASE_URL: baseUrl,
        SOURCES__REPOSITORY__REPOSITORY: 'octo/hello',
        SOURCES__REPOSITORY__ACCESS_TOKEN: accessToken,
      },
      args: ['repository', '--from', '2024-01-03', '--to', '2024-01-05'],
      rows: {
        issues: issues.length,
        issues__labels: labelsOf(issues),
        comments: issues.reduce((sum, issue) => sum + Number(issue['comments']), 0),
      },
      close: emulator.close,
    };
  },
  async database() {
    const server = await startPostgres();
    for (const statement of [
      'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, updated_at timestamptz NOT NULL)',
      'CREATE TABLE order_events (id bigint PRIMARY KEY, kind text, created_at timestamptz NOT NULL)',
      'CREATE TABLE countries (code text PRIMARY KEY)',
      "INSERT INTO orders SELECT n, n * 1.5, '2024-03-01T00:00:00Z'::timestamptz + n * interval '10 minutes' FROM generate_series(0, 99) n",
      "INSERT INTO order_events SELECT n, 'paid', '2024-03-01T00:00:00Z'::timestamptz + n * interval '1 minute' FROM generate_series(0, 999) n",
      "INSERT INTO countries VALUES ('DE'), ('JP'), ('BR')",
    ])
      await server.sql(statement);
    return {
      env: { SOURCES__POSTGRES__CONNECTION__URL: server.url },
      args: ['shop', '--from', '2024-03-01T02:00:00Z', '--to', '2024-03-01T05:00:00Z'],
      rows: { orders: 18, order_events: 180, countries: 3 },
      close: server.close,
    };
  },
  async files() {
    const emulator = await startS3Emulator({ bucket: 'exports' });
    for (const day of ['03', '04', '05'])
      for (const part of [0, 1])
        emulator.put(
          `crm/batches/2024/03/${day}/${part}.jsonl.gz`,
          new Uint8Array(gzipSync(`{"batch_day":"2024-03-${day}","part":${part}}\n`.repeat(10))),
        );
    return {
      env: {
        SOURCES__FILES__S3__ENDPOINT: emulator.url,
        SOURCES__FILES__S3__REGION: emulator.keys.region,
        SOURCES__FILES__S3__ACCESS_KEY_ID: emulator.keys.accessKeyId,
        SOURCES__FILES__S3__SECRET_ACCESS_KEY: emulator.keys.secretAccessKey,
      },
      args: ['batches', '--from', '2024-03-03', '--to', '2024-03-05'],
      rows: { daily_batch: 40 },
      close: emulator.close,
    };
  },
  async own() {
    const events = Array.from({ length: 48 }, (_, hour) => ({
      id: hour + 1,
      created_at: new Date(Date.UTC(2024, 0, 1, hour)).toISOString(),
    }));
    const emulator = await startEmulator({
      routes: {
        'GET /events': ({ query }) =>
          reply({
            body: {
              events: events.filter(
                ({ created_at: at }) => Date.parse(at) >= Date.parse(query.get('since') ?? ''),
              ),
              next: null,
            },
          }),
      },
    });
    return {
      env: { SOURCES__EVENTS__BASE_URL: emulator.url },
      args: ['events', '--from', '2024-01-02', '--to', '2024-01-03'],
      rows: { events: 24 },
      close: emulator.close,
    };
  },
};
