import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DateTime } from 'luxon';
import { z } from 'zod';
import {
  environmentProviders,
  environmentVariable,
  instant,
  isoText,
  listingConfig,
  resolveSourceConfig,
  secret,
  unix,
  wrapSecrets,
} from '../../src/config';
import { PlainDate, Timestamp } from '../../src/value';
import { failure } from './failure';

const schema = z.object({
  credentials: z.object({ email: z.string(), password: secret(z.string()) }),
  startDate: instant().default('2000-01-01'),
  pageSize: z.number().int().default(100),
  active: z.boolean().optional(),
  kinds: z.array(z.string()).optional(),
  proxy: z.object({ host: z.string(), port: z.number() }).optional(),
});
const owner = { section: 'zendesk', name: 'zendesk_support' };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tidemark-config-'));
  mkdirSync(path.join(directory, '.dlt'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(path.join(directory, name), text);
const resolve = (env: Record<string, string>, given: unknown = undefined) =>
  resolveSourceConfig({
    schema,
    given: wrapSecrets(schema, given, owner.name),
    owner,
    providers: environmentProviders({ env, directory }),
  });
const credentials = { email: 'a@b.example', password: 'given-password' };

describe('the config of a source', () => {
  test.each([
    ['SOURCES__ZENDESK__ZENDESK_SUPPORT__CREDENTIALS__PASSWORD'],
    ['SOURCES__ZENDESK__CREDENTIALS__PASSWORD'],
    ['SOURCES__CREDENTIALS__PASSWORD'],
    ['CREDENTIALS__PASSWORD'],
  ])('is found in %s', (variable) => {
    const { password } = resolve({ [variable]: 'from-env' }, { credentials: { email: 'e' } }).credentials;
    expect(password.reveal()).toBe('from-env');
    expect(password.key).toBe('credentials.password');
    expect(password.place).toBe(`environment variable ${variable}`);
  });

  test('comes from code first, then narrow before wide', () => {
    const env = {
      SOURCES__ZENDESK__ZENDESK_SUPPORT__PAGE_SIZE: '1',
      SOURCES__ZENDESK__PAGE_SIZE: '2',
      PAGE_SIZE: '3',
    };
    expect(resolve(env, { credentials, pageSize: 9 }).pageSize).toBe(9);
    expect(resolve(env, { credentials }).pageSize).toBe(1);
    expect(resolve({ PAGE_SIZE: '3', SOURCES__PAGE_SIZE: '4' }, { credentials }).pageSize).toBe(4);
    expect(resolve({}, { credentials }).pageSize).toBe(100);
  });

  test('comes from the environment, then .env, then secrets.toml, then config.toml', () => {
    write('.env', 'SOURCES__ZENDESK__CREDENTIALS__EMAIL=dotenv@x.example\n');
    write(
      '.dlt/secrets.toml',
      '[sources.zendesk.zendesk_support.credentials]\nemail = "toml@x.example"\npassword = "toml-password"\n',
    );
    write(
      '.dlt/config.toml',
      '[sources.zendesk]\npassword = "ignored"\npage_size = 7\nactive = true\nstart_date = 2023-01-01T00:00:00Z\nkinds = ["a"]\n',
    );
    const config = resolve({});
    expect(config.credentials.email).toBe('dotenv@x.example');
    expect(config.credentials.password.reveal()).toBe('toml-password');
    expect(config.credentials.password.place).toBe(
      '.dlt/secrets.toml [sources.zendesk.zendesk_support.credentials] password',
    );
    expect(config).toMatchObject({
      pageSize: 7,
      active: true,
      startDate: '2023-01-01T00:00:00Z',
      kinds: ['a'],
    });
    expect(resolve({ CREDENTIALS__EMAIL: 'env@x.example' }).credentials.email).toBe('env@x.example');
  });

  test('reads numbers, booleans, lists and whole objects from text', () => {
    const env = {
      PAGE_SIZE: '7',
      ACTIVE: 'false',
      KINDS: '["a","b"]',
      PROXY: '{"host":"h","port":1}',
      PROXY__PORT: '2',
      CREDENTIALS: JSON.stringify(credentials),
    };
    expect(resolve(env)).toMatchObject({
      pageSize: 7,
      active: false,
      kinds: ['a', 'b'],
      proxy: { host: 'h', port: 2 },
    });
    expect(resolve(env).credentials.password.reveal()).toBe('given-password');
    expect(resolve({}, { credentials }).proxy).toBeUndefined();
  });

  test('what is missing names every place that was looked at', () => {
    const error = failure(() => resolve({}, { credentials: { email: 'e' } }));
    expect(error.code).toBe('SECRET_MISSING');
    for (const place of [
      'environment variable SOURCES__ZENDESK__ZENDESK_SUPPORT__CREDENTIALS__PASSWORD',
      'environment variable CREDENTIALS__PASSWORD',
      '.env SOURCES__ZENDESK__CREDENTIALS__PASSWORD',
      '.dlt/secrets.toml [sources.zendesk.zendesk_support.credentials] password',
      '.dlt/config.toml [credentials] password',
    ])
      expect(error.message).toContain(place);
    expect(failure(() => resolve({ CREDENTIALS__PASSWORD: '' }, { credentials: { email: 'e' } })).code).toBe(
      'SECRET_MISSING',
    );
    expect(failure(() => resolve({}, { credentials: { password: 'p' } })).code).toBe('CONFIG_MISSING');
  });

  test('what does not fit is named with its value, a secret without it', () => {
    expect(failure(() => resolve({ PAGE_SIZE: 'many' }, { credentials })).message).toContain(
      '"pageSize" of the source "zendesk_support" is "many"',
    );
    expect(failure(() => resolve({}, { credentials, startDate: 'yesterday' }))).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('"yesterday"'),
    });
    const wrong = failure(() => resolve({}, { credentials: { email: 'e', password: 12345 } }));
    expect(wrong.code).toBe('CONFIG_INVALID');
    expect(wrong.message).not.toContain('12345');
  });

  test('a setting that does not exist is refused when the source is made', () => {
    expect(failure(() => wrapSecrets(schema, { credentials: { passwort: 'x' } }, 'z'))).toMatchObject({
      code: 'CONFIG_INVALID',
      message:
        'The source "z" has no setting "credentials.passwort"; it has "email", "password". Did you mean "password"?',
    });
  });

  test('a broken file is named without its content', () => {
    write('.dlt/secrets.toml', 'password = "unclosed-secret\n');
    const error = failure(() => resolve({}, { credentials }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(/secrets\.toml" is not valid TOML \(line 1/);
    expect(error.message).not.toContain('unclosed-secret');
  });

  test('for listing has what is there, and throws for what is missing only when it is read', () => {
    const listed = listingConfig({
      schema,
      given: undefined,
      owner,
      providers: environmentProviders({ env: {}, directory }),
    });
    expect(listed.startDate).toBe('2000-01-01');
    expect(String(listed.credentials.password)).toBe('[secret]');
    expect(failure(() => listed.credentials.password.reveal()).code).toBe('SECRET_MISSING');
    expect(failure(() => listed.credentials.email).code).toBe('CONFIG_MISSING');
  });

  test('a variable of the environment beats that of .env', () => {
    write('.env', 'A=1\nB=2\n');
    expect(environmentVariable('A', { env: { A: '3' }, directory })).toBe('3');
    expect(environmentVariable('B', { env: {}, directory })).toBe('2');
    expect(environmentVariable('C', { env: {}, directory })).toBeUndefined();
  });
});

describe('an instant', () => {
  test.each([
    ['2023-02-01', 1675209600],
    ['2023-02-01T01:00:00+01:00', 1675209600],
    [new Date('2023-02-01T00:00:00.900Z'), 1675209600],
    [DateTime.fromISO('2023-02-01T00:00:00Z'), 1675209600],
    [Timestamp.fromMillis(1675209600000), 1675209600],
    [new PlainDate('2023-02-01'), 1675209600],
    [1675209600, 1675209600],
    ['1969-12-31T23:59:59.5Z', -1],
  ])('%s is unix %d', (value, seconds) => expect(unix(value)).toBe(seconds));

  test('is ISO text with Z', () => {
    expect(isoText('2023-02-01')).toBe('2023-02-01T00:00:00Z');
    expect(instant().parse(1675209600.5)).toBe('2023-02-01T00:00:00.500Z');
  });

  test.each([['yesterday'], ['2023-02-30'], [Number.NaN], [new Date(Number.NaN)], [DateTime.invalid('no')]])(
    'is not %s',
    (value) => {
      expect(failure(() => unix(value)).code).toBe('INSTANT_INVALID');
    },
  );
});
