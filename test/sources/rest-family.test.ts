import { type Emulator, reply, startEmulator } from '../../examples/emulator-kit';
import type { JsonObject } from '../../src';
import { type RestResource, restSource } from '../../src/sources/rest';
import { thrown } from '../http/make-client';
import { makeTarget } from './target';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({
    routes: {
      'GET /orgs': () =>
        reply({
          body: [
            { id: 'o1', plan: { tier: 'gold' } },
            { id: 'o2', plan: { tier: 'tin' } },
          ],
        }),
      'GET /orgs/:org/repos': ({ params }) =>
        reply({ body: [1, 2].map((n) => ({ id: `${params['org']}-r${n}`, private: n === 2 })) }),
      'GET /repos/:repo/issues': ({ params }) =>
        reply({
          body: [
            { id: `${params['repo']}-i1`, labels: [] },
            { id: `${params['repo']}-i2`, labels: ['bug'] },
          ],
        }),
      'POST /orgs/:org/notes': ({ params, json, query, headers }) =>
        reply({
          body: [{ org: params['org'], of: query.get('repo'), ...(json as object), tier: headers['x-tier'] }],
        }),
    },
  });
});
afterEach(() => emulator.close());

const ORGS: RestResource = { name: 'orgs' };
const REPOS: RestResource = { name: 'repos', path: '/orgs/{resources.orgs.id}/repos' };
const ISSUES: RestResource = { name: 'issues', path: '/repos/{resources.repos.id}/issues' };
const NOTES: RestResource = {
  name: 'notes',
  method: 'POST',
  path: '/orgs/{resources.orgs.id}/notes',
  params: { repo: '{resources.repos.id}' },
  headers: { 'x-tier': '{resources.orgs.plan.tier}' },
  json: { issue: { id: '{resources.issues.id}', isPrivate: '{resources.repos.private}' } },
};

const family = (...resources: RestResource[]) =>
  restSource({ name: 'forge', baseUrl: emulator.url, http: { retries: 0 }, resources })();
const rowsOf = async (source: AsyncIterable<unknown>): Promise<JsonObject[]> => {
  const rows: JsonObject[] = [];
  for await (const row of source) rows.push(row as JsonObject);
  return rows;
};

describe('a resource that takes fields of its parent and of those above it', () => {
  test('is asked for once for each row of the nearest, with the rows that it came of', async () => {
    // children before parents: the order of writing doesn't count
    const notes = await rowsOf(family(NOTES, ISSUES, REPOS, ORGS).withResources('notes'));
    const expected = ['o1', 'o2'].flatMap((org) =>
      [1, 2].flatMap((repo) =>
        [1, 2].map((issue) => ({
          org,
          of: `${org}-r${repo}`,
          issue: { id: `${org}-r${repo}-i${issue}`, isPrivate: repo === 2 },
          tier: org === 'o1' ? 'gold' : 'tin',
        })),
      ),
    );
    expect(notes).toEqual(expected);
    expect(emulator.requests.filter(({ path }) => path === '/orgs')).toHaveLength(1);
  });

  test('leaves nothing in what is loaded', async () => {
    const target = makeTarget('forge');
    try {
      expect(await target.loaded(family(ORGS, REPOS, ISSUES, NOTES))).toMatchObject({ repos: 4, notes: 8 });
      const rows = await target.query(
        'SELECT * EXCLUDE (_dlt_id, _dlt_load_id) FROM repos ORDER BY id LIMIT 1',
      );
      expect(rows).toEqual([{ id: 'o1-r1', private: false }]);
    } finally {
      await target.close();
    }
  });

  test('may be asked for several at once, and behind a map that copies; one that makes other rows is named', async () => {
    const source = family(ORGS, REPOS, ISSUES, { ...NOTES, parallel: 3 }).withResources('notes');
    const copied = source.map('issues', (row) => ({ ...(row as object), more: 1 }));
    const orgs = (await rowsOf(copied)).map(({ org }) => org);
    expect(orgs).toEqual([...Array(4).fill('o1'), ...Array(4).fill('o2')]);
    const other = source.map('issues', (row) => ({ id: (row as JsonObject)['id'] }));
    expect(await thrown(rowsOf(other))).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringMatching(/which row of "(orgs|repos)" a row came of isn't known/),
    });
  });

  test('has the fields of the nearest with includeFromParent', async () => {
    const [note] = await rowsOf(
      family(ORGS, REPOS, ISSUES, { ...NOTES, includeFromParent: ['id'] }).withResources('notes'),
    );
    expect(note).toMatchObject({ _issues_id: 'o1-r1-i1' });
  });

  test('is not given rows of others by a bound value', async () => {
    const source = family(ORGS, REPOS, { ...ISSUES, params: { of: 'all' } }).withResources('issues');
    const bound = source.bind({ issues: { of: '{resources.notes.id}' } });
    expect(await thrown(rowsOf(bound))).toMatchObject({
      code: 'RESOURCE_INVALID',
      message: expect.stringMatching(
        /placeholder of "notes", whose rows it isn't asked for with; there are "repos", "orgs"/,
      ),
    });
  });

  test('names the field that a row above has not', async () => {
    const bad = { ...NOTES, params: { repo: '{resources.repos.title}' } };
    expect((await thrown(rowsOf(family(ORGS, REPOS, ISSUES, bad).withResources('notes')))).message).toMatch(
      /a row of its parent "repos" has no "title"; it has "id", "private"/,
    );
  });
});

test('fields of resources that are no line are refused, and a parent that is misspelt', () => {
  expect(() =>
    family(
      ORGS,
      REPOS,
      { name: 'teams', path: '/orgs/{resources.orgs.id}/teams' },
      {
        name: 'access',
        path: '/teams/{resources.teams.id}/repos/{resources.repos.id}',
      },
    ),
  ).toThrow(/"access": it takes fields of "teams" and "repos", which are not parent and child/);
  expect(() => family(ORGS, { name: 'repos', path: '/{resources.org.id}' })).toThrow(
    /its parent "org" doesn't exist.*Did you mean "orgs"/,
  );
});

test('several matches of a path are the rows, and the elements of lists that it finds', async () => {
  const api = await startEmulator({
    routes: {
      'GET /groups': () =>
        reply({
          body: { groups: [{ items: [{ id: 1 }, { id: 2 }] }, { items: [] }, { items: [{ id: 3 }] }] },
        }),
    },
  });
  try {
    for (const data of ['$.groups[*].items[*]', '$.groups[*].items', '$..items']) {
      const source = restSource({ name: 'g', baseUrl: api.url, resources: [{ name: 'groups', data }] })();
      expect((await rowsOf(source)).map(({ id }) => id)).toEqual([1, 2, 3]);
    }
  } finally {
    await api.close();
  }
});
