import { z } from 'zod';
import {
  bearerAuth,
  type Emulator,
  linkHeaderOf,
  numberedPage,
  reply,
  startEmulator,
} from '../../examples/emulator-kit';
import { bearer, cursorPages, instant, isoText, type Pipeline, pageNumbers, Secret, secret } from '../../src';
import { type RestResource, restSource } from '../../src/sources/rest';
import { thrown } from '../http/make-client';
import { makeTarget, type Target } from './target';

const at = (day: number): string => `2024-01-${String(day).padStart(2, '0')}T06:00:00Z`;
const POSTS = Array.from({ length: 25 }, (_, index) => ({
  id: index + 1,
  title: `Post ${index + 1}`,
  state: index % 5 === 0 ? 'draft' : 'published',
  author: { login: `writer ${index % 3}` },
  updated_at: at(index + 1),
}));
const COMMENTS = POSTS.flatMap(({ id }) =>
  Array.from({ length: id % 4 }, (_, index) => ({ id: id * 10 + index, text: `To ${id}` })),
);

let emulator: Emulator;
let made: Target;
let target: Pipeline;
let today: number;
beforeEach(async () => {
  today = 25;
  made = makeTarget('blog', 'blog_data');
  target = made.pipeline;
  emulator = await startEmulator({
    auth: bearerAuth('blog-token'),
    routes: {
      'GET /api/posts': (request) => {
        const { query } = request;
        const [since, until] = [query.get('since') ?? '', query.get('until') ?? '9'];
        const rows = POSTS.slice(0, today)
          .filter((post) => since <= post.updated_at && post.updated_at <= until)
          .filter(({ state }) => state === (query.get('state') ?? state));
        const page = numberedPage(request, rows, { defaultSize: 10 });
        return reply({ body: { meta: { pages: page.pages }, data: page.rows } });
      },
      'GET /api/posts/:id/comments': (request) => {
        const id = Number(request.params['id']);
        if (id === 13) return reply({ status: 404, body: { error: 'gone' } });
        const rows = COMMENTS.filter((comment) => Math.floor(comment.id / 10) === id);
        const page = numberedPage(request, rows, { defaultSize: 2 });
        const link = linkHeaderOf(request, page);
        return reply({ headers: link === undefined ? {} : { link }, body: page.rows });
      },
      'GET /api/comments/:id/reactions': ({ params }) =>
        reply({ body: { likes: [{ id: `${params['id']}-a` }] } }),
      'GET /api/writers/:login': ({ params }) => reply({ body: { login: params['login'], posts: 3 } }),
      'POST /api/search': ({ json }) => {
        const { filter, cursor = 0 } = json as { filter: { from: number; to?: number }; cursor?: number };
        const rows = POSTS.filter(({ updated_at }) => Date.parse(updated_at) / 1000 >= filter.from);
        const next = cursor + 10 < rows.length ? cursor + 10 : null;
        return reply({ body: { result: { items: rows.slice(cursor, cursor + 10) }, next } });
      },
      'GET /api/groups': () =>
        reply({
          body: { groups: [{ items: [{ id: 1 }, { id: 2 }] }, { items: [] }, { items: [{ id: 3 }] }] },
        }),
      'GET /api/linked': (request) => {
        const page = numberedPage(request, POSTS, { defaultSize: 10 });
        const next = page.page < page.pages ? `/api/linked?page=${page.page + 1}` : null;
        return reply({ body: { items: page.rows, links: { next } } });
      },
      'GET /api/tokens': () => reply({ body: { items: [{ id: 1 }], next_cursor: 'abc' } }),
      'GET /api/none': () => reply({ body: { items: null } }),
      'GET /api/one': () => reply({ body: { id: 7, name: 'settings' } }),
    },
  });
});
afterEach(async () => {
  await made.close();
  await emulator.close();
});

/** A blog with any resources. */
const blog = <const N extends string>(...resources: readonly RestResource<N>[]) =>
  restSource({
    name: 'blog',
    baseUrl: `${emulator.url}/api`,
    auth: bearer('blog-token'),
    http: { retries: 0 },
    resources,
  })();
const POST_PAGES = { paginate: pageNumbers({ total: 'meta.pages' }), data: 'data' };
const UPDATED = {
  cursor: 'updated_at',
  type: 'iso',
  initialValue: '2024-01-01T00:00:00Z',
  startParam: 'since',
  endParam: 'until',
} as const;

