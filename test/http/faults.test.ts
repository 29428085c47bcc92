import {
  type AuthChecker,
  apiKeyAuth,
  basicAuth,
  bearerAuth,
  type Emulator,
  type EmulatorOptions,
  type Fault,
  oauth2Auth,
  reply,
  startEmulator,
} from '../../examples/emulator-kit';
import { Secret } from '../../src/config';
import { TidemarkError } from '../../src/errors';
import {
  apiKey,
  basic,
  bearer,
  type HttpAuth,
  type HttpOptions,
  linkHeader,
  oauth2ClientCredentials,
} from '../../src/http';
import { type MadeClient, makeClient, thrown } from './make-client';

const BEGIN = Date.parse('2024-01-01T00:00:00Z');
const PAGES = 4;
const open: Emulator[] = [];
afterEach(() => Promise.all(open.splice(0).map((emulator) => emulator.close())));

/** Four pages of two rows behind a token, linked by header; the emulator and the client go by one clock. */
async function start(
  options: Partial<EmulatorOptions> = {},
  http: HttpOptions = {},
  skewMs = 0,
): Promise<MadeClient & { emulator: Emulator; rows: () => Promise<number[]> }> {
  const time = { ms: BEGIN };
  const emulator = await startEmulator({
    auth: bearerAuth('matrix-token'),
    now: () => time.ms + skewMs,
    ...options,
    routes: {
      'GET /rows': ({ query, origin }) => {
        const page = Number(query.get('page') ?? 1);
        return reply({
          headers: page < PAGES ? { link: `<${origin}/rows?page=${page + 1}>; rel="next"` } : {},
          body: [{ id: page * 2 - 1 }, { id: page * 2 }],
        });
      },
      'POST /rows': ({ json, form }) =>
        reply({ status: 201, body: { json, form: Object.fromEntries(form) } }),
      ...options.routes,
    },
  });
  open.push(emulator);
  const made = makeClient({ baseUrl: emulator.url, auth: bearer('matrix-token'), ...http }, { time });
  const rows = async (): Promise<number[]> => {
    const ids: number[] = [];
    for await (const page of made.http.pages<{ id: number }[]>('/rows', { next: linkHeader() }))
      ids.push(...page.map(({ id }) => id));
    return ids;
  };
  return { ...made, emulator, rows };
}

const ALL = [1, 2, 3, 4, 5, 6, 7, 8];

describe('the matrix of faults: a chain of pages is complete and each page is taken once', () => {
  test.each<[string, Fault, number, number]>([
    ['a page fails once with 500', { kind: 'status', status: 500, at: 2 }, 5, 500],
    ['a page fails thrice with 502', { kind: 'status', status: 502, at: 3, times: 3 }, 7, 500 + 1000 + 2000],
    ['the connection breaks before an answer', { kind: 'cut', at: 2 }, 5, 500],
    ['the connection breaks within a body', { kind: 'cutBody', at: 4 }, 5, 500],
    [
      '429 with Retry-After',
      { kind: 'status', status: 429, headers: { 'retry-after': 30 }, at: 2 },
      5,
      30_000,
    ],
    [
      '403 with Retry-After',
      { kind: 'status', status: 403, headers: { 'retry-after': 60 }, at: 1 },
      5,
      60_000,
    ],
    ['503 with Retry-After', { kind: 'status', status: 503, headers: { 'retry-after': 7 }, at: 3 }, 5, 7_000],
    ['429 without a word counts as a failure', { kind: 'status', status: 429, at: 2 }, 5, 500],
    ['an answer is slow', { kind: 'slow', ms: 20, at: 2 }, 4, 0],
  ])('%s', async (_, fault, requests, slept) => {
    const made = await start({ faults: [fault] });
    expect(await made.rows()).toEqual(ALL);
    expect(made.emulator.requests).toHaveLength(requests);
    expect(made.slept()).toBe(slept);
  });

  test('a page that is no JSON fails the load with what it was, and may be tried again later', async () => {
    const made = await start({ faults: [{ kind: 'html', at: 2 }] });
    const error = await thrown(made.rows());
    expect(error).toMatchObject({ code: 'HTTP_NOT_JSON', retryable: true });
    expect(error.message).toMatch(/"text\/html; charset=utf-8", which is not JSON.*Down for maintenance/);
    expect(await made.rows()).toEqual(ALL);
  });
});

