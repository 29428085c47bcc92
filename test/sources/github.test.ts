import { startGithubEmulator } from '../../examples/github-emulator';
import type { Pipeline } from '../../src';
import { linkHeader } from '../../src/http';
import { github } from '../../src/sources/github';
import { makeClient, thrown } from '../http/make-client';
import { eachPageDue } from './each-page-due';
import { day, emulator, inChunks, log, query, RANGE, start, target, use, warnings } from './github-harness';

type Name = 'issues' | 'events';
const load = (name: Name, options: Parameters<Pipeline['run']>[1] = {}, config = {}) =>
  target.run(github({ ...emulator.config, ...config }).withResources(name), { log, ...options });
const loadInChunks = (name: Name): Promise<void> => inChunks((interval) => load(name, { interval }));
const asked = (): string[] => emulator.requests.map(({ url, status }) => `${status} ${url}`);
const inOrder = (texts: readonly unknown[]): string[] => texts.map(String).sort();

describe('issues', () => {
  const stored = () =>
    query<{ id: number; updated_at: unknown; body: string; labels: number }>(
      `SELECT id, strftime(updated_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS updated_at, body,
        (SELECT count(*) FROM github_data.issues__labels AS l WHERE l._dlt_parent_id = i._dlt_id)::INT AS labels
       FROM github_data.issues AS i ORDER BY id`,
    );
  const served = (range = {}) =>
    emulator.expected(range).issues.map(({ id, updated_at, body, labels }) => ({
      id,
      updated_at,
      body,
      labels: (labels as unknown[]).length,
    }));

  test('two daily runs give every issue as it is now, and the second asks only for what changed', async () => {
    await start({ now: day(10) });
    await load('issues');
    expect(await stored()).toEqual(served());
    const first = emulator.requests.length;
    emulator.setNow(day(11));
    const info = await load('issues');
    expect(await stored()).toEqual(served());
    expect(emulator.requests.length - first).toBe(1);
    const changed = emulator.expected({ from: day(10) }).issues.length;
    expect(info.resources[0]!.rows).toBe(changed);
    expect(emulator.requests.at(-1)!.query.get('since')).toBe(
      emulator.expected({ to: day(10) }).issues.length > 0 ? lastChange(day(10)) : undefined,
    );
  });

  /** The time of the last change before a time, as the cursor had it then. */
  function lastChange(before: string): string {
    emulator.setNow(before);
    const last = emulator
      .expected()
      .issues.map((row) => String(row['updated_at']))
      .sort()
      .at(-1)!;
    emulator.setNow(day(11));
    return last;
  }

  test('a run without anything new is answered with 304, and what is new afterwards still comes', async () => {
    await start({ now: day(10) });
    await load('issues');
    await load('issues');
    const before = emulator.requests.length;
    expect((await load('issues')).resources[0]!.rows).toBe(0);
    expect(
      asked()
        .slice(before)
        .map((line) => line.slice(0, 3)),
    ).toEqual(['304']);
    emulator.setNow(day(12));
    await load('issues');
    expect(await stored()).toEqual(served());
  });

  test('parallel chunks of a range, in any order and one of them twice, give the issues that last changed in it', async () => {
    await start({ now: day(20) });
    await loadInChunks('issues');
    expect(await stored()).toEqual(served(RANGE));
    const limits = emulator.requests.map(({ query: asks }) => asks.get('state'));
    expect(new Set(limits)).toEqual(new Set(['all']));
  });

  test('an older interval that runs again does not overwrite what is newer', async () => {
    await start({ now: day(5) });
    await load('issues', { interval: { start: day(4), end: day(5) } });
    const [old] = emulator.expected({ from: day(4) }).issues;
    emulator.setNow(day(8));
    emulator.updateIssue(Number(old!['number']), '2024-01-07T12:00:00Z');
    await load('issues', { interval: { start: day(7), end: day(8) } });
    await load('issues', { interval: { start: day(4), end: day(5) } });
    const row = (await stored()).find(({ id }) => id === old!['id']);
    expect(row!.updated_at).toBe('2024-01-07T12:00:00Z');
  });

  test('none is missed though issues change while the pages are read', async () => {
    // with every request the issue that was the first of the list changes, and moves to its end
    const changing = () => {
      let asking = 0;
      let changes = true;
      const made = startGithubEmulator({
        issues: 350,
        now: () => {
          if (changes && ++asking > 1) {
            changes = false;
            const [first] = [...(emulator?.expected().issues ?? [])].sort((a, b) =>
              String(a['updated_at']).localeCompare(String(b['updated_at'])),
            );
            changes = true;
            emulator.updateIssue(Number(first!['number']), `2024-01-31T00:00:${10 + asking}Z`);
          }
          return Date.parse('2024-02-05T00:00:00Z');
        },
      });
      return made;
    };
    use(await changing());
    const all = emulator.expected().issues.map(({ id }) => id);
    const { http } = makeClient(github(emulator.config).prepare().http);
    const numbered = new Set<unknown>();
    const params = { state: 'all', sort: 'updated', direction: 'asc', per_page: 100 };
    const pages = http.pages<{ id: number }[]>('/repos/octo/hello/issues', { params, next: linkHeader() });
    for await (const page of pages) for (const { id } of page) numbered.add(id);
    expect(numbered.size).toBeLessThan(all.length);
    await emulator.close();

    use(await changing());
    await load('issues');
    expect((await stored()).map(({ id }) => id)).toEqual(all);
    expect(emulator.requests.filter(({ query: asks }) => asks.has('page'))).toEqual([]);
  });

  test('more of them than a page in one second all come', async () => {
    await start({ issues: 260, now: '2024-02-05T00:00:00Z' });
    for (let number = 1; number <= 230; number += 1) emulator.updateIssue(number, '2024-02-02T00:00:00Z');
    await load('issues');
    expect((await stored()).map(({ id }) => id)).toEqual(emulator.expected().issues.map(({ id }) => id));
  });

  test('a load that failed goes on where its last checkpoint was', async () => {
    await start({ issues: 350, now: day(31) });
    emulator.faults.inject({ kind: 'status', status: 404, at: 3 });
    const source = github(emulator.config).withResources('issues');
    const options = {
      log,
      loadKey: 'one',
      onProgress: eachPageDue(),
    };
    try {
      expect((await thrown(target.run(source, options))).message).toContain('404');
      await target.run(source, options);
    } finally {
      jest.restoreAllMocks();
    }
    const since = emulator.requests.map(({ query: asks }) => asks.get('since'));
    expect(since[3]).toBe(since[2]);
    expect(new Set(since).size).toBe(since.length - 1);
    expect(await stored()).toEqual(served());
  });
});

