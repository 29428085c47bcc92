import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { EmulatorRequest, Routes } from '../../examples/emulator-kit';
import {
  bearerAuth,
  linkHeaderOf,
  numberedPage,
  numberParam,
  reply,
  startEmulator,
} from '../../examples/emulator-kit';
import { loadConfigFile } from '../../src/config';
import { ROOT } from '../root';
import { temporaryFolder } from '../temporal/temporary-folder';
import { callCli } from './capture';

/** Orders as an API has them: nested objects, lists, fields that are null or missing, times of several kinds. */
const ORDERS = Array.from({ length: 57 }, (_, n) => ({
  id: 9_007_199_254_740_000 + n * 3,
  reference: `R-${n % 40}`,
  customer: { login: `c${n % 9}`, created_at: '2020-01-01T00:00:00Z' },
  lines: [{ sku: 'a', count: n }],
  due_on: '2024-09-01',
  closed_at: n % 2 === 0 ? null : '2024-03-01T00:00:00Z',
  ...(n % 3 === 0 ? {} : { note: `n${n}` }),
  created_at: new Date(Date.UTC(2024, 0, 1 + n)).toISOString(),
  updated_at: new Date(Date.UTC(2024, 3, 1 + (n % 7), n)).toISOString(),
}));

const slice = (from: number, count = 20): readonly unknown[] => ORDERS.slice(from, from + count);
const offsetOf = (request: EmulatorRequest, name: string): number =>
  numberParam(request, name, { fallback: 0 });

/** An API in each style, with the paginator that is to be proposed for it. */
const STYLES: Readonly<Record<string, readonly [paginate: string, Routes[string]]>> = {
  link_header: [
    'linkHeader()',
    (request) => {
      const page = numberedPage(request, ORDERS, { defaultSize: 20 });
      return reply({ body: page.rows, headers: { link: linkHeaderOf(request, page) } });
    },
  ],
  next_link: [
    "nextLink('links.next')",
    (request) => {
      const at = offsetOf(request, 'o');
      const next = at + 20 < ORDERS.length ? `/next_link?o=${at + 20}` : null;
      return reply({ body: { results: slice(at), links: { next }, facets: [{ of: 'all' }] } });
    },
  ],
  page_header: [
    "'auto'",
    (request) => {
      const { rows, page, pages } = numberedPage(request, ORDERS, { defaultSize: 20 });
      return reply({ body: rows, headers: { 'x-next-page': page < pages ? page + 1 : '' } });
    },
  ],
  total_pages: [
    "pageNumbers({ total: 'meta.total_pages' })",
    (request) => {
      const { rows, page, pages } = numberedPage(request, ORDERS, { defaultSize: 20 });
      return reply({ body: { data: rows, meta: { page, total_pages: pages, total: ORDERS.length } } });
    },
  ],
  from_zero: [
    "pageNumbers({ first: 0, total: 'totalPages' })",
    (request) => {
      const page = offsetOf(request, 'page');
      return reply({ body: { content: slice(page * 20), number: page, totalPages: 3, last: page === 2 } });
    },
  ],
  offset_total: [
    "offsetPages({ limit: 20, total: 'total' })",
    (request) => {
      const at = offsetOf(request, 'offset');
      return reply({ body: { items: slice(at), offset: at, total: ORDERS.length } });
    },
  ],
  skip: [
    "offsetPages({ limit: 20, offsetParam: 'skip' })",
    (request) =>
      reply({ body: slice(offsetOf(request, 'skip'), numberParam(request, 'limit', { fallback: 20 })) }),
  ],
  next_cursor: [
    "cursorPages({ cursor: 'meta.next_cursor', param: 'cursor' })",
    (request) => {
      const at = Number(Buffer.from(request.query.get('cursor') ?? 'MA==', 'base64').toString());
      const next = at + 20 < ORDERS.length ? Buffer.from(String(at + 20)).toString('base64') : null;
      return reply({ body: { data: slice(at), meta: { next_cursor: next } } });
    },
  ],
  next_page_token: [
    "cursorPages({ cursor: 'nextPageToken', param: 'pageToken' })",
    (request) => {
      const at = Number(request.query.get('pageToken') ?? 0);
      return reply({
        body: { orders: slice(at), ...(at + 20 < 57 ? { nextPageToken: String(at + 20) } : {}) },
      });
    },
  ],
  has_more: [
    "cursorPages({ cursor: '$.data[-1].id', param: 'starting_after', hasMore: 'has_more' })",
    ({ query }) => {
      const after = query.get('starting_after');
      const at = after === null ? 0 : ORDERS.findIndex(({ id }) => String(id) === after) + 1;
      return reply({ body: { object: 'list', data: slice(at), has_more: at + 20 < ORDERS.length } });
    },
  ],
  silent: [
    'pageNumbers()',
    (request) => {
      const page = numberParam(request, 'page', { fallback: 1 });
      return page > 3
        ? reply({ status: 404, body: { error: 'no such page' } })
        : reply({ body: slice(page * 20 - 20) });
    },
  ],
  clamped: [
    'pageNumbers({ pageSize: 20 })',
    (request) => reply({ body: slice(Math.min(3, numberParam(request, 'page', { fallback: 1 })) * 20 - 20) }),
  ],
  since: [
    'linkHeader()',
    (request) => {
      const since = Date.parse(request.query.get('updated_after') ?? '1970-01-01');
      const rows = ORDERS.filter(({ updated_at: at }) => Date.parse(at) > since);
      const page = numberedPage(request, rows, { defaultSize: 20 });
      return reply({ body: page.rows, headers: { link: linkHeaderOf(request, page) } });
    },
  ],
  whole: ["'single'", () => reply({ body: { count: ORDERS.length, values: ORDERS } })],
};

