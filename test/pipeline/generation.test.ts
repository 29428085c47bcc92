import { eventsOf, gatedEvents, ids, idsOf } from './gated-events';
import { day, days, freshPlace, temporaryFolder } from './harness';

const folder = temporaryFolder();

describe('a generation that is raised while a load extracts', () => {
  test('by a full refresh: the load of an interval extracts again, and its rows are there once', async () => {
    const place = freshPlace(folder);
    await using p = place.pipeline();
    const { events, next, extractions } = gatedEvents({ key: 'id' });
    const begins = next();
    const chunk = p.run(events(eventsOf(3)), { interval: days(1, 4) });
    const extraction = await begins;
    await p.run(events(eventsOf(2), false), { fullRefresh: true });
    const again = next();
    extraction.end.open();
    (await again).end.open();
    expect((await chunk).resources[0]).toMatchObject({ rows: 4 });
    expect(extractions).toHaveLength(3);
    await p.close();
    expect(await ids(place)).toEqual(idsOf(eventsOf(3)));
    expect(
      await place.read(
        'SELECT generation::INT AS generation, rows::INT AS rows, status FROM data._tidemark_intervals ORDER BY committed_at',
      ),
    ).toEqual([
      { generation: 1, rows: 8, status: 'loaded' },
      { generation: 1, rows: 4, status: 'loaded' },
    ]);
  });

  test('by a reset of the state: the load starts again from its first value', async () => {
    const place = freshPlace(folder);
    await using p = place.pipeline();
    const { events, next, extractions } = gatedEvents({ key: 'id', disposition: 'merge' });
    await p.run(events(eventsOf(1), false));
    const begins = next();
    const run = p.run(events(eventsOf(2)));
    const extraction = await begins;
    const dataset = await p.openDataset();
    await dataset.editState({ source: 'shop', resources: ['events'], clock: Date.now });
    const again = next();
    extraction.end.open();
    (await again).end.open();
    await run;
    expect(extractions.map(({ start }) => start)).toEqual([day(1), day(1, 18), day(1)]);
    await p.close();
    expect(await ids(place)).toEqual(idsOf(eventsOf(2)));
  });

  test('two full refreshes at once leave what the later one loaded', async () => {
    const place = freshPlace(folder);
    const { events, next } = gatedEvents();
    const begins = next();
    const first = place.pipeline().run(events(eventsOf(2)), { writeDisposition: 'replace' });
    const extraction = await begins;
    const second = place.pipeline().run(events(eventsOf(3), false), { writeDisposition: 'replace' });
    extraction.end.open();
    await Promise.all([first, second]);
    expect(await ids(place)).toEqual(idsOf(eventsOf(3)));
  });
});
