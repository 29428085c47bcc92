import { payoutOf, type StripeRow } from '../../examples/stripe-emulator';
import type { Place } from '../pipeline/harness';
import { day, days, emulator, ids, loaded, queries, run, source, start } from './stripe-harness';

const itemsOf = (rows: readonly StripeRow[]): readonly StripeRow[] =>
  rows.flatMap(({ items }) => (items as { readonly data: readonly StripeRow[] }).data);
const methodsOf = (range = {}): readonly StripeRow[] => {
  const customers = new Set(emulator.objects('customers', range).map(({ id }) => id));
  return emulator.objects('payment_methods').filter(({ customer }) => customers.has(String(customer)));
};
const paidOut = (range = {}): string[] => {
  const automatic = emulator.objects('payouts', range).filter(({ automatic: is }) => is === true);
  const payouts = new Set(automatic.map(({ id }) => id));
  return emulator
    .objects('balance_transactions')
    .filter(({ id }) => payouts.has(payoutOf(id)))
    .map(({ id }) => `${id} ${payoutOf(id)}`)
    .sort();
};
const storedPaidOut = (place: Place): Promise<unknown[]> =>
  place.values(`SELECT id || ' ' || payout FROM data.payout_balance_transactions ORDER BY id`);

const NAMES = ['payment_methods', 'subscription_items', 'payout_balance_transactions'] as const;

test('payment methods, items and what a payout pays out come by what they belong to, the long lists whole', async () => {
  const place = await start();
  const [customer] = emulator.objects('customers');
  // one customer has more than a page of them
  for (let index = 0; index < 20; index += 1)
    emulator.update(`pm_${String(index).padStart(6, '0')}`, { customer: customer!.id });
  await run(place, source().withResources(...NAMES));
  expect(await loaded(place, 'payment_methods')).toEqual(ids(methodsOf()));
  const items = itemsOf(emulator.objects('subscriptions'));
  expect(items.length).toBeGreaterThan(emulator.objects('subscriptions').length + 20);
  expect(await loaded(place, 'subscription_items')).toEqual(ids(items));
  expect(paidOut().length).toBeGreaterThan(6);
  expect(await storedPaidOut(place)).toEqual(paidOut());
  // one that was made by hand isn't asked
  const asked = queries('/v1/balance_transactions').map(({ payout }) => payout);
  expect(asked).toEqual(
    emulator
      .objects('payouts')
      .filter(({ automatic }) => automatic === true)
      .map(({ id }) => id),
  );
});

test('more payment methods of a customer than a page come over several', async () => {
  const place = await start({ size: 120, everyHours: 1 });
  const customer = emulator.objects('customers').at(-1)!;
  for (const { id } of emulator.objects('payment_methods')) emulator.update(id, { customer: customer.id });
  await run(place, source().withResources('payment_methods'), { interval: days(1, 2) });
  expect(emulator.objects('payment_methods').length).toBeGreaterThan(200);
  expect(await loaded(place, 'payment_methods')).toEqual(ids(emulator.objects('payment_methods')));
  const asked = queries(`/v1/customers/${customer.id}/payment_methods`);
  expect(asked.map(({ starting_after }) => starting_after !== undefined)).toEqual([false, true, true]);
});

test('chunks of a range in parallel, in any order, one of them twice, are what belongs to its objects', async () => {
  const place = await start();
  const from = () => source().withResources(...NAMES);
  const chunks = [days(6, 10), days(1, 3), days(3, 6)];
  await Promise.all(chunks.map((interval) => run(place, from(), { interval })));
  await run(place, from(), { interval: chunks[1]! });
  const range = { from: day(1), to: day(10) };
  expect(await loaded(place, 'payment_methods')).toEqual(ids(methodsOf(range)));
  expect(await loaded(place, 'subscription_items')).toEqual(
    ids(itemsOf(emulator.objects('subscriptions', range))),
  );
  expect(await storedPaidOut(place)).toEqual(paidOut(range));
});

test('a customer who is deleted before the methods are asked for has none', async () => {
  const place = await start();
  const [customer] = emulator.objects('customers', { from: day(3), to: day(4) });
  emulator.faults.inject({
    kind: 'slow',
    ms: 0,
    on: ({ path }) => {
      if (path.endsWith('/payment_methods')) emulator.remove(customer!.id);
      return false;
    },
  });
  await run(place, source().withResources('payment_methods'), { interval: days(1, 6) });
  expect(emulator.requests.filter(({ status }) => status === 404)).toHaveLength(1);
  expect(await loaded(place, 'payment_methods')).toEqual(ids(methodsOf({ from: day(1), to: day(6) })));
});

describe('updates', () => {
  const updates = (
    endpoints?: readonly ('payment_methods' | 'subscription_items' | 'payout_balance_transactions')[],
  ) => {
    const all = source().withResources('updates');
    return endpoints === undefined ? all : all.bind({ updates: { endpoints: [...endpoints] } });
  };

  test('bring the tables of such lists only where they are named', async () => {
    const place = await start();
    await run(place, updates(), { interval: days(2, 6) });
    const tables = await place.values(
      `SELECT DISTINCT table_name FROM information_schema.tables WHERE table_schema = 'data'`,
    );
    for (const name of NAMES) expect(tables).not.toContain(name);
    expect(emulator.requests.some(({ path }) => path.includes('payment_methods'))).toBe(false);
  });

  test('bring a method that was attached later, the items of a changed subscription, and what a payout pays out', async () => {
    const place = await start({ now: day(6) });
    await run(place, source().withResources(...NAMES), { interval: days(1, 6) });
    const [subscription] = emulator.objects('subscriptions');
    const [method] = emulator.objects('payment_methods');
    emulator.setNow(day(7));
    const [item] = itemsOf([subscription!]);
    emulator.update(subscription!.id, {
      items: {
        ...(subscription!['items'] as object),
        data: [
          { ...item, quantity: 77 },
          { ...item, id: 'si_new' },
        ],
      },
    });
    emulator.update(method!.id, { customer: null });
    emulator.setNow(day(8));
    await run(place, updates(NAMES), { interval: days(6, 8) });
    expect(
      await place.values(`SELECT quantity FROM data.subscription_items WHERE id = '${item!.id}'`),
    ).toEqual([77]);
    expect(await loaded(place, 'subscription_items')).toContain('si_new');
    expect(
      await place.values(`SELECT customer FROM data.payment_methods WHERE id = '${method!.id}'`),
    ).toEqual([null]);
    const events = emulator.events({ from: day(6), to: day(8) });
    const changed = new Set(
      events.filter(({ type }) => type.startsWith('payout.')).map(({ data }) => data.object.id),
    );
    expect(changed.size).toBeGreaterThan(0);
    const expected = paidOut().filter((line) => changed.has(line.split(' ')[1]!));
    expect(await storedPaidOut(place)).toEqual(expect.arrayContaining(expected));
    // nothing of the owners, which weren't named
    const tables = await place.values(
      `SELECT DISTINCT table_name FROM information_schema.tables WHERE table_schema = 'data'`,
    );
    expect(tables).not.toContain('payouts');
  });
});
