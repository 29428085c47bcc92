import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerExport, exportAt } from './answer';
import {
  ALL_EXPORTS,
  type Dataset,
  type DatasetOptions,
  type ExportName,
  makeDataset,
  type RowChange,
  type TicketChange,
  unixSeconds,
} from './dataset';
import { expectedCounts, expectedRows, type Range } from './expected';
import { type Faults, failsAt, faultOf } from './faults';
import { type ListName, listAnswer, listAt, listRows } from './lists';
import type { Row } from './rows';

export interface EmulatorOptions extends DatasetOptions {
  /** @default 'agent@example.com' */
  readonly email?: string;
  /** @default 'emulator-password' */
  readonly password?: string;
  /** The API token that is accepted beside the password. @default 'emulator-api-token' */
  readonly token?: string;
  /** The OAuth access token that is accepted too. @default 'emulator-oauth-token' */
  readonly oauthToken?: string;
  /** @default a free one */
  readonly port?: number | undefined;
  /** Unix seconds or ISO text of its clock; what is later isn't served. @default the machine's */
  readonly now?: number | string;
  /** Seconds before now that are held back, as Zendesk does with 60. A start within them is refused with 422. @default 0 */
  readonly settleSeconds?: number;
  /** Whether a page by time that is full of the second it begins with links to itself, as Zendesk's does. @default false */
  readonly standsStill?: boolean;
  readonly faults?: Faults;
  /** Satisfaction ratings that are offered a day. @default 10 */
  readonly ratingsPerDay?: number;
  /** Which time of a rating a range is compared with. @default 'created_at' */
  readonly ratingsBy?: 'created_at' | 'updated_at';
  /** @default 4 */
  readonly groups?: number;
  /** Fields of tickets. @default three */
  readonly ticketFields?: readonly Row[];
}

/** What was served of one export. */
export interface Served {
  readonly requests: number;
  /** Answers with rows. */
  readonly pages: number;
  /** Rows, those that came again too. */
  readonly rows: number;
  /** Different rows. */
  readonly distinct: number;
}

export interface ZendeskEmulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly credentials: { readonly subdomain: string; readonly email: string; readonly password: string };
  /** Replaces the faults and counts requests from the next one on. */
  setFaults(faults: Faults): void;
  /** Moves its clock. */
  setNow(now: number | string | undefined): void;
  /** The other kinds of credentials that are accepted. */
  readonly tokens: { readonly token: string; readonly oauthToken: string };
  changeTicket(id: number, change: TicketChange): void;
  changeUser(id: number, change: RowChange): void;
  /** What was served since the start, or since `resetServed`. */
  served(): Readonly<Record<ExportName, Served>>;
  resetServed(): void;
  /** Path and query of every request, in order. */
  readonly log: readonly string[];
  /** All rows of a list, as they are by now. */
  list(name: ListName): readonly Row[];
  expected(range?: Range): Readonly<Record<ExportName, readonly Row[]>>;
  /** Of the exports that the source loads by default, or of these. */
  expectedCounts(range?: Range, names?: readonly ExportName[]): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

interface Counter {
  requests: number;
  pages: number;
  rows: number;
  readonly ids: Set<number>;
}

const newCounters = (): Record<ExportName, Counter> =>
  Object.fromEntries(
    ALL_EXPORTS.map((name) => [name, { requests: 0, pages: 0, rows: 0, ids: new Set<number>() }]),
  ) as Record<ExportName, Counter>;

/**
 * Zendesk's incremental exports, by time and by cursor, on a loopback port, over data made from a seed.
 *
 * @example
 * const emulator = await startZendeskEmulator({ now: '2023-06-01T00:00:00Z' });
 * const source = zendesk({ baseUrl: emulator.url, credentials: emulator.credentials });
 */
