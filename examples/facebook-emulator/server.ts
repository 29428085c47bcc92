import { createHmac } from 'node:crypto';
import { DateTime } from 'luxon';
import {
  type AuthChecker,
  type Emulator,
  type EmulatorRequest,
  type Reply,
  type RouteHandler,
  reply,
  startEmulator,
} from '../emulator-kit';
import { type AccountData, type AccountOptions, type GraphObject, makeAccount } from './account';
import { chosen, edgePage, graphError } from './graph';
import { type InsightRequest, insightRows } from './insight-rows';
import { type JobOutcome, Jobs, type RequestedJob } from './jobs';
import { FORMS, isForm, leadsOf, leadTime } from './leads';

export interface FacebookEmulatorOptions extends AccountOptions {
  /** @default 'emulator-access-token' */
  readonly accessToken?: string;
  /** A proof that is sent is checked against it. @default 'emulator-app-secret' */
  readonly appSecret?: string;
  /** Whether every request must have the proof. @default false */
  readonly requireProof?: boolean;
  /** Rows of a page beyond which the API says that it is too much. @default 5000 */
  readonly maxRows?: number;
  /** ISO text of its clock. @default the machine's */
  readonly now?: string;
  /** How jobs end. @default each is completed */
  readonly jobEnd?: (job: RequestedJob) => JobOutcome;
  /** @default a free one */
  readonly port?: number | undefined;
}

export interface FacebookEmulator extends Emulator {
  readonly accountId: string;
  readonly accessToken: string;
  readonly appSecret: string;
  /** Jobs that were begun, in order. */
  readonly jobs: readonly RequestedJob[];
  setNow(now: string): void;
  setJobEnd(jobEnd: (job: RequestedJob) => JobOutcome): void;
  /** Every object of an edge, whatever its state. */
  objects(edge: Edge): readonly GraphObject[];
  changeAd(id: string, values: Readonly<Record<string, unknown>>): void;
  /** Ids of the lead forms. */
  readonly forms: readonly string[];
  /** Leads that the API has by now, of all ads and forms. */
  leads(): readonly GraphObject[];
  /** Rows that insights have by now. */
  insights(request?: Partial<Omit<InsightRequest, 'today'>>): readonly Record<string, unknown>[];
}

interface LeadFilter {
  readonly operator: 'GREATER_THAN' | 'LESS_THAN';
  readonly value: number;
}

const EDGES = ['campaigns', 'adsets', 'ads', 'adcreatives'] as const;
export type Edge = (typeof EDGES)[number];

const OLDEST_VERSION = 22;
const MONTHS_KEPT = 37;

/** Objects that are left out unless their status is asked for. */
const isHidden = (status: unknown): boolean => status === 'DELETED' || status === 'ARCHIVED';

const listOf = (text: string | null): readonly string[] =>
  text === null ? [] : (JSON.parse(text) as string[]);

/**
 * Meta's Marketing API for one ad account on a loopback port, over data made from a seed: objects, and insights by jobs.
 *
 * @example
 * const emulator = await startFacebookEmulator({ now: '2024-03-01T12:00:00Z' });
 * const source = facebook({ baseUrl: emulator.url, accessToken: emulator.accessToken, accountId: emulator.accountId });
 */
