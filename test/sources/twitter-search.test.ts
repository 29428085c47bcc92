import type { Post } from '../../examples/twitter-emulator';
import { LoadFailedError } from '../../src';
import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { twitter } from '../../src/sources/twitter';
import type { Place } from '../pipeline/harness';
import { silent } from '../silent-log';
import { eachPageDue } from './each-page-due';
import { extractOnce } from './extract-once';
import {
  DAY,
  days,
  emulator,
  HOUR,
  loaded,
  run,
  sent,
  served,
  source,
  start,
  state,
  terms,
  today,
} from './twitter-harness';

describe('a search of the Twitter source', () => {
  test('goes on behind the last page of a load that failed, with the since_id that it began with', async () => {
    const place = await start({ nowMs: today - 6 * DAY });
    await run(place);
    const before = await state(place);
    emulator.setNow(today);
    const asked = emulator.requests.length;
    await using p = place.pipeline();
    const onProgress = eachPageDue();
    const load = async () => {
      const { info } = await loadResources(p, {
        source: source() as unknown as Source,
        loadKey: 'key',
        log: silent,
        onProgress,
      });
      return info.resources[0];
    };
    try {
      emulator.faults.inject({ kind: 'status', status: 404, at: 6 });
      expect(await load()).toMatchObject({ status: 'failed' });
      expect(await load()).toMatchObject({ status: 'loaded' });
    } finally {
      jest.restoreAllMocks();
    }
    const requests = sent().slice(asked);
    expect(requests[6]).toEqual(requests[5]);
    expect(requests[6]).toEqual({
      query: 'temporal',
      max_results: '100',
      since_id: String(before['last_value_temporal']),
      next_token: expect.any(String),
    });
    expect(await loaded(place)).toEqual(served({ fromMs: today - 13 * DAY }));
  });

  test('a range that ends now is searched once its last posts can be found', async () => {
    await start({ fromMs: today - HOUR, everySeconds: 5 });
    const interval = { start: new Date(today - 60_000).toISOString(), end: new Date(today).toISOString() };
    const { rows, waits } = await extractOnce(source({ settleSeconds: 30 }).prepare(), 'search_tweets', {
      now: interval.end,
      interval,
      onTime: (now) => emulator.setNow(now),
    });
    const found = (rows as { data: Post[]; search_term: string }[]).flatMap(({ data, search_term }) =>
      data.map(({ id }) => `${search_term} ${id}`),
    );
    expect(waits[0]).toMatchObject({ reason: 'requested', remainingMs: 30_000 });
    expect(found.sort()).toEqual(served({ fromMs: today - 60_000, toMs: today }));
  });

  test('an endTime that is still to come is no reason to wait', async () => {
    const place = await start();
    const endTime = new Date(today + 30 * DAY).toISOString();
    await run(place, { from: source({ endTime, settleSeconds: 30 }) });
    expect(await loaded(place)).toEqual(served());
    expect(sent().every((one) => one['end_time'] === undefined)).toBe(true);
  });

  test('takes its settings from the environment', async () => {
    const place = await start();
    const { bearerToken } = emulator.credentials;
    process.env['SOURCES__TWITTER__BEARER_TOKEN'] = bearerToken;
    process.env['SOURCES__TWITTER__SEARCH_TERMS'] = JSON.stringify(terms);
    try {
      await run(place, { from: twitter({ baseUrl: emulator.url }) });
    } finally {
      delete process.env['SOURCES__TWITTER__BEARER_TOKEN'];
      delete process.env['SOURCES__TWITTER__SEARCH_TERMS'];
    }
    expect(await loaded(place)).toEqual(served());
  });

  test('waits for the reset that a rate limit tells, without a failure', async () => {
    // of a clock that goes on
    const place = await start({
      fromMs: today - DAY,
      limit: { requests: 1, seconds: 1 },
      nowMs: undefined,
    });
    await run(place, { from: source({ searchTerms: ['duckdb', 'temporal'] }) });
    expect(emulator.requests.filter(({ status }) => status === 200).length).toBe(2);
    expect((await loaded(place)).length).toBeGreaterThan(0);
  });

  describe('says clearly what is wrong', () => {
    const failure = async (place: Place, options: Parameters<typeof run>[1]) => {
      const error = await run(place, options).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LoadFailedError);
      return (error as LoadFailedError).failures[0]!;
    };

    test('with a range that begins before the seven days', async () => {
      const told = await failure(await start(), { interval: days(9, 8) });
      expect(told).toMatchObject({ code: 'HTTP_STATUS', retryable: false });
      expect(told.message).toMatch(/must be on or after.*reaches back seven days/);
    });

    test('without a search term', async () => {
      const told = await failure(await start(), { from: source({ searchTerms: [] }) });
      expect(told).toMatchObject({ code: 'CONFIG_MISSING' });
      expect(told.message).toContain('searchTerms');
    });

    test('with a wrong token: names the secret, never its value', async () => {
      const told = await failure(await start(), { from: source({ bearerToken: 'wrong-token-value' }) });
      expect(told).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
      expect(told.message).toContain('"bearerToken"');
      expect(JSON.stringify(told)).not.toContain('wrong-token-value');
    });
  });
});
