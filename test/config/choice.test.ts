import { z } from 'zod';
import {
  environmentProviders,
  isSecret,
  listingConfig,
  resolveSourceConfig,
  secret,
  wrapSecrets,
} from '../../src/config';
import { failure } from './failure';

const schema = z.object({
  credentials: z.union([
    z.object({ host: z.string(), user: z.string(), password: secret(z.string()) }),
    z.object({ host: z.string(), token: secret(z.string().min(5)) }),
  ]),
  proxy: z.union([z.object({ url: z.string() }), z.object({ name: z.string() })]).optional(),
  page: z.union([z.number(), z.string()]).default(1),
});
const owner = { section: 'shop', name: 'shop' };
const requestFor = (env: Record<string, string>, given: unknown) => ({
  schema,
  given: wrapSecrets(schema, given, owner.name),
  owner,
  providers: environmentProviders({ env, directory: '/nonexistent' }),
});
const resolve = (env: Record<string, string>, given?: unknown) => resolveSourceConfig(requestFor(env, given));
const plain = (credentials: object): object =>
  Object.fromEntries(
    Object.entries(credentials).map(([key, value]) => [key, isSecret(value) ? value.reveal() : value]),
  );

describe('a setting of which there are several kinds', () => {
  test('is the first kind that is complete, wherever its parts stand', () => {
    const env = {
      SOURCES__SHOP__CREDENTIALS__HOST: 'h',
      SOURCES__SHOP__CREDENTIALS__TOKEN: 'token-1',
    };
    expect(plain(resolve(env).credentials)).toEqual({ host: 'h', token: 'token-1' });
    const both = { ...env, CREDENTIALS__USER: 'u', CREDENTIALS__PASSWORD: 'p-secret' };
    expect(plain(resolve(both).credentials)).toEqual({ host: 'h', user: 'u', password: 'p-secret' });
    expect(plain(resolve(both, { credentials: { token: 'from-code' } }).credentials)).toEqual({
      host: 'h',
      token: 'from-code',
    });
  });

  test('may be given as one JSON text', () => {
    const env = { SOURCES__SHOP__CREDENTIALS: '{"host":"h","token":"token-2"}' };
    expect(plain(resolve(env).credentials)).toEqual({ host: 'h', token: 'token-2' });
  });

  test('that is incomplete is told by the kind of which most is there, and what would do instead', () => {
    const nothing = failure(() => resolve({}));
    expect(nothing.code).toBe('SECRET_MISSING');
    expect(nothing.message).toMatch(
      /"credentials\.host".*"credentials\.user".*"credentials\.password".*Or give "credentials\.token" instead\.$/s,
    );
    const some = failure(() => resolve({}, { credentials: { host: 'h', token: undefined } }));
    expect(some.message).not.toContain('"credentials.host"');
    expect(failure(() => resolve({ CREDENTIALS__TOKEN: 'token-3' })).message).toMatch(
      /^The setting "credentials\.host".*Or give "credentials\.user" and "credentials\.password" instead\.$/s,
    );
  });

  test('is not mixed, and has no other keys', () => {
    expect(failure(() => resolve({}, { credentials: { user: 'u', token: 'token-4' } }))).toMatchObject({
      code: 'CONFIG_INVALID',
      message:
        '"credentials" of the source "shop" mixes "user", "token"; give one kind: "host", "user", "password", or "host", "token".',
    });
    expect(failure(() => resolve({}, { credentials: { pasword: 'p' } })).message).toContain(
      'no setting "credentials.pasword"; it has "host", "user", "password", or "host", "token"',
    );
  });

  test('of a value that does not fit names the value, and never a secret', () => {
    const wrong = failure(() => resolve({}, { credentials: { host: 'h', token: 'abc' } }));
    expect(wrong).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(wrong.message).toBe(
      '"credentials.token" of the source "shop" is "[secret]": a secret text is expected',
    );
    expect(failure(() => resolve({}, { credentials: { host: 5, token: 'token-5' } })).message).toContain(
      '"credentials.host" of the source "shop" is "5"',
    );
  });

  test('may be left out where it is optional, and may be a plain value elsewhere', () => {
    const resolved = resolve({ PAGE: 'b', CREDENTIALS__HOST: 'h', CREDENTIALS__TOKEN: 'token-6' });
    expect(resolved).not.toHaveProperty('proxy');
    expect(resolved.page).toBe('b');
    expect(
      resolve({ PROXY__NAME: 'p', CREDENTIALS__HOST: 'h', CREDENTIALS__TOKEN: 'token-6' }).proxy,
    ).toEqual({ name: 'p' });
  });

  test('needs no secret for listing, and a secret given in code shows nowhere', () => {
    const listed = listingConfig(requestFor({ CREDENTIALS__HOST: 'h' }, undefined));
    expect(listed.credentials.host).toBe('h');
    expect(String('password' in listed.credentials && listed.credentials.password)).toBe('[secret]');
    expect(JSON.stringify(wrapSecrets(schema, { credentials: { token: 'hidden-token' } }, 'shop'))).toBe(
      '{"credentials":{"token":"[secret]"}}',
    );
  });
});
