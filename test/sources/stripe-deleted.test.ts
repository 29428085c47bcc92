import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import type { Place } from '../pipeline/harness';
import { silent } from '../silent-log';
import { eachPageDue } from './each-page-due';
import { day, emulator, loaded, queries, run, source, start } from './stripe-harness';

describe('an object of Stripe that is deleted between two pages', () => {
  /** The customers of a load that deletes some of them when the first page is there. */
  const deleting = (gone: readonly string[]) => {
    let done = false;
    return source()
      .withResources('customers')
      .filter('customers', () => {
        if (!done) for (const id of gone) emulator.remove(id);
        done = true;
        return true;
      });
  };
  const begun = async (): Promise<readonly [Place, readonly string[]]> => {
    const place = await start({ size: 250, everyHours: 1 });
    return [place, emulator.objects('customers').map(({ id }) => id)];
  };
  const asked = (): (string | undefined)[] =>
    queries('/v1/customers')
      .filter(({ limit }) => limit === '100')
      .map((query) => query['starting_after']);

  test('the list goes on behind the object before it', async () => {
    const [place, all] = await begun();
    await run(place, deleting(all.slice(98, 102)));
    expect(asked()).toEqual([undefined, all[99], all[98], all[97], all[201]]);
    // two were loaded before they were deleted
    expect(await loaded(place, 'customers')).toEqual([...all.slice(0, 100), ...all.slice(102)].sort());
  });

  test('the list begins again where a whole page is gone, and no row is there twice', async () => {
    const [place, all] = await begun();
    await run(place, deleting(all.slice(0, 100)));
    expect(await loaded(place, 'customers')).toEqual([...all].sort());
  });

  test('the list begins again where the one of a checkpoint is gone', async () => {
    const [place, all] = await begun();
    emulator.faults.inject({ kind: 'status', status: 402, at: 2, on: 'GET /v1/customers' });
    await using p = place.pipeline();
    const onProgress = eachPageDue();
    const load = async () => {
      const { info } = await loadResources(p, {
        source: source().withResources('customers') as unknown as Source,
        loadKey: 'key',
        log: silent,
        onProgress,
      });
      return info.resources[0];
    };
    try {
      expect(await load()).toMatchObject({ status: 'failed' });
      emulator.remove(all[99]!);
      expect(await load()).toMatchObject({ status: 'loaded' });
    } finally {
      jest.restoreAllMocks();
    }
    expect(asked()).toEqual([undefined, all[99], all[99], undefined, all[100], all[200]]);
    expect(await loaded(place, 'customers')).toEqual([...all].sort());
  });

  test('an invoice that is deleted before its lines are completed keeps those that came', async () => {
    const place = await start();
    emulator.faults.inject({ kind: 'status', status: 404, times: 2, on: 'GET /v1/invoices/:id/lines' });
    await run(place, source().withResources('invoices'));
    const lines = emulator.objects('invoices').map((invoice) => (invoice['lines'] as unknown[]).length);
    const long = Math.max(...lines);
    expect(await place.values('SELECT count(*)::INT FROM data.invoices__lines__data')).toEqual([
      lines.reduce((sum, count) => sum + count, 0) - (long - 10),
    ]);
    expect(await place.values('SELECT count(*)::INT FROM data.invoices WHERE lines__has_more')).toEqual([1]);
  });

  test('another refusal fails the load', async () => {
    const [place] = await begun();
    emulator.faults.inject({ kind: 'status', status: 400, at: 2, on: 'GET /v1/customers' });
    await expect(run(place, source().withResources('customers'))).rejects.toMatchObject({
      code: 'HTTP_STATUS',
      details: { status: 400 },
    });
  });

  test('an event that Stripe keeps no longer ends the list: all behind it are older', async () => {
    const place = await start({ now: day(8), size: 250, everyHours: 1 });
    let pages = 0;
    const from = source()
      .withResources('events')
      .filter('events', () => {
        pages += 1;
        if (pages === 1) emulator.setNow('2024-07-20T00:00:00Z');
        return true;
      });
    const first = emulator.events().map(({ id }) => id);
    await run(place, from);
    expect(first.length).toBeGreaterThan(100);
    expect(await loaded(place, 'events')).toEqual(first.slice(0, 100).sort());
  });
});
