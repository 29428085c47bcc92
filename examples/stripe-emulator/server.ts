import { bearerAuth, type Emulator, type Reply, type Routes, reply, startEmulator } from '../emulator-kit';
import { listAnswer, missing, refused, served } from './answers';
import { type Dataset, type DatasetOptions, type EventRow, makeDataset, type StripeRow } from './dataset';
import { EMPTY_PATHS, KINDS, payoutOf } from './kinds';

export interface StripeEmulatorOptions extends DatasetOptions {
  /** ISO text of its clock. @default the machine's */
  readonly now?: string;
  /** @default 'sk_test_emulator' */
  readonly apiKey?: string;
  /** @default a free one */
  readonly port?: number | undefined;
}

/** Which objects are asked about, by the time they were created. */
export interface CreatedRange {
  /** ISO text, inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
}

export interface StripeEmulator extends Emulator {
  readonly credentials: { readonly apiKey: string };
  /** Moves its clock. */
  setNow(now: string): void;
  /** Changes an object now, with an event. */
  update(id: string, values: Readonly<Record<string, unknown>>): void;
  /** Deletes an object now, with an event. */
  remove(id: string): void;
  /** Objects of a path as they are now, newest first: what its table must hold. */
  objects(path: string, range?: CreatedRange): readonly StripeRow[];
  events(range?: CreatedRange): readonly EventRow[];
}

const seconds = (text: string): number => Math.floor(Date.parse(text) / 1000);

function within<T extends StripeRow>(rows: readonly T[], { from, to }: CreatedRange): readonly T[] {
  return rows.filter(
    ({ created }) =>
      (from === undefined || created >= seconds(from)) && (to === undefined || created < seconds(to)),
  );
}

function routesOf(dataset: Dataset, now: () => number): Routes {
  const paths = [...KINDS.map(({ path }) => path), ...EMPTY_PATHS];
  const listed = paths.filter((path) => KINDS.find((kind) => kind.path === path)?.unlisted !== true);
  const lists = listed.map((path) => [
    `GET /v1/${path}`,
    (request: Parameters<Routes[string]>[0]) => {
      const rows = dataset.list(path, now());
      // what was canceled is left out unless it is asked for
      const hidden = path === 'subscriptions' && request.query.get('status') !== 'all';
      const payout = request.query.get('payout');
      if (path === 'balance_transactions' && payout !== null) return paidOut(request, payout);
      return listAnswer(request, hidden ? rows.filter(({ status }) => status !== 'canceled') : rows);
    },
  ]);
  const objects = paths.map((path) => [
    `GET /v1/${path}/:id`,
    ({ params: { id = '' } }: Parameters<Routes[string]>[0]) => {
      const row = dataset.list(path, now()).find((one) => one.id === id);
      if (row !== undefined) return reply({ body: served(row) });
      // a deleted customer is still known by name
      if (path === 'customers' && id.startsWith('cus_'))
        return reply({ body: { id, object: 'customer', deleted: true } });
      return missing(id);
    },
  ]);
  function paidOut(request: Parameters<Routes[string]>[0], payout: string): Reply {
    const found = dataset.list('payouts', now()).find(({ id }) => id === payout);
    if (found === undefined) return missing(payout);
    if (found['automatic'] !== true)
      return refused(
        400,
        'Balance transaction history can only be filtered on automatic transfers, not manual.',
        'parameter_invalid',
        'payout',
      );
    return listAnswer(
      request,
      dataset.list('balance_transactions', now()).filter(({ id }) => payoutOf(id) === payout),
    );
  }
  return {
    ...Object.fromEntries([...lists, ...objects]),
    'GET /v1/customers/:id/payment_methods': (request) => {
      const { id = '' } = request.params;
      if (!dataset.list('customers', now()).some((one) => one.id === id)) return missing(id);
      return listAnswer(
        request,
        dataset.list('payment_methods', now()).filter(({ customer }) => customer === id),
      );
    },
    'GET /v1/subscription_items': (request) => {
      const id = request.query.get('subscription');
      if (id === null)
        return refused(400, 'Missing required param: subscription.', 'parameter_missing', 'subscription');
      const found = dataset.list('subscriptions', now()).find((one) => one.id === id);
      return found === undefined
        ? missing(id)
        : listAnswer(request, (found['items'] as { readonly data: readonly StripeRow[] }).data);
    },
    'GET /v1/events': (request) => listAnswer(request, dataset.events(now())),
    'GET /v1/invoices/:id/lines': (request) => {
      const { id = '' } = request.params;
      const lines = dataset.list('invoices', now()).find((one) => one.id === id)?.['lines'];
      return Array.isArray(lines) ? listAnswer(request, lines) : missing(id);
    },
  };
}

/** Stripe's lists, objects and events on a loopback port: newest first, by id, behind a secret key. */
export async function startStripeEmulator(options: StripeEmulatorOptions = {}): Promise<StripeEmulator> {
  const { apiKey = 'sk_test_emulator' } = options;
  const dataset = makeDataset(options);
  let fixedNow = options.now;
  const now = (): number => (fixedNow === undefined ? Math.floor(Date.now() / 1000) : seconds(fixedNow));
  const emulator = await startEmulator({
    now: () => now() * 1000,
    port: options.port,
    auth: bearerAuth(apiKey, { refusal: refused(401, 'Invalid API Key provided', 'api_key_invalid') }),
    routes: routesOf(dataset, now),
    notFound: ({ method, path }) =>
      refused(404, `Unrecognized request URL (${method}: ${path}).`, 'url_invalid'),
  });
  return {
    ...emulator,
    credentials: { apiKey },
    setNow: (text) => {
      fixedNow = text;
    },
    update: (id, values) => dataset.update(id, now(), values),
    remove: (id) => dataset.remove(id, now()),
    objects: (path, range = {}) => within(dataset.list(path, now()), range),
    events: (range = {}) => within(dataset.events(now()), range),
  };
}