describe('a rate limit told by headers', () => {
  const headers = { remaining: 'x-left', reset: 'x-reset' };

  test.each(['epochSeconds', 'epochMs', 'seconds', 'iso'] as const)(
    'is waited out before the next request, the reset being %s: no request is refused',
    async (resetIs) => {
      const made = await start(
        { limits: [{ requests: 2, seconds: 60, headers, resetIs, retryAfter: false }] },
        { limitHeaders: [{ ...headers, resetIs }], retries: 0 },
      );
      expect(await made.rows()).toEqual(ALL);
      expect(made.emulator.requests.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(made.slept()).toBe(60_000);
      expect(new Set(made.waits.map(({ reason }) => reason))).toEqual(new Set(['rate-limit']));
    },
  );

  test.each([403, 429])(
    'that another client used up is waited out after a refusal with %d',
    async (status) => {
      const made = await start(
        { limits: [{ requests: 3, seconds: 900, status, headers, retryAfter: false }] },
        { limitHeaders: [{ ...headers, resetIs: 'epochSeconds' }], retries: 0 },
      );
      const other = makeClient({ baseUrl: made.emulator.url, auth: bearer('matrix-token') });
      for (let request = 0; request < 3; request += 1) await other.http.get('/rows');
      expect(await made.rows()).toEqual(ALL);
      expect(made.emulator.requests.filter((request) => request.status === status)).toHaveLength(1);
      expect(made.slept()).toBe(2 * 900_000);
    },
  );

  test('is counted from the answer itself, though this machine has another time', async () => {
    const made = await start(
      { limits: [{ requests: 2, seconds: 60, headers }] },
      { limitHeaders: [{ ...headers, resetIs: 'epochSeconds' }] },
      86_400_000,
    );
    expect(await made.rows()).toEqual(ALL);
    expect(made.slept()).toBe(60_000);
    expect(made.emulator.requests).toHaveLength(PAGES);
  });

  test('that asks for longer than maxWait fails with the time to wait, and does not ask again', async () => {
    const made = await start(
      { limits: [{ requests: 1, seconds: 86_400, headers }] },
      { limitHeaders: [{ ...headers, resetIs: 'epochSeconds' }] },
    );
    await made.http.get('/rows');
    expect(await thrown(made.http.get('/rows'))).toMatchObject({
      code: 'HTTP_RATE_LIMITED',
      retryable: true,
      retryAfterMs: 86_400_000,
    });
    expect(made.emulator.requests).toHaveLength(1);
  });

  test('a 403 with something remaining is a refusal of the credentials', async () => {
    const made = await start(
      { faults: [{ kind: 'status', status: 403, headers: { 'x-left': 5, 'x-reset': 1 } }] },
      { limitHeaders: [{ ...headers, resetIs: 'seconds' }] },
    );
    expect((await thrown(made.http.get('/rows'))).code).toBe('HTTP_UNAUTHORIZED');
    expect(made.emulator.requests).toHaveLength(1);
  });
});

describe('a source that checks answers itself', () => {
  const failing = { kind: 'status', status: 200, body: { ok: false, error: 'busy' } } as const;

  test('tries again what it calls a failure, waits out what it calls a limit, throws its own error', async () => {
    const check: HttpOptions['check'] = ({ body }) => {
      const { error } = body as { error?: string };
      if (error === 'busy') return 'retry';
      if (error === 'limited') return { wait: 90_000 };
      return error === undefined ? undefined : new TidemarkError('SOURCE_INVALID', `It says ${error}.`);
    };
    const made = await start({}, { check });
    made.emulator.faults.inject(failing, {
      kind: 'status',
      status: 400,
      body: { error: 'limited' },
      at: 2,
      times: 2,
    });
    expect(await made.rows()).toEqual(ALL);
    expect(made.slept()).toBe(500 + 2 * 90_000);
    made.emulator.faults.inject({ kind: 'status', status: 200, body: { error: 'gone' } });
    const error = await thrown(made.http.get('/rows'));
    expect(error).toMatchObject({ code: 'SOURCE_INVALID', message: 'It says gone.' });
    made.emulator.faults.inject({ ...failing, times: 9 });
    expect((await thrown(made.http.get('/rows'))).message).toMatch(
      /200 OK, which the source's "http.check" takes for a failure.*"busy".* It was tried 6 times/,
    );
  });

  test('a limit that counts as a failure doubles its wait and ends', async () => {
    const made = await start(
      { faults: [{ kind: 'status', status: 403, times: 9 }] },
      { check: ({ status }) => (status === 403 ? { wait: 60_000, counted: true } : undefined), retries: 3 },
    );
    expect((await thrown(made.http.get('/rows'))).code).toBe('HTTP_RATE_LIMITED');
    expect(made.emulator.requests).toHaveLength(4);
    expect(made.slept()).toBe(60_000 + 120_000 + 240_000);
  });

  test('takes what it calls ok, whatever the status', async () => {
    const made = await start(
      { faults: [{ kind: 'status', status: 404, body: { empty: true } }] },
      { check: ({ status }) => (status === 404 ? 'ok' : undefined) },
    );
    expect(await made.http.get('/rows')).toEqual({ empty: true });
  });
});

describe('a token that expires', () => {
  const client = { clientId: 'matrix', clientSecret: 'matrix-client-secret' };

  async function withTokens(): Promise<
    MadeClient & { emulator: Emulator; rows: () => Promise<number[]>; tokenRequests: () => number }
  > {
    const made = await start({ auth: oauth2Auth(client) });
    const { emulator } = made;
    const time = { ms: BEGIN };
    const auth = oauth2ClientCredentials({
      tokenUrl: `${emulator.url}/oauth/token`,
      clientId: client.clientId,
      clientSecret: new Secret(client.clientSecret, { key: 'clientSecret' }),
    });
    const { http, ...rest } = makeClient({ baseUrl: emulator.url, auth }, { time });
    const rows = async (): Promise<number[]> => {
      const ids: number[] = [];
      for await (const page of http.pages<{ id: number }[]>('/rows', { next: linkHeader() }))
        ids.push(...page.map(({ id }) => id));
      return ids;
    };
    const tokenRequests = (): number =>
      emulator.requests.filter(({ path }) => path === '/oauth/token').length;
    return { ...rest, http, emulator, rows, tokenRequests };
  }

  test('is renewed once, in the middle of a chain, without a wait', async () => {
    const made = await withTokens();
    made.emulator.faults.inject({ kind: 'expireToken', on: 'GET /rows', at: 3 });
    expect(await made.rows()).toEqual(ALL);
    expect(made.tokenRequests()).toBe(2);
    expect(made.emulator.requests.filter(({ status }) => status === 401)).toHaveLength(1);
    expect(made.slept()).toBe(0);
  });

  test('and is refused again, fails', async () => {
    const made = await withTokens();
    made.emulator.faults.inject({ kind: 'status', status: 401, on: 'GET /rows', times: 2 });
    const error = await thrown(made.rows());
    expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
    expect(error.message).toContain('"clientSecret"');
    expect(made.tokenRequests()).toBe(2);
  });
});

describe('credentials and secrets', () => {
  const text = 'secret-of-the-matrix';
  const secret = new Secret(text);
  test.each<[string, AuthChecker, HttpAuth]>([
    ['a token', bearerAuth(text), bearer(secret)],
    ['a password', basicAuth('me', text), basic('me', secret)],
    [
      'a key in a header',
      apiKeyAuth({ name: 'X-Key', value: text, prefix: 'Token ' }),
      apiKey({ name: 'X-Key', value: secret, prefix: 'Token ' }),
    ],
    [
      'a key in the address',
      apiKeyAuth({ name: 'key', value: text, in: 'query' }),
      apiKey({ name: 'key', value: secret, in: 'query' }),
    ],
  ])('%s is accepted, and never reaches another origin by a redirect', async (_, checker, auth) => {
    const other = await start({ auth: [] });
    const made = await start(
      {
        auth: checker,
        faults: [{ kind: 'redirect', to: `${other.emulator.url}/rows?page=4`, at: PAGES + 1 }],
      },
      { auth, headers: { 'x-team': 'private-team' }, allowHosts: [new URL(other.emulator.url).host] },
    );
    expect(await made.rows()).toEqual(ALL);
    expect(await made.http.get('/rows')).toEqual([{ id: 7 }, { id: 8 }]);
    const [seen] = other.emulator.requests;
    const encoded = Buffer.from(`me:${text}`).toString('base64');
    expect(JSON.stringify([seen!.headers, seen!.url])).not.toMatch(
      new RegExp(`${text}|${encoded}|private-team`),
    );
  });

  test('links of an origin that a redirect led to are followed without credentials and headers', async () => {
    const other = await start({ auth: [] });
    const made = await start(
      { faults: [{ kind: 'redirect', to: `${other.emulator.url}/rows` }] },
      { allowHosts: [new URL(other.emulator.url).host] },
    );
    const ids: number[] = [];
    const headers = { 'x-session': new Secret('session-of-the-matrix') };
    for await (const page of made.http.pages<{ id: number }[]>('/rows', { headers, next: linkHeader() }))
      ids.push(...page.map(({ id }) => id));
    expect(ids).toEqual(ALL);
    expect(other.emulator.requests).toHaveLength(PAGES);
    expect(JSON.stringify(other.emulator.requests)).not.toMatch(/matrix-token|session-of-the-matrix/);
    expect(made.emulator.requests[0]!.headers['x-session']).toBe('session-of-the-matrix');
  });

  test('the body of a POST is not carried to another origin', async () => {
    const other = await start({ auth: [] });
    const made = await start(
      { faults: [{ kind: 'redirect', status: 307, to: `${other.emulator.url}/rows` }] },
      { allowHosts: [new URL(other.emulator.url).host] },
    );
    expect(await thrown(made.http.post('/rows', { json: { query: 1 } }))).toMatchObject({
      code: 'HTTP_LINK_REFUSED',
    });
    expect(other.emulator.requests).toHaveLength(0);
  });

  test.each([400, 401, 403, 404, 500])(
    'no secret is in the error of a %d that repeats them',
    async (status) => {
      const secret = new Secret('secret-of-the-body');
      const made = await start(
        {
          routes: {
            'POST /echo': (request) => reply({ status, body: { ...request.headers, sent: request.text } }),
          },
        },
        { auth: bearer('matrix-token'), retries: 0 },
      );
      const error = await thrown(
        made.http.post('/echo', { json: { password: secret }, params: { key: secret } }),
      );
      expect(made.emulator.requests[0]!.json).toEqual({ password: 'secret-of-the-body' });
      expect(made.emulator.requests[0]!.query.get('key')).toBe('secret-of-the-body');
      const told = JSON.stringify([error.message, error.details]);
      expect(told).not.toMatch(/secret-of-the-body|matrix-token/);
      expect(told).toContain('[secret]');
    },
  );
});