export async function startFacebookEmulator(
  options: FacebookEmulatorOptions = {},
): Promise<FacebookEmulator> {
  const { accessToken = 'emulator-access-token', appSecret = 'emulator-app-secret' } = options;
  const { seed = 42, maxRows = 5000 } = options;
  const account = makeAccount(options);
  const changes = new Map<string, Readonly<Record<string, unknown>>>();
  const jobs = new Jobs();
  const proof = createHmac('sha256', appSecret).update(accessToken).digest('hex');
  let now = options.now === undefined ? undefined : Date.parse(options.now);
  let jobEnd = options.jobEnd ?? ((): JobOutcome => 'completed');

  const objects = (edge: Edge): readonly GraphObject[] =>
    account[edge].map((one) => ({ ...one, ...changes.get(one.id) }));
  const today = (): DateTime => DateTime.fromMillis(now ?? Date.now(), { zone: account.zone });
  const leads = (): readonly GraphObject[] => leadsOf(account, seed, now ?? Date.now());
  const accountRow = (): GraphObject => ({
    id: `act_${account.id}`,
    account_id: account.id,
    name: 'Outdoor shop',
    account_status: 1,
    age: 423.5,
    amount_spent: '2350117',
    balance: '1200',
    currency: 'EUR',
    disable_reason: 0,
    spend_cap: '0',
    timezone_id: 47,
    timezone_name: account.zone,
    timezone_offset_hours_utc: today().offset / 60,
    created_time: '2023-11-02T09:00:00+0100',
  });
  const page = { maxRows, accessToken };

  /** Version and proof, before anything else is looked at. */
  const guarded =
    (handler: RouteHandler): RouteHandler =>
    (request) => {
      const version = /^v(\d+)\.\d+$/.exec(request.params['version'] ?? '');
      if (version === null) return graphError(2500, 'Unknown path components');
      if (Number(version[1]) < OLDEST_VERSION)
        return graphError(
          2635,
          'You are calling a deprecated version of the Ads API. Please update to the latest version.',
        );
      const sent = request.query.get('appsecret_proof') ?? undefined;
      if (sent === undefined && options.requireProof === true)
        return graphError(100, 'API calls from the server require an appsecret_proof argument');
      if (sent !== undefined && sent !== proof)
        return graphError(100, 'Invalid appsecret_proof provided in the API argument');
      return handler(request);
    };

  const edge =
    (name: Edge): RouteHandler =>
    (request) => {
      if (request.params['account'] !== `act_${account.id}`) return noObject(request);
      const states = listOf(request.query.get('effective_status'));
      const rows = objects(name).filter(({ effective_status: status }) =>
        states.length > 0 ? states.includes(String(status)) : !isHidden(status),
      );
      const fields = request.query.get('fields');
      return edgePage(
        request,
        rows.map((row) => chosen(row, fields, ['id'])),
        page,
      );
    };

  const startJob: RouteHandler = ({ form, params }) => {
    if (params['account'] !== `act_${account.id}`) return noObject({ params });
    const { since, until } = JSON.parse(form.get('time_range') ?? '{}') as { since: string; until: string };
    if (since === undefined || until < since) return graphError(100, 'Invalid parameter: time_range');
    if (since < today().minus({ months: MONTHS_KEPT }).toFormat('yyyy-MM-dd'))
      return graphError(
        3018,
        'The start date of the time range cannot be beyond 37 months from the current date',
      );
    const end = jobEnd({ number: jobs.asked.length + 1, since, until });
    const breakdowns = (form.get('breakdowns') ?? '').split(',').filter((name) => name !== '');
    const rows = insightRows(account, seed, {
      since,
      until,
      level: form.get('level') ?? 'account',
      breakdowns,
      actionBreakdowns: (form.get('action_breakdowns') ?? '').split(','),
      today: today().toFormat('yyyy-MM-dd'),
    });
    const always = ['date_start', 'date_stop', ...breakdowns];
    const runId = jobs.start(
      { since, until },
      end,
      rows.map((row) => chosen(row, form.get('fields'), always)),
    );
    if (end === 'refused')
      return graphError(
        100,
        "The data's size is too much to process this request. Use a smaller date range.",
        {
          subcode: 1487534,
        },
      );
    return reply({ body: { report_run_id: runId } });
  };

  const emulator = await startEmulator({
    port: options.port,
    auth: tokenAuth(accessToken),
    now: () => now ?? Date.now(),
    notFound: noObject,
    routes: {
      ...Object.fromEntries(EDGES.map((name) => [`GET /:version/:account/${name}`, guarded(edge(name))])),
      'POST /:version/:account/insights': guarded(startJob),
      'GET /:version/:id/insights': guarded((request) => {
        const rows = jobs.rows(request.params['id'] ?? '');
        return rows === undefined
          ? graphError(2601, 'Error accessing adreport job.', { subcode: 1815107, transient: true })
          : edgePage(request, rows, page);
      }),
      'GET /:version/:id/leads': guarded((request) => {
        const { id = '' } = request.params;
        const isAd = account.ads.some((ad) => ad.id === id);
        if (!isAd && !isForm(id)) return noObject(request);
        const bounds = JSON.parse(request.query.get('filtering') ?? '[]') as readonly LeadFilter[];
        const rows = leads()
          .filter((lead) => lead[isAd ? 'ad_id' : 'form_id'] === id)
          .filter((lead) =>
            bounds.every(({ operator, value }) =>
              operator === 'GREATER_THAN' ? leadTime(lead) > value : leadTime(lead) < value,
            ),
          );
        const fields = request.query.get('fields');
        return edgePage(
          request,
          rows.map((row) => chosen(row, fields ?? 'created_time,field_data', ['id'])),
          page,
        );
      }),
      'GET /:version/:id': guarded((request) => {
        const { id = '' } = request.params;
        if (id === `act_${account.id}`)
          return reply({ body: chosen(accountRow(), request.query.get('fields'), ['id']) });
        const job = jobs.look(id);
        return job === undefined ? noObject(request) : reply({ body: { id, ...job } });
      }),
    },
  });
  return {
    ...emulator,
    requests: emulator.requests,
    accountId: account.id,
    accessToken,
    appSecret,
    jobs: jobs.asked,
    forms: FORMS,
    leads,
    setNow: (text) => {
      now = Date.parse(text);
    },
    setJobEnd: (changed) => {
      jobEnd = changed;
    },
    objects,
    changeAd: (id, values) => changes.set(id, { ...changes.get(id), ...values }),
    insights: ({
      since = '2000-01-01',
      until = '2999-12-31',
      level = 'ad',
      breakdowns = [],
      actionBreakdowns = [],
    } = {}) =>
      insightsOf(account, seed, {
        since,
        until,
        level,
        breakdowns,
        actionBreakdowns,
        today: today().toFormat('yyyy-MM-dd'),
      }),
  };
}

/** From the first day on which there are ads: a range may begin long before. */
function insightsOf(account: AccountData, seed: number, request: InsightRequest): Record<string, unknown>[] {
  const first = account.ads.map((ad) => String(ad['created_time']).slice(0, 10)).sort()[0] ?? request.since;
  return insightRows(account, seed, { ...request, since: [request.since, first].sort()[1]! });
}

/** The token in a header, or as a parameter, as the API takes both. */
const tokenAuth = (accessToken: string): AuthChecker => ({
  check: ({ headers, query }) =>
    [headers.authorization?.replace(/^(Bearer|OAuth) /, ''), query.get('access_token')].find(
      (token) => token === accessToken,
    ) ?? undefined,
  refusal: graphError(190, 'Invalid OAuth access token - Cannot parse access token', { status: 401 }),
});

const noObject = ({ params }: Pick<EmulatorRequest, 'params'>): Reply =>
  graphError(
    100,
    `Unsupported get request. Object with ID '${params['account'] ?? params['id'] ?? ''}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    { subcode: 33 },
  );