const rowsOf = <R extends object>(sql: string): Promise<R[]> => target.dataset().sql<R>(sql).toArray();
const ids = async (table: string): Promise<number[]> =>
  (await rowsOf<{ id: number }>(`SELECT id FROM blog_data.${table} ORDER BY id`)).map(({ id }) => Number(id));
const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const asked = (): string[] => emulator.requests.map(({ url }) => url);

describe('a declarative source', () => {
  test('takes config and secrets, defaults, and loads what is new on the second day', async () => {
    const source = restSource({
      name: 'blog',
      config: z.object({ token: secret(z.string()), startDate: instant(), baseUrl: z.string() }),
      baseUrl: (c) => c.baseUrl,
      auth: (c) => bearer(c.token),
      defaults: { primaryKey: 'id', writeDisposition: 'merge', params: { per_page: 4 }, ...POST_PAGES },
      resources: (c) => [
        { name: 'posts', incremental: { ...UPDATED, initialValue: isoText(c.startDate) } },
        { name: 'drafts', path: '/posts', params: { state: 'draft' }, selected: false },
      ],
    });
    const made = source({
      token: new Secret('blog-token'),
      startDate: '2024-01-03',
      baseUrl: `${emulator.url}/api`,
    });
    expect(made.resourceNames).toEqual(['posts']);
    today = 10;
    await target.run(made);
    expect(await ids('posts')).toEqual(upTo(10, 3));
    expect(asked()).toEqual([
      '/api/posts?per_page=4&since=2024-01-03T00%3A00%3A00Z&page=1',
      '/api/posts?per_page=4&since=2024-01-03T00%3A00%3A00Z&page=2',
    ]);
    today = 12;
    await target.run(made);
    expect(await ids('posts')).toEqual(upTo(12, 3));
    expect(asked()[2]).toContain(`since=${encodeURIComponent(at(10))}`);
    await target.run(made.withResources('drafts'));
    expect(await ids('drafts')).toEqual([1, 6, 11]);
  });

  test('loads a range in parallel chunks, in any order and one of them twice, as what is served', async () => {
    const source = blog({ name: 'posts', primaryKey: 'id', incremental: UPDATED, ...POST_PAGES });
    const days = (from: number, to: number) => ({
      start: `2024-01-${String(from).padStart(2, '0')}T06:00:00Z`,
      end: `2024-01-${String(to).padStart(2, '0')}T06:00:00Z`,
    });
    const chunks = [days(11, 16), days(1, 6), days(6, 11)];
    await Promise.all(chunks.map((interval) => target.run(source, { interval })));
    await target.run(source, { interval: chunks[1]! });
    expect(await ids('posts')).toEqual(upTo(15));
    // the API's end is inclusive, the range's is not
    expect(asked().some((url) => url.includes(`until=${encodeURIComponent(at(6))}`))).toBe(true);
  });

  test('binds parameters for a run, and the bounds of the cursor', async () => {
    const source = blog({
      name: 'posts',
      primaryKey: 'id',
      params: { state: 'published' },
      incremental: UPDATED,
      ...POST_PAGES,
    });
    const bound = { state: 'draft', incremental: { cursor: { initialValue: at(2), endValue: at(20) } } };
    await target.run(source.bind({ posts: bound }));
    expect(await ids('posts')).toEqual([6, 11, 16]);
    // @ts-expect-error a resource that doesn't exist
    expect(() => source.withResources('pots')).toThrow(/"pots"/);
  });

  test('asks for children once for each row of the parent, with its fields', async () => {
    const source = blog(
      { name: 'reactions', path: '/comments/{resources.comments.id}/reactions', data: 'likes' },
      {
        name: 'comments',
        path: '/posts/{resources.posts.id}/comments',
        includeFromParent: ['id', 'author.login'],
        emptyOn: [404],
      },
      { name: 'posts', ...POST_PAGES, params: { per_page: 100 } },
      { name: 'writers', path: 'writers/{resources.posts.author.login}', data: '$', selected: false },
    );
    await target.run(source.withResources('comments', 'reactions'));
    const expected = COMMENTS.filter(({ id }) => Math.floor(id / 10) !== 13);
    expect(await ids('comments')).toEqual(expected.map(({ id }) => id));
    const [first] = await rowsOf(
      'SELECT * EXCLUDE (_dlt_id, _dlt_load_id) FROM blog_data.comments WHERE id = 20',
    );
    expect(first).toEqual({ id: 20, text: 'To 2', _posts_id: 2, _posts_author_login: 'writer 1' });
    expect(await target.dataset().rowCounts()).toEqual({
      comments: expected.length,
      reactions: expected.length,
    });
    expect(asked().filter((url) => url.startsWith('/api/posts?'))).toHaveLength(1);
    await target.run(source.withResources('writers').addLimit(1));
    expect(asked().at(-1)).toBe('/api/writers/writer%200');
  });

  test('posts a query with the range in its body, and follows a cursor there', async () => {
    const source = blog({
      name: 'found',
      path: '/search',
      method: 'POST',
      json: { filter: { from: '{incremental.startValue}', to: '{incremental.endValue}' }, size: 10 },
      data: 'result.items',
      paginate: cursorPages({ cursor: 'next', param: 'cursor', in: 'json' }),
      incremental: { ...UPDATED, startParam: undefined!, endParam: undefined!, format: 'unix' },
    });
    await target.run(source);
    expect(await ids('found')).toEqual(upTo(25));
    const from = Date.parse('2024-01-01T00:00:00Z') / 1000;
    expect(emulator.requests.map(({ json }) => json)).toEqual([
      { filter: { from }, size: 10 },
      { filter: { from }, size: 10, cursor: 10 },
      { filter: { from }, size: 10, cursor: 20 },
    ]);
  });

  test.each<[string, Partial<RestResource>, number[]]>([
    ['behind several lists', { path: '/groups', data: '$.groups[*].items[*]' }, [1, 2, 3]],
    ['linked in the answer', { path: '/linked' }, upTo(25)],
    ['that are none', { path: '/none', data: 'items' }, []],
    ['that are the answer itself', { path: '/one', data: '$' }, [7]],
  ])('finds rows %s', async (_, spec, expected) => {
    const source = blog({ ...spec, name: 'things' });
    const rows: number[] = [];
    for await (const row of source) rows.push((row as { id: number }).id);
    expect(rows).toEqual(expected);
  });

  test.each<[string, Partial<RestResource>, RegExp]>([
    [
      'more to come that it can not ask for',
      { path: '/tokens' },
      /says in "next_cursor" that more is to come.*Set "paginate"/,
    ],
    [
      'rows that are not there',
      { path: '/one', data: 'items' },
      /has no rows in "items", which "data" names\. It has "id", "name"/,
    ],
    ['no list of rows', { path: '/one' }, /not exactly one list of rows; say where they are with "data"/],
  ])('refuses %s', async (_, spec, message) => {
    const source = blog({ ...spec, name: 'things' });
    expect((await thrown(target.run(source))).message).toMatch(message);
  });
});

