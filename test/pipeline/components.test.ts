import { incremental, isTidemarkError, transformer } from '../../src';
import { freshPlace, temporaryFolder } from './harness';
import { resource, sourceOf } from './sources';

const folder = temporaryFolder();

const PLAYERS = [
  { name: 'magnus', joined: 1 },
  { name: 'hikaru', joined: 2 },
  { name: 'judit', joined: 3 },
];

/** Players with a cursor, and what hangs on them; `asked` notes what each extraction was called with. */
function chess(asked: unknown[] = []) {
  const players = resource({
    name: 'players',
    primaryKey: 'name',
    params: { limit: 3 },
    incremental: { joined: incremental({ cursor: 'joined', initialValue: 0 }) },
    async *extract({ params, incremental: { joined } }) {
      asked.push(['players', joined.startValue]);
      for (const player of PLAYERS.slice(0, params.limit)) yield player;
    },
  });
  const games = transformer({
    name: 'games',
    from: players,
    async *extract({ items }) {
      for (const { name } of items) {
        asked.push(['games', name]);
        yield [
          { player: name, nr: 1 },
          { player: name, nr: 2 },
        ];
      }
    },
  });
  const moves = transformer({
    name: 'moves',
    from: games,
    params: { openings: ['e4'] as string[] },
    extract: ({ items, params }) => [
      items.flatMap((game) => params.openings.map((move) => ({ ...game, move }))),
    ],
  });
  return sourceOf('chess', [players, games, moves]);
}

describe('transformers', () => {
  test('parent and transformers are extracted once and commit together', async () => {
    const place = freshPlace(folder);
    const asked: unknown[] = [];
    const info = await place.pipeline().run(chess(asked));
    expect(asked).toEqual([
      ['players', 0],
      ['games', 'magnus'],
      ['games', 'hikaru'],
      ['games', 'judit'],
    ]);
    expect(info.resources.map(({ resource, rows }) => [resource, rows])).toEqual([
      ['players', 3],
      ['games', 6],
      ['moves', 6],
    ]);
    expect(info.loadIds).toHaveLength(1);
    expect(await place.values('SELECT count(DISTINCT _dlt_load_id) FROM data.moves')).toEqual([1]);
  });

  test('a parent that isn’t selected feeds its transformer, is not loaded, and its cursor is kept', async () => {
    const place = freshPlace(folder);
    const asked: unknown[] = [];
    const source = chess(asked).withResources('games');
    const info = await place.pipeline().run(source.bind({ players: { limit: 2 } }));
    expect(info.resources.map(({ resource }) => resource)).toEqual(['games']);
    await place.pipeline().run(source);
    expect(asked.filter((one) => String(one).startsWith('players'))).toEqual([
      ['players', 0],
      ['players', 2],
    ]);
    expect(await place.values('SELECT player FROM data.games WHERE nr = 1 ORDER BY ALL')).toEqual([
      'hikaru',
      'judit',
      'magnus',
    ]);
    expect(
      await place.values(
        `SELECT table_name FROM information_schema.tables WHERE table_schema = 'data' AND NOT starts_with(table_name, '_')`,
      ),
    ).toEqual(['games']);
  });

  test('a bare transformer runs with the parent that it names', async () => {
    const place = freshPlace(folder);
    const players = resource({ name: 'players', extract: () => [PLAYERS] });
    const names = transformer({
      name: 'names',
      from: players,
      extract: ({ items }) => [items.map(({ name }) => ({ name }))],
    });
    await place.pipeline().run(names);
    expect(await place.values('SELECT count(*) FROM data.names')).toEqual([3]);
  });

  test('what fails in a transformer keeps its parent from being loaded too, and nothing else', async () => {
    const place = freshPlace(folder);
    const players = resource({ name: 'players', extract: () => [PLAYERS] });
    const broken = transformer({
      name: 'broken',
      from: players,
      extract: () => {
        throw new Error('no games today');
      },
    });
    const clubs = resource({ name: 'clubs', extract: () => [[{ id: 1 }]] });
    const run = place.pipeline().run(sourceOf('chess', [players, broken, clubs]));
    await expect(run).rejects.toMatchObject({
      failures: [
        { resource: 'players', code: 'EXTRACT_FAILED' },
        { resource: 'broken', code: 'EXTRACT_FAILED', message: expect.stringContaining('no games today') },
      ],
      info: { resources: [{ status: 'failed' }, { status: 'failed' }, { resource: 'clubs', rows: 1 }] },
    });
    expect(
      await place.values(
        `SELECT table_name FROM information_schema.tables WHERE table_schema = 'data' AND NOT starts_with(table_name, '_')`,
      ),
    ).toEqual(['clubs']);
  });
});

