import { type LoadRequest, loadResources } from '../../src/pipeline';
import { eventsOf, gatedEvents, ids, idsOf } from './gated-events';
import { days, freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

describe('a load key', () => {
  test('that was loaded is answered, and nothing is extracted', async () => {
    const place = freshPlace(folder);
    const { events, extractions } = gatedEvents();
    const first = await place.pipeline().run(events(eventsOf(1), false), { loadKey: 'k' });
    const second = await place.pipeline().run(events(eventsOf(2), false), { loadKey: 'k' });
    expect(extractions).toHaveLength(1);
    expect(second.loadIds).toEqual([]);
    expect(second.resources[0]).toMatchObject({ status: 'skipped', rows: 4, loadId: first.loadIds[0] });
    expect(await ids(place)).toEqual(idsOf(eventsOf(1)));
  });

  test('delivered twice at once is loaded once, stateless or not', async () => {
    for (const interval of [undefined, days(1, 3)]) {
      const place = freshPlace(folder);
      const { events, next, extractions } = gatedEvents();
      const options = { loadKey: 'k', ...(interval && { interval }) };
      const begins = next();
      const first = place.pipeline().run(events(eventsOf(2)), options);
      const extraction = await begins;
      const second = place.pipeline().run(events(eventsOf(2), false), options);
      if (interval === undefined) extraction.end.open();
      else await second.then(extraction.end.open);
      const statuses = (await Promise.all([first, second])).map(({ resources }) => resources[0]!.status);
      expect(statuses).toEqual(interval === undefined ? ['loaded', 'skipped'] : ['skipped', 'loaded']);
      expect(extractions).toHaveLength(interval === undefined ? 1 : 2);
      expect(await ids(place)).toEqual(idsOf(eventsOf(2)));
    }
  });

  test('of several components or sources is refused', async () => {
    const p = freshPlace(folder).pipeline();
    const { events } = gatedEvents();
    const other = resource({ name: 'other', extract: () => [[{ id: 1 }]] });
    const refused = { code: 'USAGE', message: expect.stringContaining('one by one') };
    await expect(p.run([events([], false), other], { loadKey: 'k' })).rejects.toMatchObject(refused);
    const two = sourceOf('two', [other, resource({ name: 'more', extract: () => [[]] })]);
    await expect(p.run(two, { loadKey: 'k' })).rejects.toMatchObject(refused);
  });
});

describe('an attempt whose load was taken over', () => {
  const attempt = (number: number): NonNullable<LoadRequest['attempt']> => ({
    workflowId: 'w',
    runId: 'r',
    attempt: number,
  });

  for (const interval of [undefined, days(1, 3)])
    test(`can’t commit: ${interval ? 'a data interval' : 'from the stored cursor'}`, async () => {
      const place = freshPlace(folder);
      await using p = place.pipeline();
      const { events, next } = gatedEvents();
      const request = {
        source: events(eventsOf(2)),
        loadKey: 'k',
        range: interval ? { interval } : { mode: 'incremental' as const },
      };
      const begins = next();
      const first = loadResources(p, { ...request, attempt: attempt(1) });
      const old = await begins;
      const beginsAgain = next();
      const second = loadResources(p, { ...request, attempt: attempt(2) });
      const young = await beginsAgain;
      old.end.open();
      expect((await first).info.resources).toMatchObject([
        { status: 'failed', error: { code: 'CLAIM_LOST' } },
      ]);
      young.end.open();
      expect((await second).info.resources).toMatchObject([{ status: 'loaded', rows: 8 }]);
      await p.close();
      expect(await ids(place)).toEqual(idsOf(eventsOf(2)));
      expect(await place.values('SELECT status FROM data._tidemark_intervals')).toEqual(['loaded']);
    });

  test('that ends after the younger one committed is answered with that one’s load', async () => {
    const place = freshPlace(folder);
    await using p = place.pipeline();
    const { events, next } = gatedEvents();
    const request = { source: events(eventsOf(2)), loadKey: 'k', range: { interval: days(1, 3) } };
    const begins = next();
    const first = loadResources(p, { ...request, attempt: attempt(1) });
    const old = await begins;
    const beginsAgain = next();
    const second = loadResources(p, { ...request, attempt: attempt(2) });
    (await beginsAgain).end.open();
    await second;
    old.end.open();
    expect((await first).info.resources).toMatchObject([{ status: 'skipped', rows: 8 }]);
    await p.close();
    expect(await ids(place)).toEqual(idsOf(eventsOf(2)));
  });
});