export async function startZendeskEmulator(options: EmulatorOptions = {}): Promise<ZendeskEmulator> {
  const { email = 'agent@example.com', password = 'emulator-password', settleSeconds = 0 } = options;
  const { token = 'emulator-api-token', oauthToken = 'emulator-oauth-token' } = options;
  const dataset = makeDataset(options);
  const lists = {
    seed: options.seed ?? 42,
    from: dataset.from,
    to: dataset.to,
    ratingsPerDay: options.ratingsPerDay ?? 10,
    groups: options.groups ?? 4,
    ticketFields: options.ticketFields,
    ratingsBy: options.ratingsBy ?? 'created_at',
  } as const;
  const seconds = (): number => fixedNow ?? Math.floor(Date.now() / 1000);
  const basic = (user: string, secret: string): string =>
    `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  const accepted = [basic(email, password), basic(`${email}/token`, token), `Bearer ${oauthToken}`];
  let faults = options.faults ?? {};
  let fixedNow = options.now === undefined ? undefined : unixSeconds(options.now);
  let counters = newCounters();
  let number = 0;
  const log: string[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    log.push(request.url ?? '');
    if (faults.latencyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, faults.latencyMs));
    if (!accepted.includes(request.headers.authorization ?? ''))
      return reply(response, 401, { error: "Couldn't authenticate you" });
    const address = new URL(request.url ?? '/', url());
    const list = listAt(address.pathname);
    if (list !== undefined) return reply(response, 200, listAnswer(list, lists, { address, now: seconds() }));
    const asked = exportAt(address.pathname);
    if (asked === undefined)
      return reply(response, 404, { error: 'InvalidEndpoint', description: 'Not found' });
    const counter = counters[asked.name];
    counter.requests += 1;
    number += 1;
    const fault = faultOf(faults, number);
    if (fault === 'drop') return void request.socket.destroy();
    if (fault === 'error')
      return reply(response, faults.errorStatus ?? 503, { error: 'The service is unavailable' });
    if (fault === 'rateLimit') {
      response.setHeader('retry-after', faults.retryAfter ?? 1);
      return reply(response, 429, {
        error: 'Number of allowed incremental ticket export API requests per minute exceeded',
      });
    }
    if (fault === 'notJson') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return void response.end('<html><body>Down for maintenance</body></html>');
    }
    if (failsAt(faults, Number(address.searchParams.get('start_time') ?? Number.NaN)))
      return reply(response, 422, {
        error: 'ExportUnavailable',
        description: 'The export of this time cannot be read now',
      });
    const until = seconds() - settleSeconds;
    const answer = answerExport(dataset, {
      ...asked,
      address,
      until,
      settles: settleSeconds > 0,
      standsStill: options.standsStill,
    });
    if (answer.status !== 200) return reply(response, answer.status, answer.body);
    counter.pages += 1;
    counter.rows += answer.rows.length;
    for (const { id } of answer.rows) counter.ids.add(id);
    const { [asked.name]: rows, ...others } = answer.body;
    reply(response, 200, fault === 'missingField' ? others : { [asked.name]: rows, ...others });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => reply(response, 500, { error: String(error) }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  function url(): string {
    return `http://127.0.0.1:${port}`;
  }

  return emulatorOf(dataset, {
    url: url(),
    credentials: { subdomain: 'example', email, password },
    tokens: { token, oauthToken },
    setFaults: (changed) => {
      faults = changed;
      number = 0;
    },
    setNow: (now) => {
      fixedNow = now === undefined ? undefined : unixSeconds(now);
    },
    served: () =>
      Object.fromEntries(
        ALL_EXPORTS.map((name) => {
          const { ids, ...counts } = counters[name];
          return [name, { ...counts, distinct: ids.size }];
        }),
      ) as unknown as Readonly<Record<ExportName, Served>>,
    resetServed: () => {
      counters = newCounters();
      log.length = 0;
    },
    log,
    list: (name) => listRows(name, lists, seconds()),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  });
}

type Serving = Omit<ZendeskEmulator, 'changeTicket' | 'changeUser' | 'expected' | 'expectedCounts'>;

const emulatorOf = (dataset: Dataset, serving: Serving): ZendeskEmulator => ({
  ...serving,
  changeTicket: dataset.changeTicket,
  changeUser: dataset.changeUser,
  expected: (range) => expectedRows(dataset, range),
  expectedCounts: (range, names) => expectedCounts(dataset, range, names),
});

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
