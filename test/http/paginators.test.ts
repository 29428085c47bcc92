import {
  cursorPage,
  type Emulator,
  type EmulatorRequest,
  linkHeaderOf,
  numberedPage,
  numberParam,
  reply,
  startEmulator,
} from '../../examples/emulator-kit';
import {
  cursorPages,
  linkHeader,
  type NextPage,
  nextLink,
  offsetPages,
  type PagesOptions,
  pageNumbers,
} from '../../src/http';
import { makeClient, thrown } from './make-client';

const ROWS = Array.from({ length: 23 }, (_, index) => ({ id: index + 1 }));
const IDS = ROWS.map(({ id }) => id);

function offsetRows(request: EmulatorRequest): { rows: typeof ROWS; total: number } {
  const offset = numberParam(request, 'offset', { fallback: 0 });
  const limit = numberParam(request, 'limit', { fallback: 10, max: 5 });
  return { rows: ROWS.slice(offset, offset + limit), total: ROWS.length };
}

function cursorRows(after: unknown, limit: number) {
  const token = typeof after === 'string' || typeof after === 'number' ? String(after) : undefined;
  return cursorPage(ROWS, { after: token, limit, keyOf: ({ id }) => String(id) });
}

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    routes: {
      'GET /linked': (request) => {
        const page = numberedPage(request, ROWS, { defaultSize: 10 });
        const link = linkHeaderOf(request, page);
        return reply({ headers: link === undefined ? {} : { link }, body: page.rows });
      },
      'GET /numbered': (request) => {
        const page = numberedPage(request, ROWS, { defaultSize: 10 });
        return reply({ body: { meta: { pages: page.pages }, data: page.rows } });
      },
      'GET /from-zero': (request) => {
        const page = numberParam(request, 'p', { fallback: 0 });
        return reply({ body: ROWS.slice(page * 10, page * 10 + 10) });
      },
      'GET /offset': (request) => {
        const { rows, total } = offsetRows(request);
        return reply({ body: { meta: { total: String(total) }, data: rows } });
      },
      'GET /lying': (request) => reply({ body: { total: 40, data: offsetRows(request).rows } }),
      'GET /cursor': (request) => {
        const { rows, next } = cursorRows(request.query.get('after') ?? undefined, 10);
        return reply({ body: { data: rows, paging: { next: next ?? null } } });
      },
      'GET /last-id': (request) => {
        const { rows, next } = cursorRows(request.query.get('starting_after') ?? undefined, 10);
        return reply({ body: { data: rows, has_more: next !== undefined } });
      },
      'POST /search': ({ json }) => {
        const { start_cursor: after, size } = json as { start_cursor?: string; size: number };
        const { rows, next } = cursorRows(after, size);
        return reply({ body: { results: rows, next_cursor: next, has_more: next !== undefined } });
      },
      'GET /dotted': (request) => {
        const page = numberedPage(request, ROWS, { defaultSize: 10 });
        const next = page.page < page.pages ? `?page=${page.page + 1}` : undefined;
        return reply({ body: { value: page.rows, '@odata.nextLink': next } });
      },
      'GET /two-lists': () => reply({ body: { a: [1], b: [2] } }),
    },
  });
});
afterAll(() => emulator.close());

async function load(path: string, options: PagesOptions): Promise<{ ids: number[]; urls: string[] }> {
  const before = emulator.requests.length;
  const { http } = makeClient({ baseUrl: emulator.url });
  const ids: number[] = [];
  for await (const page of http.pages<Record<string, { id: number }[]>>(path, options)) {
    const rows = Array.isArray(page) ? page : Object.values(page).find((value) => Array.isArray(value))!;
    ids.push(...(rows as { id: number }[]).map(({ id }) => id));
  }
  return { ids, urls: emulator.requests.slice(before).map(({ url }) => url) };
}

