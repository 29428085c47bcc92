import type { Pipeline } from '../../src';
import { github } from '../../src/sources/github';
import { day, emulator, inChunks, log, query, RANGE, start, target, warnings } from './github-harness';

const NAMES = [
  'pull_requests',
  'reviews',
  'review_comments',
  'issue_comments',
  'commits',
  'releases',
  'workflow_runs',
] as const;
type Name = (typeof NAMES)[number];

const load = (names: readonly Name[], options: Parameters<Pipeline['run']>[1] = {}, config = {}) =>
  target.run(github({ ...emulator.config, ...config }).withResources(...names), { log, ...options });

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What tells a row and its state, as texts in order. */
const told = (rows: Rows, fields: readonly string[]): string[] =>
  rows.map((row) => fields.map((field) => String(row[field] ?? '')).join(' ')).sort();
const FIELDS: Readonly<Record<Name, readonly string[]>> = {
  pull_requests: ['id', 'title', 'state', 'body'],
  reviews: ['id', 'state', 'pull_request_number'],
  review_comments: ['id', 'body'],
  issue_comments: ['id', 'body'],
  commits: ['sha', 'node_id'],
  releases: ['id', 'tag_name'],
  workflow_runs: ['id', 'status', 'conclusion'],
};

/** What the repository has by now in a range, by the field that each resource goes by. */
function served(name: Name, { from = '', to = '9999' } = {}): string[] {
  const repository = emulator.repository();
  const now = emulator.seconds();
  const within = (field: string) => (row: Readonly<Record<string, unknown>>) =>
    from <= String(row[field]) && String(row[field]) < to;
  const pulls = repository.pullsAt(now).filter(within('updated_at'));
  const dateOf = (row: Readonly<Record<string, unknown>>): string =>
    (row['commit'] as { readonly committer: { readonly date: string } }).committer.date;
  const rows: Readonly<Record<Name, () => Rows>> = {
    pull_requests: () => pulls,
    reviews: () =>
      pulls.flatMap(({ number }) =>
        repository.reviewsAt(now, Number(number)).map((row) => ({ ...row, pull_request_number: number })),
      ),
    review_comments: () => repository.reviewCommentsAt(now).filter(within('updated_at')),
    issue_comments: () => repository.issueCommentsAt(now).filter(within('updated_at')),
    commits: () => repository.commitsAt(now).filter((row) => from <= dateOf(row) && dateOf(row) < to),
    releases: () => repository.releasesAt(now),
    workflow_runs: () => repository.runsAt(now).filter(within('created_at')),
  };
  return told(rows[name](), FIELDS[name]);
}

const stored = async (name: Name): Promise<string[]> =>
  told(await query(`SELECT ${FIELDS[name].join(', ')} FROM github_data.${name}`), FIELDS[name]);

const paths = (from = 0): string[] =>
  emulator.requests.slice(from).map(({ path, query: asks }) => `${path} ${asks.get('page') ?? ''}`);

test('by default none of them is loaded', () => {
  expect(github().resourceNames).toEqual(['issues', 'events', 'stargazers']);
  expect(github().allResourceNames).toEqual(expect.arrayContaining([...NAMES]));
});

test('two runs give each row as it is now, and the second asks for what is new', async () => {
  await start({ now: day(10), issues: 150 });
  await load(NAMES);
  for (const name of NAMES) expect([name, await stored(name)]).toEqual([name, served(name)]);
  const first = emulator.requests.length;
  emulator.setNow(day(12));
  const [edited] = emulator.repository().issueCommentsAt(emulator.seconds());
  emulator.repository().editComment(Number(edited!['id']), '2024-01-11T12:00:00Z');
  emulator.repository().deleteRelease(5_000_000);
  const info = await load(NAMES);
  for (const name of NAMES) expect([name, await stored(name)]).toEqual([name, served(name)]);
  const rows = Object.fromEntries(info.resources.map(({ resource, rows: loaded }) => [resource, loaded]));
  expect(rows['issue_comments']).toBe(served('issue_comments', { from: day(10) }).length);
  // a review asks once for each pull request that changed
  const pulls = served('pull_requests', { from: day(10) }).length;
  expect(
    emulator.requests.slice(first).filter(({ path }) => path.endsWith('/reviews')).length - pulls,
  ).toBeLessThanOrEqual(1);
  const columns = await query<{ n: number }>(
    `SELECT count(DISTINCT repository_full_name)::INT AS n FROM github_data.commits WHERE repository_full_name = 'octo/hello'`,
  );
  expect(columns).toEqual([{ n: 1 }]);
});

test('parallel chunks of a range, in any order and one of them twice, give what lies in it', async () => {
  await start({ now: day(20), issues: 150, runs: 400 });
  const names = NAMES.filter((name) => name !== 'releases');
  await inChunks((interval) => load(names, { interval }));
  for (const name of names) expect([name, await stored(name)]).toEqual([name, served(name, RANGE)]);
});

