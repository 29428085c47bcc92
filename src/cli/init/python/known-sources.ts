import { dataLiteral, literal } from '../config-text';
import { hintsOf } from './dlt-facts';
import {
  argument,
  callText,
  cursorKind,
  fieldsText,
  given,
  lineOf,
  type OurSource,
  otherArguments,
  ours,
  type Translation,
} from './our-source';
import { restApiSource } from './rest-api';

type Translate = (translation: Translation) => OurSource;

const source = (code: string, more: Partial<OurSource> & Pick<OurSource, 'imports'>): OurSource => ({
  code,
  declarations: [],
  packages: [],
  env: [],
  cursor: 'joined',
  ...more,
});

const ZENDESK = ['tickets', 'ticket_events', 'ticket_metric_events', 'users', 'organizations'];

const zendesk: Translate = (translation) => {
  const { use, notes } = translation;
  const options = given(translation, [
    ['start_date', 'startDate', 3],
    ['end_date', 'endDate', 4],
  ]);
  otherArguments(translation, ['start_date', 'end_date', '3', '4', 'credentials', '0', 'load_all', '1']);
  if (argument(use, 'load_all') !== false && use.selected === undefined)
    notes.add(
      use.node.line,
      `${use.name} loads more tables than zendesk() does: see docs/sources/zendesk.md`,
    );
  const prefix = 'SOURCES__ZENDESK__CREDENTIALS__';
  return source(callText('zendesk', options, ours(translation, ZENDESK)), {
    imports: [['zendesk', 'tidemark/sources/zendesk']],
    env: ['SUBDOMAIN', 'EMAIL', 'PASSWORD'].map((name) => prefix + name),
  });
};

const github =
  (resource: 'issues' | 'events' | 'stargazers'): Translate =>
  (translation) => {
    const { use, notes } = translation;
    const options = given(translation, [
      ['owner', 'owner', 0],
      ['name', 'repo', 1],
    ]);
    otherArguments(translation, ['owner', 'name', '0', '1', 'access_token', '2']);
    if (resource === 'issues')
      notes.add(
        use.node.line,
        `${use.name} loads reactions and comments, too: github() loads issues; see examples/github-reactions for the rest`,
      );
    return source(callText('github', options, [resource]), {
      imports: [['github', 'tidemark/sources/github']],
      env: [
        ...('owner' in options ? [] : ['SOURCES__GITHUB__OWNER']),
        ...('repo' in options ? [] : ['SOURCES__GITHUB__REPO']),
        'SOURCES__GITHUB__ACCESS_TOKEN',
      ],
    });
  };

/** Classes of Stripe's Python library, as dlt names endpoints, to the resources of ours. */
const STRIPE: Readonly<Record<string, string>> = {
  ...{
    Subscription: 'subscriptions',
    Coupon: 'coupons',
    Customer: 'customers',
    Product: 'products',
    Price: 'prices',
  },
  ...{ Event: 'events', Invoice: 'invoices', BalanceTransaction: 'balance_transactions', Charge: 'charges' },
  ...{
    Refund: 'refunds',
    PaymentIntent: 'payment_intents',
    Payout: 'payouts',
    Dispute: 'disputes',
    Plan: 'plans',
  },
  ...{ CreditNote: 'credit_notes', SetupIntent: 'setup_intents', Transfer: 'transfers', Topup: 'topups' },
};

const stripe: Translate = (translation) => {
  const { use, notes } = translation;
  const endpoints = argument(use, 'endpoints', 0);
  const names = (Array.isArray(endpoints) ? endpoints : []).map(String);
  for (const name of names)
    if (STRIPE[name] === undefined)
      notes.add(lineOf(use, 'endpoints', 0), `the endpoint ${name} has no counterpart in stripe()`);
  const options = given(translation, [
    ['start_date', 'startDate', 2],
    ['initial_start_date', 'startDate', 2],
    ['end_date', 'endDate', 3],
  ]);
  otherArguments(translation, [
    'endpoints',
    '0',
    'stripe_secret_key',
    '1',
    'start_date',
    'initial_start_date',
    'end_date',
    '2',
    '3',
  ]);
  const chosen = names.flatMap((name) => STRIPE[name] ?? []);
  return source(callText('stripe', options, chosen), {
    imports: [['stripe', 'tidemark/sources/stripe']],
    env: ['SOURCES__STRIPE__API_KEY'],
  });
};

