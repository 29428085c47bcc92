import { loadResources } from '../../src/pipeline';
import type { Source } from '../../src/source';
import { zendesk } from '../../src/sources/zendesk';
import { freshPlace, type Place, temporaryFolder } from '../pipeline/harness';
import { silent } from '../silent-log';
import { extractOnce } from './extract-once';
import { type Config, emulator, failThenGoOn, source, start } from './zendesk-harness';

const folder = temporaryFolder();

const people = (config?: Config) => source(config).withResources('users', 'organizations');

/** A load as a worker makes it: of an interval, or from the stored cursor. */
async function load(place: Place, loaded: Source, interval?: { start: string; end: string }) {
  await using target = place.pipeline();
  const { info } = await loadResources(target, {
    source: loaded,
    range: {
      mode: interval === undefined ? 'incremental' : 'interval',
      interval,
      now: '2024-06-01T00:00:00Z',
    },
    log: silent,
  });
  expect(info.resources.map(({ status, error }) => error?.message ?? status)).toEqual(
    info.resources.map(() => 'loaded'),
  );
  return info;
}

const idsOf = async (place: Place, table: string) =>
  (await place.values(`SELECT id FROM data.${table} ORDER BY id`)) as number[];
const served = (name: 'users' | 'organizations' | 'tickets', range = {}) =>
  emulator
    .expected(range)
    [name].map(({ id }) => id)
    .sort((a, b) => a - b);

const YEAR = { perDay: { users: 15, organizations: 15 } };

describe('users and organizations of the Zendesk source', () => {
  test('are loaded only where they are chosen', async () => {
    await start();
    expect(zendesk().resourceNames).toEqual(['tickets', 'ticket_events', 'ticket_metric_events']);
    expect(zendesk().allResourceNames).toEqual([
      ...zendesk().resourceNames,
      'users',
      'organizations',
      'ticket_comments',
      'ticket_metrics',
      'satisfaction_ratings',
      'groups',
      'ticket_fields',
    ]);
  });

  test('come by runs that go on where the last one ended: users by cursor, organizations by time', async () => {
    await start({ ...YEAR, now: '2023-06-01T00:00:00Z' });
    const place = freshPlace(folder);
    await load(place, people());
    expect(emulator.log[0]).toMatch(
      /^\/api\/v2\/incremental\/users\/cursor\.json\?start_time=946684800&per_page=1000$/,
    );
    expect(
      emulator.log.filter((path) => path.includes('/users/cursor.json?per_page=1000&cursor=')).length,
    ).toBe(2);
    expect(emulator.served().users).toMatchObject({ rows: emulator.served().users.distinct });
    const before = await idsOf(place, 'users');
    expect(before).toEqual(served('users', { to: '2023-06-01T00:00:01Z' }));
    emulator.changeUser(before[0]!, { at: '2023-06-01T12:00:00Z', values: { role: 'admin', tags: ['vip'] } });
    emulator.setNow('2023-06-02T00:00:00Z');
    emulator.resetServed();
    const second = await load(place, people());
    expect(emulator.served().users.rows).toBeLessThan(20);
    expect(second.resources.map(({ rows }) => rows).every((rows) => rows > 0 && rows < 20)).toBe(true);
    expect(await idsOf(place, 'users')).toEqual(served('users', { to: '2023-06-02T00:00:01Z' }));
    expect(await idsOf(place, 'organizations')).toEqual(
      served('organizations', { to: '2023-06-02T00:00:01Z' }),
    );
    expect(
      await place.read(
        `SELECT role, value FROM data.users u JOIN data.users__tags t ON t._dlt_root_id = u._dlt_id WHERE id = ${before[0]}`,
      ),
    ).toEqual([{ role: 'admin', value: 'vip' }]);
  });

  test('by intervals in any order, with a rerun after a change, are exactly those served', async () => {
    await start({ ...YEAR, to: '2023-02-01T00:00:00Z' });
    const place = freshPlace(folder);
    const weeks = [22, 1, 29, 8, 15].map((day) => ({
      start: new Date(Date.UTC(2023, 0, day)).toISOString(),
      end: new Date(Date.UTC(2023, 0, day + 7)).toISOString(),
    }));
    await Promise.all(weeks.slice(0, 3).map((week) => load(place, people(), week)));
    for (const week of weeks.slice(3)) await load(place, people(), week);
    const all = served('users');
    const first = all[0]!;
    emulator.changeUser(first, { at: '2023-01-30T00:00:00Z', values: { name: 'New Name' } });
    await load(place, people(), weeks[2]);
    // the week it was in doesn't bring it back as it was
    await load(place, people(), weeks[1]);
    expect(await idsOf(place, 'users')).toEqual(all);
    expect(await idsOf(place, 'organizations')).toEqual(served('organizations'));
    expect(await place.values(`SELECT name FROM data.users WHERE id = ${first}`)).toEqual(['New Name']);
    expect(await place.values('SELECT count(*) FROM data.users__tags')).toEqual([
      emulator.expectedCounts({}, ['users'])['users__tags'],
    ]);
  });
});

