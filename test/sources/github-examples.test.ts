import webhooks from '@octokit/webhooks-examples';
import { linkHeaderOf, numberedPage, reply, startEmulator } from '../../examples/emulator-kit';
import { startGithubEmulator } from '../../examples/github-emulator';
import { loadTopReactions } from '../../examples/github-reactions/top-reactions';
import { github } from '../../src/sources/github';
import { target } from './github-harness';
import { startRecorded } from './github-recorded';

test('the issues with most reactions of eight kinds are loaded ad hoc, one row for each', async () => {
  const emulator = await startGithubEmulator({ issues: 450, now: '2024-02-05T00:00:00Z' });
  try {
    const { owner, repo, accessToken, baseUrl } = emulator.config;
    const lines: string[] = [];
    const options = { repository: `${owner}/${repo}`, accessToken, baseUrl };
    const info = await loadTopReactions(target, { ...options, onPage: (line) => lines.push(line) });
    const { requests } = emulator;
    expect(requests).toHaveLength(16);
    expect(requests[0]!.url).toBe(
      '/repos/octo/hello/issues?state=all&sort=reactions-%2B1&per_page=100&page=1',
    );
    expect(new Set(requests.map(({ query }) => query.get('sort')))).toEqual(
      new Set(
        ['+1', '-1', 'smile', 'tada', 'thinking_face', 'heart', 'rocket', 'eyes'].map(
          (name) => `reactions-${name}`,
        ),
      ),
    );
    expect(lines).toHaveLength(16);
    expect(lines[0]).toBe('+1, page 1: 4999 requests left');
    expect(lines.at(-1)).toBe('eyes, page 2: 4984 requests left');
    // the 200 with most of each kind, by what was served: the lists overlap
    const names: Record<string, string> = { smile: 'laugh', tada: 'hooray', thinking_face: 'confused' };
    const top = new Set<unknown>();
    for (const { query } of requests.filter((request) => request.query.get('page') === '1')) {
      const sort = query.get('sort')!.slice('reactions-'.length);
      const count = ({ reactions }: Readonly<Record<string, unknown>>): number =>
        Number((reactions as Record<string, number>)[names[sort] ?? sort]);
      const sorted = [...emulator.expected().issues].sort(
        (a, b) => count(b) - count(a) || Number(a['number']) - Number(b['number']),
      );
      for (const { id } of sorted.slice(0, 200)) top.add(id);
    }
    expect(top.size).toBeGreaterThan(200);
    expect(info.resources[0]!.tables['issues']).toBe(top.size);
    const rows = await target.dataset().sql<{ id: number }>('SELECT id FROM github_data.issues').toArray();
    expect(rows.map(({ id }) => Number(id)).sort()).toEqual([...top].sort());
    await loadTopReactions(target, { ...options, onPage: () => {} });
    expect(await target.dataset().rowCounts()).toMatchObject({ issues: top.size });
  } finally {
    await emulator.close();
  }
});

test("payloads of every kind that GitHub documents become rows of their type's table", async () => {
  const kinds = Object.values(webhooks).map(({ name, examples }) => ({
    type: `${name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase())}Event`,
    table: `${name}_event`,
    payloads: examples.slice(0, 2) as readonly unknown[],
  }));
  const events = kinds.flatMap(({ type, payloads }, kind) =>
    payloads.map((payload, index) => ({
      id: String(1000 - kind * 10 - index),
      type,
      payload,
      created_at: `2024-01-${String(28 - Math.floor(kind / 3)).padStart(2, '0')}T00:00:00Z`,
    })),
  );
  const emulator = await startEmulator({
    routes: {
      'GET /repos/octo/hello/events': (request) => {
        const page = numberedPage(request, events);
        const link = linkHeaderOf(request, page);
        return reply({ headers: link === undefined ? {} : { link }, body: page.rows });
      },
    },
  });
  try {
    const source = github({ owner: 'octo', repo: 'hello', baseUrl: emulator.url });
    await target.run(source.with({ maxTableNesting: 1 }).withResources('events'));
    const counts = await target.dataset().rowCounts();
    expect(kinds.length).toBeGreaterThan(50);
    for (const { table, payloads } of kinds) expect([table, counts[table]]).toEqual([table, payloads.length]);
    // a second run brings none of them twice
    await target.run(source.with({ maxTableNesting: 1 }).withResources('events'));
    expect(await target.dataset().rowCounts()).toEqual(counts);
  } finally {
    await emulator.close();
  }
});

test('issues come as recorded from GitHub itself, over five pages', async () => {
  const recorded = await startRecorded();
  try {
    const config = { baseUrl: recorded.url, owner: 'octokit-fixture-org', repo: 'paginate-issues' };
    await target.run(github(config).withResources('issues'));
    const sql = 'SELECT number FROM github_data.issues ORDER BY number';
    const rows = await target.dataset().sql<{ number: number }>(sql).toArray();
    expect(rows.map(({ number }) => Number(number))).toEqual(Array.from({ length: 13 }, (_, at) => at + 1));
    const pages = new Set(recorded.requests.map(({ query }) => query.get('page')));
    expect(pages).toEqual(new Set([null, '2', '3', '4', '5']));
    expect(recorded.requests.every(({ status }) => status === 200)).toBe(true);
  } finally {
    await recorded.close();
  }
});
