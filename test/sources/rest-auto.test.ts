import { type JsonObject, pageNumbers } from '../../src';
import { type RestResource, restSource } from '../../src/sources/rest';
import { thrown } from '../http/make-client';
import { type Answer, json, script } from '../http/scripted-server';

const rows = (from: number, to: number): { id: number }[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index }));
const FIRST = rows(1, 50);

/** What a resource gives that says nothing of pages, and what was asked. */
async function read(
  spec: Partial<RestResource>,
  ...answers: Answer[]
): Promise<{ rows: JsonObject[]; asked: string[] }> {
  const { url, asked } = await script(...answers);
  const source = restSource({
    name: 'auto',
    baseUrl: url,
    http: { retries: 0 },
    resources: [{ name: 'things', ...spec }],
  })();
  const found: JsonObject[] = [];
  for await (const row of source) found.push(row);
  return { rows: found, asked: asked.map((request) => request.url ?? '') };
}

describe('a first page that says in its own way that more is to come', () => {
  test.each<[string, object, string]>([
    ['total_pages', { page: 1, total_pages: 16 }, `pageNumbers({ total: 'total_pages' })`],
    ['pages', { pages: 16 }, `pageNumbers({ total: 'pages' })`],
    [
      'meta.last_page',
      { meta: { current_page: 1, last_page: 16 } },
      `pageNumbers({ total: 'meta.last_page' })`,
    ],
    ['totalPages', { number: 0, totalPages: 2 }, `pageNumbers({ first: 0, total: 'totalPages' })`],
    ['total', { total: 760, offset: 0, limit: 50 }, `offsetPages({ limit: 50, total: 'total' })`],
    ['total', { total: '760' }, `offsetPages({ limit: 50, total: 'total' })`],
    ['cursor', { cursor: 'abc' }, `cursorPages({ cursor: 'cursor', param: '…' })`],
    ['page.next_cursor', { page: { next_cursor: 'abc' } }, `cursorPages({ cursor: 'page.next_cursor',`],
    ['cursors.next', { cursors: { next: 'abc' } }, `cursorPages({ cursor: 'cursors.next',`],
    ['isLast', { isLast: false, startAt: 0 }, 'offsetPages({ limit: … })'],
    ['more', { more: true }, `hasMore: 'more'`],
    ['truncated', { truncated: true }, `hasMore: 'truncated'`],
    [
      'has_more',
      { has_more: true, next_cursor: 'abc' },
      `cursorPages({ cursor: 'next_cursor', param: '…', hasMore: 'has_more' })`,
    ],
    [
      'next_cursor',
      { truncated: false, next_cursor: 'abc' },
      `cursorPages({ cursor: 'next_cursor', param: '…' })`,
    ],
    ['offset', { offset: 'itr123/rec456' }, `cursorPages({ cursor: 'offset',`],
  ])('is refused, naming the field and the paginator: %s %j', async (field, said, paginator) => {
    const error = await thrown(read({}, json({ ...said, items: FIRST })));
    expect(error.code).toBe('HTTP_UNEXPECTED_BODY');
    expect(error.message).toContain(`says in "${field}" that more is to come`);
    expect(error.message.split('Set "paginate": ')[1]).toContain(paginator);
    expect(error.message).toContain("'single' if there is one page only");
  });

  test.each<[string, object, Record<string, string>, RegExp]>([
    ['a number', { next_page: 2 }, {}, /"next_page" that more.*pageNumbers\(\{ in: 'json' \}\)/],
    ['a header', {}, { 'x-next-page': '2' }, /"X-Next-Page" that more.*pageNumbers\(\), with "in: 'json'"/],
  ])('is refused, where the number would go into a body: %s', async (_, said, headers, message) => {
    const post = { method: 'POST', json: { q: 1 } } as const;
    const error = await thrown(read(post, json({ ...said, items: FIRST }, 200, headers)));
    expect(error.message).toMatch(message);
  });

  test.each(['http://[', 'https://exa mple/b'])('is refused, where the link is %s', async (next) => {
    const error = await thrown(read({}, json({ next, items: FIRST })));
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
    expect(error.message).toContain('says in "next" that more is to come');
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['X-Next-Page', { 'x-next-page': 'b4Zx' }, /"X-Next-Page"/],
    ['X-Total-Pages', { 'x-total-pages': '2' }, /"X-Total-Pages".*pageNumbers\(\)/],
    ['X-Total-Count', { 'x-total-count': '760' }, /"X-Total-Count".*offsetPages\(\{ limit: 50 \}\)/],
  ])('is refused, by the header %s', async (_, headers, message) => {
    expect((await thrown(read({}, json(FIRST, 200, headers)))).message).toMatch(message);
  });

  test.each<[string, (next: number | null) => [object, Record<string, string>]]>([
    ['X-Next-Page', (next) => [[], { 'x-next-page': String(next ?? '') }]],
    ['pagination.next_page', (next) => [{ pagination: { next_page: next, total: 120 } }, {}]],
    ['next_page as text', (next) => [next === null ? { next_page: null } : { next_page: String(next) }, {}]],
  ])('is followed by %s', async (_, say) => {
    const page = (from: number, to: number, next: number | null): Answer => {
      const [said, headers] = say(next);
      const items = rows(from, to);
      return json(Array.isArray(said) ? items : { ...said, items }, 200, headers);
    };
    const all = await read({}, page(1, 50, 2), page(51, 100, 3), page(101, 120, null));
    expect(all).toEqual({ rows: rows(1, 120), asked: ['/things', '/things?page=2', '/things?page=3'] });
  });

  test('is not loaded for ever where the number is not read as "page"', async () => {
    const error = await thrown(read({}, json({ next_page: 2, items: FIRST })));
    expect(error.code).toBe('HTTP_UNEXPECTED_BODY');
    expect(error.message).toMatch(/links to itself/);
  });
});