describe('an export by cursor', () => {
  test('goes on at the link of its last checkpoint after a failure', async () => {
    await start({ perDay: { users: 300 }, to: '2023-01-11T00:00:00Z' });
    const place = freshPlace(folder);
    const resumed = source().withResources('users');
    const { first, second, before, after } = await failThenGoOn(place, resumed);
    expect(first.status).toBe('failed');
    expect(second.status).toBe('loaded');
    expect(after[0]).toMatch(/users\/cursor\.json\?per_page=1000&cursor=/);
    expect(after[0]).toBe(before.at(-1));
    expect(await idsOf(place, 'users')).toEqual(served('users'));
  });

  test('waits for what the API holds back where the range ends within it', async () => {
    const interval = { start: '2023-01-01T00:00:00Z', end: '2023-01-02T00:00:00Z' };
    const { end } = interval;
    await start({ perDay: { users: 8640 }, to: end, settleSeconds: 60, now: end });
    const prepared = source({ settleSeconds: 60 }).prepare();
    const { rows, waited } = await extractOnce(prepared, 'users', {
      now: end,
      interval,
      onTime: (now) => emulator.setNow(now / 1000),
    });
    expect(rows.map(({ id }) => id)).toEqual(emulator.expected().users.map(({ id }) => id));
    expect(waited).toBe(60_000);
  });
});

describe('tickets by cursor', () => {
  test('are the same rows as by time, without any that comes twice', async () => {
    await start({ to: '2023-05-01T00:00:00Z' });
    const place = freshPlace(folder);
    await load(place, source({ ticketExport: 'cursor' }).withResources('tickets'));
    expect(await idsOf(place, 'tickets')).toEqual(served('tickets'));
    expect(emulator.served().tickets.rows).toBe(emulator.served().tickets.distinct);
    expect(emulator.log.every((path) => path.startsWith('/api/v2/incremental/tickets/cursor.json'))).toBe(
      true,
    );
  });
});

describe('the credentials of the Zendesk source', () => {
  test.each([
    [
      'an API token',
      () => ({ subdomain: 'example', email: 'agent@example.com', token: emulator.tokens.token }),
    ],
    [
      'an API token of a user written with /token',
      () => ({ subdomain: 'example', email: 'agent@example.com/token', token: emulator.tokens.token }),
    ],
    [
      'an API token as password',
      () => ({ subdomain: 'example', email: 'agent@example.com/token', password: emulator.tokens.token }),
    ],
    ['an OAuth access token', () => ({ subdomain: 'example', oauthToken: emulator.tokens.oauthToken })],
  ])('may be %s', async (_, credentials) => {
    await start({ to: '2023-01-08T00:00:00Z' });
    const place = freshPlace(folder);
    await load(place, people({ credentials: credentials() }));
    expect(await idsOf(place, 'organizations')).toEqual(served('organizations'));
  });

  test.each([
    [
      'missing',
      {},
      'SECRET_MISSING',
      /"credentials\.password".*Or give "credentials\.token" instead.*Or give "credentials\.oauthToken" instead/s,
    ],
    [
      'of two kinds',
      { email: 'a@example.com', oauthToken: 'some-token' },
      'CONFIG_INVALID',
      /mixes "email", "oauthToken"; give one kind/,
    ],
    [
      'for an address instead of its first part',
      { subdomain: 'https://acme.zendesk.com', oauthToken: 'some-token' },
      'CONFIG_INVALID',
      /"https:\/\/acme\.zendesk\.com": write only the first part/,
    ],
  ])('that are %s are refused before any request', async (_, credentials, code, message) => {
    await start();
    const attempt = (): unknown => source({ credentials }).prepare({ providers: [] });
    expect(attempt).toThrow(expect.objectContaining({ code }));
    expect(attempt).toThrow(message);
    expect(emulator.log).toEqual([]);
  });

  test('that are wrong name the secret and not its value', async () => {
    await start();
    await using target = freshPlace(folder).pipeline();
    const credentials = { subdomain: 'example', oauthToken: 'wrong-oauth-token' };
    const { info } = await loadResources(target, { source: people({ credentials }), log: silent });
    expect(info.resources[0]!.error).toMatchObject({ code: 'HTTP_UNAUTHORIZED' });
    expect(JSON.stringify(info)).toContain('credentials.oauthToken');
    expect(JSON.stringify(info)).not.toContain('wrong-oauth-token');
  });
});
