import { pick, randomFor, whole } from '../emulator-kit';

export interface Game {
  readonly url: string;
  readonly uuid: string;
  readonly pgn: string;
  readonly time_control: string;
  /** Unix seconds. */
  readonly end_time: number;
  readonly rated: boolean;
  readonly time_class: string;
  readonly rules: string;
  readonly white: Side;
  readonly black: Side;
}

interface Side {
  readonly username: string;
  readonly rating: number;
  readonly result: string;
}

export interface DatasetOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Those whom the API knows. @default ['magnuscarlsen', 'hikaru', 'erik'] */
  readonly players?: readonly string[];
  /** When the first game is played, ISO text. @default '2023-01-01T00:00:00Z' */
  readonly from?: string;
  /** Hours between the ends of two games. @default 7 */
  readonly everyHours?: number;
}

export interface Dataset {
  readonly players: readonly string[];
  /** The games that ended before an instant of epoch milliseconds, oldest first. */
  gamesUntil(ms: number): readonly Game[];
}

const OPPONENTS = ['anna', 'boris', 'chidi', 'deniz'];
const RESULTS = [
  ['win', 'checkmated'],
  ['resigned', 'win'],
  ['agreed', 'agreed'],
] as const;
const CLASSES = [
  ['60', 'bullet'],
  ['180+2', 'blitz'],
  ['600', 'rapid'],
] as const;

const hex = (random: () => number, digits: number): string =>
  Array.from({ length: digits }, () => whole(random, 16).toString(16)).join('');

/** Games of the players among each other and against others: every third or so is in two archives. */
export function makeDataset(options: DatasetOptions = {}): Dataset {
  const { seed = 1, players = ['magnuscarlsen', 'hikaru', 'erik'], everyHours = 7 } = options;
  const firstMs = Date.parse(options.from ?? '2023-01-01T00:00:00Z');

  function game(index: number): Game {
    const random = randomFor(seed, 1, index);
    const player = players[index % players.length]!;
    const others = [...players, ...OPPONENTS].filter((name) => name !== player);
    const opponent = pick(random, others);
    const [first, second] = pick(random, RESULTS);
    const [timeControl, timeClass] = pick(random, CLASSES);
    const rating = (): number => 2400 + whole(random, 500);
    const sides: [Side, Side] = [
      { username: player, rating: rating(), result: first },
      { username: opponent, rating: rating(), result: second },
    ];
    const [white, black] = random() < 0.5 ? sides : [sides[1], sides[0]];
    return {
      url: `https://www.chess.com/game/live/${70_000_000_000 + index}`,
      uuid: `${hex(random, 8)}-${hex(random, 4)}-11ed-${hex(random, 4)}-${hex(random, 12)}`,
      pgn: `[White "${white.username}"]\n[Black "${black.username}"]\n\n1. e4 e5 2. Nf3 Nc6 *`,
      time_control: timeControl,
      end_time: firstMs / 1000 + index * everyHours * 3600 + whole(random, 3600),
      rated: random() < 0.9,
      time_class: timeClass,
      rules: 'chess',
      white,
      black,
    };
  }

  const made: Game[] = [];
  return {
    players,
    gamesUntil(ms) {
      while (firstMs + made.length * everyHours * 3_600_000 <= ms) made.push(game(made.length));
      return made.filter((one) => one.end_time * 1000 < ms);
    },
  };
}

/** Whether a player has a side in a game. */
export const plays = (player: string, { white, black }: Game): boolean =>
  white.username === player || black.username === player;

/** The month of a game's archive, `YYYY/MM`. */
export const monthOf = ({ end_time }: Game): string =>
  new Date(end_time * 1000).toISOString().slice(0, 7).replace('-', '/');
