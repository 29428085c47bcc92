import type { Pipeline } from '../../src';
import { github } from '../../src/sources/github';
import { day, emulator, inChunks, log, query, RANGE, start, target, warnings } from './github-harness';

const load = (options: Parameters<Pipeline['run']>[1] = {}) =>
  target.run(github(emulator.config).withResources('stargazers'), { log, ...options });

describe('stargazers', () => {
  const stored = async () =>
    (await query<{ user_id: number }>('SELECT user_id FROM github_data.stargazers ORDER BY user_id')).map(
      ({ user_id }) => Number(user_id),
    );
  const served = (range = {}) =>
    emulator.expected(range).stargazers.map(({ user }) => (user as { id: number }).id);

  test('that GitHub shows to collaborators only fail with the reason, or are warned of where the list is empty', async () => {
    await start({ now: day(20) });
    const on = 'GET /repos/:owner/:repo/stargazers';
    emulator.faults.inject({ kind: 'status', status: 403, on, body: { message: 'Forbidden' } });
    await expect(load()).rejects.toThrow(/403 Forbidden.*admins and collaborators only/s);
    emulator.faults.inject({ kind: 'status', status: 200, on, body: [] });
    await load();
    const { length } = emulator.expected().stargazers;
    expect(warnings).toEqual([
      expect.stringMatching(`lists none of the ${length} stars.*admins and collaborators only.*token`),
    ]);
    await load();
    expect(await stored()).toEqual(served());
  });

  test('of a repository that has none is no matter', async () => {
    await start({ now: day(20), stars: 0 });
    await load();
    expect(warnings).toEqual([]);
  });

  test('two daily runs give each star, and the second reads the newest pages only', async () => {
    await start({ now: day(20), stars: 900 });
    await load();
    expect(await stored()).toEqual(served());
    const before = emulator.requests.length;
    expect(before).toBe(6);
    emulator.setNow(day(21));
    const info = await load();
    expect(info.resources[0]!.rows).toBe(served({ from: day(20) }).length);
    expect(await stored()).toEqual(served());
    expect(emulator.requests.slice(before).map(({ query: asks }) => asks.get('page'))).toEqual(['1', '6']);
    // an old range is found without reading what is newer
    emulator.setNow(day(31));
    const found = emulator.requests.length;
    await load({ interval: { start: day(8), end: day(9) } });
    const pages = emulator.requests.slice(found).map(({ query: asks }) => asks.get('page'));
    expect(pages).toEqual(['1', '5', '3', '4']);
    expect(await stored()).toEqual(served({ to: day(21) }));
    expect(emulator.requests.every(({ headers }) => headers.accept?.includes('star+json'))).toBe(true);
  });

  test('parallel chunks of a range, in any order and one of them twice, give its stars once', async () => {
    await start({ now: day(20) });
    await inChunks((interval) => load({ interval }));
    expect(await stored()).toEqual(served(RANGE));
  });
});
