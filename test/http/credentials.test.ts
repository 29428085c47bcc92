import { type EmulatorRequest, reply, startEmulator } from '../../examples/emulator-kit';
import { redact, Secret } from '../../src/config';
import { apiKey, basic, bearer, type HttpAuth, oauth2ClientCredentials, oauth2Refresh } from '../../src/http';
import { makeClient, thrown } from './make-client';

const unset = undefined as unknown as string;
const tokenUrl = 'http://127.0.0.1:9/token';
const client = { tokenUrl, clientId: 'me', clientSecret: 'a-client-secret' };

describe('a credential that is not set', () => {
  test.each<[string, () => HttpAuth, RegExp]>([
    ['password', () => basic('me', unset), /"password" \(from basic\(\) in code\) is not set/],
    ['user', () => basic(unset, 'p'), /"user" \(from basic\(\) in code\) is not set/],
    ['token', () => bearer(unset), /"token" \(from bearer\(\)/],
    ['null token', () => bearer(null as unknown as string), /is a null, not a text/],
    ['number', () => basic('me', 12345 as unknown as string), /is a number, not a text/],
    ['key', () => apiKey({ name: 'X-Key', value: unset }), /"value" \(from apiKey\(\)/],
    [
      'client id',
      () => oauth2ClientCredentials({ ...client, clientId: unset }),
      /"clientId" \(from oauth2Cl/,
    ],
    ['client secret', () => oauth2ClientCredentials({ ...client, clientSecret: unset }), /"clientSecret"/],
    ['refresh token', () => oauth2Refresh({ ...client, refreshToken: unset }), /"refreshToken"/],
    ['secret', () => bearer(new Secret(unset, { key: 'apiToken' })), /"apiToken" \(from code\)/],
  ])(
    '(%s) fails the request that needs it, naming the cure, and nothing else',
    async (_name, make, message) => {
      const auth = make();
      const { http } = makeClient({ baseUrl: 'http://127.0.0.1:9', auth });
      const error = await thrown(http.get('/'));
      expect(error).toMatchObject({ code: 'SECRET_MISSING', retryable: false });
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/Set the environment variable/);
      // what looks for missing secrets finds it before any load
      expect(() => auth.secrets.map((secret) => secret.reveal())).toThrow(message);
      expect(redact('undefined is not null, 12345')).toBe('undefined is not null, 12345');
    },
  );
});

test.each<[string, (url: string) => HttpAuth, (header: string) => string]>([
  ['basic', () => basic('me', "it's (mine)!"), (header) => header],
  ['bearer', () => bearer("it's (mine)!"), (header) => header],
  [
    'OAuth2 by basic',
    (url) =>
      oauth2ClientCredentials({
        ...client,
        clientSecret: "it's (mine)!",
        tokenUrl: `${url}/token`,
        clientAuth: 'basic',
      }),
    (header) => header,
  ],
  ['a decoded header', () => basic('me', "it's (mine)!"), (header) => atob(header.split(' ')[1]!)],
])('an answer that echoes the header of %s shows no secret', async (_name, make, echo) => {
  const heard: string[] = [];
  const answer = ({ headers }: EmulatorRequest) => {
    heard.push(echo(headers.authorization ?? ''));
    return reply({
      status: 400,
      body: { error: 'invalid', error_description: `not \u001b[2J ${heard.at(-1)}` },
    });
  };
  const emulator = await startEmulator({ routes: { 'GET /me': answer, 'POST /token': answer } });
  try {
    const error = await thrown(
      makeClient({ baseUrl: emulator.url, auth: make(emulator.url) }).http.get('/me'),
    );
    const [said] = heard;
    expect(said).not.toBe('');
    for (const part of said!.split(' ')) if (part.length > 8) expect(error.message).not.toContain(part);
    expect(error.message).toContain('[secret]');
    expect(error.message).not.toMatch(/mine|\p{Cc}/u);
  } finally {
    await emulator.close();
  }
});

test('an address with a quote, a space and other signs shows no secret', async () => {
  const emulator = await startEmulator({ routes: {} });
  try {
    const key = new Secret("it's my (key)!*~");
    const { http } = makeClient({ baseUrl: emulator.url });
    const error = await thrown(http.get('/me', { params: { key: key.reveal() } }));
    expect(error.message).toMatch(/key=\[secret\]/);
    expect([error.message, JSON.stringify(error.details)].join()).not.toMatch(/my.{1,6}key/);
  } finally {
    await emulator.close();
  }
});
