import { idAt } from '../../examples/twitter-emulator';
import { defineSource, resource } from '../../src';
import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { twitter } from '../../src/sources/twitter';
import { freshPlace } from '../pipeline/harness';
import { silent } from '../silent-log';
import {
  DAY,
  days,
  emulator,
  folder,
  HOUR,
  loaded,
  newest,
  run,
  sent,
  served,
  source,
  start,
  state,
  terms,
  today,
} from './twitter-harness';

describe('the Twitter source', () => {
  test('loads every page of every term as it came, with its search_term', async () => {
    const place = await start();
    await run(place);
    expect(await loaded(place)).toEqual(served());
    const pages = await place.read('SELECT search_term, meta__result_count AS posts FROM data.search_tweets');
    expect(pages.length).toBe(emulator.requests.length);
    expect(new Set(pages.map((page) => page['search_term']))).toEqual(new Set(terms));
    expect(sent().slice(0, 2)).toEqual([
      { query: 'duckdb', max_results: '100' },
      { query: 'duckdb', max_results: '100', next_token: expect.any(String) },
    ]);
  });

  test('keeps the newest id of each term exactly, though later pages hold older posts', async () => {
    const place = await start();
    await run(place);
    const stored = await state(place);
    for (const term of terms) {
      const id = newest(emulator.posts({ term, toMs: today - 30_000 }));
      expect(id).toBeGreaterThan(2n ** 53n);
      expect(stored[`last_value_${term}`]).toBe(id);
    }
    expect(
      await place.values("SELECT count(*) FROM data.search_tweets WHERE search_term = 'duckdb'"),
    ).toEqual([3]);
  });

  test('sends that id as since_id in the next run, and loads only what is newer', async () => {
    const place = await start({ nowMs: today - 6 * HOUR });
    await run(place);
    const before = emulator.requests.length;
    const stored = await state(place);
    emulator.setNow(today);
    await run(place);
    expect(sent().slice(before)).toEqual(
      terms.map((query) => ({ query, max_results: '100', since_id: String(stored[`last_value_${query}`]) })),
    );
    expect(await loaded(place)).toEqual(served({ fromMs: today - 6 * HOUR - 7 * DAY }));
    expect((await state(place))['last_value_duckdb']).toBeGreaterThan(stored['last_value_duckdb'] as bigint);
  });

  test('a run that finds nothing stores its empty page and leaves the state as it is', async () => {
    const place = await start();
    await run(place);
    const [before, rows] = [await state(place), await loaded(place)];
    await run(place);
    expect(await state(place)).toEqual(before);
    expect(await loaded(place)).toEqual(rows);
    expect(
      await place.values('SELECT count(*) FROM data.search_tweets WHERE meta__result_count = 0'),
    ).toEqual([2]);
  });

  test('never takes the state back, and compares ids as numbers', async () => {
    const place = await start({ terms: ['duckdb'] });
    const far = idAt(today + 20 * DAY);
    const tell = defineSource({
      name: 'twitter',
      resources: () => [
        resource({
          name: 'seed',
          async *extract({ sourceState }) {
            sourceState['last_value_duckdb'] = far;
            yield { id: 1 };
          },
        }),
      ],
    });
    await using p = place.pipeline();
    await p.run(tell(), { log: silent });
    await run(place, { from: source({ searchTerms: ['duckdb'] }) });
    expect(sent()[0]).toMatchObject({ since_id: String(far) });
    expect(await state(place)).toEqual({ last_value_duckdb: far });
  });

  test('a term that is new begins where the API does, the others go on', async () => {
    const place = await start();
    await run(place, { from: source({ searchTerms: ['duckdb'] }) });
    await run(place);
    expect(await loaded(place)).toEqual(served());
  });

  test('after more than seven days it loads what the API still reaches, none twice, and warns of the gap', async () => {
    const place = await start({ nowMs: today - 7 * DAY - HOUR });
    await run(place, { from: source({ searchTerms: ['duckdb'] }) });
    emulator.setNow(today);
    const before = (await loaded(place)).length;
    const warnings: string[] = [];
    const log = { ...silent, warn: (message: string) => void warnings.push(message) };
    const info = await run(place, { from: source({ searchTerms: ['duckdb'] }), log });
    expect(info.resources[0]?.status).toBe('loaded');
    expect(warnings[0]).toMatch(/"duckdb" lies more than seven days back/);
    const rows = await loaded(place);
    expect(new Set(rows).size).toBe(rows.length);
    expect(rows.slice().sort()).toEqual(
      expect.arrayContaining(served().filter((row) => row.startsWith('duckdb'))),
    );
    expect(rows.length).toBe(before + served().filter((row) => row.startsWith('duckdb')).length);
  });

  test('startTime and endTime bound a search, from config or for a run', async () => {
    const place = await start();
    const startTime = new Date(today - 2 * DAY).toISOString();
    const endTime = new Date(today - DAY).toISOString();
    await run(place, { from: source({ startTime, endTime }) });
    expect(await loaded(place)).toEqual(served({ fromMs: today - 2 * DAY, toMs: today - DAY }));
    const other = freshPlace(folder);
    await run(other, { from: source().bind({ search_tweets: { searchTerms: ['temporal'], startTime } }) });
    expect(await loaded(other)).toEqual(
      served({ fromMs: today - 2 * DAY }).filter((row) => row.startsWith('temporal')),
    );
  });

  test('a range in parallel chunks, in any order, with a rerun, is exactly what was served; the state stays', async () => {
    const place = await start();
    const chunks = [days(6, 5), days(5, 3.5), days(3.5, 1), days(1, 0.5)];
    await Promise.all(chunks.toReversed().map((interval) => run(place, { interval })));
    await run(place, { interval: chunks[1]! });
    expect(await loaded(place)).toEqual(served({ fromMs: today - 6 * DAY, toMs: today - 0.5 * DAY }));
    expect(await state(place)).toEqual({});
    expect(sent().every((one) => one['since_id'] === undefined && one['start_time'] !== undefined)).toBe(
      true,
    );
  });

  test('of a range whose end is no whole second no post is lost or doubled', async () => {
    const place = await start({ fromMs: today - 2 * HOUR, everySeconds: 1, terms: ['duckdb'] });
    const from = source({ searchTerms: ['duckdb'] });
    const edge = new Date(today - HOUR + 300).toISOString();
    const [start1, end2] = [new Date(today - HOUR - 60_000), new Date(today - HOUR + 60_000)].map((d) =>
      d.toISOString(),
    );
    await run(place, { from, interval: { start: start1!, end: edge } });
    await run(place, { from, interval: { start: edge, end: end2! } });
    expect(await loaded(place)).toEqual(
      served({ fromMs: today - HOUR - 60_000, toMs: today - HOUR + 60_000 }).filter((row) =>
        row.startsWith('duckdb'),
      ),
    );
  });

  test('tweets are rows of their own where they are named, one for each post and term', async () => {
    const place = await start();
    expect(source().resourceNames).toEqual(['search_tweets']);
    for (let runs = 0; runs < 2; runs += 1)
      await run(place, { from: source().withResources('tweets'), interval: days(6, 1) });
    expect(await place.values("SELECT search_term || ' ' || id FROM data.tweets ORDER BY 1")).toEqual(
      served({ fromMs: today - 6 * DAY, toMs: today - DAY }),
    );
    expect(
      await place.values("SELECT count(*) FROM information_schema.tables WHERE table_name = 'search_tweets'"),
    ).toEqual([0]);
  });

  test('tweets keep the newest state of a post, whichever way it came', async () => {
    const place = await start();
    const from = () => source().withResources('tweets');
    await run(place, { from: from() });
    await run(place, { from: from(), interval: days(3, 1) });
    await run(place, { from: from() });
    expect(await place.values("SELECT search_term || ' ' || id FROM data.tweets ORDER BY 1")).toEqual(
      served(),
    );
  });

  test('in mode incremental it begins at the first start, and goes on by since_id', async () => {
    const place = await start({ nowMs: today - 6 * HOUR });
    const going = async (): Promise<void> => {
      await using p = place.pipeline();
      const { causes } = await loadResources(p, {
        source: source() as unknown as Source,
        range: { mode: 'incremental', start: new Date(today - 3 * DAY).toISOString() },
        log: silent,
      });
      expect(causes).toEqual([]);
    };
    await going();
    emulator.setNow(today);
    await going();
    await going();
    expect(await loaded(place)).toEqual(served({ fromMs: today - 3 * DAY }));
    expect(sent().at(-1)).toHaveProperty('since_id');
  });

  test('lists its resources without any config', async () => {
    await start();
    expect(twitter().allResourceNames).toEqual(['search_tweets', 'tweets']);
  });
});
