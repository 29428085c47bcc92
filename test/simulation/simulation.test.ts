import { RULES, type Rule } from './rules';
import { simulate } from './simulate';
import { sweep } from './sweep';

/** `npm run simulation` runs 10,000. */
const SEEDS = 1000;

/** Where the search for a seed begins that misses a rule, if the first ones don't: only the time that it takes depends on it. */
const FROM: Partial<Record<Rule, number>> = {
  'closed-key': 150,
  'held-ends': 680,
  intruder: 1510,
  'memory-late': 960,
  stale: 1220,
};

test('workers that crash, hear nothing or hear twice leave each row once, and books that agree', async () => {
  const { failed, commits } = await sweep({ from: 0, seeds: SEEDS });
  expect(failed).toEqual([]);
  expect(commits).toBeGreaterThan(10 * SEEDS);
});

test('a seed is replayed exactly', async () => {
  for (const seed of [3, 11]) {
    const first = await simulate({ seed, logged: true });
    expect(first.log.length).toBeGreaterThan(first.commits);
    expect(await simulate({ seed, logged: true })).toEqual(first);
    expect((await simulate({ seed: seed + 1, logged: true })).log).not.toEqual(first.log);
  }
});

test.each(Object.keys(RULES) as Rule[])('without the rule "%s" some seed goes wrong', async (without) => {
  const { failed } = await sweep({ from: FROM[without] ?? 0, seeds: 5000, without, most: 1 });
  expect(failed).toHaveLength(1);
  const [{ seed, wrong }] = failed as [(typeof failed)[0]];
  expect((await simulate({ seed, without })).wrong).toEqual(wrong);
  expect((await simulate({ seed })).wrong).toEqual([]);
});
