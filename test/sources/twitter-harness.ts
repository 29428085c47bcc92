import { type Post, startTwitterEmulator, type TwitterEmulator } from '../../examples/twitter-emulator';
import type { LoadInfo, RunOptions } from '../../src';
import { twitter } from '../../src/sources/twitter';
import { parseState } from '../../src/state';
import { freshPlace, type Place, temporaryFolder } from '../pipeline/harness';
import { silent } from '../silent-log';

export const folder = temporaryFolder();
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** The whole minute in which the tests began: recent search goes by the machine's clock. */
export const today = Math.floor(Date.now() / 60_000) * 60_000;
export const terms = ['duckdb', 'temporal'];

export let emulator: TwitterEmulator;
afterEach(() => emulator.close());

/** An emulator whose clock stands at {@link today}, and a database file of its own. */
export const start = async (options: Parameters<typeof startTwitterEmulator>[0] = {}): Promise<Place> => {
  emulator = await startTwitterEmulator({
    terms,
    fromMs: today - 20 * DAY,
    nowMs: today,
    everySeconds: 1200,
    ...options,
  });
  return freshPlace(folder);
};

export const source = (config: Parameters<typeof twitter>[0] = {}) =>
  twitter({ ...emulator.credentials, searchTerms: terms, baseUrl: emulator.url, ...config });

export async function run(
  place: Place,
  { from = source(), ...options }: RunOptions & { from?: ReturnType<typeof source> } = {},
): Promise<LoadInfo> {
  await using p = place.pipeline();
  return p.run(from, { log: silent, ...options });
}

const POSTS = `SELECT p.search_term || ' ' || d.id FROM data.search_tweets p
  JOIN data.search_tweets__data d ON d._dlt_parent_id = p._dlt_id ORDER BY 1`;
export const loaded = (place: Place): Promise<unknown[]> => place.values(POSTS);

/** Each post that a term finds in a range, with the term, in the order of {@link POSTS}. */
export const served = (range: { fromMs?: number; toMs?: number } = {}): string[] =>
  terms
    .flatMap((term) =>
      emulator
        .posts({ term, fromMs: today - 7 * DAY, toMs: today - 30_000, ...range })
        .map(({ id }) => `${term} ${id}`),
    )
    .sort();

export const sent = (): Record<string, string>[] =>
  emulator.requests
    .map(({ query }) => Object.fromEntries(query))
    .map(({ 'tweet.fields': _, ...rest }) => rest);

export const newest = (posts: readonly Post[]): bigint =>
  posts.reduce((largest, { id }) => (BigInt(id) > largest ? BigInt(id) : largest), 0n);

/** What the source's state holds, as stored. */
export async function state(place: Place): Promise<Record<string, unknown>> {
  const [text] = await place.values(
    'SELECT state FROM data._dlt_pipeline_state ORDER BY version DESC LIMIT 1',
  );
  const { resources, ...shared } = parseState(String(text)).sources?.['twitter'] ?? {};
  return shared;
}

export const days = (from: number, to: number): { start: string; end: string } => ({
  start: new Date(today - from * DAY).toISOString(),
  end: new Date(today - to * DAY).toISOString(),
});
