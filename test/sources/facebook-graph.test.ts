import { tooManyCalls } from '../../examples/facebook-emulator';
import { extractOnce } from './extract-once';
import { type Config, facebookBench } from './facebook-bench';

const { start, source } = facebookBench();

describe('the Graph API', () => {
  const extract = async (config: Config = {}) => {
    const { rows, waited } = await extractOnce(source(config).prepare({ providers: [] }), 'ads', {
      now: '2024-02-10T12:00:00Z',
    });
    return { rows: rows.length, waited: waited / 60_000 };
  };

  test.each([4, 17, 613, 80000, 80004])('limit %i is waited out as long as the header says', async (code) => {
    const emulator = await start();
    emulator.faults.inject({ kind: 'status', ...tooManyCalls(19, code), times: 2 });
    const { rows, waited } = await extract();
    expect(rows).toBeGreaterThan(0);
    expect(waited).toBeGreaterThanOrEqual(38);
    expect(waited).toBeLessThan(39);
  });

  test('limits without a word of time are waited out longer and longer, and not for ever', async () => {
    const emulator = await start();
    emulator.faults.inject({ kind: 'status', ...tooManyCalls(undefined), times: 2 });
    expect((await extract()).waited).toBeGreaterThanOrEqual(3);
    emulator.faults.inject({ kind: 'status', ...tooManyCalls(undefined), times: 100 });
    await expect(extract()).rejects.toMatchObject({ code: 'HTTP_RATE_LIMITED' });
  });

  test('failures that pass are tried again', async () => {
    const emulator = await start();
    const error = {
      message: 'Service temporarily unavailable',
      type: 'OAuthException',
      code: 2,
      is_transient: true,
    };
    emulator.faults.inject({ kind: 'status', status: 500, body: { error } }, { kind: 'cut' });
    expect((await extract()).rows).toBeGreaterThan(0);
  });

  test.each<[string, () => Config, string, RegExp]>([
    [
      'a wrong token',
      () => ({ accessToken: 'wrong-access-token' }),
      'HTTP_UNAUTHORIZED',
      /error 190: .*check the secret "accessToken"/,
    ],
    [
      'a wrong app secret',
      () => ({ appSecret: 'wrong-app-secret' }),
      'HTTP_UNAUTHORIZED',
      /Invalid appsecret_proof.*"appSecret"/,
    ],
    [
      'a version that is gone',
      () => ({ graphVersion: 'v19.0' }),
      'HTTP_STATUS',
      /error 2635: .*Set "graphVersion"/,
    ],
    ['an account of others', () => ({ accountId: '999' }), 'HTTP_STATUS', /"act_999"|act_999/],
  ])('refuses %s with the cause and the cure, and no secret', async (_, config, code, message) => {
    const emulator = await start();
    const error = await extract(config()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, retryable: false });
    expect(String(error)).toMatch(message);
    const shown = JSON.stringify([error, String(error), (error as Error).stack]);
    for (const secret of ['wrong-access-token', 'wrong-app-secret', emulator.accessToken])
      expect(shown).not.toContain(secret);
    expect(emulator.requests).toHaveLength(1);
  });

  test('an expired token is told as such', async () => {
    const emulator = await start();
    const error = {
      message: 'Error validating access token: Session has expired',
      type: 'OAuthException',
      code: 190,
      error_subcode: 463,
    };
    emulator.faults.inject({ kind: 'status', status: 400, body: { error } });
    await expect(extract()).rejects.toThrow(/error 190\/463.*has expired: make a new one/);
  });

  test('gets the token in a header only, and the proof of the app where there is an app secret', async () => {
    const emulator = await start({ requireProof: true, ads: 30 });
    const { rows } = await extract({ appSecret: emulator.appSecret, pageSize: 5 });
    expect(rows).toBe(26);
    expect(emulator.requests.length).toBeGreaterThan(4);
    for (const { url, query } of emulator.requests) {
      expect(url).not.toContain(emulator.accessToken);
      expect(query.get('appsecret_proof')).toMatch(/^[0-9a-f]{64}$/);
    }
    await expect(extract()).rejects.toThrow(/require an appsecret_proof argument.*"appSecret"/);
  });
});