describe('pull requests', () => {
  test('of an old range are found by halves', async () => {
    await start({ now: day(31), issues: 2500 });
    await load(['pull_requests'], { interval: { start: day(8), end: day(9) } });
    expect(await stored('pull_requests')).toEqual(served('pull_requests', { from: day(8), to: day(9) }));
    const pages = Math.ceil(served('pull_requests').length / 100);
    expect(pages).toBeGreaterThan(6);
    expect(emulator.requests.length).toBeLessThan(pages);
  });

  test('that change while the pages are read are not missed', async () => {
    let asking = 0;
    await start({ now: () => Date.parse('2024-02-05T00:00:00Z'), issues: 1000 });
    const repository = emulator.repository();
    const all = served('pull_requests').map((line) => Number(line.split(' ')[0]));
    emulator.faults.inject({
      kind: 'slow',
      ms: 0,
      on: ({ path }) => {
        if (!path.endsWith('/pulls') || ++asking < 2) return false;
        // the oldest changes, and moves to the front
        const [oldest] = [...repository.pullsAt(emulator.seconds())].sort((a, b) =>
          String(a['updated_at']).localeCompare(String(b['updated_at'])),
        );
        repository.updateIssue(Number(oldest!['number']), `2024-02-04T00:00:${10 + asking}Z`);
        return false;
      },
    });
    await load(['pull_requests']);
    emulator.faults.clear();
    await load(['pull_requests']);
    const rows = await query<{ id: number }>('SELECT id FROM github_data.pull_requests ORDER BY id');
    expect(rows.map(({ id }) => Number(id))).toEqual(all.sort((a, b) => a - b));
    expect(await stored('pull_requests')).toEqual(served('pull_requests'));
  });
});

describe('commits', () => {
  test('of a branch that is merged late come by the look back, and a branch that stands still costs a request', async () => {
    await start({ now: day(10) });
    await load(['commits']);
    const before = await stored('commits');
    const asked = emulator.requests.length;
    await load(['commits']);
    expect(paths(asked)).toEqual(['/repos/octo/hello/commits ']);
    emulator.setNow(day(13));
    const old = served('commits', { to: day(10) });
    expect(old.length).toBeGreaterThan(before.length);
    await load(['commits']);
    expect(await stored('commits')).toEqual(served('commits'));
  });

  test('that are pushed, or taken away by force, while the pages are read change no page', async () => {
    const time = { ms: Date.parse(day(20)) };
    await start({ now: () => time.ms, commits: 900 });
    const before = served('commits');
    emulator.faults.inject({
      kind: 'slow',
      ms: 0,
      on: ({ query: asks }) => {
        if (asks.get('page') === '2') emulator.repository().forcePush(emulator.seconds(), 150);
        if (asks.has('page')) time.ms += 3_600_000;
        return false;
      },
    });
    await load(['commits']);
    expect(emulator.requests.length).toBeGreaterThan(4);
    expect(await stored('commits')).toEqual(before);
    emulator.faults.clear();
    await load(['commits']);
    // what a force push took away stays
    expect(await stored('commits')).toEqual([...new Set([...before, ...served('commits')])].sort());
  });

  test('of a committer whose clock is years ahead keep no later one from being loaded', async () => {
    await start({ now: day(10) });
    emulator.repository().misdateCommit(day(10), '2099-01-01T00:00:00Z');
    await load(['commits']);
    emulator.setNow(day(14));
    await load(['commits']);
    expect(await stored('commits')).toEqual(served('commits'));
    const dates = await query(
      `SELECT count(*)::INT AS n FROM github_data.commits WHERE year(committed_at) = 2099`,
    );
    expect(dates).toEqual([{ n: 0 }]);
  });

  test('of a repository that has none are no matter', async () => {
    await start({ now: day(10), commits: 0 });
    await load(['commits']);
    expect(emulator.requests.map(({ status }) => status)).toEqual([409]);
    expect(warnings).toEqual([]);
  });
});

describe('workflow runs', () => {
  test('beyond the thousand that GitHub lists of a range come by halves of it', async () => {
    await start({ now: '2024-02-05T00:00:00Z', runs: 2100 });
    await load(['workflow_runs']);
    expect(await stored('workflow_runs')).toEqual(served('workflow_runs'));
    const ranges = new Set(emulator.requests.map(({ query: asks }) => asks.get('created')));
    expect(ranges.size).toBeGreaterThan(4);
    expect(emulator.requests.every(({ query: asks }) => Number(asks.get('page')) <= 10)).toBe(true);
  });

  test('none is missed though others are deleted while the pages are read', async () => {
    await start({ now: '2024-02-05T00:00:00Z', runs: 950 });
    const repository = emulator.repository();
    const gone = new Set<number>();
    emulator.faults.inject({
      kind: 'slow',
      ms: 0,
      on: ({ number }) => {
        if (number < 2) return false;
        const id = Number(repository.runsAt(emulator.seconds())[7]!['id']);
        gone.add(id);
        repository.deleteRun(id);
        return false;
      },
    });
    await load(['workflow_runs']);
    const rows = await query<{ id: number }>('SELECT id FROM github_data.workflow_runs');
    const ids = new Set(rows.map(({ id }) => Number(id)));
    const kept = repository.runsAt(emulator.seconds()).map(({ id }) => Number(id));
    expect(gone.size).toBeGreaterThan(5);
    expect(kept.filter((id) => !ids.has(id))).toEqual([]);
  });
});