describe('a paginator loads every row once', () => {
  test.each<[string, string, NextPage, string[]]>([
    ['by Link header', '/linked', linkHeader(), ['/linked', '/linked?page=2', '/linked?page=3']],
    [
      'by a link whose field has a dot in its name',
      '/dotted',
      nextLink('@odata.nextLink'),
      ['/dotted', '/dotted?page=2', '/dotted?page=3'],
    ],
    [
      'by page number and number of pages',
      '/numbered',
      pageNumbers({ total: 'meta.pages' }),
      ['/numbered?page=1', '/numbered?page=2', '/numbered?page=3'],
    ],
    [
      'by page number until a page is short',
      '/numbered',
      pageNumbers({ pageSize: 8, pageSizeParam: 'per_page' }),
      [1, 2, 3].map((page) => `/numbered?page=${page}&per_page=8`),
    ],
    [
      'by page number from 0 until a page is empty',
      '/from-zero',
      pageNumbers({ param: 'p', first: 0 }),
      [0, 1, 2, 3].map((page) => `/from-zero?p=${page}`),
    ],
    [
      'by offset and total, though the API gives fewer rows than it is asked for',
      '/offset',
      offsetPages({ limit: 10, total: '$.meta.total' }),
      [0, 5, 10, 15, 20].map((offset) => `/offset?offset=${offset}&limit=10`),
    ],
    [
      'by offset until a page is empty',
      '/offset',
      offsetPages({ limit: 10, rows: 'data' }),
      [0, 5, 10, 15, 20, 23].map((offset) => `/offset?offset=${offset}&limit=10`),
    ],
    [
      'by a cursor in the answer',
      '/cursor',
      cursorPages({ cursor: 'paging.next', param: 'after' }),
      ['/cursor', '/cursor?after=10', '/cursor?after=20'],
    ],
    [
      "by the last row's key",
      '/last-id',
      cursorPages({ cursor: '$.data[-1].id', param: 'starting_after', hasMore: 'has_more' }),
      ['/last-id', '/last-id?starting_after=10', '/last-id?starting_after=20'],
    ],
  ])('%s', async (_, path, next, urls) => {
    expect(await load(path, { next })).toEqual({ ids: IDS, urls });
    // a paginator keeps nothing: the same one serves a second chain
    expect(await load(path, { next })).toEqual({ ids: IDS, urls });
  });

  test('by a cursor in the JSON body', async () => {
    const next = cursorPages({
      cursor: 'next_cursor',
      param: 'start_cursor',
      in: 'json',
      hasMore: 'has_more',
    });
    const before = emulator.requests.length;
    expect((await load('/search', { method: 'POST', json: { size: 10 }, next })).ids).toEqual(IDS);
    expect(emulator.requests.slice(before).map(({ json }) => json)).toEqual([
      { size: 10 },
      { size: 10, start_cursor: '10' },
      { size: 10, start_cursor: '20' },
    ]);
  });

  test('from the middle, where the request says so', async () => {
    const offsets = await load('/offset?offset=15', { next: offsetPages({ limit: 5, total: 'meta.total' }) });
    expect(offsets).toEqual({
      ids: IDS.slice(15),
      urls: ['/offset?offset=15&limit=5', '/offset?offset=20&limit=5'],
    });
    const pages = await load('/numbered', {
      params: { page: 3 },
      next: pageNumbers({ total: 'meta.pages' }),
    });
    expect(pages).toEqual({ ids: IDS.slice(20), urls: ['/numbered?page=3'] });
  });
});

describe('a paginator refuses', () => {
  test.each<[string, string, NextPage, RegExp]>([
    [
      'rows that are missing',
      '/lying',
      offsetPages({ limit: 5, total: 'total' }),
      /no rows at offset 23, though "total" promises 40/,
    ],
    [
      'a total that is missing',
      '/offset',
      offsetPages({ limit: 5, total: 'count' }),
      /no number of rows in "count"/,
    ],
    [
      'a number of pages that is missing',
      '/numbered',
      pageNumbers({ total: 'pages' }),
      /no number of pages in "pages"/,
    ],
    ['two lists', '/two-lists', pageNumbers(), /not exactly one list of rows; say which with "rows"/],
    ['no list', '/numbered', pageNumbers({ rows: 'items' }), /has no list "items"/],
    [
      'a flag that is missing',
      '/cursor',
      cursorPages({ cursor: 'paging.next', param: 'after', hasMore: 'more' }),
      /no "more" that is true or false/,
    ],
    [
      'more to come without a cursor',
      '/last-id',
      cursorPages({ cursor: 'next', param: 'after', hasMore: 'has_more' }),
      /no cursor in "next", though "has_more" says that more is to come/,
    ],
    [
      'a cursor that is a list',
      '/cursor',
      cursorPages({ cursor: 'data', param: 'after' }),
      /in "data" neither text nor a number/,
    ],
    [
      'a cursor that stands still',
      '/cursor',
      cursorPages({ cursor: '$.data[0].id', param: 'other' }),
      /links to itself/,
    ],
  ])('%s', async (_, path, next, message) => {
    const error = await thrown(load(path, { next }));
    expect(error.code).toBe('HTTP_UNEXPECTED_BODY');
    expect(error.message).toMatch(message);
  });

  test('a path and a size that can not be', () => {
    expect(() => nextLink('a..[')).toThrow(/neither a field of an answer nor a JSONPath/);
    expect(() => offsetPages({ limit: 0 })).toThrow(/"limit" is "0"; a whole number from 1 on is accepted/);
  });
});

test.each([
  ['<https://a.example/x?page=2>; rel="next"', 'https://a.example/x?page=2'],
  [
    '<https://a.example/1,2;3>; rel="prev", </next,page>; title="a, \\"b\\"; rel=next"; rel=next',
    '/next,page',
  ],
  ['<https://a.example/2>; REL="last NEXT"', 'https://a.example/2'],
  ['<https://a.example/2>; rel="nextish"', undefined],
  ['<https://a.example/2>; rel="prev"; rel="next"', undefined],
  ['', undefined],
])('a Link header %p is read as RFC 8288 has it', (link, expected) => {
  const next = linkHeader()({
    body: [],
    headers: { link },
    url: 'https://a.example/x',
    status: 200,
    asked: { method: 'GET', url: 'https://a.example/x', json: undefined },
  });
  expect(next).toEqual(expected && { url: new URL(expected, 'https://a.example').href });
});
