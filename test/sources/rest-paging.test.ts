import { type Emulator, type EmulatorRequest, reply, startEmulator } from '../../examples/emulator-kit';
import { cursorPages, type JsonObject, type NextPage, offsetPages, pageNumbers } from '../../src';
import { type RestResource, restSource } from '../../src/sources/rest';
import { thrown } from '../http/make-client';

/** Rows as an API may give them: more columns than anybody needs, and odd ones. */
const ITEMS = Array.from({ length: 25 }, (_, index) => ({
  id: index + 1,
  sku: `A-${index}`,
  price: { amount: index / 4, currency: 'EUR' },
  tags: index % 3 === 0 ? [] : ['new', 'Ünïcode'],
  'odd.name': null,
}));
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => 1 + index);

interface Paging {
  readonly cursor?: number;
  readonly page?: number;
  readonly from?: number;
  readonly size?: number;
}

let emulator: Emulator;
beforeEach(async () => {
  const slice = ({ json }: EmulatorRequest) => {
    const { pagination: { cursor = 0, page = 1, from, size = 10 } = {} } = (json ?? {}) as {
      pagination?: Paging;
    };
    const start = from ?? (cursor || (page - 1) * size);
    const end = Math.min(start + size, ITEMS.length);
    return { items: ITEMS.slice(start, end), end, more: end < ITEMS.length };
  };
  emulator = await startEmulator({
    routes: {
      'POST /search': (request) => {
        const { items, end, more } = slice(request);
        const meta = { next: more ? end : null, more, rows: ITEMS.length, pages: 3 };
        return reply({ body: { meta, result: { items } } });
      },
      'PUT /query': (request) => reply({ body: { items: slice(request).items, asked: request.json } }),
      'GET /headers': ({ query }) => {
        const start = Number(query.get('after') ?? 0);
        const next = start + 10 < ITEMS.length ? { 'X-Next-Cursor': String(start + 10) } : {};
        return reply({ headers: { 'X-Request-Id': 'r1', ...next }, body: ITEMS.slice(start, start + 10) });
      },
      'GET /numbered': ({ query }) => {
        const page = Number(query.get('page') ?? 1);
        const offset = Number(query.get('offset') ?? (page - 1) * 5);
        const items = ITEMS.slice(offset, offset + 5);
        return reply({ body: { items, has_more: offset + 5 < ITEMS.length, total: ITEMS.length, pages: 5 } });
      },
      'POST /graphql': ({ json }) => {
        const { variables } = json as { variables: { first: number; after?: string | null; team: string } };
        if (variables.team !== 'core')
          return reply({ body: { data: null, errors: [{ message: `no team "${variables.team}"` }] } });
        const start = Number(variables.after ?? 0);
        const end = start + variables.first;
        const pageInfo = { hasNextPage: end < ITEMS.length, endCursor: String(end) };
        const edges = ITEMS.slice(start, end).map((node) => ({ cursor: String(node.id), node }));
        return reply({ body: { data: { issues: { edges, pageInfo } } } });
      },
    },
  });
});
afterEach(() => emulator.close());

const read = async (spec: Partial<RestResource>): Promise<number[]> => {
  const source = restSource({
    name: 'shop',
    baseUrl: emulator.url,
    http: { retries: 0, maxPages: 50 },
    resources: [{ name: 'items', ...spec }],
  })();
  const ids: number[] = [];
  for await (const row of source) ids.push((row as JsonObject)['id'] as number);
  return ids;
};
const bodies = (): unknown[] => emulator.requests.map(({ json }) => json);
const urls = (): string[] => emulator.requests.map(({ url }) => url);

