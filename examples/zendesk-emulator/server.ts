import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Dataset,
  type DatasetOptions,
  EXPORTS,
  type ExportName,
  makeDataset,
  type TicketChange,
  unixSeconds,
} from './dataset';
import { expectedCounts, expectedRows, type Range } from './expected';
import { type Faults, faultOf } from './faults';
import { exportPage } from './page';
import type { Row } from './rows';

export interface EmulatorOptions extends DatasetOptions {
  /** @default 'agent@example.com' */
  readonly email?: string;
  /** @default 'emulator-password' */
  readonly password?: string;
  /** @default a free one */
  readonly port?: number;
  /** Unix seconds or ISO text of its clock; what is later isn't served. @default the machine's */
  readonly now?: number | string;
  /** Seconds before now that are held back, as Zendesk does with 60. A start within them is refused with 422. @default 0 */
  readonly settleSeconds?: number;
  readonly faults?: Faults;
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
  /** Replaces the faults; requests are counted anew. */
  setFaults(faults: Faults): void;
  /** Moves its clock. */
  setNow(now: number | string | undefined): void;
  changeTicket(id: number, change: TicketChange): void;
  /** What was served since the start, or since `resetServed`. */
  served(): Readonly<Record<ExportName, Served>>;
  resetServed(): void;
  /** Path and query of every request, in order. */
  readonly log: readonly string[];
  expected(range?: Range): Readonly<Record<ExportName, readonly Row[]>>;
  expectedCounts(range?: Range): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

interface Counter {
  requests: number;
  pages: number;
  rows: number;
  readonly ids: Set<number>;
}

const MAX_PER_PAGE = 1000;
const PATH = /^\/api\/v2\/incremental\/(tickets|ticket_events|ticket_metric_events)(\.json)?$/;

const newCounters = (): Record<ExportName, Counter> =>
  Object.fromEntries(
    EXPORTS.map((name) => [name, { requests: 0, pages: 0, rows: 0, ids: new Set<number>() }]),
  ) as Record<ExportName, Counter>;

/**
 * Zendesk's time-based incremental exports on a loopback port, over data made from a seed.
 *
 * @example
 * const emulator = await startZendeskEmulator({ now: '2023-06-01T00:00:00Z' });
 * const source = zendesk({ baseUrl: emulator.url, credentials: emulator.credentials });
 */
export async function startZendeskEmulator(options: EmulatorOptions = {}): Promise<ZendeskEmulator> {
  const { email = 'agent@example.com', password = 'emulator-password', settleSeconds = 0 } = options;
  const dataset = makeDataset(options);
  const authorization = `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`;
  let faults = options.faults ?? {};
  let fixedNow = options.now === undefined ? undefined : unixSeconds(options.now);
  let counters = newCounters();
  let number = 0;
  const log: string[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    log.push(request.url ?? '');
    if (faults.latencyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, faults.latencyMs));
    if (request.headers.authorization !== authorization)
      return reply(response, 401, { error: "Couldn't authenticate you" });
    const address = new URL(request.url ?? '/', url());
    const name = PATH.exec(address.pathname)?.[1] as ExportName | undefined;
    if (name === undefined)
      return reply(response, 404, { error: 'InvalidEndpoint', description: 'Not found' });
    const counter = counters[name];
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
    const startTime = Number(address.searchParams.get('start_time') ?? Number.NaN);
    if (!Number.isInteger(startTime))
      return reply(response, 400, { error: 'InvalidValue', description: 'start_time is required' });
    const now = fixedNow ?? Math.floor(Date.now() / 1000);
    const until = now - settleSeconds;
    if (settleSeconds > 0 && startTime > until)
      return reply(response, 422, { error: 'StartTimeTooRecent', description: 'Too recent start_time' });
    const asked = Number(address.searchParams.get('per_page') ?? MAX_PER_PAGE);
    const perPage = Math.min(MAX_PER_PAGE, Number.isInteger(asked) && asked > 0 ? asked : MAX_PER_PAGE);
    const page = exportPage(dataset, { name, startTime, perPage, until });
    counter.pages += 1;
    counter.rows += page.rows.length;
    for (const { id } of page.rows) counter.ids.add(id);
    const next = new URL(address.href);
    next.searchParams.set('start_time', String(page.endTime));
    reply(response, 200, {
      ...(fault === 'missingField' ? {} : { [name]: page.rows }),
      count: page.rows.length,
      end_of_stream: page.endOfStream,
      end_time: page.endTime,
      next_page: page.endTime === null ? null : next.href,
    });
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
    setFaults: (changed) => {
      faults = changed;
      number = 0;
    },
    setNow: (now) => {
      fixedNow = now === undefined ? undefined : unixSeconds(now);
    },
    served: () =>
      Object.fromEntries(
        EXPORTS.map((name) => {
          const { ids, ...counts } = counters[name];
          return [name, { ...counts, distinct: ids.size }];
        }),
      ) as unknown as Readonly<Record<ExportName, Served>>,
    resetServed: () => {
      counters = newCounters();
      log.length = 0;
    },
    log,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  });
}

type Serving = Omit<ZendeskEmulator, 'changeTicket' | 'expected' | 'expectedCounts'>;

const emulatorOf = (dataset: Dataset, serving: Serving): ZendeskEmulator => ({
  ...serving,
  changeTicket: dataset.changeTicket,
  expected: (range) => expectedRows(dataset, range),
  expectedCounts: (range) => expectedCounts(dataset, range),
});

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
