import { zendesk } from '../../src/sources/zendesk';
import { extractOnce } from './extract-once';
import { type Config, emulator, source, start } from './zendesk-harness';

describe('the Zendesk source says clearly what is wrong', () => {
  const failure = async (config: Config = {}): Promise<unknown> =>
    extractOnce(source(config).prepare(), 'ticket_events', { now: '2024-06-01T00:00:00Z' }).then(
      () => undefined,
      (error: unknown) => error,
    );

  test('with a wrong password: names the secret, never its value', async () => {
    await start();
    const error = await failure({
      credentials: { ...emulator.credentials, password: 'wrong-password' },
    });
    expect(error).toMatchObject({ code: 'HTTP_UNAUTHORIZED', retryable: false });
    expect(String(error)).toContain('Resource "ticket_events"');
    expect(String(error)).toContain('"credentials.password"');
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('wrong-password');
  });

  test('with a page that is not JSON', async () => {
    await start({ faults: { notJsonEvery: 1 } });
    const error = await failure();
    expect(error).toMatchObject({ code: 'HTTP_NOT_JSON' });
    expect(String(error)).toMatch(/200 OK.*text\/html.*Down for maintenance/);
  });

  test('with a page without the rows', async () => {
    await start({ faults: { missingFieldEvery: 1 } });
    const error = await failure();
    expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY' });
    expect(String(error)).toMatch(/no list "ticket_events".*It has "count", "end_of_stream"/);
  });

  test('with a secret that is nowhere: names every place', async () => {
    await start();
    const { email, subdomain } = emulator.credentials;
    expect(() => zendesk({ credentials: { email, subdomain } }).prepare({ providers: [] })).toThrow(
      expect.objectContaining({ code: 'SECRET_MISSING' }),
    );
  });
});
