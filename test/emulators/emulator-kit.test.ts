import {
  basicAuth,
  bearerAuth,
  type Emulator,
  type EmulatorOptions,
  reply,
  startEmulator,
} from '../../examples/emulator-kit';

let emulator: Emulator;
afterEach(() => emulator.close());
const start = async (options: Partial<EmulatorOptions> = {}): Promise<void> => {
  emulator = await startEmulator({ routes: { 'GET /a': () => reply({ body: [] }) }, ...options });
};
const ask = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${emulator.url}${path}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const as = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

test('routes by method and path, the first that fits, with the named parts decoded', async () => {
  await start({
    routes: {
      'GET /repos/:owner/:repo': ({ params }) => reply({ body: params }),
      'GET /repos/o/special': () => reply({ body: 'never reached' }),
      'POST /repos/:owner': ({ json, query }) => reply({ status: 201, body: { json, q: query.get('q') } }),
      'GET /files/*': ({ params }) => reply({ body: params['*'] }),
      'GET /fails': () => {
        throw new Error('a bug in a route');
      },
    },
  });
  expect((await ask('/repos/o/a%2Fb')).text).toBe('{"owner":"o","repo":"a/b"}');
  expect((await ask('/repos/o/special')).text).toBe('{"owner":"o","repo":"special"}');
  expect((await ask('/files/a/b.csv')).text).toBe('a/b.csv');
  const body = '{"id":12345678901234567890}';
  const headers = { 'content-type': 'application/json' };
  expect(await ask('/repos/o?q=1', { method: 'POST', body, headers })).toMatchObject({
    status: 201,
    text: '{"json":{"id":12345678901234567890},"q":"1"}',
  });
  expect((await ask('/repos')).status).toBe(404);
  expect(await ask('/fails')).toMatchObject({ status: 500, text: '{"error":"Error: a bug in a route"}' });
  expect(emulator.requests.map(({ number, status }) => [number, status])).toEqual([
    [1, 200],
    [2, 200],
    [3, 200],
    [4, 201],
    [5, 404],
    [6, 500],
  ]);
});

test('refuses a route that is none', async () => {
  await start();
  await expect(startEmulator({ routes: { '/a': () => reply({}) } })).rejects.toThrow(/not of the form/);
});

test('accepts any of its credentials, and refuses in its own words', async () => {
  await start({
    auth: [
      bearerAuth(['one', 'two'], { refusal: { status: 403, body: 'go away' } }),
      basicAuth('me', 'pass'),
    ],
    open: ['GET /open'],
    routes: { 'GET /a': ({ identity }) => reply({ body: identity }), 'GET /open': () => reply({}) },
  });
  expect((await ask('/a', as('two'))).text).toBe('two');
  const basic = { authorization: `Basic ${Buffer.from('me:pass').toString('base64')}` };
  expect((await ask('/a', { headers: basic })).text).toBe('me');
  expect(await ask('/a', as('three'))).toMatchObject({ status: 403, text: 'go away' });
  expect((await ask('/open')).status).toBe(200);
  expect(emulator.requests.map(({ identity }) => identity)).toEqual(['two', 'me', undefined, undefined]);
});

test('counts each identity against the limit, by its own clock, and tells what is left', async () => {
  let now = Date.parse('2024-01-01T00:00:00Z');
  await start({
    auth: bearerAuth(['one', 'two']),
    now: () => now,
    limits: [
      { requests: 2, seconds: 60, headers: { limit: 'x-limit', remaining: 'x-left', reset: 'x-reset' } },
      { requests: 1, seconds: 10, on: 'GET /search/*', status: 403, retryAfter: false },
    ],
    routes: { 'GET /a': () => reply({}), 'GET /search/:what': () => reply({}) },
  });
  const told = async (token: string, path = '/a') => {
    const { status, headers } = await ask(path, as(token));
    return [status, headers.get('x-left'), headers.get('x-reset'), headers.get('retry-after')];
  };
  const reset = String(now / 1000 + 60);
  expect(await told('one')).toEqual([200, '1', reset, null]);
  now += 20_000;
  expect(await told('one')).toEqual([200, '0', reset, null]);
  expect(await told('one')).toEqual([429, '0', reset, '40']);
  expect(await told('two', '/search/x')).toEqual([200, '1', String(now / 1000 + 60), null]);
  expect((await ask('/search/x', as('two'))).status).toBe(403);
  now += 40_000;
  const after = await ask('/a', as('one'));
  expect(after.status).toBe(200);
  expect(after.headers.get('date')).toBe('Mon, 01 Jan 2024 00:01:00 GMT');
});

test('faults meet the requests that they name, so many times, and are remembered', async () => {
  await start({
    routes: { 'GET /a': () => reply({ body: { ok: true } }), 'GET /b': () => reply({}) },
    faults: [{ kind: 'status', status: 418, on: 'GET /b', at: 2, times: 2 }],
  });
  const statuses = async (...paths: string[]): Promise<number[]> => {
    const seen: number[] = [];
    for (const one of paths) seen.push((await ask(one)).status);
    return seen;
  };
  expect(await statuses('/b', '/a', '/b', '/b', '/b')).toEqual([200, 200, 418, 418, 200]);
  emulator.faults.inject({ kind: 'html' }, { kind: 'redirect', to: '/b', at: 2 });
  expect((await ask('/a')).text).toContain('<html>');
  expect((await ask('/a', { redirect: 'manual' })).headers.get('location')).toBe('/b');
  emulator.faults.inject({ kind: 'cut' }, { kind: 'cutBody', at: 2 });
  await expect(ask('/a')).rejects.toThrow();
  await expect(ask('/a')).rejects.toThrow();
  emulator.faults.inject({ kind: 'status', status: 500, times: 9 });
  emulator.faults.clear();
  expect(await statuses('/a')).toEqual([200]);
  expect(emulator.requests.slice(-3).map(({ status }) => status)).toEqual([0, 200, 200]);
});

test('an answer may be half a JSON text, with nothing else wrong', async () => {
  await start({ faults: [{ kind: 'brokenJson' }] });
  expect(await ask('/a')).toMatchObject({ status: 200, text: '[' });
  expect((await ask('/a')).text).toBe('[]');
});

test('an option, a fault or a field of a fault that does not exist is refused by name', async () => {
  await start();
  const routes = { 'GET /a': () => reply({}) };
  await expect(startEmulator({ routes, fault: [] } as EmulatorOptions)).rejects.toThrow(/"fault".*"faults"/);
  expect(() => emulator.faults.inject({ kind: 'cutbody' } as never)).toThrow(/"cutbody".*"cutBody"/);
  expect(() => emulator.faults.inject({ kind: 'slow', ms: 1, status: 500 } as never)).toThrow(/"status"/);
  expect(() => emulator.faults.inject({ kind: 'slow' } as never)).toThrow(/"ms" is missing/);
});