describe('selecting, binding and limiting', () => {
  test('withResources loads only what it names, and the source that it came from is as it was', async () => {
    const place = freshPlace(folder);
    const source = chess();
    const only = source.withResources('players');
    expect((await place.pipeline().run(only)).resources.map(({ resource }) => resource)).toEqual(['players']);
    expect(source.resourceNames).toEqual(['players', 'games', 'moves']);
  });

  test('what was bound survives selecting and mapping', async () => {
    const place = freshPlace(folder);
    const source = chess()
      .bind({ players: { limit: 1 }, moves: { openings: ['d4', 'c4'] } })
      .map('moves', (move) => ({ ...move, loud: move.move.toUpperCase() }))
      .filter('games', ({ nr }) => nr === 1)
      .withResources('moves');
    await place.pipeline().run(source);
    expect(await place.read('SELECT player, nr, move, loud FROM data.moves ORDER BY move')).toEqual([
      { player: 'magnus', nr: 1n, move: 'c4', loud: 'C4' },
      { player: 'magnus', nr: 1n, move: 'd4', loud: 'D4' },
    ]);
  });

  test('a resource that is mapped and filtered loads what is left, and its cursor has seen no more', async () => {
    const place = freshPlace(folder);
    const numbers = resource({
      name: 'numbers',
      incremental: { n: incremental({ cursor: 'n', initialValue: 0 }) },
      extract: () => [
        [{ n: 1 }, { n: 2 }],
        [{ n: 3 }, { n: 4 }],
      ],
    });
    await place.pipeline().run(numbers.filter(({ n }) => n < 4).map(({ n }) => ({ n: n * 10 })));
    expect(await place.values('SELECT n FROM data.numbers ORDER BY n')).toEqual([10, 20, 30]);
    const info = await place.pipeline().run(numbers.map(({ n }) => ({ n: n * 10 })));
    expect(info.resources[0]).toMatchObject({ rows: 1, cursors: [{ path: 'n', start: 30, last: 40 }] });
  });

  test('addLimit ends extraction after so many pages, or so many rows', async () => {
    const place = freshPlace(folder);
    let pages = 0;
    const endless = resource({
      name: 'endless',
      async *extract() {
        for (;;) yield [{ page: ++pages }, { page: pages }, { page: pages }];
      },
    });
    await place.pipeline().run(endless.addLimit(2));
    expect(pages).toBe(2);
    await place.pipeline().run(endless.addLimit({ rows: 4 }));
    expect(await place.values('SELECT count(*) FROM data.endless')).toEqual([10]);
  });

  test('a parameter or resource that doesn’t exist is refused where it is named', () => {
    const source = chess();
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return isTidemarkError(error) ? error.code : error;
      }
    };
    expect(thrown(() => source.withResources('wrong' as 'games'))).toBe('RESOURCE_UNKNOWN');
    expect(thrown(() => source.bind({ players: { size: 1 } as object }))).toBe('PARAM_INVALID');
  });
});

test('items go to the tables that a function of the item names, and each key is there once', async () => {
  const place = freshPlace(folder);
  const events = (rows: readonly { id: number; type: string; created_at: string }[]) =>
    resource({
      name: 'repo_events',
      primaryKey: 'id',
      writeDisposition: 'merge',
      tableName: (item: { type: string }) => item.type,
      columns: { created_at: { dataType: 'text' } },
      incremental: { created: incremental({ cursor: 'created_at', initialValue: '1970-01-01' }) },
      extract: () => [rows],
    });
  const first = [
    { id: 1, type: 'PushEvent', created_at: '2024-01-01' },
    { id: 2, type: 'WatchEvent', created_at: '2024-01-02' },
  ];
  await place.pipeline().run(events(first));
  const info = await place
    .pipeline()
    .run(
      events([
        ...first,
        { id: 2, type: 'WatchEvent', created_at: '2024-01-03' },
        { id: 3, type: 'ForkEvent', created_at: '2024-01-04' },
      ]),
    );
  expect(info.resources[0]!.tables).toEqual({ watch_event: 1, fork_event: 1 });
  expect(
    await place.read(
      'SELECT id, created_at FROM data.push_event UNION ALL SELECT id, created_at FROM data.watch_event UNION ALL SELECT id, created_at FROM data.fork_event ORDER BY id',
    ),
  ).toEqual([
    { id: 1n, created_at: '2024-01-01' },
    { id: 2n, created_at: '2024-01-03' },
    { id: 3n, created_at: '2024-01-04' },
  ]);
});