test.each([
  [
    { since: '2024-01-01T00:00:01', until: '2024-01-02 00:00:01.000250' },
    '2024-01-01T00:00:01Z',
    '2024-01-02T00:00:01.001Z',
  ],
  [
    { since: '2024-01-01 02:00:01+0200', until: '2024-01-02' },
    '2024-01-01T00:00:01Z',
    '2024-01-02T00:00:00Z',
  ],
])('the bounds %p are sent as UTC', async ({ since: initialValue, until: endValue }, since, until) => {
  const incremental = { ...UPDATED, type: 'iso', format: 'iso', initialValue, endValue } as const;
  for await (const row of blog({ name: 'posts', ...POST_PAGES, incremental })) expect(row).toBeDefined();
  const { query } = emulator.requests[0]!;
  expect([query.get('since'), query.get('until')]).toEqual([since, until]);
});

test.each([
  ['unix', { type: 'iso', format: 'unix' }, '1704067201', '1704153602'],
  ['unixMs', { type: 'iso', format: 'unixMs' }, '1704067201250', '1704153601250'],
  ['date', { type: 'iso', format: 'date' }, '2024-01-01', '2024-01-03'],
  [
    'a function',
    { type: 'iso', format: (value: unknown) => `${value}!` },
    '2024-01-01T00:00:01.250Z!',
    '2024-01-02T00:00:01.250Z!',
  ],
] as const)('a range is sent as %s, rather too wide than too narrow', async (_, spec, since, until) => {
  const source = blog({
    name: 'posts',
    ...POST_PAGES,
    incremental: {
      ...UPDATED,
      ...spec,
      initialValue: '2024-01-01T00:00:01.250Z',
      endValue: '2024-01-02T00:00:01.250Z',
    },
  });
  for await (const row of source) expect(row).toBeDefined();
  const { query } = emulator.requests[0]!;
  expect([query.get('since'), query.get('until')]).toEqual([since, until]);
});
