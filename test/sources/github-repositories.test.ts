import type { Pipeline } from '../../src';
import { github } from '../../src/sources/github';
import { thrown } from '../http/make-client';
import { eachPageDue } from './each-page-due';
import { day, emulator, inChunks, log, query, RANGE, start, target } from './github-harness';

const [HELLO, SLOW, LATE] = ['octo/hello', 'octo/slow', 'else/late'] as const;
const OTHERS = [SLOW, LATE];

const sourceOf = (repositories: readonly string[]) => {
  const { owner: _, repo: __, ...config } = emulator.config;
  return github({ ...config, repositories: [...repositories] });
};
const load = (
  repositories: readonly string[],
  names: readonly Name[],
  options: Parameters<Pipeline['run']>[1] = {},
) => target.run(sourceOf(repositories).withResources(...names), { log, ...options });

const TABLES = {
  issues: { key: 'id', time: 'updated_at' },
  pull_requests: { key: 'id', time: 'updated_at' },
  issue_comments: { key: 'id', time: 'updated_at' },
  commits: { key: 'sha', time: undefined },
  workflow_runs: { key: 'id', time: 'created_at' },
  stargazers: { key: 'user_id', time: 'starred_at' },
} as const;
type Name = keyof typeof TABLES;
const NAMES = Object.keys(TABLES) as Name[];

async function stored(name: Name): Promise<string[]> {
  const { key } = TABLES[name];
  const rows = await query<{ line: string }>(
    `SELECT repository_full_name || ' ' || ${key} AS line FROM github_data.${name}`,
  );
  return rows.map(({ line }) => line).sort();
}

function served(repositories: readonly string[], name: Name, { from = '', to = '9999' } = {}): string[] {
  const now = emulator.seconds();
  return repositories
    .flatMap((of) => {
      const repository = emulator.repository(of);
      const rows: Record<Name, () => readonly Readonly<Record<string, unknown>>[]> = {
        issues: () => repository.issuesAt(now),
        pull_requests: () => repository.pullsAt(now),
        issue_comments: () => repository.issueCommentsAt(now),
        commits: () => repository.commitsAt(now),
        workflow_runs: () => repository.runsAt(now),
        stargazers: () =>
          repository.stars
            .filter(({ at }) => at <= now)
            .map(({ row }) => ({ ...row, user_id: (row['user'] as { id: number }).id })),
      };
      const { key, time } = TABLES[name];
      const timeOf = (row: Readonly<Record<string, unknown>>): string =>
        time === undefined
          ? (row['commit'] as { committer: { date: string } }).committer.date
          : String(row[time]);
      return rows[name]()
        .filter((row) => from <= timeOf(row) && timeOf(row) < to)
        .map((row) => `${of} ${row[key]}`);
    })
    .sort();
}

async function expectAll(repositories: readonly string[], range = {}): Promise<void> {
  for (const name of NAMES)
    expect([name, await stored(name)]).toEqual([name, served(repositories, name, range)]);
}

test('what changed in the first repository while the second was read comes with the next run', async () => {
  const time = { ms: Date.parse(day(10)) };
  await start({ now: () => time.ms, others: OTHERS, issues: 150 });
  for (const name of NAMES) {
    time.ms = Date.parse(day(10));
    // the second one is slow: when it is asked, three days have gone by
    emulator.faults.inject({
      kind: 'slow',
      ms: 0,
      on: ({ path }) => {
        if (path.includes(SLOW)) time.ms = Date.parse(day(13));
        return false;
      },
    });
    await load([HELLO, SLOW], [name]);
    emulator.faults.clear();
  }
  time.ms = Date.parse(day(13));
  const missing = served([HELLO], 'issues').length + served([SLOW], 'issues').length;
  expect((await stored('issues')).length).toBeLessThan(missing);
  await load([HELLO, SLOW], NAMES);
  await expectAll([HELLO, SLOW]);
});