let api: Awaited<ReturnType<typeof startEmulator>>;
let home: Awaited<ReturnType<typeof temporaryFolder>>;
const TOKEN = 'a-token-of-somebody';
let locked: Awaited<ReturnType<typeof startEmulator>>;

beforeAll(async () => {
  home = await temporaryFolder();
  mkdirSync(path.join(home.folder, 'node_modules'));
  symlinkSync(ROOT, path.join(home.folder, 'node_modules', 'tidemark'), 'dir');
  symlinkSync(path.join(ROOT, 'node_modules', 'zod'), path.join(home.folder, 'node_modules', 'zod'), 'dir');
  api = await startEmulator({
    routes: {
      ...Object.fromEntries(Object.entries(STYLES).map(([name, [, route]]) => [`GET /${name}`, route])),
      'GET /page.html': () => reply({ headers: { 'content-type': 'text/html' }, body: '<html>Hello' }),
      'GET /object': () => reply({ body: { id: 1, owner: { name: 'x' } } }),
      'GET /scalars': () => reply({ body: ['a', 'b'] }),
      'GET /needs': () => reply({ status: 400, body: { error: 'account is required' } }),
      'GET /none': () => reply({ body: { items: [] } }),
    },
  });
  locked = await startEmulator({
    auth: bearerAuth(TOKEN),
    routes: {
      'GET /v2/orders': ({ headers }) => reply({ body: headers['x-tenant'] === 'acme' ? ORDERS : [] }),
    },
  });
});
afterAll(async () => {
  await Promise.all([api.close(), locked.close()]);
  await home.remove();
});

const init = (folder: string, url: string, ...more: string[]) =>
  callCli(['init', folder, '--source', 'rest', '--url', url, ...more], { cwd: home.folder });
const textOf = (...names: string[]): string => readFileSync(path.join(home.folder, ...names), 'utf8');

/** All rows that the source of a written project extracts. */
async function extracted(folder: string): Promise<readonly { readonly id: number }[]> {
  const { config } = await loadConfigFile({ file: path.join(home.folder, folder, 'temporal.config.ts') });
  const source = config.pipelines[0]!.source();
  const rows: { readonly id: number }[] = [];
  for await (const row of source as unknown as AsyncIterable<{ readonly id: number }>) rows.push(row);
  return rows;
}

