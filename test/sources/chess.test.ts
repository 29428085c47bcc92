import { type ChessEmulator, startChessEmulator } from '../../examples/chess-emulator';
import { LoadFailedError, type LoadInfo, type RunOptions } from '../../src';
import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { chess } from '../../src/sources/chess';
import { Timestamp } from '../../src/value';
import { freshPlace, type Place, temporaryFolder } from '../pipeline/harness';
import { silent } from '../silent-log';
import { eachPageDue } from './each-page-due';

const folder = temporaryFolder();
const players = ['magnuscarlsen', 'hikaru'];

let emulator: ChessEmulator;
afterEach(() => emulator.close());

const start = async (now: string): Promise<Place> => {
  emulator = await startChessEmulator({ now, from: '2023-01-01T00:00:00Z' });
  return freshPlace(folder);
};

const source = (config: Parameters<typeof chess>[0] = {}) =>
  chess({ players, contact: 'me@example.com', baseUrl: emulator.url, ...config });

interface Told {
  readonly level: string;
  readonly message: string;
}

/** A run of games at an instant of the emulator's clock, and what it logged. */
async function run(
  place: Place,
  now: string,
  { from = source(), ...options }: RunOptions & { from?: ReturnType<typeof source> } = {},
): Promise<{ readonly info: LoadInfo; readonly told: Told[] }> {
  emulator.setNow(now);
  const told: Told[] = [];
  const at = (level: string) => (message: string) => void told.push({ level, message });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  await using p = place.pipeline();
  const info = await p.run(from.withResources('players_games'), {
    ...options,
    log,
    now: Timestamp.fromMillis(Date.parse(now)),
  });
  return { info, told };
}

const loaded = (place: Place): Promise<unknown[]> =>
  place.values('SELECT url FROM data.players_games ORDER BY end_time, url');
const served = (range: { from?: string; to?: string; players?: readonly string[] } = {}): string[] =>
  emulator.games({ players, ...range }).map(({ url }) => url);
const archives = (): string[] =>
  emulator
    .paths()
    .filter((asked) => /\d{4}\/\d\d$/.test(asked))
    .map((asked) => asked.slice(-7));
const skipped = (told: readonly Told[]): string[] =>
  told
    .filter(({ message }) => message.startsWith('skipping archive'))
    .map(({ message }) => message.slice(-7));

