import type { StripeRow } from '../../examples/stripe-emulator';
import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { STRIPE_ENDPOINTS, stripe } from '../../src/sources/stripe';
import type { Place } from '../pipeline/harness';
import { silent } from '../silent-log';
import { eachPageDue } from './each-page-due';
import { day, days, emulator, ids, loaded, queries, run, source, start, type Told } from './stripe-harness';

const tables = [
  'customers',
  'products',
  'prices',
  'subscriptions',
  'invoices',
  'payment_intents',
  'charges',
  'refunds',
  'balance_transactions',
] as const;

describe('the Stripe source', () => {
  test('makes a resource for each endpoint from one function, beside events and updates', async () => {
    await start();
    expect(stripe().allResourceNames).toEqual([
      ...STRIPE_ENDPOINTS.map(({ name }) => name),
      'payment_methods',
      'subscription_items',
      'payout_balance_transactions',
      'events',
      'updates',
    ]);
    expect(stripe().resourceNames).toEqual([
      'customers',
      'products',
      'prices',
      'subscriptions',
      'invoices',
      'payment_intents',
      'charges',
      'refunds',
      'disputes',
      'payouts',
      'balance_transactions',
      'events',
      'updates',
    ]);
    // @ts-expect-error there is no such endpoint
    expect(() => stripe().withResources('customer')).toThrow(/"customers"/);
  });

  test('loads every object of every endpoint, canceled subscriptions too', async () => {
    const place = await start();
    await run(place, source().withResources(...tables));
    for (const table of tables) expect(await loaded(place, table)).toEqual(ids(emulator.objects(table)));
    expect(
      await place.values("SELECT count(*) > 0 FROM data.subscriptions WHERE status = 'canceled'"),
    ).toEqual([true]);
    const [request] = emulator.requests;
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer sk_test_emulator',
      'stripe-version': expect.stringMatching(/^\d{4}-\d\d-\d\d\.[a-z]+$/),
    });
  });

  test('follows the pages behind the last id, and loses none of the same second', async () => {
    const place = await start({ size: 250, everyHours: 1 });
    await run(place, source().withResources('customers'));
    expect(await loaded(place, 'customers')).toEqual(ids(emulator.objects('customers')));
    const newestFirst = emulator.objects('customers');
    expect(queries('/v1/customers')).toEqual([
      { limit: '100', 'created[gte]': '1262304000' },
      { limit: '100', 'created[gte]': '1262304000', starting_after: newestFirst[99]!.id },
      { limit: '100', 'created[gte]': '1262304000', starting_after: newestFirst[199]!.id },
    ]);
  });

  test('completes the lines of an invoice that the list cuts off', async () => {
    const place = await start();
    await run(place, source().withResources('invoices'));
    const lines = emulator.objects('invoices').flatMap((invoice) => invoice['lines'] as StripeRow[]);
    expect(await place.values('SELECT id FROM data.invoices__lines__data ORDER BY id')).toEqual(ids(lines));
  });

  test('the next run asks for what was created since, and doubles nothing of the last second', async () => {
    const place = await start({ now: day(8) });
    await run(place, source().withResources('customers', 'charges'));
    const [last] = emulator.objects('customers');
    emulator.setNow(day(16));
    const info = await run(place, source().withResources('customers', 'charges'));
    expect(queries('/v1/customers').at(-1)).toEqual({ limit: '100', 'created[gte]': String(last!.created) });
    expect(info.resources.find(({ resource }) => resource === 'customers')?.rows).toBe(
      emulator.objects('customers').filter(({ created }) => created > last!.created).length,
    );
    for (const table of ['customers', 'charges'])
      expect(await loaded(place, table)).toEqual(ids(emulator.objects(table)));
  });

  test('a range in parallel chunks, in any order, with a rerun, is exactly what was served', async () => {
    const place = await start();
    const chunks = [days(2, 5), days(5, 6), days(6, 10)];
    const from = () => source().withResources('customers', 'events');
    await Promise.all(
      [...chunks.toReversed(), chunks[1]!].map((interval) => run(place, from(), { interval })),
    );
    await run(place, from(), { interval: chunks[2]! });
    const range = { from: day(2), to: day(10) };
    expect(await loaded(place, 'customers')).toEqual(ids(emulator.objects('customers', range)));
    expect(await loaded(place, 'events')).toEqual(ids(emulator.events(range)));
    expect(queries('/v1/customers').every((query) => 'created[lt]' in query)).toBe(true);
  });

  test('startDate and endDate bound a load without a schedule, which leaves no cursor', async () => {
    const place = await start();
    await run(place, source({ startDate: day(3), endDate: day(6) }).withResources('customers'));
    expect(await loaded(place, 'customers')).toEqual(
      ids(emulator.objects('customers', { from: day(3), to: day(6) })),
    );
    await run(place, source().withResources('customers'));
    expect(await loaded(place, 'customers')).toEqual(ids(emulator.objects('customers')));
  });

  describe('by events', () => {
    const statuses = (place: Place): Promise<unknown[]> =>
      place.values("SELECT id || ' ' || balance FROM data.customers ORDER BY id");
    const served = (range: { to?: string } = {}): string[] =>
      emulator
        .objects('customers', range)
        .map(({ id, balance }) => `${id} ${String(balance)}`)
        .sort();
    // invoices come by events alone
    const withUpdates = () =>
      source()
        .withResources('customers', 'events', 'updates')
        .bind({ updates: { endpoints: ['customers', 'invoices'] } });

    test('brings what changed to the table of its endpoint, as it is now', async () => {
      const place = await start({ now: day(8) });
      await run(place, withUpdates());
      const changed = emulator.objects('customers').at(-2)!;
      emulator.setNow(day(9));
      emulator.update(changed.id, { balance: 1 });
      emulator.setNow(day(10));
      emulator.update(changed.id, { balance: 42 });
      await run(place, withUpdates());
      expect(await statuses(place)).toEqual(served());
      expect(await place.values(`SELECT balance FROM data.customers WHERE id = '${changed.id}'`)).toEqual([
        42,
      ]);
      expect(
        await place.values(`SELECT count(*) FROM data.events WHERE data__object__id = '${changed.id}'`),
      ).toEqual([emulator.events().filter(({ data }) => data.object.id === changed.id).length]);
      expect(await loaded(place, 'events')).toEqual(ids(emulator.events()));
    });

    test('day by day, and an older day again, leaves each object as it is now', async () => {
      const place = await start({ now: day(5) });
      for (let at = 1; at < 6; at += 1) {
        emulator.setNow(day(at).replace('00:00:00', '23:59:59'));
        await run(place, withUpdates(), { interval: days(at, at + 1) });
      }
      expect(await statuses(place)).toEqual(served({ to: day(6) }));
      await run(place, withUpdates(), { interval: days(2, 3) });
      expect(await statuses(place)).toEqual(served({ to: day(6) }));
      expect(await place.values("SELECT id FROM data.invoices WHERE status = 'paid' ORDER BY id")).toEqual(
        ids(emulator.objects('invoices', { to: day(6) }).filter(({ status }) => status === 'paid')),
      );
    });

    test('a change in the second of the last one comes too', async () => {
      const place = await start({ now: day(8) });
      const [first] = emulator.objects('customers');
      emulator.update(first!.id, { balance: 7 });
      await run(place, withUpdates());
      emulator.update(first!.id, { balance: 8 });
      await run(place, withUpdates());
      expect(await place.values(`SELECT balance FROM data.customers WHERE id = '${first!.id}'`)).toEqual([8]);
    });

    test('what was deleted stays, as it was last, and says so', async () => {
      const place = await start({ now: day(8) });
      await run(place, withUpdates());
      emulator.setNow(day(9));
      emulator.remove('cus_000003');
      emulator.remove('in_000003');
      await run(place, withUpdates());
      expect(await place.read('SELECT id, name, deleted FROM data.customers WHERE deleted')).toEqual([
        { id: 'cus_000003', name: expect.stringContaining('3'), deleted: true },
      ]);
      expect(await place.values('SELECT id FROM data.invoices WHERE deleted')).toEqual(['in_000003']);
    });

    test('only named endpoints get updates where they are bound', async () => {
      const place = await start({ now: day(8) });
      const from = source()
        .withResources('updates')
        .bind({ updates: { endpoints: ['customers'] } });
      await run(place, from, { interval: days(1, 8) });
      expect(await loaded(place, 'customers')).toEqual(ids(emulator.objects('customers', { to: day(8) })));
      const made = await place.values(
        "SELECT table_name FROM information_schema.tables WHERE table_name IN ('invoices', 'charges', 'events')",
      );
      expect(made).toEqual([]);
    });

    describe('where the key may not read one kind', () => {
      const refuse = (times: number) =>
        emulator.faults.inject({ kind: 'status', status: 403, times, on: 'GET /v1/charges/:id' });

      test('events and the other updates come, and a warning names it once', async () => {
        const place = await start({ now: day(8), size: 120, everyHours: 1 });
        refuse(1000);
        const told: Told[] = [];
        const range = { interval: days(1, 8), told };
        await run(place, source().withResources('events', 'updates'), range);
        expect(await loaded(place, 'events')).toEqual(ids(emulator.events({ to: day(8) })));
        expect(await loaded(place, 'customers')).toEqual(ids(emulator.objects('customers', { to: day(8) })));
        const warnings = told.filter(({ message }) => message.includes('403'));
        expect(warnings).toEqual([
          { level: 'warn', message: expect.stringMatching(/may not read charges.*read access.*endpoints/) },
        ]);
        // asked for five at once, then no more
        expect(emulator.requests.filter(({ status }) => status === 403).length).toBeLessThanOrEqual(5);
      });

      test('it fails the load if it was asked for by name', async () => {
        const place = await start({ now: day(8) });
        refuse(1000);
        const from = source()
          .withResources('updates')
          .bind({ updates: { endpoints: ['charges'] } });
        await expect(run(place, from, { interval: days(1, 8) })).rejects.toMatchObject({
          code: 'HTTP_UNAUTHORIZED',
        });
      });
    });

    test('a run that goes on after a longer pause than Stripe keeps events says so, the first one not', async () => {
      const place = await start({ now: day(8) });
      const first: Told[] = [];
      const from = () => source({ startDate: day(1) }).withResources('events');
      await run(place, from(), { told: first });
      emulator.setNow(day(20));
      const second: Told[] = [];
      await run(place, from(), { told: second });
      const warned = (told: readonly Told[]): number =>
        told.filter(({ message }) => /30 days ago/.test(message)).length;
      expect([warned(first), warned(second)]).toEqual([0, 1]);
    });

    test('warns of a range from before the events that Stripe keeps', async () => {
      const place = await start();
      const told: Told[] = [];
      await run(place, source().withResources('events'), { interval: days(1, 2), told });
      expect(told.find(({ level }) => level === 'warn')?.message).toMatch(/30 days ago/);
    });
  });

  test('tries again after a 429 without a time, and where Stripe says that it should', async () => {
    const place = await start();
    emulator.faults.inject(
      { kind: 'status', status: 429, headers: { 'stripe-rate-limited-reason': 'global-rate' } },
      { kind: 'status', status: 409, at: 2, headers: { 'stripe-should-retry': 'true' } },
    );
    await run(place, source().withResources('customers'));
    expect(emulator.requests.map(({ status }) => status)).toEqual([429, 409, 200]);
    expect(await loaded(place, 'customers')).toEqual(ids(emulator.objects('customers')));
  });

  test('goes on behind the last page of a load that failed', async () => {
    const place = await start({ size: 250, everyHours: 1 });
    const from = source().withResources('customers');
    emulator.faults.inject({ kind: 'status', status: 402, at: 3 });
    await using p = place.pipeline();
    const onProgress = eachPageDue();
    const load = async () => {
      const { info } = await loadResources(p, {
        source: from as unknown as Source,
        loadKey: 'key',
        log: silent,
        onProgress,
      });
      return info.resources[0];
    };
    try {
      expect(await load()).toMatchObject({ status: 'failed' });
      expect(await load()).toMatchObject({ status: 'loaded', rows: 250 });
    } finally {
      jest.restoreAllMocks();
    }
    expect(queries('/v1/customers').map((query) => query['starting_after'])).toEqual([
      undefined,
      'cus_000150',
      'cus_000050',
      'cus_000050',
    ]);
  });

  test('with a wrong key it names the secret, never its value', async () => {
    const place = await start();
    const error = await run(
      place,
      source({ apiKey: 'sk_test_wrong_value' }).withResources('customers'),
    ).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED' });
    expect(String(error)).toContain('"apiKey"');
    expect(JSON.stringify([error, String(error)])).not.toContain('sk_test_wrong_value');
  });
});