describe('events', () => {
  const TABLES = `SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'github_data' AND table_name LIKE '%_event'`;
  async function stored(): Promise<Record<string, string[]>> {
    const tables = await query<{ name: string }>(TABLES);
    const entries = tables.map(async ({ name }) => {
      const rows = await query<{ id: string }>(`SELECT id FROM github_data.${name}`);
      return [name, inOrder(rows.map(({ id }) => id))] as const;
    });
    const filled = (await Promise.all(entries)).filter(([, ids]) => ids.length > 0);
    return Object.fromEntries(filled);
  }
  function served(range = {}): Record<string, string[]> {
    const byTable: Record<string, string[]> = {};
    for (const { id, type } of emulator.expected(range).events) {
      const table = String(type)
        .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
        .toLowerCase();
      byTable[table] = inOrder([...(byTable[table] ?? []), id]);
    }
    return byTable;
  }

  test('two daily runs give each event once, in the table of its type, and the second stops early', async () => {
    await start({ now: day(20), eventsPerDay: 12 });
    await load('events');
    expect(await stored()).toEqual(served());
    expect(Object.keys(await stored())).toContain('push_event');
    expect(emulator.requests).toHaveLength(3);
    emulator.setNow(day(21));
    await load('events');
    expect(await stored()).toEqual(served());
    expect(emulator.requests).toHaveLength(4);
  });

  test('a run without anything new is one request that is answered with 304', async () => {
    await start({ now: day(20) });
    await load('events');
    const before = emulator.requests.length;
    await load('events');
    await load('events');
    expect(
      asked()
        .slice(before)
        .map((line) => line.slice(0, 3)),
    ).toEqual(['304', '304']);
    emulator.setNow(day(21));
    await load('events');
    expect(await stored()).toEqual(served());
  });

  test('come once though others happen while the pages are read', async () => {
    // the clock goes on by six hours with each request
    const started = () => {
      let asking = 0;
      return startGithubEmulator({
        eventsPerDay: 12,
        now: () => Date.parse(day(20)) + 6 * 3_600_000 * asking++,
      });
    };
    use(await started());
    const { http } = makeClient(github(emulator.config).prepare().http);
    const served: string[] = [];
    const pages = http.pages<{ id: string }[]>('/repos/octo/hello/events?per_page=100', {
      next: linkHeader(),
    });
    for await (const page of pages) served.push(...page.map(({ id }) => id));
    expect(new Set(served).size).toBeLessThan(served.length);
    await emulator.close();

    use(await started());
    await load('events');
    expect(inOrder(Object.values(await stored()).flat())).toEqual(inOrder([...new Set(served)]));
  });

  test('one that shows up hours late is not missed', async () => {
    await start({ now: day(20) });
    emulator.hideEvents('2024-01-19T20:00:00Z', '2024-01-19T23:00:00Z');
    await load('events');
    const late = emulator.expected({ from: '2024-01-19T20:00:00Z', to: '2024-01-19T23:00:00Z' }).events;
    expect(late.length).toBeGreaterThan(0);
    expect(await stored()).not.toEqual(served());
    emulator.hideEvents();
    emulator.setNow(day(21));
    await load('events');
    expect(await stored()).toEqual(served());
  });

  test('parallel chunks of a range, in any order and one of them twice, give its events once', async () => {
    await start({ now: day(20) });
    await loadInChunks('events');
    expect(await stored()).toEqual(served(RANGE));
  });

  test('that GitHub has forgotten already are warned of', async () => {
    await start({ now: day(31), eventsPerDay: 40 });
    await load('events');
    expect(warnings).toEqual([expect.stringMatching(/keeps the newest 300 events/)]);
    expect(Object.values(await stored()).flat()).toHaveLength(300);
  });

  test('a run that goes on after more than 30 days says what is missing, the first one not', async () => {
    await start({ now: day(3) });
    await load('events');
    expect(warnings).toEqual([]);
    // of the events that the first run had, GitHub keeps none
    emulator.setNow('2024-02-20T00:00:00Z');
    await load('events');
    expect(warnings).toEqual([expect.stringMatching(/keeps the newest 300 events .* for 30 days/)]);
  });
});

test('without a token a public repository can be read, sixty requests an hour', async () => {
  await start({ now: day(3) });
  const { accessToken: _, ...config } = emulator.config;
  await target.run(github(config).withResources('issues'), { log });
  expect(emulator.requests[0]!.headers.authorization).toBeUndefined();
  expect(emulator.requests[0]!.identity).toBe('anonymous');
});
