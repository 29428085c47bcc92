import type { LoadInfo } from '../../src';
import { type Extraction, eventsOf, gatedEvents, ids, idsOf } from './gated-events';
import { days, freshPlace, temporaryFolder } from './harness';

const folder = temporaryFolder();

describe('a backfill beside a run that goes on from its cursor', () => {
  const orders: readonly (readonly number[])[] = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
  ];
  for (const disposition of ['append', 'merge'] as const)
    for (const order of orders)
      test(`${disposition} by key, ended in the order ${order.join(' ')}: every row is there once`, async () => {
        const place = freshPlace(folder);
        const { events, next, extractions } = gatedEvents({ key: 'id', disposition });
        const rows = eventsOf(6);
        const source = events(rows);
        const begun: Extraction[] = [];
        const runs: Promise<LoadInfo>[] = [];
        await using p = place.pipeline();
        await using backfill = place.pipeline({ name: 'shop_backfill' });
        for (const interval of [undefined, days(1, 3), days(3, 5), days(5, 7)]) {
          const begins = next();
          runs.push(interval === undefined ? p.run(source) : backfill.run(source, { interval }));
          begun.push(await begins);
        }
        expect(extractions).toHaveLength(4);
        for (const at of order) {
          begun[at]!.end.open();
          await runs[at];
        }
        await Promise.all([p.close(), backfill.close()]);
        expect(await ids(place)).toEqual(idsOf(rows));
        const more = eventsOf(7);
        await place.pipeline().run(events(more, false));
        expect(await ids(place)).toEqual(idsOf(more));
      });

  test('intervals that touch, several at once and without a key, load each row once', async () => {
    const place = freshPlace(folder);
    const { events, next } = gatedEvents();
    const source = events(eventsOf(4));
    const begun: Extraction[] = [];
    const runs: Promise<LoadInfo>[] = [];
    for (const interval of [days(1, 2), days(2, 3), days(3, 5)]) {
      const begins = next();
      runs.push(place.pipeline().run(source, { interval }));
      begun.push(await begins);
    }
    for (const { end } of begun.toReversed()) end.open();
    await Promise.all(runs);
    expect(await ids(place)).toEqual(idsOf(eventsOf(4)));
  });
});

describe('an interval that was loaded before', () => {
  test('with a key: what is there stays, what is new comes, and nothing is deleted', async () => {
    const place = freshPlace(folder);
    const { events } = gatedEvents({ key: 'id' });
    const some = eventsOf(2).filter(({ id }) => id !== 3);
    await place.pipeline().run(events(some, false), { interval: days(1, 3) });
    const rerun = await place.pipeline().run(events(eventsOf(2).slice(1), false), { interval: days(1, 3) });
    expect(rerun.resources[0]).toMatchObject({ rows: 1, counts: { events: { inserted: 1, skipped: 6 } } });
    expect(await ids(place)).toEqual(idsOf(eventsOf(2)));
  });

  test('without a key: its rows are replaced', async () => {
    const place = freshPlace(folder);
    const { events } = gatedEvents();
    await place.pipeline().run(events(eventsOf(2), false), { interval: days(1, 3) });
    await place.pipeline().run(events(eventsOf(4), false), { interval: days(3, 4) });
    await place.pipeline().run(events(eventsOf(2).slice(2), false), { interval: days(1, 3) });
    expect(await ids(place)).toEqual(idsOf(eventsOf(3).slice(2)));
  });

  test('an overlap loads the rest where there is a key, and is refused where there is none', async () => {
    const keyed = freshPlace(folder);
    const { events } = gatedEvents({ key: 'id' });
    await keyed.pipeline().run(events(eventsOf(4), false), { interval: days(1, 3) });
    await keyed.pipeline().run(events(eventsOf(4), false), { interval: days(2, 5) });
    expect(await ids(keyed)).toEqual(idsOf(eventsOf(4)));

    const keyless = freshPlace(folder);
    const { events: bare } = gatedEvents();
    await keyless.pipeline().run(bare(eventsOf(4), false), { interval: days(1, 3) });
    const overlap = keyless.pipeline().run(bare(eventsOf(4), false), { interval: days(2, 5) });
    await expect(overlap).rejects.toMatchObject({ failures: [{ code: 'INTERVAL_OVERLAP' }] });
    expect(await ids(keyless)).toEqual(idsOf(eventsOf(2)));
  });

  test('asked for anew, its slice goes away and comes again', async () => {
    const place = freshPlace(folder);
    const { events } = gatedEvents({ key: 'id' });
    await place.pipeline().run(events(eventsOf(4), false), { interval: days(1, 5) });
    const changed = eventsOf(4).map((event) => ({ ...event, again: true }));
    await place.pipeline().run(events(changed, false), { interval: days(2, 3), replaceSlice: true });
    expect(await ids(place)).toEqual(idsOf(eventsOf(4)));
    expect(await place.values('SELECT id FROM data.events WHERE again ORDER BY id')).toEqual([4, 5, 6, 7]);
    const forgetful = place
      .pipeline()
      .run(events(changed.slice(6), false), { interval: days(2, 3), replaceSlice: true });
    await expect(forgetful).rejects.toMatchObject({ failures: [{ code: 'REPLACE_REFUSED' }] });
    expect(await ids(place)).toEqual(idsOf(eventsOf(4)));
  });

  test('a resource whose slices come anew loses no row to the run that goes on from its cursor', async () => {
    for (const given of [{ key: 'id' }, {}] as const) {
      const place = freshPlace(folder);
      const { events } = gatedEvents({ ...given, onRerun: 'replace' });
      await place.pipeline().run(events(eventsOf(2), false));
      await place.pipeline().run(events(eventsOf(4), false));
      expect(await ids(place)).toEqual(idsOf(eventsOf(4)));
    }
  });
});
