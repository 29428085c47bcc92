import { type Destination, duckdb, incremental, type LoadInfo, type Pipeline } from '../../src/index';
import { type LoadRequest, loadResources } from '../../src/pipeline';
import { day, days, freshPlace, type Gate, gate, type Place, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

interface Event {
  readonly id: number;
  readonly at: string;
}

/** Four events a day, at 0, 6, 12 and 18 o'clock, on the first days of January. */
const eventsOf = (lastDay: number): Event[] =>
  Array.from({ length: lastDay * 4 }, (_, id) => ({ id, at: day(1 + Math.floor(id / 4), (id % 4) * 6) }));

/** One extraction that is under way: the test lets it end. */
interface Extraction {
  readonly start: unknown;
  readonly begun: Gate;
  readonly end: Gate;
}

/** A source of events whose extractions wait for the test. `next` is the one that begins next. */
function gatedEvents(options: { readonly key?: string; readonly disposition?: 'append' | 'merge' } = {}) {
  const { key, disposition = 'append' } = options;
  const extractions: Extraction[] = [];
  const waiting: ((extraction: Extraction) => void)[] = [];
  const events = (rows: readonly Event[], held = true) =>
    sourceOf('shop', [
      resource({
        name: 'events',
        ...(key !== undefined && { primaryKey: key }),
        writeDisposition: disposition,
        columns: { at: { dataType: 'text' } },
        incremental: {
          at: incremental({ cursor: 'at', type: 'iso', initialValue: day(1), allowExternalSchedulers: true }),
        },
        async *extract({ incremental: { at } }) {
          const extraction = { start: at.startValue, begun: gate(), end: gate() };
          extractions.push(extraction);
          waiting.shift()?.(extraction);
          const half = Math.ceil(rows.length / 2);
          yield rows.slice(0, half);
          if (held) await extraction.end.opened;
          yield rows.slice(half);
        },
      }),
    ]);
  return {
    events,
    extractions,
    next: () => new Promise<Extraction>((resolve) => waiting.push(resolve)),
  };
}

const ids = (place: Place): Promise<unknown[]> => place.values('SELECT id FROM data.events ORDER BY id');
const idsOf = (events: readonly Event[]): number[] => events.map(({ id }) => id);

/** A destination as another process sees it: the same file, and nothing known of who loads in this one. */
function seenFromElsewhere(file: string): Destination {
  const destination = duckdb({ path: file });
  return {
    ...destination,
    open: async (ref) => ({ ...(await destination.open(ref)), location: `${file} seen from elsewhere` }),
  };
}

/** A run that is through only when everything asked for before it had its chance. */
const another = (p: Pipeline): Promise<LoadInfo> => p.run([{ id: 1 }], { tableName: 'unrelated' });

describe('two stateful runs of one resource at once', () => {
  test('in one process: the second extracts when the first has committed, from where that one ended', async () => {
    const place = freshPlace(folder);
    await using p = place.pipeline();
    await using same = place.pipeline();
    const { events, extractions, next } = gatedEvents();
    const begins = next();
    const first = p.run(events(eventsOf(2)));
    const extraction = await begins;
    const second = same.run(events(eventsOf(3), false));
    await another(same);
    expect(extractions).toHaveLength(1);
    extraction.end.open();
    const infos = await Promise.all([first, second]);
    expect(extractions.map(({ start }) => start)).toEqual([day(1), day(2, 18)]);
    expect(infos.map(({ resources }) => resources[0]!.rows)).toEqual([8, 4]);
    await Promise.all([p.close(), same.close()]);
    expect(await ids(place)).toEqual(idsOf(eventsOf(3)));
  });

  test('in two processes: who commits later starts over from the other’s cursor', async () => {
    const place = freshPlace(folder);
    const { events, extractions, next } = gatedEvents();
    const begins = next();
    const first = place.pipeline({ destination: seenFromElsewhere(place.file) }).run(events(eventsOf(2)));
    const extraction = await begins;
    await place.pipeline().run(events(eventsOf(3), false));
    const again = next();
    extraction.end.open();
    (await again).end.open();
    const info = await first;
    expect(extractions.map(({ start }) => start)).toEqual([day(1), day(1), day(3, 18)]);
    expect(info.resources[0]!.rows).toBe(0);
    expect(await ids(place)).toEqual(idsOf(eventsOf(3)));
  });

  test('one that fails lets the other go on from the cursor that is stored', async () => {
    const place = freshPlace(folder);
    const { events, extractions, next } = gatedEvents();
    const begins = next();
    const abort = new AbortController();
    const first = place.pipeline().run(events(eventsOf(2)), { signal: abort.signal });
    await begins;
    const second = place.pipeline().run(events(eventsOf(3), false));
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    await second;
    expect(extractions.map(({ start }) => start)).toEqual([day(1), day(1)]);
    expect(await ids(place)).toEqual(idsOf(eventsOf(3)));
  });

  test('a resource without a cursor, whose state is the author’s own, goes one at a time too', async () => {
    const place = freshPlace(folder);
    const archives = resource({
      name: 'archives',
      initialState: { loaded: [] as number[] },
      async *extract({ state }) {
        for (const id of [1, 2, 3]) {
          if (state.loaded.includes(id)) continue;
          state.loaded.push(id);
          yield { id };
        }
      },
    });
    await Promise.all([1, 2, 3].map(() => place.pipeline().run(archives)));
    expect(await place.values('SELECT id FROM data.archives ORDER BY id')).toEqual([1, 2, 3]);
  });

  test('in two processes: what the author’s own state says is to be done is done by one of them', async () => {
    for (const kind of ['list', 'value'] as const) {
      const place = freshPlace(folder);
      const begun = gate();
      const end = gate();
      const archives = (held: boolean) =>
        resource({
          name: 'archives',
          initialState: { loaded: [] as number[], last: 0 },
          async *extract({ state }) {
            const known = kind === 'list' ? state.loaded : [1, 2, 3].filter((id) => id <= state.last);
            for (const id of [1, 2, 3].filter((one) => !known.includes(one))) {
              if (kind === 'list') state.loaded.push(id);
              else state.last = id;
              yield { id };
            }
            begun.open();
            if (held) await end.opened;
          },
        });
      const elsewhere = place.pipeline({ destination: seenFromElsewhere(place.file) }).run(archives(true));
      await begun.opened;
      await place.pipeline().run(archives(false));
      end.open();
      expect((await elsewhere).resources[0]!.rows).toBe(0);
      expect(await place.values('SELECT id FROM data.archives ORDER BY id')).toEqual([1, 2, 3]);
    }
  });

  test('different resources load at once, and state and columns of all are kept', async () => {
    const place = freshPlace(folder);
    const all = gate();
    let begun = 0;
    const source = sourceOf(
      'shop',
      ['a', 'b', 'c', 'd'].map((name, at) =>
        resource({
          name,
          tableName: 'shared',
          async *extract({ sourceState, state }) {
            begun += 1;
            if (begun === 4) all.open();
            await all.opened;
            sourceState['names'] = [...((sourceState['names'] as string[] | undefined) ?? []), name];
            state['own'] = at;
            yield [{ id: at, [`only_${name}`]: at }];
          },
        }),
      ),
    );
    await Promise.all(
      (['a', 'b', 'c', 'd'] as const).map((name) => place.pipeline().run(source.withResources(name))),
    );
    expect(
      await place.read('SELECT id, only_a, only_b, only_c, only_d FROM data.shared ORDER BY id'),
    ).toEqual([
      { id: 0n, only_a: 0n, only_b: null, only_c: null, only_d: null },
      { id: 1n, only_a: null, only_b: 1n, only_c: null, only_d: null },
      { id: 2n, only_a: null, only_b: null, only_c: 2n, only_d: null },
      { id: 3n, only_a: null, only_b: null, only_c: null, only_d: 3n },
    ]);
    const kept: unknown[] = [];
    const look = resource({
      name: 'a',
      tableName: 'shared',
      extract({ state, sourceState }) {
        kept.push(state['own'], [...(sourceState['names'] as string[])].sort());
        return [[]];
      },
    });
    await place.pipeline().run(sourceOf('shop', [look]));
    expect(kept).toEqual([0, ['a', 'b', 'c', 'd']]);
    const ids = await place.values('SELECT load_id FROM data._dlt_loads ORDER BY inserted_at');
    expect(ids).toEqual([...ids].sort());
  });
});

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
});

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
        ...(interval ? { interval } : { mode: 'incremental' as const }),
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
    const request = { source: events(eventsOf(2)), loadKey: 'k', interval: days(1, 3) };
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
