import { setTimeout as delay } from 'node:timers/promises';
import { type Emulator, type EmulatorRequest, type Reply, reply, startEmulator } from '../emulator-kit';
import { type Dataset, type DatasetOptions, type Game, makeDataset, monthOf, plays } from './dataset';

export interface ChessEmulatorOptions extends DatasetOptions {
  /** ISO text of its clock: later games aren't played yet. @default the machine's */
  readonly now?: string;
  /** @default a free one */
  readonly port?: number | undefined;
}

/** Which games are asked about. */
export interface GameRange {
  readonly players: readonly string[];
  /** ISO text, inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
}

export interface ChessEmulator extends Emulator {
  readonly players: readonly string[];
  /** Moves its clock. */
  setNow(now: string): void;
  /** The games of some players that ended in a range, each once: what a table must hold. */
  games(range: GameRange): readonly Game[];
  /** Paths that were asked for, in order. */
  paths(): readonly string[];
}

const PROFILE_SECONDS = 1_389_043_258;

/**
 * chess.com's published-data API on a loopback port: profiles, lists of archives, games by month. Requests that are under
 * way together are answered with 429 without Retry-After; a User-Agent is wanted.
 */
export async function startChessEmulator(options: ChessEmulatorOptions = {}): Promise<ChessEmulator> {
  const dataset = makeDataset(options);
  let fixedNow = options.now === undefined ? undefined : Date.parse(options.now);
  const now = (): number => fixedNow ?? Date.now();
  let underWay = 0;

  const serially =
    (handler: (request: EmulatorRequest) => Reply) =>
    async (request: EmulatorRequest): Promise<Reply> => {
      underWay += 1;
      try {
        if (underWay > 1) return reply({ status: 429, body: { code: 0, message: 'Too Many Requests' } });
        if (request.headers['user-agent'] === undefined) return reply({ status: 403, body: { code: 0 } });
        await delay(1);
        return handler(request);
      } finally {
        underWay -= 1;
      }
    };

  const ofPlayer = (handler: (request: EmulatorRequest, games: readonly Game[]) => Reply) =>
    serially((request) => {
      const player = request.params['player']!;
      if (!dataset.players.includes(player))
        return reply({ status: 404, body: { code: 0, message: `User "${player}" not found.` } });
      return handler(
        request,
        dataset.gamesUntil(now()).filter((game) => plays(player, game)),
      );
    });

  const emulator = await startEmulator({
    now,
    port: options.port,
    routes: {
      'GET /pub/player/:player': ofPlayer(({ params, origin }) =>
        profile(dataset, params['player']!, origin),
      ),
      'GET /pub/player/:player/games/archives': ofPlayer(({ origin, params }, games) => {
        const months = [...new Set(games.map(monthOf))];
        const archives = months.map((month) => `${origin}/pub/player/${params['player']}/games/${month}`);
        return reply({ body: { archives } });
      }),
      'GET /pub/player/:player/games/:year/:month': ofPlayer(({ params }, games) => {
        const month = `${params['year']}/${params['month']}`;
        return reply({ body: { games: games.filter((game) => monthOf(game) === month) } });
      }),
    },
    notFound: () => reply({ status: 404, body: { code: 0, message: 'Data provider not found.' } }),
  });
  return {
    ...emulator,
    players: dataset.players,
    setNow: (text) => {
      fixedNow = Date.parse(text);
    },
    games: ({ players, from, to }) =>
      dataset
        .gamesUntil(now())
        .filter(
          (game) =>
            players.some((player) => plays(player, game)) &&
            (from === undefined || game.end_time >= Date.parse(from) / 1000) &&
            (to === undefined || game.end_time < Date.parse(to) / 1000),
        ),
    paths: () => emulator.requests.map(({ path }) => path),
  };
}

function profile({ players }: Dataset, player: string, origin: string): Reply {
  const number = players.indexOf(player) + 1;
  return reply({
    body: {
      '@id': `${origin}/pub/player/${player}`,
      player_id: 1000 + number,
      url: `https://www.chess.com/member/${player}`,
      username: player,
      followers: 10 * number,
      country: `${origin}/pub/country/NO`,
      last_online: PROFILE_SECONDS + 86_400 * number,
      joined: PROFILE_SECONDS + number,
      status: 'premium',
      is_streamer: false,
      verified: false,
    },
  });
}
