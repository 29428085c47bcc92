import { gzipSync } from 'node:zlib';
import { Secret } from '../../src/config';
import { apiKey, basic, bearer, createHttp } from '../../src/http';
import { makeClient, thrown } from './make-client';
import { json, script, serve } from './scripted-server';

describe('a request', () => {
  test('goes to the path below baseUrl, with parameters and headers', async () => {
    const { url, asked } = await script(json({ ok: true }));
    const { http } = makeClient({
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
    await makeClient({ baseUrl: url, auth: basic('me@x.example', new Secret('basic-password')) }).http.get(
      'a',
    );
    await makeClient({ baseUrl: url, auth: bearer('bearer-token') }).http.get('a');
    await makeClient({
      baseUrl: url,
      auth: apiKey({ name: 'X-Api-Key', value: new Secret('the-api-key') }),
    }).http.get('a');
    await makeClient({
      baseUrl: url,
      auth: apiKey({ name: 'key', value: 'query-key', in: 'query' }),
    }).http.get('a?b=1');
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
    expect(await makeClient({ baseUrl: url }).http.get('a')).toEqual({
      small: 9007199254740992,
      big: 9007199254740993n,
      neg: -12345678901234567890n,
      list: [1234567890123456789012n],
      float: 1234567890123456.5,
      text: '1234567890123456789',
    });
  });

  test('takes an answer that comes in pieces and after early hints, with its repeated headers as one', async () => {
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, text: `é ${id}` }));
    const text = JSON.stringify(rows);
    const { url } = await script((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(200, { 'x-part': ['1', '2'] });
      response.write(Buffer.from(text).subarray(0, 150_001));
      setImmediate(() => response.end(Buffer.from(text).subarray(150_001)));
    });
    let bytes = 0;
    const http = createHttp({
      options: { baseUrl: url },
      owner: 'pieces',
      signal: new AbortController().signal,
      onBytes: (more) => {
        bytes += more;
      },
    });
    const answer = await http.request({ path: 'a' });
    expect(answer).toMatchObject({ status: 200, headers: { 'x-part': '1, 2' } });
    expect(answer.headers).not.toHaveProperty('link');
    expect(answer.body).toEqual(rows);
    expect(bytes).toBe(Buffer.byteLength(text));
  });

  test('without a baseUrl needs a whole address', async () => {
    const { url } = await script(json([1]));
    expect(await makeClient({}).http.get(`${url}/a`)).toEqual([1]);
    expect((await thrown(makeClient({}).http.get('/a'))).code).toBe('SOURCE_INVALID');
  });
});

describe('limits of a source', () => {
  test('a rate limit is shared by all that ask for it', async () => {
    const { url } = await script(json({}));
    const limited = { baseUrl: url, rateLimit: { requests: 2, per: '1m' } };
    const one = makeClient(limited, { owner: 'shared source' });
    for (let request = 0; request < 5; request += 1) await one.http.get('a');
    expect(one.slept()).toBe(120_000);
    const other = makeClient(limited, { owner: 'shared source' });
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
    const { http } = makeClient({ baseUrl: url, concurrency: 2 });
    await Promise.all(Array.from({ length: 8 }, () => http.get('a')));
    expect(most).toBeLessThanOrEqual(2);
  });
});
