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

  describe('with more rows in one second than a page holds', () => {
    const SECOND = '2023-01-02T12:00:00Z';
    const begin = () =>
      start({
        to: '2023-01-03T00:00:00Z',
        now: '2023-01-03T00:00:00Z',
        perDay: { tickets: 700 },
        standsStill: true,
      });
    /** The tickets of two days, of which so many changed in one second. */
    const manyAtOnce = async (count = 1001): Promise<void> => {
      await begin();
      const { tickets } = emulator.expected();
      for (const { id } of tickets.slice(0, count)) emulator.changeTicket(Number(id), { at: SECOND });
    };
    const load = (config: Config) =>
      extractOnce(source(config).withResources('tickets').prepare(), 'tickets', {
        now: '2023-01-03T00:00:00Z',
      });

    test('by time: says why the export links to itself, and that an export by cursor helps', async () => {
      await manyAtOnce();
      const error = await load({}).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'HTTP_UNEXPECTED_BODY', retryable: false });
      expect(String(error)).toMatch(
        /export of tickets links to itself: its page of 1000 rows is full of one second, 2023-01-02T12:00:00Z.*ticketExport: 'cursor'/,
      );
    });

    test('by cursor: they come, each once', async () => {
      await manyAtOnce();
      const { rows } = await load({ ticketExport: 'cursor' });
      expect(rows.map(({ id }) => id).sort()).toEqual(
        emulator
          .expected()
          .tickets.map(({ id }) => id)
          .sort(),
      );
    });

    test('a page that is just filled by one second goes on', async () => {
      await manyAtOnce(999);
      const { rows } = await load({});
      expect(new Set(rows.map(({ id }) => id)).size).toBe(emulator.expected().tickets.length);
    });
  });

  test('with a secret that is nowhere: names every place', async () => {
    await start();
    const { email, subdomain } = emulator.credentials;
    expect(() => zendesk({ credentials: { email, subdomain } }).prepare({ providers: [] })).toThrow(
      expect.objectContaining({ code: 'SECRET_MISSING' }),
    );
  });
});
