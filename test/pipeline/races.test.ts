import { type Destination, duckdb, type LoadInfo, type Pipeline } from '../../src';
import { eventsOf, gatedEvents, ids, idsOf } from './gated-events';
import { day, freshPlace, gate, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

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
