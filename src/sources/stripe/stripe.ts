import { z } from 'zod';
import { instant, secret } from '../../config';
import { bearer, type CheckedAnswer, type CheckVerdict } from '../../http';
import { type Incremental, incremental } from '../../incremental';
import { DAY_MS } from '../../interval';
import { defineSource, type ExtractContext, resource, transformer } from '../../source';
import { withoutUndefined } from '../../value';
import { unixRange } from '../date-range';
import { type ChangedObject, changedObjects, type StripeEvent } from './changed-objects';
import {
  type Endpoint,
  type EndpointName,
  endpointNamed,
  endpointOfObject,
  NAMED_UPDATES,
  STRIPE_ENDPOINTS,
} from './endpoints';
import { listPages, type StripeObject, withWholeLists } from './list-pages';
import { type OwnedName, ownedPages, ownedTable } from './owned-lists';

/** What answers look like; without it an account's own version counts, which may be changed at any time. */
const API_VERSION = '2026-08-26.dahlia';
/** How far back the API lists events. */
const EVENT_DAYS = 30;

const config = z.object({
  /** A secret key, or better a restricted one that may only read. */
  apiKey: secret(z.string()),
  /** An account that is connected to that of the key: `acct_…`. */
  account: z.string().optional(),
  apiVersion: z.string().default(API_VERSION),
  /** Where the data begins. Inclusive. */
  startDate: instant().default('2010-01-01'),
  /** Where it ends. Exclusive; makes the load stateless. */
  endDate: instant().optional(),
  /** Another address than https://api.stripe.com. */
  baseUrl: z.string().optional(),
});

/** Stripe limits without saying for how long, and says in a header of its own whether another try is worth it. */
function limited({ status, headers }: CheckedAnswer): CheckVerdict {
  if (headers['retry-after'] !== undefined) return undefined;
  if (status === 429) return { wait: 500, counted: true };
  return status >= 400 && headers['stripe-should-retry'] === 'true' ? 'retry' : undefined;
}

/** The tables that updates may be asked to bring. */
const UPDATED_TABLES = [...STRIPE_ENDPOINTS.map(({ name }) => name), ...NAMED_UPDATES];

type Created = Incremental<number>;
type ListContext = Pick<ExtractContext<object, object>, 'http' | 'resumeFrom' | 'checkpoint'>;

/** The objects of an endpoint that were created in the range of a cursor, newest first. */
async function* createdObjects(
  { http, resumeFrom, checkpoint }: ListContext,
  { path, params, expires }: Pick<Endpoint, 'path' | 'params'> & { readonly expires?: boolean },
  created: Created,
): AsyncGenerator<readonly StripeObject[], void, void> {
  const { startValue, endValue } = created;
  if (endValue !== undefined && startValue >= endValue) return;
  const pages = listPages(http, `/v1/${path}`, {
    params: { ...params, 'created[gte]': startValue, 'created[lt]': endValue },
    after: resumeFrom,
    expires,
  });
  for await (const { objects, last } of pages) {
    const whole: StripeObject[] = [];
    for (const object of objects) whole.push(await withWholeLists(http, object));
    yield whole;
    if (last !== undefined) await checkpoint(last);
  }
}

/**
 * Stripe: a resource for each endpoint, `customers`, `products`, `prices`, `subscriptions`, `invoices`,
 * `payment_intents`, `charges`, `refunds`, `disputes`, `payouts`, `balance_transactions`, and if they are named those of
 * {@link STRIPE_ENDPOINTS}; `events`, and `updates`, which brings to the tables what changed.
 *
 * `stripe({ startDate, endDate })` takes ISO text, a Date, a luxon DateTime or unix seconds. With `endDate` the load is
 * stateless; without it only what is new comes on the next run. With a data interval, that is the range.
 *
 * **The endpoints** are merged by `id`, with `created` as cursor, sent as `created[gte]` and `created[lt]`; lists come
 * newest first. Inner lists that Stripe cuts off, such as the lines of an invoice, are completed. An object that changes
 * after it was created isn't listed again: Stripe has no list by time of change, and recommends events for it.
 *
 * **payment_methods**, **subscription_items**, **payout_balance_transactions**, if they are named, are those of the customers,
 * subscriptions and automatic payouts of the range, merged by `id`: a request for each customer and payout. Later ones come by
 * updates that name their table.
 *
 * **events** are appended as they are, by `created`; Stripe keeps them for 30 days. **updates**, from the same requests,
 * are the objects of those events, each asked for as it is now and merged by `id` into the table of its
 * endpoint, with `event_created`; what was deleted stays, with `deleted`. The copy in an event isn't used: it is of the API
 * version of its time, and events come in no certain order. `bind({ updates: { endpoints: ['customers'] } })` names
 * the tables that get updates; @default all endpoints that the key may read: a kind
 * that it may not (403) is left out with a warning.
 *
 * So a schedule of `events`, `updates` and some endpoints has objects of an interval and changes of an interval. An
 * interval that is rerun brings the objects as they are now: older states never come back.
 *
 * A 429 comes without a time: it is tried again, later each time, and all loads of the worker pause with it. Requests
 * are limited to 20 a second, below the 25 of a sandbox; `http.rateLimit` of a pipeline changes that. All are reads.
 *
 * Source of these rules: docs.stripe.com, "Pagination", "List all events", "Rate limits", "Versioning".
 *
 * @example stripe({ startDate: '2024-01-01' }).withResources('customers', 'invoices', 'events', 'updates')
 */
