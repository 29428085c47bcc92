import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Secret } from '../../src/config';
import {
  apiKey,
  basic,
  bearer,
  type Clock,
  createHttp,
  type HttpClient,
  type HttpOptions,
  type HttpWait,
  nextLink,
} from '../../src/http';

let servers: Server[] = [];
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  servers = [];
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const drop: Answer = (request) => void request.socket.destroy();

/** Answers one after the other, the last one from then on; remembers what was asked. */
async function script(...answers: Answer[]): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const url = await serve((request, response) => {
    asked.push(request);
    answers[Math.min(asked.length, answers.length) - 1]!(request, response);
  });
  return { url, asked };
}

interface Made {
  readonly http: HttpClient;
  readonly waits: HttpWait[];
  readonly slept: () => number;
  readonly cancel: AbortController;
}
let owners = 0;
function client(options: HttpOptions, owner = `test ${++owners}`): Made {
  let time = Date.parse('2024-01-01T00:00:00Z');
  const begin = time;
  const waits: HttpWait[] = [];
  const cancel = new AbortController();
  const clock: Clock = {
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
  };
  const http = createHttp({
    options,
    owner,
    signal: cancel.signal,
    clock,
    random: () => 1,
    onWait: (wait) => waits.push(wait),
  });
  return { http, waits, slept: () => time - begin, cancel };
}
const thrown = async (
  work: Promise<unknown>,
): Promise<{ code?: string; message: string; retryable?: boolean; retryAfterMs?: number }> =>
  work.then(
    () => ({ message: 'nothing was thrown' }),
    (error) => error,
  );

describe('a request', () => {
  test('goes to the path below baseUrl, with parameters and headers', async () => {
    const { url, asked } = await script(json({ ok: true }));
    const { http } = client({
      baseUrl: `${url}/api/`,
      headers: { 'X-Team': 'data', 'x-key': new Secret('header-secret') },
    });
    await http.get('/v2/things?fixed=1', {
      params: {
        a: 1,
        b: ['x', 'y z'],
        none: undefined,
        nil: null,
        big: 12345678901234567890n,
        day: new Date(0),
      },
      headers: { 'x-one': '1' },
    });
    expect(asked[0]!.url).toBe(
      '/api/v2/things?fixed=1&a=1&b=x&b=y+z&big=12345678901234567890&day=1970-01-01T00%3A00%3A00.000Z',
    );
    expect(asked[0]!.headers).toMatchObject({
      'x-team': 'data',
      'x-key': 'header-secret',
      'x-one': '1',
      accept: 'application/json',
    });
  });

  test('proves who sends it', async () => {
    const { url, asked } = await script(json({}));
    await client({ baseUrl: url, auth: basic('me@x.example', new Secret('basic-password')) }).http.get('a');
    await client({ baseUrl: url, auth: bearer('bearer-token') }).http.get('a');
    await client({
      baseUrl: url,
      auth: apiKey({ name: 'X-Api-Key', value: new Secret('the-api-key') }),
    }).http.get('a');
    await client({ baseUrl: url, auth: apiKey({ name: 'key', value: 'query-key', in: 'query' }) }).http.get(
      'a?b=1',
    );
    expect(asked[0]!.headers.authorization).toBe(
      `Basic ${Buffer.from('me@x.example:basic-password').toString('base64')}`,
    );
    expect(asked[1]!.headers.authorization).toBe('Bearer bearer-token');
    expect(asked[2]!.headers['x-api-key']).toBe('the-api-key');
    expect(asked[3]!.url).toBe('/a?b=1&key=query-key');
  });

  test('gives integers exactly, however long, and takes compressed bodies', async () => {
    const text =
      '{"small":9007199254740992,"big":9007199254740993,"neg":-12345678901234567890,"list":[1234567890123456789012],"float":1234567890123456.5,"text":"1234567890123456789"}';
    const { url } = await script((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(text));
    });
    expect(await client({ baseUrl: url }).http.get('a')).toEqual({
      small: 9007199254740992,
      big: 9007199254740993n,
      neg: -12345678901234567890n,
      list: [1234567890123456789012n],
      float: 1234567890123456.5,
      text: '1234567890123456789',
    });
  });

  test('without a baseUrl needs a whole address', async () => {
    const { url } = await script(json([1]));
    expect(await client({}).http.get(`${url}/a`)).toEqual([1]);
    expect((await thrown(client({}).http.get('/a'))).code).toBe('SOURCE_INVALID');
  });
});