describe('a page that is the only one, or the last', () => {
  test.each<[string, object, Record<string, string>]>([
    ['all pages', { page: 1, total_pages: 1 }, {}],
    ['the only page from 0', { number: 0, totalPages: 1, last: true }, {}],
    ['all rows', { total: 50, offset: 0 }, {}],
    ['the rest of the rows', { total: 760, offset: 710 }, {}],
    ['a cursor that is null, though there are more rows', { next_cursor: null, total: 760 }, {}],
    ['no link, though there are more rows', { count: 760, next: null }, {}],
    ['a flag, though there is a cursor', { has_more: false, next_cursor: 'abc' }, {}],
    ['isLast', { isLast: true, total: 760 }, {}],
    ['a Link header without a next one', { total_count: 760 }, { link: '</things?page=1>; rel="prev"' }],
  ])('is loaded: %s', async (_, said, headers) => {
    expect((await read({}, json({ ...said, items: FIRST }, 200, headers))).rows).toEqual(FIRST);
  });

  test('has no link, after pages that had one', async () => {
    const all = await read(
      {},
      json({ total: 60, items: FIRST, links: { next: '/b' } }),
      json({ total: 60, items: rows(51, 60), links: {} }),
    );
    expect(all).toEqual({ rows: rows(1, 60), asked: ['/things', '/b'] });
  });

  test('is loaded whatever it says with "single", and asked on with a paginator', async () => {
    const said = json({ total_pages: 2, items: FIRST });
    expect((await read({ paginate: 'single' }, said)).rows).toEqual(FIRST);
    const all = await read(
      { paginate: pageNumbers({ total: 'total_pages' }) },
      said,
      json({ total_pages: 2, items: rows(51, 60) }),
    );
    expect(all.rows).toEqual(rows(1, 60));
  });
});

describe('a path that ends in a placeholder', () => {
  const detail = async (
    path: string,
    body: unknown,
    spec: Partial<RestResource> = {},
  ): Promise<unknown[]> => {
    const { url } = await script(json([{ id: 7 }]), json(body));
    const source = restSource({
      name: 'detail',
      baseUrl: url,
      http: { retries: 0 },
      resources: [{ name: 'posts' }, { name: 'details', path, ...spec }],
    })().withResources('details');
    const found: unknown[] = [];
    for await (const row of source) found.push(row);
    return found;
  };
  const post = { id: 7, total: 760, pages: 320, more: true, tags: ['a', 'b'] };

  test.each(['/posts/{resources.posts.id}', '/posts/{resources.posts.id}/?expand=tags'])(
    'means the object, not its only list: %s',
    async (path) => {
      expect(await detail(path, post)).toEqual([post]);
      expect(await detail(path, [{ id: 1 }, { id: 2 }])).toEqual([{ id: 1 }, { id: 2 }]);
      expect(await detail(path, { tags: [{ id: 1 }] }, { data: 'tags' })).toEqual([{ id: 1 }]);
    },
  );

  test('and a path that does not end so means the list', async () => {
    expect(await detail('/posts/{resources.posts.id}/tags', { id: 7, tags: [{ id: 1 }] })).toEqual([
      { id: 1 },
    ]);
    expect(await detail('/tags?of={resources.posts.id}', { id: 7, tags: [{ id: 1 }] })).toEqual([{ id: 1 }]);
  });

  test('is refused where the object says that it is a page of a list', async () => {
    const page = { items: [{ id: 1 }], next: '/posts/7?page=2' };
    const error = await thrown(detail('/posts/{resources.posts.id}', page));
    expect(error.message).toMatch(/says in "next" that more is to come.*name the list in "data"/);
    expect(await detail('/posts/{resources.posts.id}', page, { paginate: 'single' })).toEqual([page]);
  });
});

describe('an answer without a body', () => {
  const empty: Answer = (_, response) => void response.writeHead(204).end();

  test('is no page where the resource says so, at the beginning and behind others', async () => {
    expect((await read({ emptyOn: [204] }, empty)).rows).toEqual([]);
    const all = await read({ emptyOn: [204], paginate: pageNumbers() }, json(FIRST), empty);
    expect(all).toEqual({ rows: FIRST, asked: ['/things?page=1', '/things?page=2'] });
  });

  test('is refused otherwise, naming the cure', async () => {
    const error = await thrown(read({}, empty));
    expect(error.code).toBe('HTTP_NOT_JSON');
    expect(error.message).toContain('"emptyOn: [204]"');
  });
});
