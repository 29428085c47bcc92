import { type ChessEmulator, startChessEmulator } from '../../examples/chess-emulator';
import { chess } from '../../src/sources/chess';
import { makeTarget, type Target } from './target';

const players = ['magnuscarlsen', 'hikaru'];
let emulator: ChessEmulator;
let target: Target;
beforeEach(async () => {
  emulator = await startChessEmulator({ now: '2023-03-10T00:00:00Z', from: '2023-01-01T00:00:00Z' });
  target = makeTarget('chess', 'data');
});
afterEach(async () => {
  await target.close();
  await emulator.close();
});

const source = (config: Parameters<typeof chess>[0] = {}) =>
  chess({ players, baseUrl: emulator.url, ...config });
const games = (config: Parameters<typeof chess>[0] = {}) => source(config).withResources('players_games');
const OPTIONS = { now: '2023-03-10T00:00:00Z' };
const CHUNKS = [
  ['2023-02-01', '2023-03-01'],
  ['2023-01-01', '2023-02-01'],
  ['2023-02-01', '2023-03-01'],
] as const;

const types = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (
      await target.query<{ name: string; type: string }>(
        `SELECT table_name || '.' || column_name AS name, data_type AS type FROM information_schema.columns
         WHERE table_schema = 'data' AND (column_name LIKE 'end_time%' OR column_name LIKE 'joined%' OR column_name LIKE 'last_online%')`,
      )
    ).map(({ name, type }) => [name, type]),
  );
const served = (range: { from?: string; to?: string } = {}): string[] =>
  emulator
    .games({ players, ...range })
    .map(({ url, end_time }) => `${url} ${end_time}`)
    .sort();
async function stored(seconds: string): Promise<string[]> {
  const rows = await target.query<{ line: string }>(
    `SELECT url || ' ' || ${seconds} AS line FROM data.players_games`,
  );
  return rows.map(({ line }) => line).sort();
}
const OF_TIMESTAMP = 'epoch(end_time)::BIGINT';
const RANGE = { from: '2023-01-01T00:00:00Z', to: '2023-03-01T00:00:00Z' };

test('times are timestamps, by intervals in any order, one of them twice', async () => {
  for (const interval of CHUNKS) await target.loaded(games(), { ...OPTIONS, interval });
  await target.loaded(source().withResources('players_profiles'), { ...OPTIONS, incremental: true });
  expect(await types()).toEqual({
    'players_games.end_time': 'TIMESTAMP WITH TIME ZONE',
    'players_profiles.joined': 'TIMESTAMP WITH TIME ZONE',
    'players_profiles.last_online': 'TIMESTAMP WITH TIME ZONE',
  });
  expect(await stored(OF_TIMESTAMP)).toEqual(served(RANGE));
  // archive by archive into the same table
  await target.loaded(games(), { ...OPTIONS, incremental: true });
  expect(await stored(OF_TIMESTAMP)).toEqual(served());
});

test('a table that has seconds keeps them, with no second column beside them', async () => {
  await target.loaded(games({ times: 'seconds' }), { ...OPTIONS, interval: CHUNKS[1] });
  const { resources } = await target.load(games(), { ...OPTIONS, interval: CHUNKS[0] });
  expect(resources[0]!.status).toBe('loaded');
  await target.loaded(games(), { ...OPTIONS, interval: CHUNKS[1], loadKey: 'again' });
  expect(await types()).toEqual({ 'players_games.end_time': 'BIGINT' });
  expect(await stored('end_time')).toEqual(served(RANGE));
});

test('seconds that are asked of a table with timestamps come beside them, in a column of their own', async () => {
  await target.loaded(games(), { ...OPTIONS, interval: CHUNKS[1] });
  await target.loaded(games({ times: 'seconds' }), { ...OPTIONS, interval: CHUNKS[0] });
  expect(await types()).toEqual({
    'players_games.end_time': 'TIMESTAMP WITH TIME ZONE',
    'players_games.end_time__v_bigint': 'BIGINT',
  });
  expect(await stored(`coalesce(${OF_TIMESTAMP}, end_time__v_bigint)`)).toEqual(served(RANGE));
});

test('profiles, which are replaced, keep the type of their table too', async () => {
  const profiles = (times: 'seconds' | 'timestamps') => source({ times }).withResources('players_profiles');
  await target.loaded(profiles('seconds'), { ...OPTIONS, incremental: true });
  await target.loaded(profiles('timestamps'), { ...OPTIONS, incremental: true });
  expect(await types()).toMatchObject({ 'players_profiles.joined': 'BIGINT' });
});