describe('after a failure', () => {
  test('tries again with a growing wait, then gives up and says how often it tried', async () => {
    const { url, asked } = await script(json({}, 500), drop, json({}, 502), json({ ok: 1 }));
    const good = client({ baseUrl: url });
    expect(await good.http.get('a')).toEqual({ ok: 1 });
    expect(asked).toHaveLength(4);
    expect(good.slept()).toBe(500 + 1000 + 2000);
    const bad = await script(json({ error: 'broken' }, 503));
    const error = await thrown(client({ baseUrl: bad.url, retries: 2 }).http.get('a'));
    expect(bad.asked).toHaveLength(3);
    expect(error).toMatchObject({ code: 'HTTP_STATUS', retryable: true });
    expect(error.message).toMatch(/503 Service Unavailable.*"\{"error":"broken"\}" It was tried 3 times\./);
  });

  test('that can not pass, does not try again', async () => {
    for (const status of [400, 404, 422]) {
      const { url, asked } = await script(json({ reason: 'no' }, status));
      expect(await thrown(client({ baseUrl: url }).http.get('a'))).toMatchObject({
        code: 'HTTP_STATUS',
        retryable: false,
      });
      expect(asked).toHaveLength(1);
    }
  });

  test('waits as long as Retry-After says, more often than it would try, in seconds or as a date', async () => {
    const limited = json({}, 429, { 'retry-after': '60' });
    const date = json({}, 503, { 'retry-after': 'Mon, 01 Jan 2024 00:05:00 GMT' });
    const { url, asked } = await script(limited, limited, limited, date, json({ ok: 1 }));
    const { http, waits, slept } = client({ baseUrl: url, retries: 0 });
    expect(await http.get('a')).toEqual({ ok: 1 });
    expect(asked).toHaveLength(5);
    expect(slept()).toBe(300_000);
    expect(new Set(waits.map(({ reason }) => reason))).toEqual(new Set(['retry-after']));
    // told again and again, so that nobody takes the wait for death
    expect(waits).toHaveLength(60);
  });

  test('a rate limit without Retry-After counts as a try, one beyond maxWait fails with the time to wait', async () => {
    const bare = await script(json({}, 429));
    expect(await thrown(client({ baseUrl: bare.url, retries: 1 }).http.get('a'))).toMatchObject({
      code: 'HTTP_RATE_LIMITED',
      retryable: true,
    });
    expect(bare.asked).toHaveLength(2);
    const long = await script(json({}, 429, { 'retry-after': '7200' }));
    expect(await thrown(client({ baseUrl: long.url }).http.get('a'))).toMatchObject({
      code: 'HTTP_RATE_LIMITED',
      retryAfterMs: 7_200_000,
    });
    expect(long.asked).toHaveLength(1);
  });

  test('a connection that is refused is named', async () => {
    const error = await thrown(client({ baseUrl: 'http://127.0.0.1:1', retries: 0 }).http.get('a'));
    expect(error).toMatchObject({ code: 'HTTP_NETWORK', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test.each<[string, HttpOptions['timeouts'], Answer]>([
    ['does not begin', { headers: 50 }, () => {}],
    ['stalls', { body: 50 }, (_, response) => void response.write('{')],
    ['takes too long in all', { total: 50 }, () => {}],
  ])('an answer that %s is a timeout', async (_, timeouts, answer) => {
    const { url } = await script(answer);
    expect(
      await thrown(client({ baseUrl: url, retries: 0, timeouts: timeouts! }).http.get('a')),
    ).toMatchObject({ code: 'HTTP_TIMEOUT', retryable: true });
  });

  test('a cancellation ends a request, and a wait', async () => {
    const hanging = await script(() => cancel.abort());
    const { http, cancel } = client({ baseUrl: hanging.url });
    expect((await thrown(http.get('a'))).code).toBe('CANCELLED');
    const limited = await script(json({}, 429, { 'retry-after': '60' }));
    const stop = new AbortController();
    const waiting = createHttp({
      options: { baseUrl: limited.url },
      owner: 'cancelled wait',
      signal: stop.signal,
      onWait: () => stop.abort(),
    });
    expect((await thrown(waiting.get('a'))).code).toBe('CANCELLED');
  });
});

describe('an answer that is wrong', () => {
  test('401 and 403 name the key of the secret and where it is from, never its value', async () => {
    for (const status of [401, 403]) {
      const { url, asked } = await script(json({ said: 'wrong refused-password' }, status));
      const password = new Secret('refused-password', {
        key: 'credentials.password',
        place: '.env CREDENTIALS__PASSWORD',
      });
      const error = await thrown(client({ baseUrl: url, auth: basic('me', password) }).http.get('a'));
      expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
      expect(error.message).toContain('"credentials.password" (from .env CREDENTIALS__PASSWORD)');
      expect(error.message).not.toContain('refused-password');
      expect(asked).toHaveLength(1);
    }
  });

  test('that is no JSON is shown with status, type and how it begins', async () => {
    const { url } = await script((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${'x'.repeat(500)}`),
    );
    const error = await thrown(client({ baseUrl: url }).http.get('a'));
    expect(error.code).toBe('HTTP_NOT_JSON');
    expect(error.message).toMatch(
      /200 OK and content type "text\/html", which is not JSON\. It begins: "<html>x{194}…"/,
    );
    const empty = await script((_, response) => response.writeHead(204).end());
    expect((await thrown(client({ baseUrl: empty.url }).http.get('a'))).message).toContain(
      'The body is empty',
    );
  });

  test('a secret in the address is not shown', async () => {
    const { url } = await script(json({}, 404));
    const { http } = client({ baseUrl: url });
    const error = await thrown(http.get('a', { params: { token: new Secret('token in the query') } }));
    expect(error.message).toContain('token=[secret]');
  });
});

describe('pages', () => {
  const pagesOf = async (made: Made, path: string, doneWhen?: string): Promise<unknown[]> => {
    const all: unknown[] = [];
    const next = nextLink('next', doneWhen === undefined ? {} : { doneWhen });
    for await (const page of made.http.pages<{ rows: unknown }>(path, { params: { start: 1 }, next }))
      all.push(page.rows);
    return all;
  };

  test('follow the link as it is until there is none', async () => {
    const { url, asked } = await script(
      json({ rows: 1, next: '/b?cursor=%2B+x' }),
      json({ rows: 2, next: null }),
    );
    expect(await pagesOf(client({ baseUrl: url }), '/a')).toEqual([1, 2]);
    expect(asked.map((request) => request.url)).toEqual(['/a?start=1', '/b?cursor=%2B+x']);
  });

  test('end where the flag says so, whatever the link says', async () => {
    const { url } = await script(
      json({ rows: 1, done: false, next: '/b' }),
      json({ rows: 2, done: true, next: '/c' }),
    );
    expect(await pagesOf(client({ baseUrl: url }), '/a', 'done')).toEqual([1, 2]);
  });

  test('are asked for one at a time', async () => {
    const { url, asked } = await script(json({ rows: 1, next: '/b' }), json({ rows: 2, next: null }));
    const pages = client({ baseUrl: url }).http.pages('/a', { next: nextLink('next') });
    await pages.next();
    expect(asked).toHaveLength(1);
    await pages.return();
    expect(asked).toHaveLength(1);
  });

  test.each([
    [
      'the flag is missing',
      { rows: 1, next: '/b' },
      /has no "done" that is true or false\. It has "rows", "next"/,
    ],
    [
      'more is to come and there is no link',
      { rows: 1, done: false, next: null },
      /no address in "next", though "done" says that more is to come/,
    ],
    [
      'the link is no address',
      { rows: 1, done: false, next: 'http://[' },
      /"http:\/\/\[" in "next", which is no address/,
    ],
    ['the page links to itself', { rows: 1, done: false, next: '/a?start=1' }, /links to itself/],
  ])('are refused where %s', async (_, body, message) => {
    const { url } = await script(json(body));
    const error = await thrown(pagesOf(client({ baseUrl: url }), '/a', 'done'));
    expect(error.code).toBe('HTTP_UNEXPECTED_BODY');
    expect(error.message).toMatch(message);
  });

  test('credentials go to another origin only where it is trusted', async () => {
    const other = await script(json({ rows: 2, next: null }));
    const first = await script(json({ rows: 1, next: `${other.url}/b` }));
    const auth = bearer('origin-token');
    const error = await thrown(pagesOf(client({ baseUrl: first.url, auth }), '/a'));
    expect(error.code).toBe('HTTP_LINK_REFUSED');
    expect(error.message).toContain(`add "${other.url}" to the source's "http.trustedOrigins"`);
    expect(other.asked).toHaveLength(0);
    expect(await pagesOf(client({ baseUrl: first.url, auth, trustedOrigins: [other.url] }), '/a')).toEqual([
      1, 2,
    ]);
    expect(other.asked[0]!.headers.authorization).toBe('Bearer origin-token');
  });

  test('a redirect is followed, to another origin without credentials', async () => {
    const other = await script(json({ rows: 9, next: null }));
    const first = await script((_, response) =>
      response.writeHead(302, { location: `${other.url}/b` }).end(),
    );
    expect(await client({ baseUrl: first.url, auth: bearer('redirect-token') }).http.get('/a')).toEqual({
      rows: 9,
      next: null,
    });
    expect(other.asked[0]!.headers.authorization).toBeUndefined();
  });
});

describe('limits of a source', () => {
  test('a rate limit is shared by all that ask for it', async () => {
    const { url } = await script(json({}));
    const limited = { baseUrl: url, rateLimit: { requests: 2, per: '1m' } };
    const one = client(limited, 'shared source');
    for (let request = 0; request < 5; request += 1) await one.http.get('a');
    expect(one.slept()).toBe(120_000);
    const other = client(limited, 'shared source');
    await other.http.get('a');
    await other.http.get('a');
    expect(other.waits.length).toBeGreaterThan(0);
  });

  test('no more requests than allowed are under way at once', async () => {
    let busy = 0;
    let most = 0;
    const url = await serve((_, response) => {
      most = Math.max(most, ++busy);
      setImmediate(() => {
        busy -= 1;
        response.end('{}');
      });
    });
    const { http } = client({ baseUrl: url, concurrency: 2 });
    await Promise.all(Array.from({ length: 8 }, () => http.get('a')));
    expect(most).toBeLessThanOrEqual(2);
  });
});
