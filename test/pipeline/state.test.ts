import { incremental, Secret } from '../../src';
import { silent } from '../silent-log';
import { freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

interface Tweet {
  readonly id: number;
  readonly day: string;
}

const TWEETS: readonly Tweet[] = [
  { id: 1, day: '2024-01-01' },
  { id: 2, day: '2024-01-02' },
  { id: 3, day: '2024-01-03' },
];

describe('state that extract keeps for itself', () => {
  test('a value that is assigned is found by the next run, stored with the data', async () => {
    const place = freshPlace(folder);
    const asked: (string | null)[] = [];
    const tweets = (upTo: number) =>
      resource({
        name: 'tweets',
        initialState: { lastUpdated: null as string | null },
        async *extract({ state }) {
          const since = state.lastUpdated;
          asked.push(since);
          const found = TWEETS.filter(({ id, day }) => id <= upTo && (since === null || day > since));
          yield found;
          state.lastUpdated = found.at(-1)?.day ?? since;
        },
      });
    await place.pipeline().run(tweets(2));
    await place.pipeline().run(tweets(3));
    await place.pipeline().run(tweets(3));
    expect(asked).toEqual([null, '2024-01-02', '2024-01-03']);
    expect(await place.values('SELECT id FROM data.tweets ORDER BY id')).toEqual([1, 2, 3]);
  });

  test('a secret in it is refused by name, and nothing is loaded', async () => {
    const place = freshPlace(folder);
    const token = new Secret('a-refresh-token-1');
    const users = (keep: string) =>
      resource({
        name: 'users',
        initialState: { session: {} as Record<string, string> },
        async *extract({ state }) {
          yield { id: 1 };
          state.session = { since: 'today', refresh: keep };
        },
      });
    await expect(place.pipeline().run(users(`Bearer ${token.reveal()}`))).rejects.toMatchObject({
      message: expect.stringMatching(
        /state of resource "users" holds a secret at "session\.refresh".*delete it there/,
      ),
    });
    await place.pipeline().run(users('no secret'));
    expect(await place.values('SELECT id FROM data.users')).toEqual([1]);
  });

  test('a list that is changed in place is stored, without being assigned again', async () => {
    const place = freshPlace(folder);
    const tweets = (until: string) =>
      resource({
        name: 'tweets',
        initialState: { daysLoaded: [] as string[] },
        async *extract({ state }) {
          const { daysLoaded } = state;
          for (const tweet of TWEETS) {
            if (tweet.day > until || daysLoaded.includes(tweet.day)) continue;
            yield tweet;
            daysLoaded.push(tweet.day);
          }
        },
      });
    await place.pipeline().run(tweets('2024-01-01'));
    await place.pipeline().run(tweets('2024-01-03'));
    const info = await place.pipeline().run(tweets('2024-01-03'));
    expect(info.resources[0]).toMatchObject({ rows: 0, loadId: undefined });
    expect(await place.values('SELECT id FROM data.tweets ORDER BY id')).toEqual([1, 2, 3]);
  });

  test('the archives of a month are asked for once, whatever range a run names', async () => {
    const place = freshPlace(folder);
    const fetched: string[] = [];
    const games = resource({
      name: 'players_games',
      writeDisposition: 'append',
      params: { startMonth: '2024/01', endMonth: '2024/12' },
      initialState: { archives: [] as string[] },
      async *extract({ params, state, log }) {
        const months = ['2024/01', '2024/02', '2024/03'].filter(
          (month) => month >= params.startMonth && month <= params.endMonth,
        );
        for (const player of ['magnus', 'hikaru'])
          for (const month of months) {
            const url = `/pub/player/${player}/games/${month}`;
            if (state.archives.includes(url)) {
              log.info('skipping archive', { url });
              continue;
            }
            state.archives.push(url);
            fetched.push(url);
            yield [{ player, month, game: `${player}-${month}` }];
          }
      },
    });
    const load = (startMonth: string, endMonth: string) =>
      place.pipeline().run(games.bind({ startMonth, endMonth }), { log: silent });
    await load('2024/01', '2024/02');
    await load('2024/01', '2024/03');
    await load('2024/02', '2024/03');
    expect(fetched).toHaveLength(6);
    expect(new Set(fetched).size).toBe(6);
    expect(await place.values('SELECT count(*) FROM data.players_games')).toEqual([6]);
  });

  test('a search keeps the newest id of each term, which only grows, and other terms keep theirs', async () => {
    const place = freshPlace(folder);
    const api: Record<string, readonly (readonly number[])[]> = {
      duckdb: [
        [10, 12],
        [7, 9],
      ],
      temporal: [[3], [21, 20]],
    };
    const sinceIds: Record<string, unknown>[] = [];
    const search = resource({
      name: 'search_tweets',
      params: { searchTerms: ['duckdb', 'temporal'] as string[] },
      async *extract({ params, sourceState }) {
        sinceIds.push({ ...sourceState });
        for (const term of params.searchTerms) {
          const key = `last_value_${term}`;
          const since = Number(sourceState[key] ?? 0);
          for (const ids of api[term] ?? []) {
            const newer = ids.filter((id) => id > since);
            // the newest of a page may be older than that of the page before
            sourceState[key] = Math.max(Number(sourceState[key] ?? 0), ...ids);
            yield newer.map((id) => ({ id, term }));
          }
        }
      },
    });
    await place.pipeline().run(search.bind({ searchTerms: ['duckdb'] }));
    await place.pipeline().run(search);
    await place.pipeline().run(search.bind({ searchTerms: ['temporal'] }));
    expect(sinceIds).toEqual([
      {},
      { last_value_duckdb: 12 },
      { last_value_duckdb: 12, last_value_temporal: 21 },
    ]);
    expect(await place.values('SELECT id FROM data.search_tweets ORDER BY id')).toEqual([
      3, 7, 9, 10, 12, 20, 21,
    ]);
  });

  test('state of a resource is private to it, and shared state is the source’s own', async () => {
    const place = freshPlace(folder);
    const seen: unknown[] = [];
    const both = ['left', 'right'].map((name) =>
      resource({
        name,
        extract({ state, sourceState }) {
          seen.push([name, { ...state }, { ...sourceState }]);
          state['mine'] = name;
          sourceState[`by_${name}`] = 1;
          return [[{ id: 1 }]];
        },
      }),
    );
    const other = resource({
      name: 'left',
      extract: ({ state, sourceState }) => [[{ state: { ...state }, shared: { ...sourceState }, id: 1 }]],
    });
    await place.pipeline().run(sourceOf('one', both));
    await place.pipeline().run(sourceOf('one', both));
    await place.pipeline().run(sourceOf('two', [other]));
    expect(seen.slice(2)).toEqual([
      ['left', { mine: 'left' }, { by_left: 1, by_right: 1 }],
      ['right', { mine: 'right' }, { by_left: 1, by_right: 1 }],
    ]);
    const columns = await place.values(
      `SELECT column_name FROM information_schema.columns WHERE table_name = 'left' AND NOT starts_with(column_name, '_dlt')`,
    );
    expect(columns).toEqual(['id']);
  });

  test('state of a load that fails is lost with its data', async () => {
    const place = freshPlace(folder);
    const found: unknown[] = [];
    const flaky = (fails: boolean) =>
      resource({
        name: 'flaky',
        async *extract({ state }) {
          found.push(state['count']);
          state['count'] = Number(state['count'] ?? 0) + 1;
          yield [{ id: 1 }];
          if (fails) throw new Error('the source went away');
        },
      });
    await place.pipeline().run(flaky(false));
    await expect(place.pipeline().run(flaky(true))).rejects.toThrow('the source went away');
    await place.pipeline().run(flaky(false));
    expect(found).toEqual([undefined, 1, 1]);
    expect(await place.values('SELECT count(*) FROM data.flaky')).toEqual([2]);
  });
});

describe('an empty machine', () => {
  test('schema, cursor and state come from the destination', async () => {
    const place = freshPlace(folder);
    const starts: unknown[] = [];
    const events = (rows: readonly { id: number; at: string }[]) =>
      resource({
        name: 'events',
        primaryKey: 'id',
        columns: { at: { dataType: 'text' } },
        incremental: { at: incremental({ cursor: 'at', initialValue: '2024-01-01' }) },
        extract({ incremental: { at }, state }) {
          starts.push([at.startValue, state['runs']]);
          state['runs'] = Number(state['runs'] ?? 0) + 1;
          return [rows];
        },
      });
    const first = [
      { id: 1, at: '2024-01-02' },
      { id: 2, at: '2024-01-03' },
    ];
    await place.pipeline({ workDir: `${folder}/machine-a` }).run(events(first));
    await place
      .pipeline({ workDir: `${folder}/machine-b` })
      .run(events([...first, { id: 3, at: '2024-01-03' }, { id: 4, at: '2024-01-04' }]));
    expect(starts).toEqual([
      ['2024-01-01', undefined],
      ['2024-01-03', 1],
    ]);
    expect(await place.values('SELECT id FROM data.events ORDER BY id')).toEqual([1, 2, 3, 4]);
    expect(await place.values('SELECT count(*) FROM data._dlt_version')).toEqual([1]);
  });

  test('another pipeline name finds the tables, and has a cursor of its own', async () => {
    const place = freshPlace(folder);
    const starts: unknown[] = [];
    const events = resource({
      name: 'events',
      primaryKey: 'id',
      writeDisposition: 'merge',
      incremental: { id: incremental({ cursor: 'id', initialValue: 0 }) },
      extract({ incremental: { id } }) {
        starts.push(id.startValue);
        return [[{ id: 1 }, { id: 2 }]];
      },
    });
    const source = sourceOf('shop', [events]);
    await place.pipeline().run(source);
    await place.pipeline({ name: 'shop_backfill' }).run(source);
    await place.pipeline().run(source);
    expect(starts).toEqual([0, 0, 2]);
    expect(await place.values('SELECT id FROM data.events ORDER BY id')).toEqual([1, 2]);
  });
});
