import { type GithubEmulator, SECONDARY_LIMIT, startGithubEmulator } from '../../examples/github-emulator';
import { github } from '../../src/sources/github';
import { makeClient, thrown } from '../http/make-client';

let emulator: GithubEmulator;
afterEach(() => emulator.close());

describe('rate limits and credentials', () => {
  const start = Date.parse('2024-01-20T00:00:00Z');
  async function client(options: Parameters<typeof startGithubEmulator>[0] = {}, config = {}) {
    const time = { ms: start };
    emulator = await startGithubEmulator({ ...options, now: () => time.ms });
    return makeClient(github({ ...emulator.config, ...config }).prepare().http, { time });
  }
  const issues = '/repos/octo/hello/issues';

  test('nothing remaining of the hour is waited out before the next request', async () => {
    const { http, slept, waits } = await client({ requestsPerHour: 3 });
    for (let request = 0; request < 7; request += 1) await http.get(issues);
    expect(emulator.requests.every(({ status }) => status === 200)).toBe(true);
    expect(slept()).toBe(2 * 3_600_000);
    expect(new Set(waits.map(({ reason }) => reason))).toEqual(new Set(['rate-limit']));
  });

  test('a secondary limit is waited for a minute, then for two, then as Retry-After says', async () => {
    const { http, slept } = await client();
    emulator.faults.inject(
      { ...SECONDARY_LIMIT, times: 2 },
      { kind: 'status', status: 403, headers: { 'retry-after': 45 }, at: 3 },
      { kind: 'status', status: 429, at: 4 },
    );
    await http.get(issues);
    expect(slept()).toBe(60_000 + 120_000 + 45_000 + 240_000);
  });

  test('a wrong token and a lack of rights are no limits', async () => {
    const { http } = await client({}, { accessToken: 'wrong-token-of-github' });
    const error = await thrown(http.get(issues));
    expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
    expect(error.message).toMatch(/401 Unauthorized.*"accessToken".*Bad credentials/);
    expect(error.message).not.toContain('wrong-token-of-github');
    emulator.faults.inject({ kind: 'status', status: 403, body: { message: 'Resource not accessible' } });
    expect((await thrown(http.get(issues))).code).toBe('HTTP_UNAUTHORIZED');
    expect(emulator.requests).toHaveLength(2);
  });
});
