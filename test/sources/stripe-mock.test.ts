import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { type EndpointName, STRIPE_ENDPOINTS, stripe } from '../../src/sources/stripe';
import { freshPlace, temporaryFolder } from '../pipeline/harness';
import { silent } from '../silent-log';
import { type StripeMock, startStripeMock } from './stripe-mock';

const folder = temporaryFolder();
const place = freshPlace(folder);
/** When every object of the mock server was created. */
const CREATED = 1_234_567_890;

let mock: StripeMock;
// the first time on a machine it is built
beforeAll(async () => {
  mock = await startStripeMock();
}, 600_000);
afterAll(() => mock.close());

type OwnedName = 'payment_methods' | 'subscription_items' | 'payout_balance_transactions';

const source = () =>
  stripe({ apiKey: 'sk_test_123', baseUrl: mock.url, startDate: CREATED, endDate: CREATED + 60 });

async function load(...names: (EndpointName | OwnedName | 'events' | 'updates')[]) {
  await using p = place.pipeline();
  return loadResources(p, {
    source: source().withResources(...names) as unknown as Source,
    http: { rateLimit: { requests: 10_000, per: '1s' } },
    log: silent,
  });
}

describe("the Stripe source against Stripe's own mock server", () => {
  test('asks every endpoint in a way that Stripe accepts, and loads what it answers', async () => {
    const names = STRIPE_ENDPOINTS.map(({ name }) => name);
    const { info, causes } = await load(...names);
    expect(causes).toEqual([]);
    expect(info.resources.map(({ resource, rows }) => [resource, rows])).toEqual(
      names.map((name) => [name, 1]),
    );
    for (const { name, object } of STRIPE_ENDPOINTS)
      expect(await place.values(`SELECT object FROM data.${name}`)).toEqual([object]);
  });

  test('asks for what belongs to an object in a way that Stripe accepts', async () => {
    const { info, causes } = await load(
      'payment_methods',
      'subscription_items',
      'payout_balance_transactions',
    );
    expect(causes).toEqual([]);
    expect(info.resources.map(({ resource, rows }) => [resource, rows])).toEqual([
      ['payment_methods', 1],
      ['subscription_items', 1],
      ['payout_balance_transactions', 1],
    ]);
    expect(await place.values('SELECT object FROM data.payment_methods')).toEqual(['payment_method']);
    expect(await place.values('SELECT payout IS NOT NULL FROM data.payout_balance_transactions')).toEqual([
      true,
    ]);
    const answer = await fetch(`${mock.url}/v1/payment_methods/pm_1`, {
      headers: { authorization: 'Bearer sk_test_123' },
    });
    expect(((await answer.json()) as { object: string }).object).toBe('payment_method');
    const items = await fetch(`${mock.url}/v1/subscription_items?subscription=sub_1&limit=100`, {
      headers: { authorization: 'Bearer sk_test_123' },
    });
    expect(items.status).toBe(200);
  });

  test('gets the object that an event tells of, into the table of its endpoint', async () => {
    const { causes } = await load('events', 'updates');
    expect(causes).toEqual([]);
    const [event] = await place.read('SELECT data__object__object AS object, created FROM data.events');
    expect(event).toEqual({ object: 'plan', created: BigInt(CREATED) });
    expect(await place.values(`SELECT object FROM data.plans WHERE event_created = ${CREATED}`)).toEqual([
      'plan',
    ]);
  });

  test('every object is where updates ask for it', async () => {
    for (const { path, object } of STRIPE_ENDPOINTS) {
      const answer = await fetch(`${mock.url}/v1/${path}/id_1`, {
        headers: { authorization: 'Bearer sk_test_123' },
      });
      expect([path, ((await answer.json()) as { object: string }).object]).toEqual([path, object]);
    }
  });
});