describe('the chess.com source', () => {
  test('loads profiles, archives and games of each player, one request at a time', async () => {
    const place = await start('2023-04-10T00:00:00Z');
    await using p = place.pipeline();
    await p.run(source());
    expect(await place.values('SELECT username FROM data.players_profiles ORDER BY player_id')).toEqual(
      players,
    );
    expect(
      await place.values("SELECT month FROM data.players_archives WHERE player = 'magnuscarlsen' ORDER BY 1"),
    ).toEqual(['2023/01', '2023/02', '2023/03', '2023/04']);
    expect(await loaded(place)).toEqual(served());
    expect(emulator.requests.every(({ status }) => status === 200)).toBe(true);
    expect(emulator.requests[0]?.headers['user-agent']).toBe('tidemark (contact: me@example.com)');
  });

  test('a game between two of the players is there once', async () => {
    const place = await start('2023-04-10T00:00:00Z');
    await run(place, '2023-04-10T00:00:00Z');
    const each = players.flatMap((player) => served({ players: [player] }));
    expect(each.length).toBeGreaterThan(served().length);
    expect((await loaded(place)).length).toBe(served().length);
  });

  test('asks for no archive that it loaded, says so, and asks again for the month that grows', async () => {
    const place = await start('2023-03-10T00:00:00Z');
    const first = await run(place, '2023-03-10T00:00:00Z');
    expect(archives()).toEqual(['2023/01', '2023/02', '2023/03', '2023/01', '2023/02', '2023/03']);
    expect(skipped(first.told)).toEqual([]);
    const before = archives().length;
    const second = await run(place, '2023-03-20T00:00:00Z');
    expect(archives().slice(before)).toEqual(['2023/03', '2023/03']);
    expect(skipped(second.told)).toEqual(['2023/01', '2023/02', '2023/01', '2023/02']);
    expect(second.told[0]?.message).toBe(
      `skipping archive ${emulator.url}/pub/player/magnuscarlsen/games/2023/01`,
    );
    expect(await loaded(place)).toEqual(served());
  });

  test('an archive counts as complete a day after its month', async () => {
    const place = await start('2023-02-01T23:59:00Z');
    await run(place, '2023-02-01T23:59:00Z');
    await run(place, '2023-02-02T00:00:00Z');
    expect(archives().filter((month) => month === '2023/01').length).toBe(4);
    const { told } = await run(place, '2023-02-02T01:00:00Z');
    expect(skipped(told)).toEqual(['2023/01', '2023/01']);
  });

  test('the same months asked for twice are loaded once, and a later run loads those left out', async () => {
    const place = await start('2023-06-15T00:00:00Z');
    const months = (startMonth: string, endMonth: string) =>
      source().bind({ players_games: { startMonth, endMonth } });
    await run(place, '2023-06-15T00:00:00Z', { from: months('2023/03', '2023/04') });
    expect(await loaded(place)).toEqual(served({ from: '2023-03-01', to: '2023-05-01' }));
    const before = archives().length;
    const { told, info } = await run(place, '2023-06-15T00:00:00Z', { from: months('2023/03', '2023/04') });
    expect(archives().length).toBe(before);
    expect(skipped(told).length).toBe(4);
    expect(info.resources[0]?.rows).toBe(0);
    // earlier months than those loaded: no cursor stands in the way
    await run(place, '2023-06-15T00:00:00Z', { from: months('2023/01', '2023/02') });
    expect(await loaded(place)).toEqual(served({ to: '2023-05-01' }));
    await run(place, '2023-06-15T00:00:00Z');
    expect(await loaded(place)).toEqual(served());
  });

  test('a player who joins the list later comes with all games', async () => {
    const place = await start('2023-04-10T00:00:00Z');
    await run(place, '2023-04-10T00:00:00Z', { from: source({ players: ['magnuscarlsen'] }) });
    await run(place, '2023-04-10T00:00:00Z');
    expect(await loaded(place)).toEqual(served());
  });

  test('day by day gives each day its games, and a rerun none twice', async () => {
    const place = await start('2023-03-10T00:00:00Z');
    for (const day of ['2023-03-01', '2023-03-02', '2023-02-28', '2023-03-01']) {
      const end = new Date(Date.parse(day) + 86_400_000).toISOString();
      const { info } = await run(place, '2023-03-10T00:00:00Z', {
        interval: { start: `${day}T00:00:00Z`, end },
      });
      expect(info.resources[0]?.cursors[0]?.stateless).toBe(true);
    }
    expect(await loaded(place)).toEqual(served({ from: '2023-02-28', to: '2023-03-03' }));
    const months = archives();
    expect(months.every((month) => ['2023/02', '2023/03'].includes(month))).toBe(true);
  });

  test('a range in parallel chunks, in any order, with a rerun, is exactly what was served', async () => {
    const place = await start('2023-05-20T00:00:00Z');
    const edges = ['2023-01-15', '2023-02-03', '2023-02-20', '2023-03-31', '2023-04-01', '2023-05-01'];
    const chunks = edges
      .slice(1)
      .map((end, at) => ({ start: `${edges[at]}T00:00:00Z`, end: `${end}T00:00:00Z` }));
    const now = '2023-05-20T00:00:00Z';
    await Promise.all([...chunks.toReversed(), chunks[2]!].map((interval) => run(place, now, { interval })));
    expect(await loaded(place)).toEqual(served({ from: '2023-01-15', to: '2023-05-01' }));
    expect(emulator.requests.some(({ status }) => status === 429)).toBe(false);
  });

  test('a daily run leaves the list of archives alone: the next run without an interval loads all', async () => {
    const place = await start('2023-03-10T00:00:00Z');
    await run(place, '2023-03-10T00:00:00Z', {
      interval: { start: '2023-01-05T00:00:00Z', end: '2023-01-06T00:00:00Z' },
    });
    const { told } = await run(place, '2023-03-10T00:00:00Z');
    expect(skipped(told)).toEqual([]);
    expect(await loaded(place)).toEqual(served());
  });

  test('in mode incremental it begins at the first start and goes on, with the archives that this leaves whole', async () => {
    const place = await start('2023-03-10T00:00:00Z');
    const going = async (now: string): Promise<void> => {
      emulator.setNow(now);
      await using p = place.pipeline();
      const { causes } = await loadResources(p, {
        source: source().withResources('players_games') as unknown as Source,
        range: { mode: 'incremental', start: '2023-01-20T00:00:00Z', now },
        log: silent,
      });
      expect(causes).toEqual([]);
    };
    await going('2023-03-10T00:00:00Z');
    const before = archives().length;
    await going('2023-03-12T00:00:00Z');
    expect(await loaded(place)).toEqual(served({ from: '2023-01-20' }));
    // of January games were left out, so its archive isn't done with
    expect(archives().slice(before)).toEqual(['2023/01', '2023/03', '2023/01', '2023/03']);
  });

  test('goes on behind the last archive of a load that failed', async () => {
    const place = await start('2023-05-10T00:00:00Z');
    await using p = place.pipeline();
    const onProgress = eachPageDue();
    const load = async () => {
      const { info } = await loadResources(p, {
        source: source().withResources('players_games') as unknown as Source,
        loadKey: 'key',
        log: silent,
        range: { now: '2023-05-10T00:00:00Z' },
        onProgress,
      });
      return info.resources[0];
    };
    try {
      emulator.faults.inject({
        kind: 'status',
        status: 400,
        at: 7,
        on: 'GET /pub/player/:player/games/:year/:month',
      });
      expect(await load()).toMatchObject({ status: 'failed' });
      expect(await load()).toMatchObject({ status: 'loaded' });
    } finally {
      jest.restoreAllMocks();
    }
    expect(archives().slice(5)).toEqual(['2023/01', '2023/02', '2023/02', '2023/03', '2023/04', '2023/05']);
    expect(await loaded(place)).toEqual(served());
    const { told } = await run(place, '2023-05-10T00:00:00Z');
    expect(skipped(told).length).toBe(8);
  });

  test('what a run without an interval loads is no time that the ledger counts as loaded', async () => {
    const place = await start('2023-03-10T00:00:00Z');
    await run(place, '2023-03-10T00:00:00Z', {
      from: source().bind({ players_games: { endMonth: '2023/01' } }),
    });
    expect(await place.read('SELECT status, cursor_start, cursor_end FROM data._tidemark_intervals')).toEqual(
      [{ status: 'loaded', cursor_start: null, cursor_end: null }],
    );
  });

  test('warns of a range that ends within the hours of which an answer may be old', async () => {
    const place = await start('2023-03-10T00:00:00Z');
    const interval = { start: '2023-03-08T00:00:00Z', end: '2023-03-09T00:00:00Z' };
    const late = await run(place, '2023-03-09T12:00:00Z', { interval });
    expect(late.told.filter(({ level }) => level === 'warn')).toEqual([]);
    const early = await run(place, '2023-03-09T11:00:00Z', { interval });
    expect(early.told.filter(({ level }) => level === 'warn')[0]?.message).toMatch(/delay: '12h'/);
  });

  test('names the player whom chess.com does not know', async () => {
    const place = await start('2023-03-10T00:00:00Z');
    const failed = await run(place, '2023-03-10T00:00:00Z', {
      from: source({ players: ['MagnusCarlsen', 'Nobody'] }),
    }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(LoadFailedError);
    const [failure] = (failed as LoadFailedError).failures;
    expect(failure).toMatchObject({ resource: 'players_games', code: 'CONFIG_INVALID', retryable: false });
    expect(failure?.message).toMatch(/no player "Nobody" \(404\).*Correct "players"/);
  });

  describe('an archive that is listed and not there', () => {
    const gone = (at: number, status = 404) =>
      emulator.faults.inject({
        kind: 'status',
        status,
        at,
        on: 'GET /pub/player/:player/games/:year/:month',
      });
    const warnings = (told: readonly Told[]): string[] =>
      told.filter(({ level }) => level === 'warn').map(({ message }) => message);

    test.each([404, 410])('(%s) stops no other month or player, and is asked for again', async (status) => {
      const place = await start('2023-04-10T00:00:00Z');
      gone(2, status);
      const first = await run(place, '2023-04-10T00:00:00Z');
      expect(warnings(first.told)).toEqual([
        `chess.com lists the archive ${emulator.url}/pub/player/magnuscarlsen/games/2023/02 and doesn't have it: its games are missing. The next run asks for it again.`,
      ]);
      const of2 = served({ players: ['hikaru'], from: '2023-02-01', to: '2023-03-01' });
      expect(await loaded(place)).toEqual(
        served().filter((url) => {
          const february = served({ from: '2023-02-01', to: '2023-03-01' }).includes(url);
          return !february || of2.includes(url);
        }),
      );
      const second = await run(place, '2023-04-10T00:00:00Z');
      expect(warnings(second.told)).toEqual([]);
      expect(await loaded(place)).toEqual(served());
      const third = await run(place, '2023-04-10T00:00:00Z');
      expect(skipped(third.told)).toContain('2023/02');
    });

    test('is told by an interval that it belongs to, with the cure', async () => {
      const place = await start('2023-04-10T00:00:00Z');
      gone(1);
      const interval = { start: '2023-02-10T00:00:00Z', end: '2023-02-11T00:00:00Z' };
      const { told } = await run(place, '2023-04-10T00:00:00Z', { interval });
      expect(warnings(told)).toEqual([expect.stringMatching(/2023\/02 .*Run the interval again/)]);
      await run(place, '2023-04-10T00:00:00Z', { interval });
      expect(await loaded(place)).toEqual(served({ from: '2023-02-10', to: '2023-02-11' }));
    });
  });

  test('tries again after a 429 without a time', async () => {
    const place = await start('2023-02-10T00:00:00Z');
    emulator.faults.inject({ kind: 'status', status: 429, on: 'GET /pub/player/:player/games/:year/:month' });
    await run(place, '2023-02-10T00:00:00Z');
    expect(await loaded(place)).toEqual(served());
  });

  test.each(['2023-01', '2023/13', 'January'])('refuses "%s" as a month', async (startMonth) => {
    await start('2023-02-10T00:00:00Z');
    expect(() => source().bind({ players_games: { startMonth } })).toThrow(/YYYY\/MM/);
  });

  test('lists its resources without any config', async () => {
    await start('2023-02-10T00:00:00Z');
    expect(chess().resourceNames).toEqual(['players_profiles', 'players_archives', 'players_games']);
  });
});