test('a repository that is added is read from its beginning, and one that is known goes on', async () => {
  await start({ now: day(10), others: OTHERS, issues: 150 });
  await load([HELLO], NAMES);
  await expectAll([HELLO]);
  emulator.setNow(day(12));
  const before = emulator.requests.length;
  await load([LATE, HELLO], NAMES);
  await expectAll([LATE, HELLO]);
  const since = emulator.requests
    .slice(before)
    .filter(({ path }) => path === `/repos/${HELLO}/issues`)
    .map(({ query: asks }) => String(asks.get('since')));
  expect(since.every((text) => text > day(8))).toBe(true);
});

test('what a run of one repository stored is not taken for several, nor the other way round', async () => {
  await start({ now: day(12), others: OTHERS, issues: 150 });
  await load([SLOW], ['issues', 'stargazers']);
  // a source of one repository goes by a cursor of its own
  await target.run(github(emulator.config).withResources('issues'), { log });
  const rows = await query<{ n: number }>('SELECT count(*)::INT AS n FROM github_data.issues');
  expect(rows[0]!.n).toBe(served([HELLO, SLOW], 'issues').length);
  emulator.setNow(day(14));
  await load([SLOW, LATE], ['issues', 'stargazers']);
  const names = await query<{ line: string }>(
    `SELECT repository_full_name || ' ' || id AS line FROM github_data.issues WHERE repository_full_name IS NOT NULL`,
  );
  expect(names.map(({ line }) => line).sort()).toEqual(served([SLOW, LATE], 'issues'));
  expect(await stored('stargazers')).toEqual(served([SLOW, LATE], 'stargazers'));
});

test('parallel chunks of a range, in any order and one of them twice, give what lies in it of each', async () => {
  await start({ now: day(20), others: OTHERS, issues: 100, stars: 120 });
  await inChunks((interval) => load([HELLO, SLOW], NAMES, { interval }));
  await expectAll([HELLO, SLOW], RANGE);
});

test('events of each come once, though those of the first end at its start', async () => {
  await start({ now: day(10), others: OTHERS });
  const count = async (): Promise<number> => {
    await target.run(sourceOf([HELLO, SLOW]).withResources('events'), { log });
    const counts = await target.dataset().rowCounts();
    return Object.entries(counts)
      .filter(([table]) => table.endsWith('_event'))
      .reduce((sum, [, rows]) => sum + rows, 0);
  };
  const happened = (): number =>
    [HELLO, SLOW]
      .flatMap((name) => emulator.repository(name).events)
      .filter(({ at }) => at <= emulator.seconds()).length;
  expect(await count()).toBe(happened());
  expect(await count()).toBe(happened());
  emulator.setNow(day(13));
  expect(await count()).toBe(happened());
});

test('a load that failed in the second repository goes on there', async () => {
  await start({ now: day(31), others: OTHERS, issues: 350 });
  emulator.faults.inject({ kind: 'status', status: 404, at: 3, on: ({ path }) => path.includes(SLOW) });
  const source = sourceOf([HELLO, SLOW]).withResources('issues');
  const options = { log, loadKey: 'one', onProgress: eachPageDue() };
  try {
    expect((await thrown(target.run(source, options))).message).toContain('404');
    const before = emulator.requests.length;
    await target.run(source, options);
    expect(emulator.requests.slice(before).every(({ path }) => path.includes(SLOW))).toBe(true);
  } finally {
    jest.restoreAllMocks();
  }
  expect(await stored('issues')).toEqual(served([HELLO, SLOW], 'issues'));
});

test.each([
  [{}, 'CONFIG_MISSING', /lacks "owner".*SOURCES__GITHUB__REPOSITORIES/],
  [{ owner: 'octo' }, 'CONFIG_MISSING', /lacks "repo"/],
  [{ owner: 'octo', repo: 'hello', repositories: [SLOW] }, 'CONFIG_INVALID', /octo\/slow.*octo\/hello/],
  [{ repositories: ['hello'] }, 'CONFIG_INVALID', /owner and name/],
  [{ repositories: [SLOW, 'Octo/Slow'] }, 'CONFIG_INVALID', /named once/],
])('repositories that are not told are bad config: %j', async (config, code, message) => {
  await start({ now: day(2) });
  const error = await thrown((async () => github(config).prepare())());
  expect(error).toMatchObject({ code });
  expect(error.message).toMatch(message);
});
