import { cursorPages, type NextPage, nextLink, offsetPages, pageNumbers } from '../../src/http';
import { type MadeClient, makeClient, thrown } from './make-client';
import { type Answer, json, script, serve } from './scripted-server';

const PAST = 'Sun, 31 Dec 2023 00:00:00 GMT';

describe('a Retry-After that gives no time', () => {
  test.each([
    ['429', 429, '0', 'HTTP_RATE_LIMITED'],
    ['429', 429, PAST, 'HTTP_RATE_LIMITED'],
    ['503', 503, '0', 'HTTP_STATUS'],
    ['403', 403, PAST, 'HTTP_RATE_LIMITED'],
  ])('with %s counts as a failure, and the wait grows: %s %s', async (_, status, hint, code) => {
    const { url, asked } = await script(json({}, status, { 'retry-after': hint }));
    const made = makeClient({ baseUrl: url });
    const error = await thrown(made.http.post('/a', { json: {} }));
    expect(error).toMatchObject({ code, retryable: true });
    expect(error.message).toContain('It was tried 6 times.');
    expect(asked).toHaveLength(6);
    expect(made.slept()).toBe(500 + 1000 + 2000 + 4000 + 8000);
    expect(new Set(made.waits.map(({ reason }) => reason))).toEqual(new Set(['backoff']));
  });

  test('gives way to the headers that tell the limit', async () => {
    const limited = json({}, 429, { 'retry-after': '0', 'x-reset': '90' });
    const { url } = await script(limited, json({ ok: 1 }));
    const limitHeaders = [{ reset: 'x-reset', resetIs: 'seconds' }] as const;
    const made = makeClient({ baseUrl: url, limitHeaders, retries: 0 });
    expect(await made.http.get('/a')).toEqual({ ok: 1 });
    expect(made.slept()).toBe(90_000);
  });

  test('is waited for longer each time where it is too small to help', async () => {
    const limited = json({}, 429, { 'retry-after': '1' });
    const { url, asked } = await script(...Array.from({ length: 12 }, () => limited), json({ ok: 1 }));
    const made = makeClient({ baseUrl: url });
    expect(await made.http.get('/a')).toEqual({ ok: 1 });
    expect(asked).toHaveLength(13);
    const waits = [1, 1, 1, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30, 30];
    expect(made.slept()).toBe(Math.round(waits.reduce((sum, seconds) => sum + seconds, 0) * 1000));
  });

  test('nor does a check that waits for nothing', async () => {
    const { url, asked } = await script(json({ error: 'slow down' }));
    const check = () => ({ wait: 0 });
    const error = await thrown(makeClient({ baseUrl: url, check }).http.get('/a'));
    expect(error.code).toBe('HTTP_RATE_LIMITED');
    expect(asked).toHaveLength(6);
  });
});

describe('a chain that would never end', () => {
  async function read(made: MadeClient, path: string, next: NextPage): Promise<unknown[]> {
    const pages: unknown[] = [];
    for await (const page of made.http.pages(path, { next })) pages.push(page);
    return pages;
  }
  const linked = (next: string): Answer => json({ items: [{ id: 1 }], next });

  test('is refused where the links go in a circle', async () => {
    const { url, asked } = await script(linked('/b'), linked('/a'));
    const error = await thrown(read(makeClient({ baseUrl: url }), '/a', nextLink('next')));
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
    expect(error.message).toContain(`links to ${url}/a, which this chain of pages had already`);
    expect(asked).toHaveLength(2);
  });

  test('is refused where the cursors go in a circle', async () => {
    const { url, asked } = await script(
      ...['x', 'y', 'x'].map((after) => json({ items: [{ id: 1 }], after })),
    );
    const next = cursorPages({ cursor: 'after', param: 'after' });
    const error = await thrown(read(makeClient({ baseUrl: url }), '/a', next));
    expect(error.message).toContain('/a?after=x, which this chain of pages had already');
    expect(asked).toHaveLength(3);
  });

  const page = (number: number): object => ({ page: number, items: [{ id: number }] });
  test.each<[string, NextPage, (asked: number) => unknown, number]>([
    ['ignores "page"', pageNumbers(), () => [{ id: 1 }], 2],
    ['ignores "offset"', offsetPages({ limit: 1 }), () => ({ items: [{ id: 1 }] }), 2],
    ['repeats its last page', pageNumbers({ rows: 'items' }), (asked) => page(Math.min(asked, 3)), 4],
    ['begins again behind its last page', pageNumbers(), (asked) => page(((asked - 1) % 3) + 1), 4],
  ])('is refused where an API %s', async (_, next, body, requests) => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.end(JSON.stringify(body(asked)));
    });
    const error = await thrown(read(makeClient({ baseUrl: url }), '/a', next));
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
    expect(error.message).toMatch(
      /GET http:.*is, byte by byte, the page that http:.*gave: the API doesn't read the parameter/,
    );
    expect(asked).toBe(requests);
  });

  test('is none where empty pages are the same, or the paginator says that pages may be', async () => {
    const same = json({ pages: 3, items: [] });
    const { url } = await script(same);
    expect(await read(makeClient({ baseUrl: url }), '/a', pageNumbers({ total: 'pages' }))).toHaveLength(3);
    const zeros = await script(json([0, 0]), json([0, 0]), json([]));
    const next = offsetPages({ limit: 2, mayRepeat: true });
    expect(await read(makeClient({ baseUrl: zeros.url }), '/a', next)).toHaveLength(3);
  });

  test('is none where another chain had the same pages', async () => {
    const { url } = await script(json([1]), json([]), json([1]), json([]));
    const made = makeClient({ baseUrl: url });
    const next = pageNumbers();
    expect(await read(made, '/a', next)).toEqual(await read(made, '/a', next));
  });

  test('is refused beyond the most pages', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.end(JSON.stringify([{ at: asked }]));
    });
    const error = await thrown(read(makeClient({ baseUrl: url, maxPages: 7 }), '/a', pageNumbers()));
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
    expect(error.message).toMatch(/ends with http:.*page=7 has 7 pages.*raise "http.maxPages"/);
    expect(asked).toBe(7);
    expect(() => makeClient({ maxPages: 0 })).toThrow(/"http.maxPages" is "0"; a whole number from 1 on/);
  });
});