const chess: Translate = (translation) => {
  const { use, notes } = translation;
  const options = given(translation, [['players', 'players', 0]]);
  otherArguments(translation, ['players', '0']);
  if (options['players'] === undefined)
    notes.add(use.node.line, `the players of ${use.name} are to be written into chess({ players })`);
  const chosen = ours(translation, ['players_profiles', 'players_archives', 'players_games']);
  return source(callText('chess', { players: '[]', ...options }, chosen), {
    imports: [['chess', 'tidemark/sources/chess']],
  });
};

const facebook =
  (resources: readonly string[]): Translate =>
  (translation) => {
    const options = given(translation, [['account_id', 'accountId', 0]]);
    otherArguments(translation, ['account_id', '0', 'access_token', '1']);
    const chosen = ours(translation, resources);
    return source(callText('facebook', options, chosen.length === 0 ? resources : chosen), {
      imports: [['facebook', 'tidemark/sources/facebook']],
      env: [
        ...('accountId' in options ? [] : ['SOURCES__FACEBOOK_ADS__ACCOUNT_ID']),
        'SOURCES__FACEBOOK_ADS__ACCESS_TOKEN',
      ],
    });
  };

const twitter: Translate = (translation) => {
  const options = given(translation, [['search_terms', 'searchTerms', 0]]);
  otherArguments(translation, ['search_terms', '0']);
  return source(callText('twitter', { searchTerms: '[]', ...options }), {
    imports: [['twitter', 'tidemark/sources/twitter']],
    env: ['SOURCES__TWITTER__BEARER_TOKEN'],
  });
};

/** `sql_database` and `sql_table`: tables with their cursors. The connection is never copied. */
const sql: Translate = (translation) => {
  const { use, notes } = translation;
  const single = /(^|\.)sql_table$/.test(use.name);
  const named = single ? argument(use, 'table', 1) : argument(use, 'table_names');
  const names = use.selected ?? [named].flat().filter((name) => typeof name === 'string');
  otherArguments(translation, [
    'credentials',
    '0',
    'table',
    'table_names',
    '1',
    'schema',
    'incremental',
    'write_disposition',
    'primary_key',
    'merge_key',
    'included_columns',
    ...(single ? [] : ['2']),
  ]);
  if (names.length === 0)
    notes.add(
      use.node.line,
      `the tables of ${use.name} are to be named: a list of all isn't taken from the database here`,
    );
  const dialect = argument(use, 'credentials', 0);
  if (typeof dialect === 'string' && !/^postgres/.test(dialect))
    notes.add(
      lineOf(use, 'credentials', 0),
      "the database isn't Postgres: tidemark reads Postgres and DuckDB, any other is a source of your own",
    );
  const own = single ? ownHints(translation) : undefined;
  const all = names.map((name) => own ?? use.hints.get(name));
  const tables = names.map((name, index) => {
    const told = all[index];
    const { type, cursor, allowExternalSchedulers: _, ...bounds } = told?.incremental?.options ?? {};
    const options = {
      name: literal(name),
      ...(cursor === undefined ? {} : { cursor }),
      ...(type === undefined || type === "'iso'" ? {} : { cursorType: type }),
      ...Object.fromEntries(Object.entries(bounds).filter(([key]) => ['initialValue', 'lag'].includes(key))),
      ...(told?.hints['primaryKey'] === undefined ? {} : { primaryKey: told.hints['primaryKey'] }),
      ...(told?.hints['writeDisposition'] === undefined
        ? {}
        : { writeDisposition: told.hints['writeDisposition'] }),
    };
    return Object.keys(options).length === 1 ? literal(name) : `{ ${fieldsText(options)} }`;
  });
  const options = {
    ...given(translation, [['schema', 'schema', single ? undefined : 1]]),
    tables: `[${tables.join(', ')}]`,
  };
  return source(`postgresTables({ ${fieldsText(options)} })`, {
    imports: [['postgresTables', 'tidemark/sources/database']],
    packages: ['pg', 'pg-cursor'],
    env: ['SOURCES__POSTGRES__CONNECTION__URL'],
    // the range of a table is always that of the interval, if a run has one
    cursor: cursorKind(all.flatMap((told) => told?.incremental ?? [])) === 'none' ? 'none' : 'joined',
  });
};