export const stripe = defineSource({
  name: 'stripe',
  config,
  http: (c) => ({
    baseUrl: c.baseUrl ?? 'https://api.stripe.com',
    auth: bearer(c.apiKey),
    headers: withoutUndefined({ 'stripe-version': c.apiVersion, 'stripe-account': c.account }),
    rateLimit: { requests: 20, per: '1s' },
    check: limited,
  }),
  resources: (c) => {
    const seconds = unixRange(c);

    // one extract function for every endpoint, bound to it as a parameter: it runs later, with the run's cursor
    const endpointResource = <const N extends EndpointName>(name: N) => {
      const { cursor = 'created', selected = false } = endpointNamed(name)!;
      return resource({
        name,
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected,
        resumable: true,
        params: { endpoint: '' },
        incremental: { created: incremental({ cursor, ...seconds }) },
        async *extract({ incremental: { created }, params, ...context }) {
          yield* createdObjects(context, endpointNamed(params.endpoint)!, created);
        },
      }).bind({ endpoint: name });
    };
    type EndpointResource = {
      [N in EndpointName]: ReturnType<typeof endpointResource<N>>;
    }[EndpointName];

    const events = resource({
      name: 'events',
      primaryKey: 'id',
      writeDisposition: 'append',
      resumable: true,
      incremental: { created: incremental({ cursor: 'created', ...seconds }) },
      async *extract({ incremental: { created }, ...context }) {
        const { http, log } = context;
        // the first run without an interval has the objects as they are now, and lacks nothing
        const isFirst = created.endValue === undefined && created.startValue === created.initialValue;
        if (!isFirst && created.startValue < (http.now() - EVENT_DAYS * DAY_MS) / 1000)
          log.warn(
            `the range begins more than ${EVENT_DAYS} days ago, from where Stripe lists no events: what changed then is missing`,
          );
        yield* createdObjects(context, { path: 'events', expires: true }, created);
      },
    });

    const endpoints = STRIPE_ENDPOINTS.map(({ name }) => endpointResource(name) as EndpointResource);
    const owned = <const N extends OwnedName>(name: N, owner: EndpointName) =>
      transformer({
        name,
        from: endpoints.find((one) => one.name === owner)!,
        primaryKey: 'id',
        writeDisposition: 'merge',
        selected: false,
        extract: ({ items, http }) => ownedPages(name, http, items as readonly StripeObject[]),
      });

    return [
      ...endpoints,
      owned('payment_methods', 'customers'),
      owned('subscription_items', 'subscriptions'),
      owned('payout_balance_transactions', 'payouts'),
      events,
      transformer({
        name: 'updates',
        from: events,
        primaryKey: 'id',
        writeDisposition: 'merge',
        tableName: (object: ChangedObject) =>
          ownedTable(object) ?? endpointOfObject(object.object)?.name ?? object.object,
        params: z.object({ endpoints: z.array(z.enum(UPDATED_TABLES)).optional() }),
        // an object that changes twice in a second is to come twice
        incremental: { changed: incremental({ cursor: 'event_created', primaryKey: [], ...seconds }) },
        async *extract({ items, http, log, params: { endpoints } }) {
          yield await changedObjects(items as unknown as readonly StripeEvent[], { http, log, endpoints });
        },
      }),
    ];
  },
});
