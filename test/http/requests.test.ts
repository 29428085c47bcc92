import { type Emulator, reply, startEmulator } from '../../examples/emulator-kit';
import { Secret } from '../../src/config';
import type { HttpOptions } from '../../src/http';
import { makeClient, thrown } from './make-client';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({
    routes: {
      'GET /thing': ({ headers }) =>
        headers['if-none-match'] === '"v1"'
          ? reply({ status: 304, headers: { etag: '"v1"' } })
          : reply({ headers: { etag: '"v1"', 'x-note': 'kept' }, body: { id: 12345678901234567890n } }),
      'POST /things': ({ json, form }) =>
        reply({ status: 201, body: { json, form: Object.fromEntries(form) } }),
      'DELETE /things/:id': () => reply({ status: 204 }),
      'GET /report': () => reply({ headers: { 'content-type': 'text/csv' }, body: 'a,b\n1,2\n' }),
    },
    notFound: () => reply({ status: 404, headers: { 'content-type': 'text/plain' }, body: 'no such thing' }),
  });
});
afterEach(() => emulator.close());
const client = (options: HttpOptions = {}) => makeClient({ baseUrl: emulator.url, ...options });

describe('request', () => {
  test('gives status, headers and body, and takes further statuses for no error', async () => {
    const { http } = client();
    const answer = await http.request({ path: '/thing' });
    expect(answer).toMatchObject({
      status: 200,
      body: { id: 12345678901234567890n },
      url: `${emulator.url}/thing`,
    });
    expect(answer.headers).toMatchObject({ etag: '"v1"', 'x-note': 'kept' });
    const same = { path: '/thing', headers: { 'if-none-match': '"v1"' } };
    expect(await http.request({ ...same, accept: [304] })).toMatchObject({ status: 304, body: undefined });
    expect(await thrown(http.request(same))).toMatchObject({ code: 'HTTP_STATUS', retryable: false });
    expect(await http.request({ path: '/none', accept: [404] })).toMatchObject({
      status: 404,
      body: undefined,
    });
    expect(await http.request({ method: 'DELETE', path: '/things/7' })).toMatchObject({
      status: 204,
      body: undefined,
    });
    expect(await http.request<string>({ path: '/report', as: 'text' })).toMatchObject({ body: 'a,b\n1,2\n' });
  });

  test('posts JSON with exact integers, dates and secrets, or a form', async () => {
    const { http } = client();
    const json = {
      big: 12345678901234567890n,
      day: new Date(0),
      key: new Secret('json-secret'),
      list: [1, null],
    };
    expect(await http.post('/things', { json })).toMatchObject({
      json: {
        big: 12345678901234567890n,
        day: '1970-01-01T00:00:00.000Z',
        key: 'json-secret',
        list: [1, null],
      },
    });
    const form = { 'created[gte]': 1, tags: ['a b', 'c'], none: undefined, key: new Secret('form-secret') };
    await http.post('/things', { form });
    expect(emulator.requests[1]!.text).toBe('created%5Bgte%5D=1&tags=a+b&tags=c&key=form-secret');
    expect(emulator.requests[1]!.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect((await thrown(http.post('/things', { json: {}, form: {} }))).code).toBe('SOURCE_INVALID');
  });
});

describe('a POST', () => {
  const failures = [
    ['a 500', { kind: 'status', status: 500 }],
    ['a 503', { kind: 'status', status: 503 }],
    ['a connection that breaks', { kind: 'cut' }],
    ['an answer that breaks off', { kind: 'cutBody' }],
  ] as const;

  test.each(failures)('is not sent again after %s, and says why', async (_, fault) => {
    emulator.faults.inject(fault);
    const error = await thrown(client().http.post('/things', { json: { order: 1 } }));
    expect(error.message).toMatch(/^POST .* It was not sent again, since the server may have acted on it/);
    expect(error.message).toContain('"idempotent: true"');
    expect(emulator.requests).toHaveLength(1);
  });

  test.each(failures)('that does no harm twice is sent again after %s', async (_, fault) => {
    emulator.faults.inject(fault);
    const { http } = client();
    expect(await http.post('/things', { json: { query: 1 }, idempotent: true })).toMatchObject({
      json: { query: 1 },
    });
    expect(emulator.requests.map(({ text }) => text)).toEqual(['{"query":1}', '{"query":1}']);
  });

  test('is sent again where the server refused it', async () => {
    const wait = { 'retry-after': 3 };
    emulator.faults.inject(
      { kind: 'status', status: 429 },
      { kind: 'status', status: 429, headers: wait, at: 2 },
      { kind: 'status', status: 503, headers: wait, at: 3 },
    );
    const { http, slept } = client();
    await http.post('/things', { json: {} });
    expect(emulator.requests.map(({ status }) => status)).toEqual([429, 429, 503, 201]);
    expect(slept()).toBe(500 + 3000 + 3000);
  });

  test('is tried again where no connection came about', async () => {
    const gone = emulator.url;
    await emulator.close();
    const error = await thrown(makeClient({ baseUrl: gone, retries: 2 }).http.post('/things', { json: {} }));
    expect(error.message).toMatch(/ECONNREFUSED.* It was tried 3 times\./);
    emulator = await startEmulator({ routes: {} });
  });

  test('becomes a GET after a 303, and stays one after a 307', async () => {
    emulator.faults.inject(
      { kind: 'redirect', status: 303, to: '/thing' },
      { kind: 'redirect', status: 307, to: '/things', at: 3 },
    );
    const { http } = client();
    expect(await http.post('/job', { json: { job: 1 } })).toHaveProperty('id');
    expect(await http.post('/job', { json: { job: 2 } })).toMatchObject({ json: { job: 2 } });
    expect(emulator.requests.map(({ method, text }) => [method, text])).toEqual([
      ['POST', '{"job":1}'],
      ['GET', ''],
      ['POST', '{"job":2}'],
      ['POST', '{"job":2}'],
    ]);
  });
});