describe('values in the body, within objects of it', () => {
  const search = {
    path: '/search',
    method: 'POST',
    json: { q: 'x', pagination: { size: 10, sort: 'id' } },
    data: 'result.items',
  } as const;

  test('a cursor, beside what the request has there', async () => {
    const paginate = cursorPages({ cursor: 'meta.next', param: 'pagination.cursor', in: 'json' });
    expect(await read({ ...search, paginate })).toEqual(upTo(25));
    expect(bodies()).toEqual(
      [{}, { cursor: 10 }, { cursor: 20 }].map((more) => ({
        q: 'x',
        pagination: { size: 10, sort: 'id', ...more },
      })),
    );
  });

  test('a page number, begun where the request says', async () => {
    const paginate = pageNumbers({ param: 'pagination.page', in: 'json', total: 'meta.pages' });
    expect(await read({ ...search, paginate })).toEqual(upTo(25));
    expect(bodies()[0]).toEqual({ q: 'x', pagination: { size: 10, sort: 'id', page: 1 } });
    const json = { pagination: { page: 3 } };
    expect(await read({ ...search, json, paginate })).toEqual([21, 22, 23, 24, 25]);
  });

  test('an offset and a limit, without a body of the request', async () => {
    const paginate = offsetPages({
      limit: 12,
      offsetParam: 'pagination.from',
      limitParam: 'pagination.size',
      in: 'json',
      hasMore: 'meta.more',
    });
    const { json: _, ...rest } = search;
    expect(await read({ ...rest, paginate })).toEqual(upTo(25));
    expect(bodies()).toEqual([0, 12, 24].map((from) => ({ pagination: { from, size: 12 } })));
  });

  test('are refused where something else than an object is around them', async () => {
    const paginate = cursorPages({ cursor: 'meta.next', param: 'q.cursor', in: 'json' });
    const error = await thrown(read({ ...search, paginate }));
    expect(error).toMatchObject({ code: 'SOURCE_INVALID' });
    expect(error.message).toMatch(/sets "q\.cursor" in the JSON body, where the request has "x" instead/);
    expect(() => cursorPages({ cursor: 'a', param: 'a..b', in: 'json' })).toThrow(/"a\.\.b" is not a field/);
  });

  test('of a PUT', async () => {
    const paginate = pageNumbers({ param: 'pagination.page', in: 'json', maximumPage: 2 });
    expect(await read({ path: '/query', method: 'PUT', json: { q: 1 }, data: 'items', paginate })).toEqual(
      upTo(20),
    );
    expect(emulator.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
  });
});

describe('a cursor in a header', () => {
  test('is followed until an answer has none, whatever its case', async () => {
    const paginate = cursorPages({ cursor: { header: 'x-NEXT-cursor' }, param: 'after' });
    expect(await read({ path: '/headers', paginate })).toEqual(upTo(25));
    expect(urls()).toEqual(['/headers', '/headers?after=10', '/headers?after=20']);
  });

  test('that is required and missing fails, naming it', async () => {
    const paginate = cursorPages({ cursor: { header: 'X-Cursor' }, param: 'after', required: true });
    expect((await thrown(read({ path: '/headers', paginate }))).message).toMatch(
      /has no header "X-Cursor", which the paginator requires/,
    );
  });

  test('is named by "header" alone', () => {
    const misspelt = { cursor: { heder: 'X' }, param: 'after' } as never;
    expect(() => cursorPages(misspelt)).toThrow(/"cursor\.heder" is not an option.*"header"/);
  });
});

describe('a bound', () => {
  test.each<[string, NextPage, string[]]>([
    ['maximumPage', pageNumbers({ maximumPage: 2, pageSize: 5 }), ['page=1', 'page=2']],
    ['maximumPage with total', pageNumbers({ maximumPage: 1, total: 'pages' }), ['page=1']],
    [
      'maximumPage from 0',
      pageNumbers({ first: 0, maximumPage: 1, mayRepeat: true, hasMore: 'has_more' }),
      ['page=0', 'page=1'],
    ],
    [
      'maximumOffset',
      offsetPages({ limit: 5, maximumOffset: 10 }),
      ['offset=0&limit=5', 'offset=5&limit=5', 'offset=10&limit=5'],
    ],
    [
      'maximumOffset between pages',
      offsetPages({ limit: 5, maximumOffset: 9, total: 'total' }),
      ['offset=0&limit=5', 'offset=5&limit=5'],
    ],
  ])('%s is the last that is asked for', async (_, paginate, expected) => {
    await read({ path: '/numbered', data: 'items', paginate });
    expect(urls()).toEqual(expected.map((query) => `/numbered?${query}`));
  });

  test.each<[string, NextPage, number]>([
    ['pageNumbers', pageNumbers({ hasMore: 'has_more' }), 5],
    ['offsetPages', offsetPages({ limit: 5, hasMore: 'has_more' }), 5],
  ])('hasMore ends %s without an empty page', async (_, paginate, requests) => {
    expect(await read({ path: '/numbered', data: 'items', paginate })).toEqual(upTo(25));
    expect(urls()).toHaveLength(requests);
  });

  test('is refused where it can not be', () => {
    expect(() => pageNumbers({ first: 3, maximumPage: 2 })).toThrow(/"maximumPage" is "2", and the first/);
    expect(() => offsetPages({ limit: 1, maximumOffset: -1 })).toThrow(/"-1" is not a valid maximumOffset/);
    expect(() => pageNumbers({ maxPage: 2 } as never)).toThrow(/"maxPage" is not an option/);
  });
});

describe('paginate as a function', () => {
  test('gets the answer and gives the next request', async () => {
    const paginate: NextPage = ({ body, asked }) => {
      const { meta } = body as { meta: { next: number | null } };
      const { pagination } = asked.json as { pagination: object };
      return meta.next === null ? undefined : { json: { pagination: { ...pagination, cursor: meta.next } } };
    };
    const json = { pagination: { size: 10 } };
    expect(await read({ path: '/search', method: 'POST', json, data: 'result.items', paginate })).toEqual(
      upTo(25),
    );
    expect(bodies()[2]).toEqual({ pagination: { size: 10, cursor: 20 } });
  });

  test('may give an address, relative to the one that answered', async () => {
    const paginate: NextPage = ({ headers }) => {
      const next = headers['x-next-cursor'];
      return next === undefined ? undefined : { url: `?after=${next}` };
    };
    expect(await read({ path: '/headers', paginate })).toEqual(upTo(25));
    expect(urls().at(-1)).toBe('/headers?after=20');
  });

  test('does not go round for ever', async () => {
    const again: NextPage = ({ asked }) => ({ params: { after: asked.url.endsWith('after=1') ? 2 : 1 } });
    expect((await thrown(read({ path: '/headers', paginate: again }))).message).toMatch(
      /which this chain of pages had already/,
    );
    let number = 0;
    const on: NextPage = () => ({ params: { n: number++ } });
    expect((await thrown(read({ path: '/headers', paginate: on }))).message).toMatch(/has 50 pages/);
  });

  test.each<[unknown, RegExp]>([
    ['/next', /gave "\/next" as the next request/],
    [null, /gave "null" as the next request/],
    [Promise.resolve({ params: { a: 1 } }), /and no promise/],
    [{ param: { a: 1 } }, /"next request\.param" is not an option.*"params"/],
    [{}, /it is empty/],
    [{ url: '/a', json: {} }, /it has "url" and "params" or "json"/],
  ])('is refused where it gives %p', async (given, message) => {
    const error = await thrown(read({ path: '/headers', paginate: () => given as never }));
    expect(error.code).toBe('SOURCE_INVALID');
    expect(error.message).toMatch(message);
  });
});

describe('GraphQL', () => {
  const issues = (team: string): Partial<RestResource> => ({
    path: '/graphql',
    method: 'POST',
    json: {
      query:
        'query ($team: String!, $first: Int!, $after: String) { issues(team: $team, first: $first, after: $after) { … } }',
      variables: { team, first: 10 },
    },
    data: '$.data.issues.edges[*].node',
    paginate: cursorPages({
      cursor: 'data.issues.pageInfo.endCursor',
      param: 'variables.after',
      in: 'json',
      hasMore: 'data.issues.pageInfo.hasNextPage',
    }),
    responseActions: [({ body }) => ((body as JsonObject)['errors'] === undefined ? undefined : 'raise')],
  });

  test('goes on with a variable', async () => {
    expect(await read(issues('core'))).toEqual(upTo(25));
    expect(bodies().map((body) => (body as JsonObject)['variables'])).toEqual([
      { team: 'core', first: 10 },
      { team: 'core', first: 10, after: '10' },
      { team: 'core', first: 10, after: '20' },
    ]);
  });

  test('fails where an answer has errors, though its status is 200', async () => {
    const error = await thrown(read(issues('none')));
    expect(error).toMatchObject({ code: 'HTTP_STATUS', retryable: false });
    expect(error.message).toMatch(/200 OK, which "responseActions" takes for a failure.*no team/);
  });
});
