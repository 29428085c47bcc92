import {
  type Emulator,
  type EmulatorOptions,
  type OAuth2AuthOptions,
  oauth2Auth,
  reply,
  startEmulator,
} from '../../examples/emulator-kit';
import { Secret } from '../../src/config';
import { TidemarkError } from '../../src/errors';
import { type HttpAuth, oauth2ClientCredentials, oauth2Refresh } from '../../src/http';
import { makeClient, thrown } from './make-client';

const open: Emulator[] = [];
afterEach(async () => {
  for (const emulator of open.splice(0)) await emulator.close();
});

const time = { ms: Date.parse('2024-01-01T00:00:00Z') };

async function start(
  auth: Partial<OAuth2AuthOptions> = {},
  options: Partial<EmulatorOptions> = {},
): Promise<Emulator> {
  const emulator = await startEmulator({
    auth: oauth2Auth({ clientId: 'client', clientSecret: 'client secret&co', ...auth }),
    now: () => time.ms,
    ...options,
    routes: { 'GET /me': ({ identity }) => reply({ body: { identity } }), ...options.routes },
  });
  open.push(emulator);
  return emulator;
}

const tokenRequests = ({ requests }: Emulator) => requests.filter(({ path }) => path === '/oauth/token');
const clientSecret = new Secret('client secret&co', { key: 'credentials.clientSecret' });
const credentialsOf = (emulator: Emulator, more: object = {}): HttpAuth =>
  oauth2ClientCredentials({
    tokenUrl: `${emulator.url}/oauth/token`,
    clientId: 'client',
    clientSecret,
    ...more,
  });
const get = (emulator: Emulator, auth: HttpAuth) =>
  makeClient({ baseUrl: emulator.url, auth, retries: 1 }, { time }).http.get('/me');

describe('tokens for client credentials', () => {
  test.each(['form', 'basic'] as const)(
    'are asked for once for all loads, the client in the %s',
    async (clientAuth) => {
      const emulator = await start();
      const more = { clientAuth, scopes: ['read', 'list'], audience: 'https://api.example' };
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => get(emulator, credentialsOf(emulator, more))),
      );
      expect(answers).toEqual(Array.from({ length: 6 }, () => ({ identity: 'client' })));
      const [asked, ...others] = tokenRequests(emulator);
      expect(others).toEqual([]);
      expect(Object.fromEntries(asked!.form)).toEqual({
        grant_type: 'client_credentials',
        scope: 'read list',
        audience: 'https://api.example',
        client_id: clientAuth === 'form' ? 'client' : undefined,
        client_secret: clientAuth === 'form' ? 'client secret&co' : undefined,
      });
      expect(asked!.headers.authorization?.startsWith('Basic ')).toBe(
        clientAuth === 'basic' ? true : undefined,
      );
    },
  );

  test('are replaced shortly before they expire', async () => {
    const emulator = await start({ lifetimeSeconds: 600 });
    await get(emulator, credentialsOf(emulator));
    time.ms += 539_000;
    await get(emulator, credentialsOf(emulator));
    expect(tokenRequests(emulator)).toHaveLength(1);
    time.ms += 2_000;
    await get(emulator, credentialsOf(emulator));
    expect(tokenRequests(emulator)).toHaveLength(2);
    expect(emulator.requests.every(({ status }) => status === 200)).toBe(true);
  });

  test('that several loads find refused are renewed once', async () => {
    const emulator = await start();
    const auth = credentialsOf(emulator);
    await get(emulator, auth);
    emulator.faults.inject({ kind: 'expireToken', on: 'GET /me' });
    await Promise.all(Array.from({ length: 4 }, () => get(emulator, auth)));
    expect(tokenRequests(emulator)).toHaveLength(2);
  });

  test('that are refused name endpoint and reason, and no secret', async () => {
    const emulator = await start({ clientSecret: 'another' });
    const error = await thrown(get(emulator, credentialsOf(emulator)));
    expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
    expect(error.message).toMatch(
      /POST http.*\/oauth\/token gave no access token \(status 401, "invalid_client"\)/,
    );
    expect(error.message).not.toContain('client secret&co');
    expect(emulator.requests).toHaveLength(1);
  });

  test.each([{ kind: 'cut' as const }, { kind: 'status' as const, status: 503 }])(
    'are asked for again after a failure that may pass (%p), before a POST too',
    async (fault) => {
      const emulator = await start({}, { routes: { 'POST /me': () => reply({ body: { posted: true } }) } });
      emulator.faults.inject({ ...fault, on: 'POST /oauth/token' });
      const { http } = makeClient({ baseUrl: emulator.url, auth: credentialsOf(emulator) }, { time });
      expect(await http.post('/me', { json: {} })).toEqual({ posted: true });
      expect(tokenRequests(emulator)).toHaveLength(2);
    },
  );

  test('that a cancelled load was waiting for are asked for again by another', async () => {
    const emulator = await start();
    emulator.faults.inject({ kind: 'slow', ms: 100, on: 'POST /oauth/token' });
    const auth = credentialsOf(emulator);
    const cancel = new AbortController();
    const context = (signal: AbortSignal) => ({
      method: 'GET' as const,
      url: emulator.url,
      body: undefined,
      now: () => time.ms,
      postForm: async (url: string, form: Readonly<Record<string, string>>) => {
        const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form), signal }).catch(
          () => Promise.reject(new TidemarkError('CANCELLED', 'cancelled')),
        );
        return { status: response.status, text: await response.text() };
      },
    });
    const first = thrown(Promise.resolve(auth.credentials(context(cancel.signal))));
    const second = Promise.resolve(auth.credentials(context(new AbortController().signal)));
    cancel.abort();
    expect((await first).code).toBe('CANCELLED');
    expect((await second)?.headers?.['authorization']).toMatch(/^Bearer access-token-/);
  });
});

describe('tokens for a refresh token', () => {
  const refreshOf = (emulator: Emulator): HttpAuth =>
    oauth2Refresh({
      tokenUrl: `${emulator.url}/oauth/token`,
      clientId: 'client',
      clientSecret,
      refreshToken: new Secret('the-refresh-token'),
    });

  test('go on with the refresh token that came with the last one', async () => {
    const emulator = await start({ refreshToken: 'the-refresh-token', rotate: true, lifetimeSeconds: 600 });
    for (let hour = 0; hour < 3; hour += 1) {
      expect(await get(emulator, refreshOf(emulator))).toEqual({ identity: 'client' });
      time.ms += 3_600_000;
    }
    expect(tokenRequests(emulator).map(({ form }) => form.get('refresh_token'))).toEqual([
      'the-refresh-token',
      'the-refresh-token-1',
      'the-refresh-token-2',
    ]);
  });

  test('fall back on the configured one where a later one is refused', async () => {
    const emulator = await start({ refreshToken: 'the-refresh-token' });
    emulator.faults.inject({
      kind: 'status',
      status: 200,
      on: 'POST /oauth/token',
      body: { access_token: 'stale', expires_in: 60, refresh_token: 'revoked-refresh' },
    });
    expect(await get(emulator, refreshOf(emulator))).toEqual({ identity: 'client' });
    expect(tokenRequests(emulator).map(({ form }) => form.get('refresh_token'))).toEqual([
      'the-refresh-token',
      'revoked-refresh',
      'the-refresh-token',
    ]);
  });
});