describe('init --source rest --url', () => {
  test.each(Object.keys(STYLES))(
    '%s: finds out how pages go on, and the source loads all rows',
    async (style) => {
      const before = api.requests.length;
      const { code, stderr } = await init(style, `${api.url}/${style}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(api.requests.length - before).toBeLessThanOrEqual(16);
      const text = textOf(style, 'temporal.config.ts');
      expect(/^ +paginate: (.*),$/m.exec(text)?.[1]).toBe(STYLES[style]![0]);
      expect(text).toContain("primaryKey: 'id',");
      // it takes rows after the start only, so that a second more is asked for
      expect(/startParam: '(.*)',\n +lag: 1,$/m.exec(text)?.[1]).toBe(
        style === 'since' ? 'updated_after' : undefined,
      );
      expect(text).toContain("cursor: 'updated_at',\n        type: 'datetime',");
      const ids = (await extracted(style)).map(({ id }) => id);
      expect(ids).toEqual(ORDERS.map(({ id }) => id));
    },
  );

  test('what identifies the caller is in .env only, and the project loads with it', async () => {
    const { code, stdout, stderr } = await init(
      'orders',
      `${locked.url}/v2/orders?api_key=key-of-somebody&status=open&page=3`,
      ...['--header', `Authorization: Bearer ${TOKEN}`, '--header', 'X-Tenant: acme'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(textOf('orders', '.env')).toBe(
      `SOURCES__ORDERS__TOKEN=${TOKEN}\nSOURCES__ORDERS__X_TENANT=acme\nSOURCES__ORDERS__API_KEY=key-of-somebody\n`,
    );
    const others = ['temporal.config.ts', '.env.example', 'README.md', 'package.json'];
    for (const text of [stdout, ...others.map((name) => textOf('orders', name))])
      expect(text).not.toMatch(/of-somebody|acme/);
    expect(stdout).not.toContain('cp .env.example');
    const config = textOf('orders', 'temporal.config.ts');
    expect(config).toContain('"page" of the address was left out');
    expect(config).toContain("params: { status: 'open', api_key: c.apiKey },");
    const env = new Map(
      textOf('orders', '.env')
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    );
    for (const [name, value] of env) if (name !== '') process.env[name] = value;
    try {
      expect(await extracted('orders')).toHaveLength(ORDERS.length);
      expect(locked.requests.at(-1)?.query.get('api_key')).toBe('key-of-somebody');
    } finally {
      for (const name of env.keys()) delete process.env[name];
    }
  });

  test('a link of an answer to another host is not asked, and gets no credentials', async () => {
    const other = await startEmulator({ routes: { 'GET /more': () => reply({ body: { data: ORDERS } }) } });
    const leading = await startEmulator({
      routes: { 'GET /orders': () => reply({ body: { data: slice(0), next: `${other.url}/more` } }) },
    });
    const { code } = await init(
      'leading',
      `${leading.url}/orders?api_key=key-of-somebody`,
      ...['--header', 'X-Tenant: acme'],
    );
    await Promise.all([other.close(), leading.close()]);
    expect({ code, asked: other.requests.length }).toEqual({ code: 0, asked: 0 });
    expect(textOf('leading', 'temporal.config.ts')).toContain("paginate: nextLink('next'),");
  });

  test('an answer without rows gives a config that says what is missing', async () => {
    expect((await init('none', `${api.url}/none`)).code).toBe(0);
    const text = textOf('none', 'temporal.config.ts');
    expect(text).toMatch(/no rows came: name the field that tells them apart/);
    expect(text).toContain("writeDisposition: 'replace',");
    expect(await extracted('none')).toEqual([]);
  });

  test.each([
    ['/page.html', 'HTTP_NOT_JSON', /no API of JSON: an address in a browser often shows a page/],
    ['/missing', 'HTTP_STATUS', /404 Not Found.*look up the path of the list/],
    ['/needs', 'HTTP_STATUS', /account is required.*Add the parameters that the API requires/],
    ['/object', 'USAGE', /is one object, with "id", "owner"; a list of objects is needed/],
    ['/scalars', 'USAGE', /is a list of values such as "a"; a list of objects is needed/],
  ])('%s is refused with %s and the cure, and nothing is written', async (at, code, message) => {
    const { stdout } = await init('refused', `${api.url}${at}`, '--json');
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(() => textOf('refused', 'package.json')).toThrow(/ENOENT/);
  });

  test('wrong credentials say which option to look at, and are not quoted', async () => {
    const without = await init('refused', `${locked.url}/v2/orders`);
    expect(without.stderr).toMatch(/401.*--header 'Authorization: Bearer TOKEN'/);
    const wrong = await init(
      'refused',
      `${locked.url}/v2/orders`,
      '--header',
      'Authorization: Bearer wr0ng-one',
    );
    expect(wrong.stderr).toMatch(/401.*Check the value of --header/);
    expect(wrong.stderr).not.toContain('wr0ng-one');
  });

  test('a host that answers nothing says what to check', async () => {
    const closed = await startEmulator({ routes: {} });
    await closed.close();
    const { code, stderr } = await init('refused', `${closed.url}/items`);
    expect({ code, says: /Check the host and the port of --url/.test(stderr) }).toEqual({
      code: 1,
      says: true,
    });
  });

  test.each([
    [['--source', 'github', '--url', 'https://a.example/b'], /--url describes a REST API/],
    [['--header', 'A: b'], /--header is sent to an address; give it with --url/],
    [['--url', 'api.example.com/items'], /is not an address that can be asked/],
    [['--url', 'file:///etc/passwd'], /is not an address that can be asked/],
    [['--url', 'https://me:pw@a.example/b'], /has a user and password in it/],
    [['--url', 'https://a.example/b', '--header', 'nonsense-secret'], /not of the form 'Name: value'/],
  ])('%j is wrong use', async (args, message) => {
    const { code, stderr } = await callCli(['init', 'refused', ...args], { cwd: home.folder });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect(stderr).not.toMatch(/pw@|nonsense-secret/);
  });
});