/** Hints that a single table's own call gives. */
const ownHints = ({ use, notes }: Translation) =>
  hintsOf(use.node, { scope: use.scope, notes, what: use.name });

const FORMATS: Readonly<Record<string, string>> = {
  read_csv: 'csv',
  read_csv_duckdb: 'csv',
  read_jsonl: 'jsonl',
  read_parquet: 'parquet',
};

/** `filesystem() | read_csv()`: files of a bucket or folder. */
const filesystem: Translate = (translation) => {
  const { use, notes } = translation;
  const bucket = argument(use, 'bucket_url', 0);
  // an address with a user, a password or a signature in it is none to copy
  const location = typeof bucket === 'string' && !/[@?]/.test(bucket) ? bucket : undefined;
  if (location === undefined)
    notes.add(lineOf(use, 'bucket_url', 0), 'bucket_url is to be written as location, without credentials');
  otherArguments(translation, ['bucket_url', '0', 'file_glob', 'credentials', '1', 'incremental']);
  const glob = argument(use, 'file_glob');
  const format = FORMATS[use.reader ?? ''];
  if (format === undefined)
    notes.add(
      use.node.line,
      `what reads the files (${use.reader ?? 'nothing'}) isn't taken over: tidemark reads JSON lines, CSV and Parquet`,
    );
  const table = {
    name: literal(use.as ?? use.reader ?? 'files'),
    glob: typeof glob === 'string' ? literal(glob) : "'**'",
    ...(format === undefined ? {} : { format: literal(format) }),
    incremental: use.args.has('incremental') ? "'modified'" : "'none'",
  };
  const isS3 = location === undefined || location.startsWith('s3://');
  if (location !== undefined && /^(gs|gcs|az|abfss?|https?):/.test(location))
    notes.add(
      lineOf(use, 'bucket_url', 0),
      'files are read from S3, stores that speak its protocol, and folders',
    );
  return source(
    `files({ location: ${dataLiteral(location ?? 's3://BUCKET/FOLDER')}, tables: [{ ${fieldsText(table)} }] })`,
    {
      imports: [['files', 'tidemark/sources/files']],
      packages: isS3 ? ['@aws-sdk/client-s3'] : [],
      env: isS3
        ? ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'REGION'].map((name) => `SOURCES__FILES__S3__${name}`)
        : [],
      cursor: use.args.has('incremental') ? 'joined' : 'none',
    },
  );
};

/** Functions of dlt's verified and built-in sources. */
const KNOWN: Readonly<Record<string, Translate>> = {
  zendesk_support: zendesk,
  github_reactions: github('issues'),
  github_repo_events: github('events'),
  github_stargazers: github('stargazers'),
  stripe_source: stripe,
  incremental_stripe_source: stripe,
  'chess.source': chess,
  chess_source: chess,
  facebook_ads_source: facebook(['campaigns', 'ads', 'ad_sets', 'ad_creatives']),
  facebook_insights_source: facebook(['insights']),
  twitter_search: twitter,
  twitter_source: twitter,
  sql_database: sql,
  sql_table: sql,
  filesystem,
  rest_api_source: restApiSource,
  rest_api_resources: restApiSource,
};

/** How a source that comes with dlt is translated; undefined for any other. */
export function translatorOf(name: string): Translate | undefined {
  const parts = name.split('.');
  return KNOWN[parts.slice(-2).join('.')] ?? KNOWN[parts.at(-1) ?? ''];
}
